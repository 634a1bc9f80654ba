"""The user's editor in the terminal: it has the terminal alone, and the screen comes back whole."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.reader import load_recording
from streamdash.streams.metrics import measure
from tests.pseudo_terminal.session import modes_left_on, session
from tests.pseudo_terminal.test_job_control import SHELL

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.demo.server import DemoServer
    from tests.pseudo_terminal.conftest import Prompts

pytestmark = pytest.mark.fault("terminal", "lent to an editor, whatever that does to it")

WAIT = "while [ ! -e go ]; do sleep 0.02; done"
OPEN = "printf '\\033[2J\\033[Heditor is open'; echo $$ > editor.pid"


def editor(home: Path, *lines: str) -> dict[str, str]:
    """A fake editor of these lines of shell; `$2` is the file. Returns the variables."""
    path = home / "editor.sh"
    path.write_text("\n".join(lines) + "\n")
    return {"VISUAL": f"sh '{path}' --wait", "EDITOR": "false"}


def is_alive(home: Path) -> bool:
    try:
        os.kill(int((home / "editor.pid").read_text()), 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_saved_request_runs_the_pane_again_on_a_whole_screen(
    prompts: Prompts, server: DemoServer, tmp_path: Path
) -> None:
    path = prompts({"Apples": "lab:brief", "Pears": "lab:brief"})
    change = 'sed -i \'s/prompt = "Apples"/prompt = "Plums"/\' "$2"'
    variables = editor(tmp_path, OPEN, WAIT, change)
    async with session(path, home=tmp_path, variables=variables) as terminal:
        await terminal.until_ended(2)
        terminal.press("E")
        screen = await terminal.until("editor is open")
        assert "Apples" not in screen
        assert terminal.attributes == terminal.attributes_before
        assert modes_left_on(bytes(terminal.output)) == set()
        terminal.resize(90, 30)
        (tmp_path / "go").touch()
        await terminal.until("› Plums", "› Pears", "q quit", "╭─ 1 Apples")
        screen = await terminal.until_ended(2)
        assert max(map(len, screen.splitlines())) == 90
        assert "editor is open" not in screen
        terminal.press("q")
        assert await terminal.ended() == 0
        terminal.assert_restored()
    bodies = [str(received.body) for received in server.requests]
    assert sum("Plums" in body for body in bodies) == 1


async def test_streams_that_end_while_the_editor_is_open_have_exact_times(
    prompts: Prompts, server: DemoServer, tmp_path: Path
) -> None:
    path = prompts({"A": "lab:late", "B": "lab:late"})
    record = tmp_path / "run.jsonl"
    variables = editor(tmp_path, OPEN, WAIT)
    async with session(
        path, "--record", str(record), home=tmp_path, variables=variables
    ) as terminal:
        await terminal.until_ended(2)
        terminal.press("R")
        await terminal.until("2 waiting")
        terminal.press("E")
        await terminal.until("editor is open")
        async with asyncio.timeout(30):
            for index in (2, 3):
                await (await server.request(index)).over.wait()
        (tmp_path / "go").touch()
        await terminal.until_ended(2, "q quit")
        terminal.press("q")
        assert await terminal.ended() == 0
    measured = [launches[-1].state(0) for launches in load_recording(str(record)).streams]
    for state, received in zip(measured, server.requests[2:], strict=True):
        metrics = measure(state)
        assert received.first_delta_at is not None
        assert received.last_delta_at is not None
        assert metrics.ttft_s == pytest.approx(
            received.first_delta_at - received.received_at, abs=0.08
        )
        assert metrics.last_delta_s == pytest.approx(
            received.last_delta_at - received.received_at, abs=0.08
        )


FAILURES = {
    "it fails": (("exit 3",), "sh ended with code 3: nothing was changed"),
    "it is killed": (("kill -9 $$",), "sh was ended by signal 9"),
    "it crashes and leaves raw mode, another screen, mouse and cursor behind": (
        (
            "stty raw -echo",
            "printf '\\033[?1049h\\033[?1000h\\033[?1002h\\033[?1006h'",
            "printf '\\033[?2004h\\033[?25l\\033[?7l'",
            "kill -9 $$",
        ),
        "sh was ended by signal 9",
    ),
    "it removes the file": (('rm "$2"',), "emptied: nothing was changed"),
    "it empties the file": (('> "$2"',), "emptied: nothing was changed"),
}


@pytest.mark.parametrize(("lines", "said"), FAILURES.values(), ids=list(FAILURES))
async def test_the_screen_comes_back_whole_though(
    lines: tuple[str, ...], said: str, prompts: Prompts, server: DemoServer, tmp_path: Path
) -> None:
    path = prompts({"A": "lab:brief"})
    async with session(path, home=tmp_path, variables=editor(tmp_path, *lines)) as terminal:
        await terminal.until_ended(1)
        terminal.press("E")
        await terminal.until("╭─ 1 A", "brief answer", "q quit", said)
        terminal.press("?")
        await terminal.until("esc closes")
        terminal.press("q")
        terminal.press("q")
        assert await terminal.ended() == 0
        terminal.assert_restored()
    assert len(server.requests) == 1


async def test_what_is_typed_in_the_editor_is_the_editors_business(
    prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"A": "lab:brief"})
    async with session(path, home=tmp_path, variables=editor(tmp_path, OPEN, WAIT)) as terminal:
        await terminal.until_ended(1)
        terminal.press("E")
        await terminal.until("editor is open")
        terminal.press("q", "ctrl+c")
        await terminal.until("╭─ 1 A", "sh was ended by signal 2")
        terminal.press("ctrl+c")
        assert await terminal.ended() == 130
        terminal.assert_restored()


@pytest.mark.parametrize("stubborn", [False, True])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_a_signal_ends_the_editor_with_the_program(
    number: signal.Signals, stubborn: bool, prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"A": "lab:endless"})
    deaf = "trap '' TERM INT HUP" if stubborn else ":"
    variables = editor(tmp_path, "stty raw -echo", deaf, OPEN, WAIT)
    variables["TMPDIR"] = str(tmp_path)
    async with session(path, home=tmp_path, variables=variables) as terminal:
        await terminal.until("line 3")
        terminal.press("E")
        await terminal.until("editor is open")
        assert is_alive(tmp_path)
        terminal.process.send_signal(number)
        assert await terminal.ended() == 128 + number
        assert not is_alive(tmp_path)
        terminal.assert_restored()
    assert not list(tmp_path.glob("streamdash-*"))


async def test_the_whole_job_stops_with_the_editor_and_goes_on_with_it(
    prompts: Prompts, tmp_path: Path
) -> None:
    path = prompts({"A": "lab:brief"})
    say = "trap 'printf \"\\033[2J\\033[Hit goes on\"' CONT"
    variables = editor(tmp_path, OPEN, say, WAIT, 'sed -i s/\\"A\\"/\\"Again\\"/ "$2"')
    async with session(path, home=tmp_path, command=("-c", SHELL), variables=variables) as terminal:
        await terminal.until_ended(1)
        terminal.press("E")
        await terminal.until("editor is open")
        for _ in range(2):
            terminal.press("\x1a")
            await terminal.until("stopped$")
            terminal.assert_restored()
            terminal.press("fg\n")
            await terminal.until("it goes on")
        (tmp_path / "go").touch()
        await terminal.until("› Again", "brief answer", "q quit")
        terminal.press("q")
        assert await terminal.ended() == 0
        terminal.assert_restored()


async def test_the_file_is_private_holds_no_key_and_is_removed(
    prompts: Prompts, tmp_path: Path
) -> None:
    key = "sk-lab-1234567890abcdef"
    endpoint = {"api": "openai", "base_url": "http://127.0.0.1:1/v1", "api_key_env": "LAB_KEY",
                "headers": {"x-gateway": "header-9876543210"}}  # fmt: skip
    path = prompts({"A": "paid:m"}, {"paid": endpoint})
    variables = editor(
        tmp_path, 'cp "$2" seen.toml', 'stat -c %a "$2" "$(dirname "$2")" > modes; echo "$2" > name'
    )
    async with session(path, home=tmp_path, variables={**variables, "LAB_KEY": key}) as terminal:
        await terminal.until_ended(1)
        terminal.press("E")
        await terminal.until("nothing was changed", "q quit")
        terminal.press("q")
        await terminal.ended()
    seen = (tmp_path / "seen.toml").read_text()
    assert 'model = "paid:m"' in seen
    assert key not in seen
    assert "9876543210" not in seen
    assert (tmp_path / "modes").read_text().split() == ["600", "700"]
    name = (tmp_path / "name").read_text().strip()
    assert name.endswith(".toml")
    assert not os.path.exists(os.path.dirname(name))
