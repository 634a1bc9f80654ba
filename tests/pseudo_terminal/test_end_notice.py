"""The notice of a run's end, as the terminal receives it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.pseudo_terminal.session import session
from tests.pseudo_terminal.test_own_config import write_config

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pseudo_terminal.conftest import Prompts

LONG = (
    "-c",
    "from streamdash.tui import end_notice\n"
    "from streamdash.cli.main import run\n"
    "end_notice.LONG_S = 0.5\n"
    "run()",
)
"""The program, for which half a second is long."""
TEXT = b"streamdash: In a terminal: 2 done after "
OSC = b"\x1b]9;"


def without_pointer_shapes(output: bytes | bytearray) -> bytes:
    """The output without Textual's sequences for the mouse pointer, which end in a bell."""
    return re.sub(rb"\x1b\]22;[a-z-]*\x07", b"", bytes(output))


@pytest.mark.parametrize(
    ("kind", "variables", "codes"),
    [
        ("bell", {}, b"\x07"),
        ("desktop", {}, OSC + TEXT),
        ("desktop", {"VTE_VERSION": "7000"}, b"\x1b]777;notify;streamdash;In a terminal: 2 done"),
        ("desktop", {"TMUX": "x,1,0"}, b"\x1bPtmux;\x1b\x1b]9;" + TEXT),
        ("desktop", {"STY": "1.x"}, b"\x07"),
    ],
)
@pytest.mark.parametrize("plain", [False, True])
async def test_a_long_run_ends_with_one_notice(
    tmp_path: Path,
    prompts: Prompts,
    kind: str,
    variables: dict[str, str],
    codes: bytes,
    plain: bool,
) -> None:
    write_config(tmp_path, f'notice = "{kind}"\n')
    path = prompts({"A": "lab:late", "B": "lab:brief"})
    options = ("--no-record", "--plain") if plain else ("--no-record",)
    async with session(
        path, *options, home=tmp_path, command=LONG, variables=variables
    ) as terminal:
        await terminal.until_ended(2)
        terminal.press("q")
        assert await terminal.ended() == 0
        terminal.assert_restored()
    assert without_pointer_shapes(terminal.output).count(codes) == 1


@pytest.mark.parametrize(
    ("config", "command"),
    [("", LONG), ('notice = "off"\n', LONG), ('notice = "desktop"\n', ("-m", "streamdash"))],
)
async def test_there_is_none_without_the_setting_nor_after_a_short_run(
    tmp_path: Path, prompts: Prompts, config: str, command: tuple[str, str]
) -> None:
    write_config(tmp_path, config)
    path = prompts({"A": "lab:late", "B": "lab:brief"})
    async with session(path, "--no-record", home=tmp_path, command=command) as terminal:
        await terminal.until_ended(2)
        terminal.press("q")
        assert await terminal.ended() == 0
    received = without_pointer_shapes(terminal.output)
    assert b"\x07" not in received
    assert b"]9;" not in received
