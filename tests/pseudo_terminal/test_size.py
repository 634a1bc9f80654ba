"""The terminal's real size is the screen's, and terminals that draw nothing get text."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from streamdash.output.terminal import TerminalSize, terminal_size
from tests.program import environment
from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pseudo_terminal.conftest import Prompts


def columns_of(screen: str) -> int:
    return max(map(len, screen.splitlines()))


@pytest.mark.fault("terminal", "COLUMNS and LINES never win over the real size")
@pytest.mark.parametrize(
    "variables",
    [
        {"COLUMNS": "200", "LINES": "60"},
        {"COLUMNS": "20", "LINES": "5"},
        {"COLUMNS": "0", "LINES": "many"},
        {"COLUMNS": "99999999", "LINES": "-3"},
    ],
    ids=lambda variables: variables["COLUMNS"],
)
async def test_the_real_size_wins_and_is_followed(
    variables: dict[str, str], prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"A": "lab:brief"})
    async with session(path, home=tmp_path, columns=90, rows=25, variables=variables) as terminal:
        screen = await terminal.until("brief answer", "1 done", "? help")
        assert columns_of(screen) == 90
        assert len(screen.splitlines()) == 25
        for columns, rows in ((60, 18), (131, 43)):
            terminal.resize(columns, rows)
            await terminal.until_it(
                lambda screen, columns=columns, rows=rows: (  # type: ignore[misc]
                    columns_of(screen) == columns
                    and len(screen.splitlines()) == rows
                    and "brief answer" in screen
                )
            )
        # what a terminal has not, nobody can type
        terminal.press("\x1b[48;10;20;100;200t")
        await asyncio.sleep(0.3)
        assert columns_of(terminal.text) == 131
        terminal.press("q")
        assert await terminal.ended() == 0


@pytest.mark.fault("terminal", "a terminal without a size gets a usual one")
async def test_a_terminal_that_says_no_size_gets_a_usual_one(
    prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"A": "lab:brief"})
    async with session(path, home=tmp_path, columns=0, rows=0) as terminal:
        terminal._screen.resize(24, 80)
        screen = await terminal.until("brief answer", "1 done", "? help")
        assert columns_of(screen) == 80
        assert len(screen.splitlines()) == 24
        terminal.press("q")
        assert await terminal.ended() == 0


@pytest.mark.fault("terminal", "a terminal without a size gets a usual one")
@pytest.mark.parametrize(
    ("variables", "size"),
    [
        ({}, (80, 24)),
        ({"COLUMNS": "100", "LINES": "30"}, (100, 30)),
        ({"COLUMNS": "100"}, (100, 24)),
        ({"COLUMNS": "", "LINES": "0"}, (80, 24)),
        ({"COLUMNS": "-5", "LINES": "１２"}, (80, 24)),
        ({"COLUMNS": "1e3", "LINES": "40000"}, (80, 24)),
    ],
)
def test_without_a_terminal_only_sensible_variables_count(
    variables: dict[str, str], size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamdash.output.terminal.known_size", lambda: None)
    assert terminal_size(variables) == TerminalSize(*size)


@pytest.mark.fault("terminal", "a terminal that draws no screen gets text")
@pytest.mark.parametrize(
    "term", ["dumb", "", "unknown", "emacs", "DUMB", "dumb-emacs-ansi", "vt52"]
)
async def test_such_a_terminal_gets_text_and_a_sentence(
    term: str, prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"A": "lab:brief", "B": "messages:brief"})
    async with session(path, home=tmp_path, variables={"TERM": term}) as terminal:
        assert await terminal.ended() == 0
    assert b"\x1b" not in terminal.output
    said = terminal.output.decode()
    assert "[A] brief answer" in said
    assert "=== All streams complete ===" in said
    first = said.splitlines()[0]
    assert first.startswith("streamdash: TERM")
    assert "draws no screen; the answers come as text" in first


@pytest.mark.fault("terminal", "a terminal that draws no screen gets text")
async def test_json_on_such_a_terminal_has_no_line_of_progress(
    prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"A": "lab:steady"})
    arguments = (path, "--format", "json", "--timeout", "1")
    async with session(*arguments, home=tmp_path, variables={"TERM": "dumb"}) as terminal:
        assert await terminal.ended() == 1
    assert b"\x1b" not in terminal.output
    assert b"draws no screen" not in terminal.output


@pytest.mark.fault("terminal", "a terminal that draws no screen gets text")
@pytest.mark.parametrize(
    ("term", "draws"),
    [
        ("xterm-256color", True), ("screen.xterm-new", True), ("tmux", True), ("vt100", True),
        ("linux", True), ("a-terminal-of-tomorrow", True), ("ansi", True), ("lpr", False),
        ("dumb", False), ("none", False), ("emacs-28", False),
    ],
)  # fmt: skip
def test_terminals_by_their_names(term: str, draws: bool, tmp_path: Path) -> None:
    # in a process of its own: the terminal database answers for one name only
    code = (
        "import os; from streamdash.output.terminal import draws_screens as d; print(d(os.environ))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(tmp_path, TERM=term),
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == str(draws)
