"""Reads large events and answers in steps, between which other streams have their turn."""

from __future__ import annotations

import asyncio
import re
from time import monotonic
from typing import TYPE_CHECKING

from streamdash.providers.wire.large_json import parse_in_steps
from streamdash.providers.wire.sse import LARGE, LargeEvent
from streamdash.providers.wire.wire_reader import (
    Malformed,
    WireFailure,
    read_body,
    read_whole,
    read_whole_json,
)
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Delta, Event, Wire

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from streamdash.providers.wire.wire_reader import WireReader

_TORN_ERROR = re.compile(r"\s*\{\s*\"error\"\s*:\s*[{\"]")
DELTA = 128 << 10
"""Characters of a large delta that are yielded at a time."""
RAW = 16 << 10
"""Bytes of a large event that its `Wire` keeps."""
TURN_S = 0.003
"""Seconds that a parser works before the other streams have their turn."""


async def read_large(reader: WireReader, large: LargeEvent) -> AsyncGenerator[Event, None]:
    """The events of a large event; raises WireFailure for an error in it."""
    raw = _start_of(large.data)
    body = await _parsed(large.data, Wire(large.event or "malformed", raw))
    if not isinstance(body, dict):
        raise Malformed(large.event, raw, f"an event is not a JSON object but {raw[:80]}…")
    large.data.clear()
    for event in read_body(reader, large.event, raw, body):
        async for piece in _pieces(event):
            yield piece


async def read_answer(reader: WireReader, body: bytearray) -> AsyncGenerator[Event, None]:
    """The events of an answer that was not streamed."""
    if len(body) <= LARGE:
        for event in read_whole(reader, body.decode("utf-8-sig")):
            yield event
        return
    raw = _start_of(body)
    value = await _parsed(body.removeprefix(b"\xef\xbb\xbf"), Wire("answer", raw))
    for event in read_whole_json(reader, raw, value):
        async for piece in _pieces(event):
            yield piece


async def _parsed(data: bytearray, wire: Wire) -> object:
    """The value of the JSON; raises WireFailure if it is none."""
    steps = parse_in_steps(data)
    try:
        while True:
            begun = monotonic()
            while monotonic() - begun < TURN_S:
                next(steps)
            await asyncio.sleep(0)
    except StopIteration as parsed:
        return parsed.value
    except UnicodeDecodeError as error:
        message = f"not UTF-8: byte 0x{error.object[error.start]:02x} in an event"
        raise WireFailure([wire], StreamError("protocol", message)) from None
    except ValueError:
        message = f"an event is not JSON: {(wire.raw or '')[:80]}…"
        raise WireFailure([wire], StreamError("protocol", message)) from None


async def _pieces(event: Event) -> AsyncGenerator[Event, None]:
    """The event itself, or a large delta cut into several."""
    if type(event) is not Delta or len(event.text) <= DELTA:
        yield event
        return
    channel, text = event
    for start in range(0, len(text), DELTA):
        if start:
            await asyncio.sleep(0)
        yield Delta(channel, text[start : start + DELTA])


def _start_of(data: bytearray) -> str:
    start = bytes(data[:RAW]).decode("utf-8", "replace")
    return f"{start}… ({len(data):,} bytes in all)"
