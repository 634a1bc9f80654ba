"""Results and reports list the answers of a stream, and what was changed between them."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.reader import parse_recording
from streamdash.reporting.report import report
from streamdash.reporting.reported_run import reported_recording
from streamdash.reporting.request_changes import change_words, request_changes
from streamdash.streams.kept_texts import KeptTexts
from tests.streams.scripted import spec

if TYPE_CHECKING:
    from streamdash.reporting.reported_run import ReportedRun
    from streamdash.streams.spec import StreamSpec

SAID = pytest.mark.fault("screen", "an earlier answer is lost, or taken for the current one")
ASKED = {
    "label": "A",
    "endpoint": {"name": "lab", "api": "openai", "base_url": "http://127.0.0.1:1/v1"},
    "model": "m-1",
    "messages": [{"role": "user", "content": "Hello"}],
    "turn": 1,
}


def launch(number: int, at: float, text: str, **asked: object) -> list[dict[str, object]]:
    """The lines of one launch."""
    begun: dict[str, object] = {"t": at, "s": 0, "type": "launch", "launch": number}
    if asked:
        begun["asked"] = {**ASKED, **asked}
    return [
        begun,
        {"t": at, "s": 0, "type": "attempt", "number": 1},
        {"t": at, "s": 0, "type": "sent"},
        {"t": at + 1, "s": 0, "type": "delta", "channel": "answer", "text": text},
        {"t": at + 2, "s": 0, "type": "finish", "reason": "stop", "outcome": "done"},
        {"t": at + 2, "s": 0, "type": "end", "status": "done"},
    ]


@pytest.fixture
def source() -> ReportedRun:
    lines: list[dict[str, object]] = [
        {"type": "run", "version": 2, "t": 0, "started": "2026-01-31T18:20:33", "streams": [ASKED]},
        *launch(0, 0, "first"),
        *launch(1, 10, "second"),
        *launch(2, 20, "third", temperature=0.7, model="m-2"),
        *launch(3, 30, "fourth", temperature=0.7, model="m-2", system="Be | brief"),
        {"t": 40, "type": "run-end"},
    ]
    data = "".join(json.dumps(line) + "\n" for line in lines)
    return reported_recording(parse_recording(data.encode()))


@SAID
def test_json_says_why_each_answer_was_asked_for(source: ReportedRun) -> None:
    (stream,) = json.loads(report([source], "json"))["streams"]
    answers = [*stream["earlier"], stream]
    assert [one["launch"] for one in answers] == [1, 2, 3, 4]
    assert [one["cause"] for one in answers] == ["start", "rerun", "change", "change"]
    assert answers[2]["changes"] == [
        {"name": "model", "before": "lab:m-1", "after": "lab:m-2"},
        {"name": "temperature", "before": None, "after": 0.7},
    ]
    assert answers[3]["changes"] == [{"name": "system", "before": None, "after": "Be | brief"}]


@SAID
def test_csv_has_the_launch_the_cause_and_the_changes(source: ReportedRun) -> None:
    rows = list(csv.DictReader(io.StringIO(report([source], "csv"))))
    assert [(row["launch"], row["cause"], row["changes"]) for row in rows] == [
        ("1", "start", ""),
        ("2", "rerun", ""),
        ("3", "change", "model lab:m-1 → lab:m-2; temperature unset → 0.7"),
        ("4", "change", "system unset → Be | brief"),
    ]


@SAID
def test_markdown_lists_the_answers_before_it_shows_them(source: ReportedRun) -> None:
    text = report([source], "markdown")
    assert "| answer | turn | asked as | model | status | TTFT | total | chars |" in text
    assert "| 2 | 1 | rerun | lab:m-1 | done | 1.00 s | 2.00 s | 6 |" in text
    assert "change: model lab:m-1 → lab:m-2, temperature unset → 0.7" in text
    assert "### Answer 4 (change: system unset → Be \\| brief)" in text


@SAID
def test_the_page_lists_the_answers_and_folds_the_earlier_ones(source: ReportedRun) -> None:
    page = report([source], "html")
    assert "<td>change: model lab:m-1 → lab:m-2, temperature unset → 0.7</td>" in page
    assert "<summary>Answer 2 (rerun)</summary>" in page
    assert page.count("<summary>Answer ") == 3


@SAID
def test_a_stream_that_was_asked_once_has_no_list_of_answers() -> None:
    lines = [
        {"type": "run", "version": 2, "t": 0, "started": "", "streams": [ASKED]},
        *launch(0, 0, "first"),
    ]
    data = "".join(json.dumps(line) + "\n" for line in lines)
    once = reported_recording(parse_recording(data.encode()))
    assert "asked as" not in report([once], "markdown")
    assert "asked as" not in report([once], "html")


@SAID
@pytest.mark.parametrize(
    ("after", "words"),
    [
        (spec("A"), []),
        (spec("A")._replace(temperature=0.0), ["temperature unset → 0.0"]),
        (spec("A")._replace(stop=("\n", "END")), ['stop unset → ["\\n", "END"]']),
        (spec("A")._replace(stream=False), ["stream true → false"]),
        (spec("A")._replace(params={"top_k": 5}), ["top_k unset → 5"]),
        (spec("A")._replace(cache="cold"), ["cache unset → cold"]),
        (
            spec("A")._replace(messages=({"role": "user", "content": "Other?"},)),
            ["prompt changed"],
        ),
        (
            spec("A")._replace(system="x" * 500),
            ["system unset → " + "x" * 59 + "…"],
        ),
    ],
)
def test_every_part_of_a_request_that_differs_is_named(after: StreamSpec, words: list[str]) -> None:
    assert [change_words(one) for one in request_changes(spec("A"), after)] == words


@SAID
def test_a_follow_up_is_no_change_of_the_prompt() -> None:
    before = spec("A")
    messages = (*before.messages, {"role": "assistant", "content": "x"})
    after = before._replace(messages=(*messages, {"role": "user", "content": "why?"}), turn=2)
    assert request_changes(before, after) == ()
    assert [one.name for one in request_changes(before, after._replace(seed=1))] == ["seed"]


@SAID
@pytest.mark.parametrize("style", ["json", "markdown", "html"])
def test_a_text_that_nothing_has_is_said_to_be_lost(source: ReportedRun, style: str) -> None:
    from dataclasses import replace

    from streamdash.reporting.result import results_of

    KeptTexts(limit=1).hold([*source.snapshot.earlier[0], source.snapshot.states[0]])
    lost = replace(source, results=tuple(results_of(source.snapshot)))
    written = report([lost], style)  # type: ignore[arg-type]
    if style == "json":
        assert json.loads(written)["streams"][0]["earlier"][0]["text"] is None
    else:
        assert "The text of this answer is no longer kept." in written
