"""Exports from the screen: what is written, when, and which notice appears."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from streamdash.recording.reader import load_recording
from streamdash.recording.replay import ReplayRun
from streamdash.streams.events import Attempt, Delta, End, Event, Flag, Sent, Status
from streamdash.streams.frozen_run import freeze_state
from streamdash.streams.metrics import measure
from streamdash.streams.state import StreamState
from streamdash.tui.screens.export.exporter import Exporter
from streamdash.tui.screens.export.menu import ENTRIES
from tests.recording.scenes import STARTED, record
from tests.streams.scripted import Scripted, spoken
from tests.tui.screen import shown, text, until
from tests.tui.scripted_run import scripted_run, spec

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.tui.app import StreamdashApp
    from streamdash.tui.screens.export.exporter import Form

SUFFIXES = {
    "text": ".txt", "json": ".json", "jsonl": ".jsonl", "csv": ".csv", "markdown": ".md",
    "html": ".html", "junit": ".xml", "svg": ".svg",
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("form", ENTRIES)
async def test_every_form_is_a_key_of_the_menu(form: Form, folder: Path) -> None:
    run, provider = scripted_run("PY", "RS")
    async with shown(run) as (app, pilot):
        provider["PY"].say("Python is a language")
        provider["PY"].finish()
        provider["RS"].say("Rust is")
        await until(lambda: "Rust is" in text(app) and "✓ done" in text(app))
        await pilot.press("e")
        await until(lambda: "a picture of the screen" in text(app))
        await pilot.press(ENTRIES[form].key)
        target = folder / f"Test{SUFFIXES[form]}"
        await until(target.exists)
        await until(lambda: "exported to" in text(app))
        assert run.live
    written = target.read_text(encoding="utf-8")
    assert "PY" in written
    assert list(folder.iterdir()) == [target]
    assert target.stat().st_mode & 0o777 == 0o600


async def test_the_menu_is_used_with_arrows_and_closed_with_esc(folder: Path) -> None:
    run, _ = scripted_run("A")
    async with shown(run) as (app, pilot):
        await pilot.press("e", "escape")
        await until(lambda: "a picture of the screen" not in text(app))
        await pilot.press("e", "down", "down", "enter")
        await until((folder / "Test.jsonl").exists)
        await until(lambda: "exported to" in text(app))
    assert [path.name for path in folder.iterdir()] == ["Test.jsonl"]


async def test_an_export_during_the_run_has_the_numbers_of_that_moment(folder: Path) -> None:
    run, provider = scripted_run("A")
    async with shown(run, started=STARTED.isoformat()) as (app, pilot):
        provider["A"].say("half an answer")
        await until(lambda: "half an answer" in text(app))
        await pilot.press("e", "j")
        await until((folder / "Test.json").exists)
        provider["A"].say(" and the rest")
        await until(lambda: "and the rest" in text(app))
    told = json.loads((folder / "Test.json").read_text())
    assert told["run"]["started"] == STARTED.isoformat()
    assert told["streams"][0]["status"] == "streaming"
    assert told["streams"][0]["text"] == "half an answer"


async def test_no_file_is_overwritten(folder: Path) -> None:
    (folder / "Test.csv").write_text("mine")
    run, _ = scripted_run("A")
    async with shown(run) as (_, pilot):
        await pilot.press("e", "c")
        await until((folder / "Test-2.csv").exists)
    assert (folder / "Test.csv").read_text() == "mine"


async def said_after_export(app: StreamdashApp) -> str:
    await until(lambda: "not exported" in text(app))
    return text(app)


async def test_a_full_disk_is_reported_and_stops_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        with monkeypatch.context() as patch:
            patch.setattr("streamdash.output.whole_file.os.fsync", fsync)
            await pilot.press("e", "t")
            assert "not exported: No space left on device" in await said_after_export(app)
        provider["A"].say("goes on")
        await until(lambda: "goes on" in text(app))
    assert list(folder.iterdir()) == []


async def test_an_error_in_a_report_is_reported_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def report(*_: object) -> str:
        raise ValueError("[/no] report\x1b[2J")

    monkeypatch.setattr("streamdash.reporting.export.report", report)
    run, _ = scripted_run("A")
    async with shown(run) as (app, pilot):
        await pilot.press("e", "h")
        said = await said_after_export(app)
        assert "[/no] report" in said
        assert "\x1b" not in said
        assert app.is_running


async def test_the_picture_shows_the_board_without_the_menu_and_needs_no_network(
    folder: Path,
) -> None:
    run, provider = scripted_run("<b>&")
    async with shown(run) as (app, pilot):
        provider["<b>&"].say("plain 日本語 \x1b[31m")
        await until(lambda: "日本語" in text(app))
        await pilot.press("e", "s")
        await until((folder / "Test.svg").exists)
    svg = (folder / "Test.svg").read_text(encoding="utf-8")
    tree = ElementTree.fromstring(svg)  # noqa: S314  # our own
    words = [
        ((element.text or "").replace("\xa0", " "), float(element.attrib["textLength"]))
        for element in tree.iter("{http://www.w3.org/2000/svg}text")
        if "textLength" in element.attrib
    ]
    assert "into this folder" not in str(words)
    assert any("<b>&" in word for word, _ in words)
    line, length = next(pair for pair in words if "日本語" in pair[0])
    assert length == pytest.approx(12.2 * (len(line) + 3))
    assert set(re.findall(r"https?://[\w./]+", svg)) <= {
        "http://www.w3.org/2000/svg",
        "https://www.textualize.io",
    }
    assert "url(http" not in svg.replace('"', "")


async def test_a_page_without_a_recording_has_no_curves(folder: Path) -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, _):
        for word in ["one", "two", "three", "four", "five", "six"]:
            provider["A"].say(word)
        provider["A"].finish()
        await until(lambda: "✓ done" in text(app))
        bare = await Exporter(run, STARTED.isoformat()).write("html", folder, app)
    assert "chars over time" not in bare.read_text().lower()


@pytest.fixture
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "run.jsonl"
    record(path, {"PY": Scripted(spoken(*["word "] * 20))}, title="Two")
    return path


async def test_a_replay_is_exported_like_the_run_it_plays(recorded: Path, folder: Path) -> None:
    run = ReplayRun(load_recording(str(recorded)), speed=64)
    async with shown(run, timeline=run.timeline, recorded_in=recorded) as (app, pilot):
        await until(lambda: "✓ 1 done" in text(app))
        await pilot.press("e", "h")
        await until((folder / "Two.html").exists)
    assert "chars over time" in (folder / "Two.html").read_text().lower()


async def test_a_missing_recording_does_not_prevent_an_export(recorded: Path, folder: Path) -> None:
    run = ReplayRun(load_recording(str(recorded)), speed=64)
    recorded.unlink()
    async with shown(run, timeline=run.timeline, recorded_in=recorded) as (app, pilot):
        await until(lambda: "✓ 1 done" in text(app))
        await pilot.press("e", "h")
        await until((folder / "Two.html").exists)


def test_a_frozen_state_is_not_changed_by_later_events() -> None:
    state = StreamState(spec("A"), 0, 0.0)
    begun: list[Event] = [Attempt(1), Sent(), Delta("answer", "one"), Flag("odd")]
    for event in begun:
        state.apply(event, 1.0)
    it = freeze_state(state)
    before = measure(it)
    later: list[Event] = [Delta("answer", "two"), Delta("reasoning", "x"), Flag("more")]
    for event in [*later, End(Status.DONE)]:
        state.apply(event, 9.0)
    assert measure(it) == before
    assert it.text.value() == "one"
    assert it.status is Status.STREAMING
    assert state.text.value() == "onetwo"
    assert freeze_state(state) is state
