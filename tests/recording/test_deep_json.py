"""JSON nested deeper than the interpreter follows: read, printed and recorded without a fall."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.reader import load_recording
from streamdash.reporting.report import STYLES, report
from streamdash.reporting.reported_run import reported_recording
from streamdash.streams.errors import UsageError
from tests.program import streamdash
from tests.recording.scenes import record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from streamdash.reporting.report import Style

deep = pytest.mark.fault("wire", "JSON nested more deeply than can be followed")


@asynccontextmanager
async def asked_of(depth: int, folder: Path, opening: str = "[") -> AsyncIterator[str]:
    """A prompt file; each event of the answer has something `depth` levels deep beside it."""
    ends = {"[": "]" * depth, '{"a":': "1" + "}" * depth}[opening]
    event = (
        '{"choices":[{"index":0,"delta":{"content":"w"}}],"beside":' + opening * depth + ends + "}"
    )
    last = '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'
    body = f"data: {event}\n\ndata: {last}\n\ndata: [DONE]\n\n".encode()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"messages")
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n"
        writer.write(head + b"content-length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    path = folder / "asked.toml"
    path.write_text(
        f'[endpoints.lab]\napi = "openai"\nbase_url = "http://127.0.0.1:{port}/v1"\n'
        '[[streams]]\nmodel = "lab:m"\nprompt = "x"\nretries = 0\n'
    )
    try:
        yield str(path)
    finally:
        server.close()


@deep
@pytest.mark.parametrize("style", ["events", "json"])
@pytest.mark.parametrize(
    ("depth", "opening"),
    [(300, "["), (950, "["), (964, "["), (973, "["), (979, "["), (5000, "["), (970, '{"a":')],
)
async def test_a_deep_event_is_no_fault_of_ours(
    tmp_path: Path, style: str, depth: int, opening: str
) -> None:
    async with asked_of(depth, tmp_path, opening) as path:
        ended = await streamdash(path, "--format", style, home=tmp_path)
    assert "internal" not in ended.err + ended.out
    assert ended.code == 0 or "(protocol)" in ended.err
    if style == "events" and ended.code == 0:
        lines = ended.out.splitlines()
        assert len(lines) == 3
        if depth < 900:
            assert json.loads(lines[0])["raw"]["beside"] is not None


@deep
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("depth", [90, 400, 900, 100_000])
def test_a_deep_recording_is_reported(tmp_path: Path, style: Style, depth: int) -> None:
    path = tmp_path / "run.jsonl"
    record(path)
    first, _, rest = path.read_text().partition("\n")
    nested = "[" * depth + "]" * depth
    first = first.replace('"params":{}', f'"params":{{"a":{nested}}}', 1)
    first = first.replace('"messages":[{', f'"messages":[{{"beside":{nested},', 1)
    assert first.count(nested) == 2
    path.write_text(f"{first}\n{rest}")
    if depth == 100_000:
        with pytest.raises(UsageError, match="not a recording"):
            load_recording(str(path))
        return
    recording = load_recording(str(path))
    assert report([reported_recording(recording)], style)
