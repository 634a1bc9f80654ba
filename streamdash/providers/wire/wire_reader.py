"""Reads one server-sent event after another through the reader of any dialect."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from streamdash.providers.errors.error_messages import error_from_object, error_from_text
from streamdash.providers.errors.error_shapes import error_object, is_error_name, is_error_object
from streamdash.providers.wire.non_json_events import (
    DONE,
    begins_with_error,
    documents,
    is_done,
    is_keepalive,
)
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Event, Identity, Terminal, Wire

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.providers.json_fields import JsonObject
    from streamdash.providers.wire.sse import ServerSentEvent

DATA_SHOWN = 80
"""Characters of a malformed event that its error message quotes."""


class WireReader(Protocol):
    """Translates the JSON events of one attempt, in order, into our events."""

    over: bool
    """Whether the terminal marker has come; what follows it is ignored."""

    def read(self, body: JsonObject, name: str) -> Iterable[Event]:
        """The events of one JSON object; `name` is its own type or its `event:` line.

        Raises StreamError for an error object, after the other events of the object.
        """

    def whole(self, body: JsonObject) -> Iterable[Event]:
        """The events of an answer that was not streamed.

        Raises StreamError for an error object, and if it is not an answer of the dialect.
        """


def read_event(reader: WireReader, sse: ServerSentEvent) -> list[Event]:
    """The `Wire` of a server-sent event and its events; raises WireFailure for an error in it."""
    event, data = sse
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return _read_text(reader, event, data)
    if not isinstance(body, dict):
        return _read_value(reader, event, data, body)
    return read_body(reader, event, data, body)


def read_body(reader: WireReader, event: str, raw: str, body: JsonObject) -> list[Event]:
    """The events of one JSON object; `raw` is the text for its `Wire`."""
    name = body.get("type") or body.get("object") or event or "unknown"
    if not isinstance(name, str):
        name = event or "unknown"
    events: list[Event] = [Wire(name, raw)]
    try:
        # `extend` keeps the events that came before an error
        events.extend(reader.read(body, name))
        if event == "error":
            raise error_from_object(body)
        if len(events) < 3 and type(events[-1]) in _WITHOUT_MEANING:
            _raise_if_error(body, event)
    except StreamError as error:
        raise WireFailure(events, error) from None
    except (TypeError, AttributeError, KeyError, IndexError, ValueError) as error:
        odd = StreamError("protocol", f"an event has an odd shape: {type(error).__name__}: {error}")
        raise WireFailure(events, odd) from None
    return events


_WITHOUT_MEANING = (Wire, Identity)


def _raise_if_error(body: JsonObject, event: str) -> None:
    """Raise StreamError if an object without a meaning is an error, by its fields or its name."""
    if is_error_object(body) or (event and is_error_name(event)):
        raise error_from_object(body)
    for name in ("response", "message"):
        inner = body.get(name)
        if isinstance(inner, dict) and inner.get("error"):
            raise error_from_object(inner)


def _read_text(reader: WireReader, event: str, data: str) -> list[Event]:
    """The events of data that are not JSON: a marker, an error in words, several objects."""
    if is_done(event, data):
        return _over(reader)
    if is_error_name(event) or begins_with_error(data):
        raise WireFailure([Wire(event or "error", data)], error_from_text(data))
    found, rest = documents(data)
    if found and all(isinstance(body, dict) for body in found):
        return _read_several(reader, event, found, rest, data)
    if is_keepalive(event, data):
        return [Wire(event or "keepalive", data, chunk=False)]
    raise Malformed(event, data, f"an event is not JSON: {_start_of(data)}")


def _read_several(
    reader: WireReader, event: str, found: list[object], rest: str, data: str
) -> list[Event]:
    """The events of objects in a row; only the end marker may follow them."""
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
    """The events of data that are JSON but not an object."""
    if is_done(event, data):
        return _over(reader)
    if isinstance(body, list) and (found := error_object(body)) is not None:
        raise WireFailure([Wire(event or "error", data)], error_from_object(found))
    if is_error_name(event):
        raise WireFailure(
            [Wire(event, data)], error_from_text(body if isinstance(body, str) else data)
        )
    if is_keepalive(event, data):
        return [Wire(event or "keepalive", data, chunk=False)]
    raise Malformed(event, data, f"an event is not a JSON object but {_start_of(data)}")


def _over(reader: WireReader) -> list[Event]:
    reader.over = True
    return [Wire(DONE, DONE, chunk=False), Terminal()]


def read_whole(reader: WireReader, text: str) -> list[Event]:
    """The events of an answer that was not streamed, given as JSON text."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        start = _start_of(text) or "the body is empty"
        raise StreamError("protocol", f"the answer is not JSON: {start}") from None
    return read_whole_json(reader, text, body)


def read_whole_json(reader: WireReader, raw: str, body: object) -> list[Event]:
    """The events of an answer that was not streamed; `raw` is the text for its `Wire`."""
    body = error_object(body) if isinstance(body, list) else body
    if not isinstance(body, dict):
        raise StreamError("protocol", f"the answer is not a JSON object but {_start_of(raw)}")
    name = body.get("object") or body.get("type")
    events: list[Event] = [Wire(name if isinstance(name, str) else "answer", raw)]
    try:
        events.extend(reader.whole(body))
    except StreamError as error:
        raise WireFailure(
            events, error_from_object(body) if is_error_object(body) else error
        ) from None
    return [*events, Terminal()]


class WireFailure(Exception):  # noqa: N818  # carries events besides the error
    """The error that ends a stream, with the events that came before it in the same chunk."""

    def __init__(self, events: list[Event], error: StreamError) -> None:
        super().__init__(error.message)
        self.events = events
        self.error = error


class Malformed(WireFailure):
    """An event whose data should be a JSON object and are not."""

    def __init__(self, event: str, data: str, message: str) -> None:
        super().__init__([Wire(event or "malformed", data)], StreamError("protocol", message))


def _start_of(data: str) -> str:
    return data if len(data) <= DATA_SHOWN else data[:DATA_SHOWN] + "…"


def raise_error_object(body: JsonObject) -> None:
    """Raise StreamError if `body` is an error object beyond doubt.

    These are `{"error": ...}` of OpenAI, Anthropic, OpenRouter and llama.cpp, the bare
    `{"object": "error"}` of old vLLM, and MiniMax's bad status. `_raise_if_error` covers shapes
    that are an error only if they have no other meaning.
    """
    if (
        body.get("error")
        or body.get("object") == "error"
        or ("base_resp" in body and is_error_object(body))
    ):
        raise error_from_object(body)
