"""A person changes requests in the form, in a real terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.demo.server import DemoServer
    from tests.pseudo_terminal.conftest import Prompts

TAB, SHIFT_TAB, CTRL_T, CTRL_J, CTRL_U = "\t", "\x1b[Z", "\x14", "\n", "\x15"


@pytest.mark.parametrize("size", [(120, 40), (60, 20)])
async def test_prompt_and_model_are_changed_and_all_streams_run_again(
    server: DemoServer, prompts: Prompts, tmp_path: Path, size: tuple[int, int]
) -> None:
    path = prompts({"one": "lab:brief", "two": "messages:brief"})
    columns, rows = size
    async with session(path, home=tmp_path, columns=columns, rows=rows) as terminal:
        await terminal.until_ended(2)
        terminal.press("c")
        await terminal.until("Change one", "nothing is changed", "enter rerun")
        terminal.press(" and", CTRL_J, "why?", TAB, "0.5")
        await terminal.until("changed: prompt, temperature")
        terminal.press(CTRL_T)
        await terminal.until_it(lambda screen: "Change one" not in screen)
        await terminal.until_ended(2)
        bodies = [(await server.request(place)).body for place in range(4)]
        for body in bodies[2:]:
            assert isinstance(body, dict)
            assert body["temperature"] == 0.5
        asked = {str(body["messages"]) for body in bodies[2:] if isinstance(body, dict)}
        assert asked == {"[{'role': 'user', 'content': 'one and\\nwhy?'}]"}
        terminal.press("c")
        await terminal.until("Change one", "› temperature")
        terminal.press(SHIFT_TAB, SHIFT_TAB, SHIFT_TAB, CTRL_U, "lob:x", "enter")
        await terminal.until("unknown endpoint 'lob'")
        terminal.press(CTRL_U, "responses:brief", "enter")
        await terminal.until_it(lambda screen: "Change one" not in screen)
        assert (await server.request(4)).path.endswith("/responses")
        await terminal.until_ended(2)
        terminal.press("q")
        assert await terminal.ended() == 0
        terminal.assert_restored()


async def test_without_colours_the_form_is_readable_and_works(
    server: DemoServer, prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"one": "lab:brief"})
    async with session("--plain", path, home=tmp_path) as terminal:
        await terminal.until_ended(1)
        terminal.press("c")
        await terminal.until("Change one", "› prompt")
        terminal.press("x", "enter")
        await terminal.until_it(lambda screen: "Change one" not in screen)
        body = (await server.request(1)).body
        assert isinstance(body, dict)
        assert body["messages"] == [{"role": "user", "content": "onex"}]
        await terminal.until_ended(1)
        terminal.press("q")
        await terminal.ended()
        assert b"38;2;" not in terminal.output
