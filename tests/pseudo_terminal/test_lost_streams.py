"""A terminal of which only a part is left: streams that are closed, no terminal of one's own."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.pseudo_terminal.session import session
from tests.recording.scenes import record

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from tests.pseudo_terminal.conftest import Prompts
    from tests.pseudo_terminal.session import Session

closed = pytest.mark.fault("files and environment", "standard streams are closed or take nothing")


def shell(line: str, home: Path) -> AbstractAsyncContextManager[Session]:
    """A shell's line in a terminal; `streamdash` in it is the program."""
    line = line.replace("streamdash", f"{sys.executable} -m streamdash")
    command = ("-c", f"import os; os.execvp('bash', ['bash', '-c', {line!r}])")
    return session(home=home, command=command)


@closed
@pytest.mark.parametrize("streams", ["2>&-", "2>/dev/null", "2>/dev/full"])
async def test_the_screen_needs_no_standard_error(
    streams: str, prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"S1": "lab:brief"})
    async with shell(f"streamdash {path} --no-record {streams}", tmp_path) as terminal:
        await terminal.until("brief answer", "done")
        terminal.press("q")
        assert await terminal.ended() == 0
        terminal.assert_restored()


@closed
@pytest.mark.parametrize(
    "line",
    [
        "streamdash PROMPTS --no-record <&-",
        "setsid -w streamdash PROMPTS --no-record 2>&-",
        "echo x | setsid -w streamdash - -m demo:echo --no-record",
    ],
)
async def test_where_no_screen_can_be_text_comes_out(
    line: str, prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"S1": "lab:brief"})
    async with shell(line.replace("PROMPTS", path), tmp_path) as terminal:
        assert await terminal.ended() == 0
        assert b"=== All streams complete ===" in terminal.output
        assert b"\x1b[?1049h" not in terminal.output


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """The runs folder, with an old recording in it."""
    folder = tmp_path / ".local" / "state" / "streamdash" / "runs"
    folder.mkdir(parents=True)
    record(folder / "a.jsonl")
    os.utime(folder / "a.jsonl", (1, 1))
    return folder


@pytest.mark.fault("files and environment", "recordings are deleted where nobody can be asked")
@pytest.mark.parametrize(
    ("answer", "left"), [("y\r", 0), ("\r", 1), ("no\r", 1), ("\x04", 1), ("yes\r", 0)]
)
async def test_the_question_is_seen_though_the_list_goes_to_a_file(
    answer: str, left: int, runs: Path, tmp_path: Path
) -> None:
    async with shell("streamdash runs --prune 30d > list", tmp_path) as terminal:
        await terminal.until("delete these 1 recordings? [y/N]")
        terminal.press(answer)
        assert await terminal.ended() == 0
    assert len(list(runs.iterdir())) == left
    assert "a.jsonl" in (tmp_path / "list").read_text()
