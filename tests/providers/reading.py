"""Reads bytes or events without a socket, as a provider does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from streamdash.providers.anthropic_messages import MessagesReader
from streamdash.providers.openai_chat import ChatReader
from streamdash.providers.openai_responses import ResponsesReader
from streamdash.providers.wire.body_end import read_end
from streamdash.providers.wire.sse import LargeEvent, ServerSentEvent, SseDecoder
from streamdash.providers.wire.wire_reader import WireFailure, read_event
from streamdash.streams.events import Delta, Event
from streamdash.streams.provider import AttemptContext

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.providers.wire.wire_reader import WireReader
    from streamdash.streams.errors import StreamError
    from streamdash.streams.spec import Api

READERS: dict[Api, type[WireReader]] = {
    "openai": ChatReader,
    "openai-responses": ResponsesReader,
    "anthropic": MessagesReader,
}


def read(reader: WireReader, pieces: Iterable[bytes]) -> tuple[list[Event], StreamError | None]:
    """All events of a body in these pieces, and the error that ended it."""
    decoder = SseDecoder()
    events: list[Event] = []
    try:
        for piece in pieces:
            for sse in decoder.feed(piece):
                assert not isinstance(sse, LargeEvent)
                events += read_event(reader, sse)
                if reader.over:
                    return events, None
            if decoder.broken is not None:
                return events, decoder.broken
    except WireFailure as broken:
        return events + broken.events, broken.error
    rest = read_end(reader, decoder, None, AttemptContext(lambda _event: None))
    try:
        rest.send(None)
    except StopIteration as done:
        last, error = done.value
        return events + last, error
    raise AssertionError("the end of a body that is not large is read at once")


def meaning(reader: WireReader, *bodies: object, name: str = "") -> list[Event]:
    """The events of these JSON objects, without the `Wire` events."""
    events: list[Event] = []
    for body in bodies:
        events += read_event(reader, ServerSentEvent(name, json.dumps(body)))[1:]
    return events


def texts(events: Iterable[Event]) -> dict[str, str]:
    """The text of each channel that has any."""
    found: dict[str, str] = {}
    for event in events:
        if isinstance(event, Delta):
            found[event.channel] = found.get(event.channel, "") + event.text
    return found
