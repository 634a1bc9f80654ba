"""Text on its way out: in order, without waiting, and without a reader."""

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
    """The end to read from, which the test closes, and the end to write to."""
    reader, writer = os.pipe()
    with open(writer, "w", encoding="utf-8", errors="replace") as stream:
        yield reader, stream


@pytest.mark.parametrize("gather_s", [0.0, 0.001])
async def test_everything_arrives_in_its_order(tmp_path: Path, gather_s: float) -> None:
    path = tmp_path / "out"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("before ")
        outlet = BackgroundWriter(stream, gather_s=gather_s)
        for number in range(500):
            outlet.put(f"{number} ")
            if number % 100 == 0:
                await asyncio.sleep(0.002)
        await outlet.aclose()
        assert outlet.waiting == 0
    assert path.read_text() == "before " + "".join(f"{number} " for number in range(500))


async def test_a_reader_who_is_slow_holds_up_nobody(pipe: tuple[int, TextIO]) -> None:
    reader, stream = pipe
    outlet = BackgroundWriter(stream)
    text = "x" * 100_000
    for _ in range(50):
        outlet.put(text)
    assert outlet.waiting > 4_000_000
    assert not outlet.close(0.01)
    left = len(text) * 50
    while left:
        left -= len(await asyncio.to_thread(os.read, reader, 1 << 20))
    assert outlet.close(5)
    assert outlet.waiting == 0
    os.close(reader)


async def test_a_reader_who_has_gone_is_told_of_once(pipe: tuple[int, TextIO]) -> None:
    reader, stream = pipe
    told: list[str] = []
    outlet = BackgroundWriter(stream, lost=lambda: told.append("gone"))
    os.close(reader)
    for _ in range(3):
        outlet.put("text")
    await outlet.aclose()
    await asyncio.sleep(0)
    assert told == ["gone"]
    assert isinstance(outlet.error, BrokenPipeError)


async def test_what_is_put_into_a_pipe_that_does_not_wait_arrives_too(
    pipe: tuple[int, TextIO],
) -> None:
    reader, stream = pipe
    os.set_blocking(stream.fileno(), False)
    outlet = BackgroundWriter(stream)
    outlet.put("y" * 1_000_000)
    left = 1_000_000
    while left:
        left -= len(await asyncio.to_thread(os.read, reader, 1 << 20))
    assert outlet.close(5)
    assert outlet.error is None
    os.close(reader)


@pytest.mark.parametrize(
    ("errors", "written"), [("backslashreplace", b"\\xe9\\ud83d."), ("strict", b"??.")]
)
async def test_what_the_encoding_has_no_place_for_stops_nothing(
    tmp_path: Path, errors: str, written: bytes
) -> None:
    path = tmp_path / "out"
    with path.open("w", encoding="ascii", errors=errors) as stream:
        outlet = BackgroundWriter(stream)
        outlet.put("é\ud83d.")
        await outlet.aclose()
    assert path.read_bytes() == written
