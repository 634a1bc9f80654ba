"""The list of recorded runs: what is listed, searched, previewed and read."""

from __future__ import annotations

import json
import os
from contextlib import asynccontextmanager
from threading import Event
from typing import TYPE_CHECKING

import pytest
from textual.events import Key

from streamdash.recording import preview
from streamdash.recording.library import list_runs
from streamdash.recording.reader import load_recording
from streamdash.recording.recording import Recording
from streamdash.recording.spec_json import spec_to_json
from streamdash.reporting.figures import duration
from streamdash.reporting.reported_run import reported_recording
from streamdash.tui.screens.runs import picker
from streamdash.tui.screens.runs.picker import RunPicker
from streamdash.tui.screens.runs.run_choices import find_runs, run_choices
from tests.recording.scenes import record
from tests.streams.scripted import Scripted, spec, spoken
from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from streamdash.reporting.result import StreamResult
    from streamdash.tui.app import StreamdashApp

FILES = pytest.mark.fault("files and environment", "a listed recording cannot be opened")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three runs, and files that are none. The newest is `c`; all began at the same time."""
    folder = tmp_path / "runs"
    folder.mkdir()
    record(folder / "a.jsonl", {"A": Scripted(spoken("one ", "two"))}, title="Old gold")
    asked = spec("B", messages=({"role": "user", "content": "What is\nRust?"},), model="gpt-4o")
    record(folder / "b.jsonl", {"B": Scripted(spoken("x" * 1234))}, specs=(asked,), title="")
    half = Scripted([*spoken("half an ans", "wer")[:5]])
    record(folder / "c.jsonl", {"good": Scripted(spoken("yes")), "cut": half}, title="Mixed")
    (folder / "d.jsonl").write_text('{"dear": "diary"}\n')
    (folder / "e.jsonl").write_bytes(b"\xff\x00")
    (folder / "f.jsonl").mkdir()
    return folder


class Choice:
    """An open list of runs, and the recordings that it ended with."""

    def __init__(self, app: StreamdashApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot
        self.results: list[Recording | None] = []

    @property
    def listed(self) -> list[str]:
        """The visible rows that begin with a number, as words."""
        words = (" ".join(row.split()) for row in rows(self.app))
        return [row for row in words if row[:1].isdigit() and ".jsonl" not in row]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await settled(self.app, self.pilot)


@asynccontextmanager
async def choosing(
    folder: Path, own: Path | None = None, *, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[Choice]:
    run, _ = scripted_run("A")
    async with shown(run, size=size) as (app, pilot):
        choice = Choice(app, pilot)
        app.push_screen(RunPicker(folder, own), choice.results.append)
        await until(lambda: "looking" not in text(app) and "esc close" in text(app))
        await settled(app, pilot)
        yield choice


async def test_runs_are_listed_newest_first_with_the_numbers_of_the_command(folder: Path) -> None:
    async with choosing(folder) as choice:
        await until(lambda: len(choice.listed) == 3)
        assert [row.split()[0] for row in choice.listed] == ["1", "2", "3"]
        names = [run.path.name for run in list_runs(folder)]
        assert names == ["c.jsonl", "b.jsonl", "a.jsonl"]
        assert "Mixed · m 1 done, 1 truncated" in choice.listed[0]
        assert "What is Rust? · gpt-4o 1 done" in choice.listed[1]
        assert "Old gold · m 1 done" in choice.listed[2]
        assert "3 runs" in rows(choice.app)[0]


async def test_the_run_that_is_being_recorded_is_left_out_and_the_numbers_stay(
    folder: Path,
) -> None:
    (folder.parent / "elsewhere").symlink_to(folder)
    async with choosing(folder, folder.parent / "elsewhere" / "c.jsonl") as choice:
        await until(lambda: len(choice.listed) == 2)
        assert [row.split()[0] for row in choice.listed] == ["2", "3"]


@pytest.mark.parametrize("columns", [200, 100, 60])
@pytest.mark.parametrize("own", [None, "own.jsonl"])
async def test_an_empty_folder_is_named(tmp_path: Path, own: str | None, columns: int) -> None:
    none = tmp_path / "none"
    async with choosing(none, None if own is None else none / own, size=(columns, 20)) as choice:
        await choice.press("enter", "down", "pagedown", "ctrl+end", "x", "enter")
        assert f"no {'' if own is None else 'other '}run is recorded in /" in rows(choice.app)[0]
        await choice.press("escape")
        assert choice.results == [None]


async def test_typing_narrows_the_list_and_enter_reads_the_run(folder: Path) -> None:
    async with choosing(folder) as choice:
        await choice.press(*"rust", "space", *"gpt")
        await until(lambda: len(choice.listed) == 1)
        assert "1 of 3 runs" in rows(choice.app)[0]
        await choice.press("enter")
        await until(lambda: bool(choice.results))
        (recording,) = choice.results
        assert isinstance(recording, Recording)
        assert recording.path == folder / "b.jsonl"


async def test_enter_right_after_typing_reads_what_was_typed(folder: Path) -> None:
    async with choosing(folder) as choice:
        await choice.pilot.press(*"gold", "enter")
        await until(lambda: bool(choice.results))
        assert choice.results[0] is not None
        assert choice.results[0].path == folder / "a.jsonl"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [1, 2, 3]),
        ("3", [3, 1, 2]),
        ("#2", [2]),
        ("truncated", [1]),
        ("OLD", [3]),
        ("gpt4", [2]),
        ("nothing of the kind", []),
        ("done 2026", [1, 2, 3]),
        ("m", [1, 3]),
    ],
)
def test_a_number_comes_first_then_whole_words_then_letters(
    folder: Path, query: str, found: list[int]
) -> None:
    listed = [one.number for one in find_runs(query, run_choices(folder, None)).rows]
    assert listed[: len(found)] == found
    assert bool(listed) is bool(found)


async def test_the_preview_has_question_statuses_and_numbers(folder: Path) -> None:
    async with choosing(folder) as choice:
        await until(lambda: "◖ truncated" in text(choice.app))
        assert "Hello" in text(choice.app)
        await choice.press("down")
        await until(lambda: "1.2k" in text(choice.app))
        (row,) = [row for row in rows(choice.app) if "B:gpt-4o" in row]
        metrics = first_result(folder / "b.jsonl").metrics
        times = f"{duration(metrics.ttft_s)} {duration(metrics.total_s)}"
        assert row.split() == ["B", "✓", "done", *times.split(), "1.2k", "B:gpt-4o"]
        assert any(row.strip() == "What is Rust?" for row in rows(choice.app))
        assert "b.jsonl" in text(choice.app)


def first_result(path: Path) -> StreamResult:
    return reported_recording(load_recording(str(path))).results[0]


async def test_of_a_long_recording_only_the_beginning_is_previewed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "BEGINNING", (folder / "b.jsonl").stat().st_size - 400)
    (folder / "c.jsonl").unlink()
    async with choosing(folder) as choice:
        await until(lambda: "only its beginning was read" in text(choice.app))
        assert "goes on" in text(choice.app)
        await choice.press("down")
        await until(lambda: "✓ done" in text(choice.app))
        assert "only its beginning" not in text(choice.app)


async def test_the_run_that_was_chosen_last_is_previewed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from streamdash.tui.screens.runs import run_preview

    gate, asked = Event(), []
    read = preview.preview_of

    def slow(path: Path, wanted: Callable[[], bool]) -> preview.Preview:
        asked.append(path.name)
        gate.wait(5)
        return read(path, wanted)

    monkeypatch.setattr(run_preview, "preview_of", slow)
    async with choosing(folder) as choice:
        await until(lambda: len(choice.listed) == 3 and bool(asked))
        await choice.press("down", "down", "up", "down")
        gate.set()
        await until(lambda: "✓ done" in text(choice.app))
        assert asked == ["c.jsonl", "a.jsonl"]
        assert any("A:m" in row for row in rows(choice.app))


@FILES
@pytest.mark.parametrize("harm", ["deleted", "emptied", "foreign", "folder", "newer"])
async def test_a_recording_that_cannot_be_read_any_more_says_why(folder: Path, harm: str) -> None:
    async with choosing(folder) as choice:
        await until(lambda: "◖ truncated" in text(choice.app))
        path = folder / "b.jsonl"
        data = path.read_bytes()
        os.unlink(path)
        if harm == "folder":
            path.mkdir()
        elif harm != "deleted":
            newer = data.replace(b'"version":2', b'"version":99', 1)
            path.write_bytes({"emptied": b"", "foreign": b"x\n", "newer": newer}[harm])
        await choice.press("down")
        said = {
            "deleted": "No such file",
            "emptied": "ends before it says what was asked",
            "foreign": "not a recording",
            "folder": "is a folder",
            "newer": "newer streamdash",
        }[harm]
        await until(lambda: said in " ".join(text(choice.app).split()))
        await choice.press("enter")
        await until(lambda: "b.jsonl" in rows(choice.app)[0])
        assert choice.results == []
        await choice.press("up")
        assert "Open a recorded run" in rows(choice.app)[0]


async def test_escape_stops_a_long_reading_and_then_closes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = Event()
    stopped = Event()

    def endless(name: str, *, wanted: Callable[[], bool]) -> Recording:
        begun.set()
        while wanted():
            stopped.wait(0.001)
        stopped.set()
        return load_recording(name, wanted=wanted)

    monkeypatch.setattr(picker, "load_recording", endless)
    async with choosing(folder) as choice:
        await until(lambda: len(choice.listed) == 3)
        await choice.press("enter")
        await until(begun.is_set)
        assert "reading #1" in rows(choice.app)[0]
        await choice.press("escape")
        await until(stopped.is_set)
        assert "reading" not in rows(choice.app)[0]
        assert choice.results == []
        await choice.press("escape")
        assert choice.results == [None]


@pytest.mark.parametrize("size", [(200, 50), (120, 40), (80, 24), (60, 20), (40, 12), (20, 5)])
async def test_every_size_shows_the_chosen_run(folder: Path, size: tuple[int, int]) -> None:
    for number in range(60):
        os.link(folder / "a.jsonl", folder / f"A{number:02}.jsonl")
    async with choosing(folder, size=size) as choice:
        await choice.press("ctrl+end")
        await until(lambda: any(row.startswith("63 ") for row in choice.listed))
        await choice.press("pageup", "ctrl+home")
        await until(lambda: any(row.startswith("1 ") for row in choice.listed))


@pytest.mark.fault("recording", "hostile text in a list of runs")
@pytest.mark.parametrize(
    "words", ["\x1b[31mred\x1b[0m", "\u202egnp.exe", "a\x00b\ttab\nline", "漢" * 4000, "", "\ud83d"]
)
async def test_hostile_text_is_listed_and_previewed_clean(folder: Path, words: str) -> None:
    question = {"role": "user", "content": words}
    asked = spec("L\x1b]0;x\x07" + words, model=words, messages=(question,))
    path = folder / "a.jsonl"
    header, *lines = path.read_bytes().splitlines(keepends=True)
    fields = {**json.loads(header), "streams": [spec_to_json(asked)], "title": words}
    path.write_bytes(json.dumps(fields).encode() + b"\n" + b"".join(lines))
    for other in "bc":
        (folder / f"{other}.jsonl").unlink()
    async with choosing(folder, size=(80, 24)) as choice:
        await until(lambda: "✓ done" in text(choice.app) or "✗ failed" in text(choice.app))
        assert not set(text(choice.app)) & {"\x1b", "\x00", "\u202e", "\x07", "\t"}
        assert all(len(row) <= 80 for row in rows(choice.app))


@pytest.mark.parametrize(
    ("moves", "place"),
    [(("down",), 1), (("ctrl+end",), -1), (("ctrl+end", "ctrl+home"), 0), (("pagedown", "up"), -2)],
)
async def test_keys_that_come_faster_than_the_rows_act_on_what_was_typed(
    folder: Path, moves: tuple[str, ...], place: int
) -> None:
    found = [one.run.path for one in find_runs("2", run_choices(folder, None)).rows]
    assert len(found) == 3
    async with choosing(folder) as choice:
        for key in ("2", *moves, "enter"):
            choice.app.post_message(Key(key, key if len(key) == 1 else None))
        await until(lambda: [one and one.path for one in choice.results] == [found[place]])
