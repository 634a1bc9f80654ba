"""The inspector from outside."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from streamdash.streams.events import Wire
from streamdash.streams.wire_log import WireLog
from tests.tui.screen import rows, shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    import pytest

    from streamdash.tui.app import StreamdashApp


def listed(app: StreamdashApp) -> list[str]:
    """The list's rows, without the event beside them."""
    return [row.split("│")[0].rstrip() for row in rows(app)[2:-1]]


async def test_every_wire_event_is_listed_with_its_delta_and_shown_as_json() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run, size=(160, 40)) as (app, pilot):
        provider["A"].say("Hel")
        provider["A"].say("lo\n")
        provider["A"].finish()
        await until(lambda: run.states[0].status.final)
        await pilot.press("i")
        await until(lambda: "since send" in text(app))
        first, second, last = listed(app)[:3]
        assert first.split()[0] == "1"
        assert "chat.completion.chunk" in first
        assert "'Hel'" in first
        assert r"'lo\n'" in second
        assert last.endswith("stop")
        assert '"finish_reason": "stop"' in text(app)
        assert "3 events" in rows(app)[0]
        assert "✓ done" in rows(app)[0]
        await pilot.press("home")
        await until(lambda: '"content": "Hel"' in text(app))
        await pilot.press("down")
        await until(lambda: r'"content": "lo\n"' in text(app))


async def test_new_events_appear_while_it_follows() -> None:
    run, provider = scripted_run("A")
    async with shown(run, size=(100, 30)) as (app, pilot):
        await pilot.press("i")
        await until(lambda: "no event yet" in text(app))
        for number in range(60):
            provider["A"].say(f"w{number} ")
        await until(lambda: "'w59 '" in text(app))
        assert "following" in rows(app)[0]
        await pilot.press("up")
        await until(lambda: "following" not in rows(app)[0])
        provider["A"].say("late")
        await until(lambda: "61 events" in rows(app)[0])
        assert "'late'" not in text(app)
        await pilot.press("f")
        await until(lambda: "'late'" in text(app))


async def test_the_search_lists_only_events_that_contain_the_text() -> None:
    run, provider = scripted_run("A")
    async with shown(run, size=(160, 30)) as (app, pilot):
        for word in ("apple", "Pear", "plum", "pearl"):
            provider["A"].say(word)
        await until(lambda: run.states[0].text.chars == 18)
        await pilot.press("i", "slash", *"PEAR")
        await until(lambda: "2 of 4 events" in rows(app)[0])
        assert not any("apple" in row for row in listed(app))
        await pilot.press("enter")
        provider["A"].say("pear tree")
        await until(lambda: "3 of 5 events" in rows(app)[0])
        await pilot.press("escape")
        await until(lambda: any("apple" in row for row in listed(app)))
        await pilot.press("escape")
        await until(lambda: "since send" not in text(app))


async def test_only_the_last_events_are_kept_and_the_title_tells_so() -> None:
    run, provider = scripted_run("A")
    run.states[0].wire = WireLog(20)
    async with shown(run, size=(160, 60)) as (app, pilot):
        for number in range(50):
            provider["A"].say(f"w{number} ")
        await until(lambda: run.states[0].wire_count == 50)
        await pilot.press("i")
        await until(lambda: "50 events, the last 20 kept" in rows(app)[0])
        assert listed(app)[0].split()[0] == "31"
        await pilot.press("home")
        for number in range(50, 60):
            provider["A"].say(f"w{number} ")
        await until(lambda: "60 events" in rows(app)[0])
        assert listed(app)[0].split()[0] == "41"


async def test_it_goes_from_stream_to_stream() -> None:
    run, provider = scripted_run("Aaa", "Bbb")
    async with shown(run, size=(120, 30)) as (app, pilot):
        provider["Aaa"].say("one")
        provider["Bbb"].say("two")
        await until(lambda: all(state.text.chars for state in run.states))
        await pilot.press("i")
        await until(lambda: "'one'" in text(app))
        await pilot.press("right")
        await until(lambda: "'two'" in text(app) and "Bbb" in rows(app)[0])
        await pilot.press("escape")
        await until(lambda: app.board.grid.current == 1)


async def test_hostile_events_are_shown_and_do_nothing() -> None:
    run, provider = scripted_run("A")
    async with shown(run, size=(160, 30)) as (app, pilot):
        provider["A"].send(
            Wire("[@click=app.quit]t[/x]\x1b[2J", json.dumps({"id": "\x1b]0;x\x07", "model": 3}))
        )
        provider["A"].send(Wire("odd", '["not", {"an": "object"}]'))
        provider["A"].send(Wire("[DONE]", "[DONE]", chunk=False))
        await until(lambda: run.states[0].wire_count == 3)
        await pilot.press("i", "home")
        await until(lambda: "[@click=app.quit]t" in text(app))
        assert "\x1b" not in text(app)
        await pilot.press("down")
        await until(lambda: '"not"' in text(app))


async def test_on_a_narrow_screen_the_event_is_below_the_list() -> None:
    run, provider = scripted_run("A")
    async with shown(run, size=(60, 20)) as (app, pilot):
        provider["A"].say("Hel")
        await until(lambda: run.states[0].text.chars == 3)
        await pilot.press("i")
        await until(lambda: '"model": "m-1"' in text(app))
        assert "'Hel'" in rows(app)[2]
        assert all(len(row) <= 60 for row in rows(app))


async def test_new_events_cause_no_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    run, provider = scripted_run("A")
    async with shown(run, size=(160, 20)) as (app, pilot):
        await pilot.press("i")
        for number in range(40):
            provider["A"].say(f"w{number} ")
        await until(lambda: "'w39 '" in text(app))
        await pilot.pause()
        laid_out: list[object] = []
        monkeypatch.setattr(app.screen, "_refresh_layout", laid_out.append)
        for number in range(40, 80):
            provider["A"].say(f"w{number} ")
        await until(lambda: "'w79 '" in text(app) and '"content": "w79 "' in text(app))
        assert not laid_out
        await pilot.press("home")
        await until(lambda: '"content": "w0 "' in text(app))
        assert not laid_out


async def test_a_long_event_is_scrolled_by_itself() -> None:
    run, provider = scripted_run("A")
    async with shown(run, size=(160, 20)) as (app, pilot):
        long = json.dumps({f"key{number}": number for number in range(60)})
        provider["A"].send(Wire("long", long))
        await pilot.press("i")
        await until(lambda: '"key0": 0' in text(app))
        assert '"key59"' not in text(app)
        await pilot.press(*["space"] * 5)
        await until(lambda: '"key59": 59' in text(app))
        provider["A"].say("next")
        await until(lambda: '"content": "next"' in text(app))
