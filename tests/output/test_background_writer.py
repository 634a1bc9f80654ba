"""The background writer: text in order, without waiting, and without a reader."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, TextIO

import pytest

from streamdash.output.background_writer import BackgroundWriter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def pipe() -> Iterator[tuple[int, TextIO]]:
    """A pipe: the descriptor to read from, which the test closes, and the stream to write to."""
    reader, descriptor = os.pipe()
    with open(descriptor, "w", encoding="utf-8", errors="replace") as stream:
        yield reader, stream


@pytest.mark.parametrize("gather_s", [0.0, 0.001])
async def test_everything_arrives_in_order(tmp_path: Path, gather_s: float) -> None:
    path = tmp_path / "out"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("before ")
        writer = BackgroundWriter(stream, gather_s=gather_s)
        for number in range(500):
            writer.put(f"{number} ")
            if number % 100 == 0:
                await asyncio.sleep(0.002)
        await writer.aclose()
        assert writer.waiting == 0
    assert path.read_text() == "before " + "".join(f"{number} " for number in range(500))


async def test_a_slow_reader_blocks_nothing(pipe: tuple[int, TextIO]) -> None:
    reader, stream = pipe
    writer = BackgroundWriter(stream)
    text = "x" * 100_000
    for _ in range(50):
        writer.put(text)
    assert writer.waiting > 4_000_000
    assert not writer.close(0.01)
    left = len(text) * 50
    while left:
        left -= len(await asyncio.to_thread(os.read, reader, 1 << 20))
    assert writer.close(5)
    assert writer.waiting == 0
    os.close(reader)


async def test_a_reader_that_has_gone_is_reported_once(pipe: tuple[int, TextIO]) -> None:
    reader, stream = pipe
    losses: list[str] = []
    writer = BackgroundWriter(stream, lost=lambda: losses.append("gone"))
    os.close(reader)
    for _ in range(3):
        writer.put("text")
    await writer.aclose()
    await asyncio.sleep(0)
    assert losses == ["gone"]
    assert isinstance(writer.error, BrokenPipeError)


async def test_everything_arrives_through_a_non_blocking_pipe(
    pipe: tuple[int, TextIO],
) -> None:
    reader, stream = pipe
    os.set_blocking(stream.fileno(), False)
    writer = BackgroundWriter(stream)
    writer.put("y" * 1_000_000)
    left = 1_000_000
    while left:
        left -= len(await asyncio.to_thread(os.read, reader, 1 << 20))
    assert writer.close(5)
    assert writer.error is None
    os.close(reader)


@pytest.mark.parametrize(
    ("errors", "written"), [("backslashreplace", b"\\xe9\\ud83d."), ("strict", b"??.")]
)
async def test_characters_that_the_encoding_lacks_are_replaced(
    tmp_path: Path, errors: str, written: bytes
) -> None:
    path = tmp_path / "out"
    with path.open("w", encoding="ascii", errors=errors) as stream:
        writer = BackgroundWriter(stream)
        writer.put("é\ud83d.")
        await writer.aclose()
    assert path.read_bytes() == written
