"""What is said about the size of a run, and which runs need a question."""

from __future__ import annotations

import pytest

from streamdash.cli.plan_size import AT_ONCE, MANY_STREAMS, size_lines, usual_concurrency
from streamdash.streams.spec import Endpoint, RunPlan, StreamSpec

LAB = Endpoint("lab", "openai", "http://127.0.0.1:1/v1")
SHAPE = "1 prompt x 3 cases x 2 models"


def plan(streams: int, **fields: object) -> RunPlan:
    spec = StreamSpec("A", LAB, "m", ({"role": "user", "content": "hi"},))
    return RunPlan((spec,) * streams)._replace(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("made", "line"),
    [
        (plan(6, shape=SHAPE), f"{SHAPE} = 6 streams"),
        (plan(6, shape=SHAPE, concurrency=6), f"{SHAPE} = 6 streams"),
        (plan(6, shape=SHAPE, concurrency=2), f"{SHAPE} = 6 streams, 2 at once"),
        (
            plan(6, shape=SHAPE, repeat=4, warmup=1, concurrency=2),
            f"{SHAPE} = 6 streams x 5 rounds = 30 requests, 2 at once",
        ),
        (
            plan(6, shape=SHAPE, repeat=30, until=0.05),
            f"{SHAPE} = 6 streams x 30 rounds = at most 180 requests",
        ),
        (plan(1_200, concurrency=8), "1,200 streams, 8 at once"),
    ],
)
def test_the_size_is_a_product_and_what_it_makes(made: RunPlan, line: str) -> None:
    assert list(size_lines(made)) == [line]


def test_a_small_run_without_cases_says_nothing() -> None:
    assert list(size_lines(plan(MANY_STREAMS))) == []
    assert list(size_lines(plan(2, repeat=10))) == []


def test_cases_that_make_no_product_are_counted() -> None:
    made = plan(3)
    mixed = made._replace(specs=(made.specs[0]._replace(case="1"), *made.specs[1:]))
    assert list(size_lines(mixed)) == ["3 streams"]


def test_only_many_streams_wait_for_each_other() -> None:
    assert usual_concurrency(MANY_STREAMS) == 0
    assert usual_concurrency(MANY_STREAMS + 1) == AT_ONCE
