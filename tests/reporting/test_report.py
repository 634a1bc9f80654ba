"""Reports of one run."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest

from streamdash.recording.reader import load_recording, parse_recording
from streamdash.reporting.report import STYLES, report
from streamdash.reporting.reported_run import reported_recording, reported_run
from streamdash.reporting.result import run_result
from streamdash.reporting.result_json import run_json
from tests.recording.scenes import STARTED, make_run, providers, record
from tests.reporting.recorded import source
from tests.streams.scripted import Scripted, spoken
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.reporting.reported_run import ReportedRun


def test_json_equals_the_result_of_the_live_run(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    run = record(path)
    text = report([reported_recording(load_recording(str(path)))], "json")
    assert json.loads(text) == run_json(run_result(run, STARTED.isoformat(timespec="milliseconds")))


def test_jsonl_has_one_result_per_line(everything: ReportedRun) -> None:
    lines = report([everything], "jsonl").splitlines()
    assert [json.loads(line)["label"] for line in lines] == list(providers())
    half = json.loads(lines[-1])
    assert half["text"] == "😀\ud800"


def test_text_has_every_stream_and_its_status(everything: ReportedRun) -> None:
    text = report([everything], "text")
    for result in everything.results:
        assert re.search(rf"^{result.label} .*{result.status}", text, re.MULTILINE)
    assert "Every sort" in text
    assert "2026-01-31 18:20:33 UTC" in text


def test_text_fits_the_width(everything: ReportedRun) -> None:
    text = report([everything], "text", width=60)
    assert max(map(len, text.splitlines()[1:])) <= 60


def test_csv_cells_that_a_spreadsheet_would_run_are_defused(tmp_path: Path) -> None:
    labels = [
        "=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", " =1", "＝1", "fine", "a=b",
    ]  # fmt: skip
    known = {label: Scripted(spoken("x")) for label in labels}
    text = report([source(tmp_path, "run.jsonl", known)], "csv")
    cells = [row["label"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    defused = [f"'{label}".replace("\r", "\n") for label in labels[:-2]]
    assert cells == [*defused, "fine", "a=b"]


def test_csv_numbers_are_exact(everything: ReportedRun) -> None:
    rows = list(csv.DictReader(io.StringIO(report([everything], "csv"))))
    for row, result in zip(rows, everything.results, strict=True):
        for field in ("ttft_s", "total_s", "gap_max_s"):
            number = getattr(result.metrics, field)
            assert row[field] == ("" if number is None else repr(number))


def test_markdown_closes_the_code_block_of_a_cut_answer(tmp_path: Path) -> None:
    known = {"A": Scripted(spoken("```py\nx = 1\n~~~\n")), "B": Scripted(spoken("plain"))}
    text = report([source(tmp_path, "run.jsonl", known)], "markdown")
    assert "```py\nx = 1\n~~~\n```\n\n## B\n" in text


def test_every_readable_style_says_that_a_run_is_unfinished(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    record(path)
    data = path.read_bytes()
    cut = reported_recording(parse_recording(data[: len(data) // 2], path))
    assert cut.warnings
    for style in ("text", "markdown", "html"):
        assert "cut off before its end" in report([cut], style)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("place", [0.0, 0.12, 0.3, 0.6, 0.97])
def test_a_recording_cut_anywhere_can_be_reported_in_every_style(
    tmp_path: Path, style: Any, place: float
) -> None:
    path = tmp_path / "run.jsonl"
    record(path)
    data = path.read_bytes()
    first = data.index(b"\n") + 1
    cut = parse_recording(data[: first + int((len(data) - first) * place)], path)
    assert report([reported_recording(cut)], style).endswith("\n")
    assert report([reported_recording(cut)] * 2, style).endswith("\n")


def test_a_run_on_the_screen_is_reported_with_and_without_its_recording(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    record(path)

    async def work() -> None:
        run = make_run()
        run.start()
        await run.wait()
        bare = reported_run(run, STARTED.isoformat(), virtual_clock())
        text = reported_run(
            run, STARTED.isoformat(), virtual_clock(), recording=load_recording(str(path))
        )
        assert [track is None for track in bare.tracks] == [
            state.attempts == 0 for state in run.states
        ]
        for one, other in zip(bare.tracks, text.tracks, strict=True):
            if one is not None and other is not None:
                assert one.end == pytest.approx(other.end)
                assert list(chain(*one.gaps)) == pytest.approx(list(chain(*other.gaps)))
                assert not one.curve
        assert text.tracks[0] is not None
        assert text.tracks[0].curve[-1][1] == run.states[0].text.chars
        assert "<svg" in report([bare], "html")
        await run.drain()

    run_virtual(work())
