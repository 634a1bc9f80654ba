"""What the three dialects have in common: reading one server-sent event after another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from streamdash.providers.failures import stream_error
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Event, Terminal, Wire

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.providers.sse import ServerSentEvent

JsonObject = dict[str, object]

DONE = "[DONE]"


class Reader(Protocol):
    """Translates one attempt's wire events, in order, into what they mean."""

    over: bool
    """The terminal marker came: nothing that follows counts."""

    def read(self, body: JsonObject) -> Iterable[Event]:
        """The meaning of one event. Raises StreamError for an error object."""

    def whole(self, body: JsonObject) -> Iterable[Event]:
        """The meaning of an answer that was asked for in one piece."""


def read_event(reader: Reader, sse: ServerSentEvent) -> list[Event]:
    """One server-sent event as `Wire` and its meaning; raises StreamError where it is an error.

    An error is yielded by the caller after the wire event that carried it, so the inspector has
    it: see `WireFailure`.
    """
    data = sse.data
    if data.startswith(DONE):
        reader.over = True
        return [Wire(DONE, DONE, chunk=False), Terminal()]
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        shown = data if len(data) <= 80 else data[:80] + "…"
        error = StreamError("protocol", f"an event is not JSON: {shown}")
        raise WireFailure(Wire(sse.event or "malformed", data), error) from None
    if not isinstance(body, dict):
        error = StreamError("protocol", f"an event is not a JSON object but {data[:80]}")
        raise WireFailure(Wire(sse.event or "malformed", body), error)
    name = body.get("type") or body.get("object") or sse.event
    wire = Wire(name if isinstance(name, str) else "unknown", body)
    try:
        return [wire, *reader.read(body)]
    except StreamError as error:
        raise WireFailure(wire, error) from None
    except (TypeError, AttributeError, KeyError, IndexError, ValueError) as error:
        odd = StreamError("protocol", f"an event has an odd shape: {type(error).__name__}: {error}")
        raise WireFailure(wire, odd) from None


class WireFailure(Exception):  # noqa: N818  # not an error of its own: an event and its error
    """A wire event that ends the stream badly, together with the error it means."""

    def __init__(self, wire: Wire, error: StreamError) -> None:
        super().__init__(error.message)
        self.wire = wire
        self.error = error


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
    """A token count; None where the provider does not say."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if abs(value) < 1e15 else None  # neither NaN nor infinite
