"""Turns and reruns in recordings and reports: every answer is shown, compared by turn."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.reader import load_recording
from streamdash.recording.replay import ReplayRun
from streamdash.reporting.comparison import pairs
from streamdash.reporting.report import report
from streamdash.reporting.reported_run import reported_recording
from streamdash.reporting.result import run_result
from tests.recording.scenes import record
from tests.streams.scripted import Scripted, spoken
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.reporting.report import Style
    from streamdash.reporting.reported_run import ReportedRun
    from streamdash.reporting.result import RunResult
    from streamdash.streams.run import Run

KIND = pytest.mark.fault("screen", "a follow-up or rerun loses or invents what was said")
TURNS = pytest.mark.fault("screen", "numbers of different turns are compared")


async def talk(run: Run) -> None:
    """A is rerun and asked a follow-up, B and C are only asked once."""
    await run.wait()
    run.rerun(0)
    await run.wait()
    run.ask("and\nwhy?", [0])
    await run.wait()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "run.jsonl"
    providers = {
        "A": Scripted(spoken("first"), spoken("second"), spoken("third", first=0.01)),
        "B": Scripted(spoken("# B's answer")),
        "C": Scripted(spoken("c", first=9.0)),
    }
    record(path, providers, during=talk)
    return path


@pytest.fixture
def source(path: Path) -> ReportedRun:
    return reported_recording(load_recording(str(path)))


@KIND
def test_the_recording_has_every_answer_and_its_turn(path: Path) -> None:
    board = load_recording(str(path)).board()
    assert [(s.spec.turn, s.text.value()) for s in board.earlier[0]] == [
        (1, "first"),
        (1, "second"),
    ]
    assert board.states[0].spec.turn == 2
    assert board.states[0].spec.question == "and\nwhy?"


@KIND
def test_a_replay_ends_with_the_same_result(path: Path) -> None:
    recording = load_recording(str(path))

    async def work() -> RunResult:
        run = ReplayRun(recording, speed=0, clock=virtual_clock)
        run.start()
        await run.wait()
        before = run_result(run, "")
        run.rerun(0)
        await run.wait()
        await asyncio.sleep(0)
        again = run_result(run, "").streams[0].earlier
        assert again == before.streams[0].earlier
        await run.drain()
        return before

    assert run_virtual(work()) == run_result(recording.board(), "")


@KIND
def test_an_older_recording_without_turns_is_counted(path: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.jsonl"
    old.write_text(path.read_text().replace(',"turn":2', "").replace(',"turn":1', ""))
    board = load_recording(str(old)).board()
    assert [state.spec.turn for state in board.states] == [2, 1, 1]


@TURNS
@pytest.mark.parametrize("style", ["text", "markdown"])
def test_tables_have_a_row_for_each_answer_and_a_column_for_the_turn(
    source: ReportedRun, style: Style
) -> None:
    rows = [line.replace("|", " ").split() for line in report([source], style).splitlines()]
    head = next(row for row in rows if row[:1] == ["label"])
    turn = head.index("turn")
    body = [row for row in rows if row[:1] in (["A"], ["B"], ["C"]) and len(row) > 5]
    assert [(row[0], row[turn]) for row in body] == [
        ("A", "1"), ("A", "1"), ("A", "2"), ("B", "1"), ("C", "1")
    ]  # fmt: skip
    assert ["earlier" in row for row in body] == [True, False, False, False, False]


@TURNS
def test_without_a_follow_up_there_is_no_such_column(tmp_path: Path) -> None:
    record(tmp_path / "r.jsonl", {"A": Scripted(spoken("a"))})
    plain = reported_recording(load_recording(str(tmp_path / "r.jsonl")))
    assert "turn" not in report([plain], "text")


@TURNS
def test_csv_ends_with_turn_question_and_answer(source: ReportedRun) -> None:
    rows = list(csv.DictReader(io.StringIO(report([source], "csv"))))
    assert list(rows[0])[-4:] == ["turn", "earlier", "question", "answer"]
    assert [(r["label"], r["turn"], r["earlier"], r["question"], r["answer"]) for r in rows] == [
        ("A", "1", "true", "Hello", "first"),
        ("A", "1", "true", "Hello", "second"),
        ("A", "2", "false", "and\nwhy?", "third"),
        ("B", "1", "false", "Hello", "# B's answer"),
        ("C", "1", "false", "Hello", "c"),
    ]


@KIND
def test_markdown_has_the_whole_conversation_below_its_label(source: ReportedRun) -> None:
    text = report([source], "markdown")
    assert (
        "### Answer 1\n\n> Hello\n\nfirst\n\n### Answer 2 (rerun)\n\n> Hello\n\nsecond\n\n"
        "### Answer 3 (follow-up)\n\n```\nand\nwhy?\n```\n\nthird\n\n"
        "## B\n\n> Hello\n\n### B's answer\n"
    ) in text


@KIND
def test_json_has_question_messages_and_earlier_answers(source: ReportedRun) -> None:
    first, second, _ = json.loads(report([source], "json"))["streams"]
    assert [one["text"] for one in first["earlier"]] == ["first", "second"]
    assert [m["content"] for m in first["messages"]] == ["Hello", "second", "and\nwhy?"]
    assert (second["question"], second["turn"], second["earlier"]) == ("Hello", 1, [])


@TURNS
def test_the_page_marks_the_best_of_a_turn_only_and_shows_every_turn(source: ReportedRun) -> None:
    page = report([source], "html")
    assert page.count('class="number best"') == 4  # TTFT and total of turn 1, where A and B tie
    assert "B · turn 1" in page
    assert "<summary>Answer 1</summary>" in page
    assert "<summary>Answer 2 (rerun)</summary>" in page
    assert "Turn 2: and\nwhy?" in page
    assert "A · turn 2" in page


@TURNS
def test_text_names_each_question_and_the_streams_it_was_put_to(source: ReportedRun) -> None:
    text = report([source], "text")
    assert "asked of A; B; C: Hello\n" in text
    assert "asked of A, turn 2: and why?\n" in text


@TURNS
def test_two_runs_are_compared_by_the_last_turn_that_both_have(
    source: ReportedRun, tmp_path: Path
) -> None:
    record(tmp_path / "b.jsonl", {"A": Scripted(spoken("only"))})
    other = reported_recording(load_recording(str(tmp_path / "b.jsonl")))
    for before, after in ((source, other), (other, source)):
        pair = next(p for p in pairs(before.results, after.results) if p.label == "A")
        assert pair.before is not None
        assert pair.after is not None
        assert {pair.before.text, pair.after.text} == {"second", "only"}
