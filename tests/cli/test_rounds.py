"""The rounds that a command line asks for."""

from __future__ import annotations

import pytest

from streamdash.cli import arguments
from streamdash.cli.commands import RoundsRequest
from streamdash.cli.rounds import with_rounds
from streamdash.streams.errors import UsageError
from streamdash.streams.spec import RunPlan
from tests.streams.scripted import spec

PLAN = RunPlan((spec("Python"), spec("Rust")))


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("--repeat 0", "'0' is not a whole number from 1 to 10000"),
        ("--warmup -1", "'-1' is not a whole number from 0 to 1000"),
        ("--warmup 1.5", "'1.5' is not a whole number from 0 to 1000"),
        ("--order random", "invalid choice: 'random'"),
        ("--until 5", "'5' is more than 100 %; did you mean 5%?"),
        ("--until 0%", "'0%' is not between 0 and 100 %"),
        ("--until soon", "'soon' is not a fraction; write it as 20% or 0.2"),
        ("--seed x", "'x' is not a whole number from 0 to"),
    ],
)
def test_a_bad_value_is_reported_with_what_would_be_right(
    words: str, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        arguments.parse_run(words.split())
    said = capsys.readouterr().err
    assert fault in said
    assert len(said.splitlines()) == 2


def test_without_options_there_are_no_rounds_and_a_seed_is_drawn() -> None:
    plans = [with_rounds(PLAN, RoundsRequest()) for _ in range(20)]
    assert not any(plan.in_rounds for plan in plans)
    assert len({plan.seed for plan in plans}) > 1
    assert all(0 <= plan.seed < 1_000_000 for plan in plans)


def test_the_given_values_reach_the_plan() -> None:
    plan = with_rounds(PLAN, RoundsRequest(7, 2, "turns", 0.05, 3, "Rust"))
    assert plan == PLAN._replace(
        repeat=7, warmup=2, order="turns", until=0.05, seed=3, reference="Rust"
    )


def test_until_allows_thirty_rounds_unless_told_otherwise() -> None:
    assert with_rounds(PLAN, RoundsRequest(until=0.05)).repeat == 30
    assert with_rounds(PLAN, RoundsRequest(100, until=0.05)).repeat == 100


def test_until_needs_enough_rounds_to_judge_by() -> None:
    with pytest.raises(UsageError, match=r"--until needs 5 rounds or more .* --repeat allows 4"):
        with_rounds(PLAN, RoundsRequest(4, until=0.05))


def test_an_unknown_reference_is_reported_with_the_nearest_label() -> None:
    fault = (
        "--reference: no stream is labelled 'Pyton' (did you mean 'Python'?); "
        "labels: 'Python', 'Rust'"
    )
    with pytest.raises(UsageError) as refused:
        with_rounds(PLAN, RoundsRequest(reference="Pyton"))
    assert refused.value.problems == (fault,)
