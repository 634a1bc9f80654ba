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
    """What the last bytes of a body mean, and the error that ended it: theirs, else `error`.

    However the body ended, what it says was said; an event cut in half says nothing. Of a body
    that has no end of its own, what stood outside of its events is the reason.
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
