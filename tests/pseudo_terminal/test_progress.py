"""The line of progress stands only where it mixes with nobody's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pseudo_terminal.conftest import Prompts

mixes = pytest.mark.fault("terminal", "the line of progress and results share a terminal")
PROGRESS = b"\r\x1b[K1 "


async def shown(line: str, prompts: Prompts, home: Path) -> bytes:
    """What the terminal gets of `streamdash PROMPTS` and the rest of a shell's line."""
    path = prompts({"S1": "lab:short"})
    command = ("-c", f"import os; os.execvp('bash', ['bash', '-c', {_quoted(line, path)}])")
    async with session(home=home, command=command) as terminal:
        assert await terminal.ended() == 0
        return bytes(terminal.output)


def _quoted(line: str, path: str) -> str:
    import sys

    return repr(f"{sys.executable} -m streamdash {path} --no-record {line}")


@mixes
@pytest.mark.parametrize(
    "line",
    [
        "| tee out",
        "--format jsonl | tee out",
        "--format json | tee out",
        "--headless",
        "--format jsonl",
        "--format events -o /dev/tty",
        "-o >(tee out)",
        "> out 2> err",
        "2> err | tee out",
    ],
)
async def test_no_progress_where_results_may_come_out(
    line: str, prompts: Prompts, tmp_path: Path
) -> None:
    assert PROGRESS not in await shown(line, prompts, tmp_path)


@mixes
@pytest.mark.parametrize("line", ["> out", "-o out", "-o out | tee other", "> /dev/null"])
async def test_progress_where_they_go_elsewhere(
    line: str, prompts: Prompts, tmp_path: Path
) -> None:
    assert PROGRESS in await shown(line, prompts, tmp_path)


@mixes
async def test_what_comes_at_the_end_comes_when_the_progress_has_gone(
    prompts: Prompts, tmp_path: Path
) -> None:
    said = await shown("--format json", prompts, tmp_path)
    assert PROGRESS in said
    assert said.rpartition(b"\r\x1b[K")[2].lstrip().startswith(b'{"version"')
