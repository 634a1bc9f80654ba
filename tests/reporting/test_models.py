"""The verdict per model, where several models answer the same questions."""

from __future__ import annotations

import json
from math import inf
from random import Random
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.reader import load_recording
from streamdash.reporting.models.rows import Answered, ModelRow, model_rows
from streamdash.reporting.models.table import verdict_words
from streamdash.reporting.quantities import TTFT
from streamdash.reporting.report import report
from streamdash.reporting.reported_run import reported_recording
from tests.recording.scenes import record
from tests.streams.scripted import ENDPOINT, SPEC, Scripted, spoken

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.reporting.reported_run import ReportedRun


def answers(model: str, times: list[list[float]]) -> list[Answered]:
    """The answers of a model; `times` has a list for each question, with a time for each round."""
    return [
        Answered(model, ((1, None, (f"question {place}",)), number, 1), value)
        for place, rounds in enumerate(times)
        for number, value in enumerate(rounds, 1)
    ]


def rows_of(*answered: list[Answered], reference: str | None = None) -> dict[str, ModelRow]:
    """The rows by model."""
    every = [one for each in answered for one in each]
    found = model_rows(every, TTFT, reference=reference, seed=1, lag_p99_s=None)
    assert found is not None
    return {row.model: row for row in found.rows}


def noisy(rng: Random, questions: int, rounds: int, factor: float = 1.0) -> list[list[float]]:
    """Times with a jitter of 10 %, of questions that differ by up to ten times in length."""
    return [
        [0.2 * (1 + question % 10) * factor * rng.gauss(1, 0.1) for _ in range(rounds)]
        for question in range(questions)
    ]


@pytest.mark.parametrize(("questions", "rounds"), [(10, 1), (2, 10), (6, 3)])
def test_a_model_that_is_a_third_slower_on_every_question_is_found(
    questions: int, rounds: int
) -> None:
    rng = Random(7)
    before = answers("a", noisy(rng, questions, rounds))
    row = rows_of(before, answers("b", noisy(rng, questions, rounds, 4 / 3)))["b"]
    assert row.verdict == "slower"
    assert row.n == questions * rounds
    assert row.ci95 is not None
    assert row.ci95[0] < 4 / 3 < row.ci95[1]
    turned = rows_of(before, answers("b", noisy(rng, questions, rounds, 4 / 3)), reference="b")
    assert (turned["a"].verdict, turned["b"].verdict) == ("faster", "reference")


@pytest.mark.parametrize(("questions", "rounds"), [(10, 1), (3, 8), (7, 5)])
def test_equal_models_are_rarely_told_apart(questions: int, rounds: int) -> None:
    apart = 0
    for seed in range(100):
        rng = Random(seed)
        one, two = (answers(name, noisy(rng, questions, rounds)) for name in ("a", "b"))
        apart += rows_of(one, two)["b"].verdict != "tie"
    assert apart <= 9


def test_many_rounds_of_few_odd_questions_do_not_speak_of_all_questions() -> None:
    # much faster on one question, and no different on four: rounds cannot make up for questions
    rng = Random(3)
    one = noisy(rng, 5, 20)
    two = [
        [value * (0.3 if place == 0 else 1.0) for value in each] for place, each in enumerate(one)
    ]
    assert rows_of(answers("a", one), answers("b", two))["b"].verdict == "tie"


def test_two_questions_with_opposite_answers_are_no_verdict() -> None:
    rng = Random(2)
    one = noisy(rng, 2, 10)
    two = [[value * factor for value in each] for factor, each in zip((1.3, 0.9), one, strict=True)]
    row = rows_of(answers("a", one), answers("b", two))["b"]
    assert row.verdict == "mixed"
    assert row.ci95 is not None
    assert row.ci95[0] > 1


def test_too_few_questions_and_rounds_prove_nothing() -> None:
    row = rows_of(answers("a", [[1.0, 1.0]] * 4), answers("b", [[9.0, 9.0]] * 4))["b"]
    assert (row.verdict, row.ratio, row.ci95) == ("unknown", None, None)
    assert (row.n, row.median, row.tenths) == (8, 9.0, None)


def test_failed_answers_are_slower_than_all_others() -> None:
    sound = answers("a", [[1.0]] * 10)
    row = rows_of(sound, answers("b", [[0.9]] * 4 + [[inf]] * 6))["b"]
    assert (row.n, row.failed, row.median, row.wins) == (10, 6, inf, 4)
    assert row.verdict != "faster"
    none = rows_of(sound, answers("b", [[inf]] * 10))["b"]
    assert (none.verdict, none.ratio, none.wins) == ("slower", inf, 0)


def test_a_model_that_never_answered_is_said_to_have_failed_not_to_lack_rounds() -> None:
    failing = answers("B", [[inf] * 9, [inf] * 9])
    rows = rows_of(answers("A", [[inf] * 9, [inf] * 9]), failing)
    assert verdict_words(rows["B"]) == "unknown: all failed"
    few = rows_of(answers("A", [[1.0], [2.0]]), answers("B", [[1.0], [2.0]]))
    assert verdict_words(few["B"]) == "unknown: needs 5 questions or rounds"


def test_only_questions_that_two_models_answered_count() -> None:
    alone = Answered("a", ((1, None, ("alone",)), 1, 1), 60.0)
    rows = rows_of([alone], answers("a", [[1.0]] * 5), answers("b", [[2.0]] * 5))
    assert (rows["a"].n, rows["a"].median) == (5, 1.0)
    assert (rows["b"].verdict, rows["a"].wins, rows["b"].wins) == ("slower", 5, 0)


def test_one_question_or_one_model_has_no_rows() -> None:
    for every in (answers("a", [[1.0]] * 9), [*answers("a", [[1.0]]), *answers("b", [[1.0]])], []):
        assert model_rows(every, TTFT, reference=None, seed=1, lag_p99_s=None) is None


def test_differences_below_the_clock_are_ties() -> None:
    rows = [answers("a", [[0.0050]] * 8), answers("b", [[0.0055]] * 8)]
    assert rows_of(*rows)["b"].verdict == "tie"


# -- in reports ---------------------------------------------------------------------------------


def two_models(tmp_path: Path, questions: int = 3, repeat: int = 5) -> ReportedRun:
    """Two models on the same questions in rounds; the second one takes twice as long."""
    rng = Random(5)
    known = {
        name: Scripted(
            *(spoken("x", "y", first=first * rng.gauss(1, 0.02)) for _ in range(questions * repeat))
        )
        for name, first in (("q|uick", 0.2), ("slow", 0.4))
    }
    specs = tuple(
        SPEC._replace(
            label=f"{question} {name}",
            endpoint=ENDPOINT._replace(name=name),
            messages=({"role": "user", "content": f"question {question}"},),
        )
        for question in range(questions)
        for name in known
    )
    path = tmp_path / "models.jsonl"
    record(path, known, specs=specs, repeat=repeat)
    return reported_recording(load_recording(str(path)))


def test_text_has_a_row_per_model_with_its_verdict(tmp_path: Path) -> None:
    run = two_models(tmp_path)
    lines = report([run], "text").splitlines()
    at = lines.index("TTFT per model over 3 questions (ratio against q|uick:m)")
    assert lines[at + 1].split()[:4] == ["model", "n", "failed", "median"]
    quick, slow = lines[at + 2].split(), lines[at + 3].split()
    assert (quick[:3], quick[-2:]) == (["q|uick:m", "15", "0"], ["15/15", "reference"])
    assert (slow[:3], slow[-2:]) == (["slow:m", "15", "0"], ["0/15", "slower"])
    assert any(line.startswith("Total per model") for line in lines)


def test_a_narrow_table_keeps_model_ratio_and_verdict(tmp_path: Path) -> None:
    text = report([two_models(tmp_path)], "text", width=40)
    table = text[text.index("TTFT per model") :].split("\n\n")[0].splitlines()[1:]
    assert table[0].split() == ["model", "ratio", "95", "%", "verdict"]
    assert all(len(line) <= 40 for line in table)
    assert table[2].endswith("slower")


def test_markdown_and_html_have_the_rows_too(tmp_path: Path) -> None:
    run = two_models(tmp_path)
    markdown = report([run], "markdown")
    assert "**TTFT per model over 3 questions (ratio against q\\|uick:m)**" in markdown
    assert "| q\\|uick:m | 15 | 0 |" in markdown
    page = report([run], "html")
    assert "<h2>TTFT per model over 3 questions (ratio against q|uick:m)</h2>" in page
    assert '<th scope="row" title="slow:m">slow:m</th><td class="number">15</td>' in page


def test_a_run_of_one_question_has_no_verdict_per_model(tmp_path: Path) -> None:
    run = two_models(tmp_path, questions=1)
    for style in ("text", "markdown", "html"):
        assert "per model" not in report([run], style)
    assert json.loads(report([run], "json"))["streams"]
