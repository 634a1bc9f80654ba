"""Reports of several runs, and of the rounds of one."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any, cast

import pytest

from streamdash.reporting.report import report
from tests.recording.scenes import providers
from tests.reporting.recorded import slow_and_fast, source
from tests.streams.scripted import Scripted, spoken

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.reporting.report import Style
    from streamdash.reporting.reported_run import ReportedRun
    from streamdash.streams.run import Run


def test_two_pairs_of_answers_prove_nothing(tmp_path: Path) -> None:
    text = report(slow_and_fast(tmp_path), "text")
    assert text.splitlines()[0].startswith(
        "after.jsonl and before.jsonl cannot be told apart by 2 pairs of answers; it takes 5"
    )
    assert "sooner" not in text
    assert "1 stream is in one of the runs only." in text
    assert re.search(r"^PY +TTFT +500 ms +250 ms +−250 ms +×0\.50$", text, re.MULTILINE)


def streams_with(tmp_path: Path, name: str, firsts: dict[str, float]) -> ReportedRun:
    """A run of streams whose first tokens come after these seconds."""
    known = {label: Scripted(spoken("x", "y", first=first)) for label, first in firsts.items()}
    return source(tmp_path, name, known)


def test_the_same_small_difference_in_ten_of_ten_streams_is_found(tmp_path: Path) -> None:
    firsts = {f"S{number}": 0.2 + 0.1 * number for number in range(10)}
    later = {label: first + 0.025 for label, first in firsts.items()}
    one = streams_with(tmp_path, "one.jsonl", firsts)
    two = streams_with(tmp_path, "two.jsonl", later)
    first, second, *_ = report([one, two], "text").splitlines()
    assert first == "two.jsonl is slower than one.jsonl."
    assert second.startswith("The first token comes 25 ms later (95 % interval 25 ms to")
    assert "10 streams" in second
    assert "one.jsonl is faster than two.jsonl" in report([two, one], "text")


def test_the_same_model_measured_twice_is_not_told_apart(tmp_path: Path) -> None:
    rng = Random(4)
    names = [f"S{number}" for number in range(8)]
    one, two = (
        streams_with(tmp_path, name, {label: rng.lognormvariate(-1, 0.5) for label in names})
        for name in ("one.jsonl", "two.jsonl")
    )
    text = report([one, two], "text")
    assert text.startswith("two.jsonl and one.jsonl are not told apart.")
    assert "sooner" not in text
    assert "later" not in text


def test_rounds_are_paired_and_prove_a_difference_of_one_stream(tmp_path: Path) -> None:
    rng = Random(4)

    def measured(name: str, typical: float) -> ReportedRun:
        rounds = [spoken("x", "y", first=typical * rng.uniform(0.95, 1.05)) for _ in range(6)]
        return source(tmp_path, name, {"A": Scripted(*rounds)}, repeat=6)

    before, after = measured("one.jsonl", 0.4), measured("two.jsonl", 0.3)
    text = report([before, after], "text")
    assert text.startswith("two.jsonl is faster than one.jsonl.")
    assert "6 pairs of answers" in text
    assert 'class="good"' in report([before, after], "html")


def test_a_run_compared_with_itself_is_not_told_apart(everything: ReportedRun) -> None:
    text = report([everything, everything], "text")
    assert text.startswith("run.jsonl (2) and run.jsonl are not told apart.")


def test_runs_without_a_common_stream_cannot_be_compared(tmp_path: Path) -> None:
    one = source(tmp_path, "one.jsonl", {"A": Scripted(spoken("x"))})
    two = source(tmp_path, "two.jsonl", {"B": Scripted(spoken("x"))})
    assert "two.jsonl and one.jsonl cannot be compared" in report([one, two], "text")


def test_a_failed_stream_is_named_and_counts_in_no_median(tmp_path: Path) -> None:
    before = {"A": Scripted(spoken("x", "y")), "B": Scripted(spoken("x", "y"))}
    after = {"A": before["A"], "B": providers()["broken"]}
    one = source(tmp_path, "one.jsonl", before)
    two = source(tmp_path, "two.jsonl", after)
    text = report([one, two], "text")
    assert "B is failed, and was done before." in text
    assert "by 1 pair of answers" in text


def test_equal_labels_are_compared_in_their_order(tmp_path: Path) -> None:
    sources = slow_and_fast(tmp_path)
    for place, known in enumerate(sources):
        results = tuple(replace(result, label="same") for result in known.results)
        sources[place] = replace(known, results=results)
    text = json.loads(report(sources, "json"))
    streams = text["comparisons"][0]["streams"]
    assert [stream["label"] for stream in streams] == ["same"] * 3
    ratios = [stream["numbers"]["ttft_s"]["ratio"] for stream in streams]
    assert ratios == [pytest.approx(0.5), pytest.approx(0.5), None]


def test_json_of_two_runs_has_both_and_their_differences(tmp_path: Path) -> None:
    text = json.loads(report(slow_and_fast(tmp_path), "json"))
    assert [run["recording"] for run in text["runs"]] == ["before.jsonl", "after.jsonl"]
    (compared,) = text["comparisons"]
    assert compared["summary"].startswith("after.jsonl and before.jsonl cannot be told apart")
    numbers = compared["streams"][0]["numbers"]["total_s"]
    assert numbers["difference"] == numbers["after"] - numbers["before"]
    assert numbers["ratio"] == numbers["after"] / numbers["before"]


def test_csv_of_two_runs_is_one_table_with_the_differences(tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(report(slow_and_fast(tmp_path), "csv"))))
    assert [row["recording"] for row in rows] == ["before.jsonl"] * 2 + ["after.jsonl"] * 3
    assert [row["ttft_s_ratio"] != "" for row in rows] == [False, False, True, True, False]
    assert float(rows[2]["ttft_s_ratio"]) == pytest.approx(0.5)


def test_repetitions_are_compared_by_their_medians(tmp_path: Path) -> None:
    def known(*firsts: float) -> dict[str, Scripted]:
        return {"A": Scripted(*(spoken("x", "y", first=first) for first in firsts))}

    one = source(tmp_path, "one.jsonl", known(0.1, 0.2, 0.9), repeat=3)
    two = source(tmp_path, "two.jsonl", known(0.9, 0.1, 0.4), repeat=3)
    text = json.loads(report([one, two], "json"))
    ttft = text["comparisons"][0]["streams"][0]["numbers"]["ttft_s"]
    assert ttft["before"] == pytest.approx(0.2)
    assert ttft["after"] == pytest.approx(0.4)
    assert "Over all rounds" in report([one], "html")


def test_the_page_says_how_many_rounds_and_warm_ups_there_were(tmp_path: Path) -> None:
    def page_of(name: str, **options: Any) -> str:
        known = {"A": Scripted(spoken("x", "y", first=0.5, gap=0.5))}
        return report([source(tmp_path, name, known, **options)], "html").partition("</h1>")[2]

    assert " · 1 stream · 3 rounds<" in page_of("three.jsonl", repeat=3)
    assert " · 1 stream · 1 round · 2 warm-ups<" in page_of("warm.jsonl", warmup=2)
    assert " · 1 stream<" in page_of("single.jsonl")

    async def leave(run: Run) -> None:
        await asyncio.sleep(1.5)  # an answer takes a second
        run.cancel(0)

    assert " · 1 stream · 2 of 4 rounds<" in page_of("left.jsonl", repeat=4, during=leave)


@pytest.mark.parametrize(
    ("style", "marked", "times"),
    [("text", "200 ms*", 2), ("markdown", "**200 ms**", 2), ("html", 'number best">200 ms<', 4)],
)
def test_a_report_of_rounds_says_what_they_prove_and_marks_the_best(
    tmp_path: Path, style: str, marked: str, times: int
) -> None:
    firsts = {"A": 0.4, "B": 0.2, "C": 0.2}
    scripts = {
        label: Scripted(*(spoken("x", "y", first=first) for _ in range(6)))
        for label, first in firsts.items()
    }
    told = report([source(tmp_path, "run.jsonl", scripts, repeat=6)], cast("Style", style))
    told = told.replace("&#x27;", "'").replace("&#39;", "'")
    assert "B's first token comes 200 ms sooner than A's (95 % interval" in told
    assert "C's first token comes 200 ms sooner than A's" in told
    assert told.count(marked) == times


def test_json_of_rounds_has_the_comparisons_with_the_reference(tmp_path: Path) -> None:
    scripts = {
        label: Scripted(*(spoken("x", "y", first=first) for _ in range(6)))
        for label, first in {"A": 0.4, "B": 0.2}.items()
    }
    run = json.loads(report([source(tmp_path, "run.jsonl", scripts, repeat=6)], "json"))["run"]
    (ttft,) = (one for one in run["comparisons"] if one["number"] == "ttft_s")
    assert [*ttft] == ["a", "b", "number", "difference", "ci95", "ratio", "n", "verdict"]
    assert (ttft["a"], ttft["b"], ttft["n"], ttft["verdict"]) == ("A", "B", 6, "faster")
    assert ttft["difference"] == pytest.approx(-0.2)
    assert ttft["ratio"] == pytest.approx(0.5)
