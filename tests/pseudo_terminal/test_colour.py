"""A terminal that wants no colours gets none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.pseudo_terminal.sequences import taken_apart
from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pseudo_terminal.conftest import Prompts

COLOURED = re.compile(r"\x1b\[(?:.*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;.*)?m")


@pytest.mark.parametrize(
    ("arguments", "variables", "coloured"),
    [([], {}, True), (["--plain"], {}, False), ([], {"NO_COLOR": "1"}, False)],
    ids=["as usual", "--plain", "NO_COLOR"],
)
async def test_colours_are_shown_unless_they_are_unwanted(
    prompts: Prompts,
    tmp_path: Path,
    arguments: list[str],
    variables: dict[str, str],
    coloured: bool,
) -> None:
    path = prompts({"Brief": "lab:brief", "Locked": "lab:locked"})
    async with session(path, *arguments, home=tmp_path, variables=variables) as terminal:
        await terminal.until_ended(2, "brief answer", "HTTP 401 from")
        # each is the last row's, which arrives when all others have
        for key, shows in (("i", "space scroll event"), ("escape", "enter zoom")):
            terminal.press(key)
            await terminal.until(shows)
        terminal.press("?")
        await terminal.until("previous pane")
        terminal.press("escape")
        await terminal.until_it(lambda screen: "previous pane" not in screen)
        terminal.press("q")
        assert await terminal.ended() == 1
    styles = taken_apart(bytes(terminal.output)).styles
    assert any(COLOURED.fullmatch(style) for style in styles) is coloured
