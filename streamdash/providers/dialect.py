"""What the three dialects have in common: reading one server-sent event after another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from streamdash.providers.failures import stream_error
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Event, Terminal, Wire

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.providers.sse import ServerSentEvent, SseDecoder

JsonObject = dict[str, object]

DONE = "[DONE]"
DATA_SHOWN = 80
"""Characters of a malformed event that its error repeats."""


class Reader(Protocol):
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


def read_event(reader: Reader, sse: ServerSentEvent) -> list[Event]:
    """One server-sent event as `Wire` and its meaning; raises WireFailure where it is an error."""
    data = sse.data
    if data.startswith(DONE):
        reader.over = True
        return [Wire(DONE, DONE, chunk=False), Terminal()]
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        raise Malformed(sse, f"an event is not JSON: {_start_of(data)}") from None
    if not isinstance(body, dict):
        raise Malformed(sse, f"an event is not a JSON object but {_start_of(data)}")
    name = body.get("type") or body.get("object") or sse.event or "unknown"
    if not isinstance(name, str):
        name = sse.event or "unknown"
    events: list[Event] = [Wire(name, data)]
    try:
        # a list keeps what it got before an error stopped the reader
        events.extend(reader.read(body, name))
        if sse.event == "error":
            raise stream_error(body)
    except StreamError as error:
        raise WireFailure(events, error) from None
    except (TypeError, AttributeError, KeyError, IndexError, ValueError) as error:
        odd = StreamError("protocol", f"an event has an odd shape: {type(error).__name__}: {error}")
        raise WireFailure(events, odd) from None
    return events


def read_rest(
    reader: Reader, decoder: SseDecoder, error: StreamError | None
) -> tuple[list[Event], StreamError | None]:
    """What the last bytes of a body mean, and the error that ended it: theirs, else `error`.

    However the body ended, what it says was said; an event cut in half says nothing.
    """
    for sse in decoder.finish():
        try:
            return read_event(reader, sse), error
        except Malformed:
            break
        except WireFailure as broken:
            return broken.events, broken.error
    return [], error


def read_whole(reader: Reader, text: str) -> list[Event]:
    """The events of an answer in one piece; a JSON document that is whole ends itself."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        said = _start_of(text) or "the body is empty"
        raise StreamError("protocol", f"the answer is not JSON: {said}") from None
    if not isinstance(body, dict):
        raise StreamError("protocol", f"the answer is not a JSON object but {_start_of(text)}")
    name = body.get("object") or body.get("type")
    events: list[Event] = [Wire(name if isinstance(name, str) else "answer", text)]
    try:
        events.extend(reader.whole(body))
    except StreamError as error:
        raise WireFailure(events, error) from None
    return [*events, Terminal()]


class WireFailure(Exception):  # noqa: N818  # not an error of its own: an event and its error
    """A wire event that ends the stream badly: what it means up to there, and the error."""

    def __init__(self, events: list[Event], error: StreamError) -> None:
        super().__init__(error.message)
        self.events = events
        self.error = error


class Malformed(WireFailure):
    """A wire event that is no JSON object."""

    def __init__(self, sse: ServerSentEvent, message: str) -> None:
        wire = Wire(sse.event or "malformed", sse.data)
        super().__init__([wire], StreamError("protocol", message))


def _start_of(data: str) -> str:
    return data if len(data) <= DATA_SHOWN else data[:DATA_SHOWN] + "…"


def raise_error_object(body: JsonObject) -> None:
    """Raise what an error object says; return if `body` is none.

    Knows `{"error": ...}` of OpenAI, Anthropic, OpenRouter and llama.cpp, and the bare
    `{"object": "error"}` of old vLLM.
    """
    if body.get("error") or body.get("object") == "error":
        raise stream_error(body)


def text_of(value: object) -> str:
    """A field that should be text, as text: empty where it is null, missing or something else."""
    return value if isinstance(value, str) else ""


def table_of(value: object) -> JsonObject:
    """A field that should be an object; empty where it is something else."""
    return value if isinstance(value, dict) else {}


def rows_of(value: object) -> list[JsonObject]:
    """A field that should be a list of objects, without what is none."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def count_of(value: object) -> int | None:
    """A token count; None for what is none: text, a fraction, below zero, beyond all reason."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # neither NaN nor infinite
    return int(value) if 0 <= value < 1e15 and value == int(value) else None
