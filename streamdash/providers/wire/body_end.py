"""The end of a streamed body: its last event, and the error that ended it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from streamdash.providers.errors.error_messages import error_from_text
from streamdash.providers.wire.large_events import read_large
from streamdash.providers.wire.sse import LargeEvent
from streamdash.providers.wire.wire_reader import Malformed, WireFailure, read_event
from streamdash.streams.events import Event, Finish

if TYPE_CHECKING:
    from streamdash.providers.wire.sse import SseDecoder
    from streamdash.providers.wire.wire_reader import WireReader
    from streamdash.streams.errors import StreamError
    from streamdash.streams.provider import AttemptContext

_TORN_ERROR = re.compile(r"\s*\{\s*\"error\"\s*:\s*[{\"]")


async def read_end(
    reader: WireReader,
    decoder: SseDecoder,
    error: StreamError | None,
    exchange: AttemptContext,
) -> tuple[list[Event], StreamError | None]:
    """The last events of a body, and the error that ended it.

    `error` is how the body ended so far. An error in the last event replaces it, and so do lines
    outside of events if the answer has no end. An event that was cut is ignored.
    """
    events: list[Event] = []
    for sse in decoder.finish():
        try:
            if isinstance(sse, LargeEvent):
                events += [event async for event in read_large(reader, sse)]
            else:
                events += read_event(reader, sse)
        except Malformed:
            if not isinstance(sse, LargeEvent) and _TORN_ERROR.match(sse.data):
                return events, error_from_text(sse.data)
            break
        except WireFailure as broken:
            return events + broken.events, broken.error
    if error is None and decoder.broken is not None and decoder.broken.kind != "protocol":
        error = decoder.broken  # the server's words, not half a character
    ended = reader.over or exchange.finished or any(type(event) is Finish for event in events)
    if not ended and (error is None or error.kind == "disconnected"):
        error = decoder.leftover() or error
    return events, error
