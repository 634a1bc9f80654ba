"""What the three dialects have in common: reading one server-sent event after another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from streamdash.providers.errors.error_messages import error_from_object, error_from_text
from streamdash.providers.errors.error_shapes import error_object, is_error_name, says_error
from streamdash.providers.wire.non_json_events import (
    DONE,
    begins_with_error,
    documents,
    is_aside,
    is_done,
)
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Event, Identity, Terminal, Wire

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.providers.json_fields import JsonObject
    from streamdash.providers.wire.sse import ServerSentEvent

DATA_SHOWN = 80
"""Characters of a malformed event that its error repeats."""


class WireReader(Protocol):
    """Translates one attempt's wire events, in order, into what they mean."""

    over: bool
    """The terminal marker came: nothing that follows counts."""

    def read(self, body: JsonObject, name: str) -> Iterable[Event]:
        """The meaning of one event, called `name` by itself or by its `event:` line.

        Raises StreamError for an error object, after what else the event means.
        """

    def whole(self, body: JsonObject) -> Iterable[Event]:
        """The meaning of an answer that was asked for in one piece.

        Raises StreamError for an error object, and for what is no answer of the dialect.
        """


def read_event(reader: WireReader, sse: ServerSentEvent) -> list[Event]:
    """One server-sent event as `Wire` and its meaning; raises WireFailure where it is an error."""
    event, data = sse
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return _read_text(reader, event, data)
    if not isinstance(body, dict):
        return _read_value(reader, event, data, body)
    return read_body(reader, event, data, body)


def read_body(reader: WireReader, event: str, raw: str, body: JsonObject) -> list[Event]:
    """What the JSON object of one event means; `raw` is how its `Wire` shows it."""
    name = body.get("type") or body.get("object") or event or "unknown"
    if not isinstance(name, str):
        name = event or "unknown"
    events: list[Event] = [Wire(name, raw)]
    try:
        # a list keeps what it got before an error stopped the reader
        events.extend(reader.read(body, name))
        if event == "error":
            raise error_from_object(body)
        if len(events) < 3 and type(events[-1]) in _SILENT:
            _raise_if_error(body, event)
    except StreamError as error:
        raise WireFailure(events, error) from None
    except (TypeError, AttributeError, KeyError, IndexError, ValueError) as error:
        odd = StreamError("protocol", f"an event has an odd shape: {type(error).__name__}: {error}")
        raise WireFailure(events, odd) from None
    return events


_SILENT = (Wire, Identity)


def _raise_if_error(body: JsonObject, event: str) -> None:
    """Raise the error that an object says, by its fields or its event's name, in any dialect."""
    if says_error(body) or (event and is_error_name(event)):
        raise error_from_object(body)
    for name in ("response", "message"):
        inner = body.get(name)
        if isinstance(inner, dict) and inner.get("error"):
            raise error_from_object(inner)


def _read_text(reader: WireReader, event: str, data: str) -> list[Event]:
    """An event whose data are no JSON: a marker, an error in words, several events in one."""
    if is_done(event, data):
        return _over(reader)
    if is_error_name(event) or begins_with_error(data):
        raise WireFailure([Wire(event or "error", data)], error_from_text(data))
    found, rest = documents(data)
    if found and all(isinstance(body, dict) for body in found):
        return _read_several(reader, event, found, rest, data)
    if is_aside(event, data):
        return [Wire(event or "keepalive", data, chunk=False)]
    raise Malformed(event, data, f"an event is not JSON: {_start_of(data)}")


def _read_several(
    reader: WireReader, event: str, found: list[object], rest: str, data: str
) -> list[Event]:
    """Objects in one event, and what follows them: at most the marker, if all is well."""
    events: list[Event] = []
    for body in found:
        try:
            if isinstance(body, dict):
                events += read_body(reader, event, json.dumps(body, ensure_ascii=False), body)
        except WireFailure as failure:
            raise WireFailure(events + failure.events, failure.error) from None
    if len(found) > 1:
        message = f"no blank line between events: {_start_of(data)}"
        raise WireFailure(events, StreamError("protocol", message))
    if not is_done("", rest):
        message = f"an event is not JSON: {_start_of(data)}"
        raise WireFailure(events, StreamError("protocol", message))
    return events + _over(reader)


def _read_value(reader: WireReader, event: str, data: str, body: object) -> list[Event]:
    """An event whose data are JSON, but no object."""
    if is_done(event, data):
        return _over(reader)
    if isinstance(body, list) and (found := error_object(body)) is not None:
        raise WireFailure([Wire(event or "error", data)], error_from_object(found))
    if is_error_name(event):
        raise WireFailure(
            [Wire(event, data)], error_from_text(body if isinstance(body, str) else data)
        )
    if is_aside(event, data):
        return [Wire(event or "keepalive", data, chunk=False)]
    raise Malformed(event, data, f"an event is not a JSON object but {_start_of(data)}")


def _over(reader: WireReader) -> list[Event]:
    reader.over = True
    return [Wire(DONE, DONE, chunk=False), Terminal()]


def read_whole(reader: WireReader, text: str) -> list[Event]:
    """The events of an answer in one piece; a JSON document that is whole ends itself."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        said = _start_of(text) or "the body is empty"
        raise StreamError("protocol", f"the answer is not JSON: {said}") from None
    return whole_meaning(reader, text, body)


def whole_meaning(reader: WireReader, raw: str, body: object) -> list[Event]:
    """The events of an answer in one piece whose JSON is `body`; `raw` is how it is shown."""
    body = error_object(body) if isinstance(body, list) else body
    if not isinstance(body, dict):
        raise StreamError("protocol", f"the answer is not a JSON object but {_start_of(raw)}")
    name = body.get("object") or body.get("type")
    events: list[Event] = [Wire(name if isinstance(name, str) else "answer", raw)]
    try:
        events.extend(reader.whole(body))
    except StreamError as error:
        raise WireFailure(events, error_from_object(body) if says_error(body) else error) from None
    return [*events, Terminal()]


class WireFailure(Exception):  # noqa: N818  # not an error of its own: an event and its error
    """A wire event that ends the stream badly: what it means up to there, and the error."""

    def __init__(self, events: list[Event], error: StreamError) -> None:
        super().__init__(error.message)
        self.events = events
        self.error = error


class Malformed(WireFailure):
    """A wire event that is no JSON object."""

    def __init__(self, event: str, data: str, message: str) -> None:
        super().__init__([Wire(event or "malformed", data)], StreamError("protocol", message))


def _start_of(data: str) -> str:
    return data if len(data) <= DATA_SHOWN else data[:DATA_SHOWN] + "…"


def raise_error_object(body: JsonObject) -> None:
    """Raise what an error object says; return if `body` is none.

    Knows `{"error": ...}` of OpenAI, Anthropic, OpenRouter and llama.cpp, the bare
    `{"object": "error"}` of old vLLM, and the status that MiniMax puts beside its words. Shapes
    that are an error only where they mean nothing else are `_raise_if_error`'s.
    """
    if (
        body.get("error")
        or body.get("object") == "error"
        or ("base_resp" in body and says_error(body))
    ):
        raise error_from_object(body)
