"""The outcome of a run in rounds: it names only who is proven to be first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streamdash.streams.events import Attempt, Delta, End, Sent, Status
from streamdash.streams.live import live_run
from streamdash.streams.rounds.round import Round
from streamdash.streams.spec import RunPlan
from streamdash.streams.state import StreamState
from streamdash.tui.blind_names import BlindNames
from streamdash.tui.board.proven_outcome import proven_outcome
from streamdash.tui.names import StreamNames
from tests.tui.board.test_rounds_on_screen import answer, run_in_rounds
from tests.tui.screen import rows, shown, until
from tests.tui.scripted_run import ScriptedProviders, spec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamdash.streams.run import Run
    from streamdash.streams.spec import StreamSpec

LEVEL = (0.200, 0.202, 0.198, 0.203, 0.197, 0.201, 0.199, 0.204, 0.196, 0.2)
"""Ten TTFTs of the same server, in seconds."""


def times(shift: float) -> list[float]:
    return [one + shift for one in LEVEL]


def run_of(
    ttfts: Mapping[str, Sequence[float | None]], questions: dict[str, str] | None = None
) -> Run:
    """A run that has ended, with one TTFT in seconds for each round; None for one that failed."""
    rounds = len(next(iter(ttfts.values())))
    specs = [
        spec(label)._replace(
            model=label[0],
            messages=({"role": "user", "content": (questions or {}).get(label, "why?")},),
        )
        for label in ttfts
    ]
    run = live_run(RunPlan(tuple(specs), "Test", repeat=rounds), ScriptedProviders())
    for index, values in enumerate(ttfts.values()):
        states = [_ended(specs[index], index, place + 1, one) for place, one in enumerate(values)]
        run.states[index] = states.pop()
        run.past[index].extend(states)
    return run


def _ended(asked: StreamSpec, index: int, number: int, ttft: float | None) -> StreamState:
    state = StreamState(asked, index, 0.0)
    state.round = Round(number)
    state.apply(Attempt(1), 0.0)
    state.apply(Sent(), 0.0)
    if ttft is None:
        state.apply(End(Status.FAILED), 1.0)
    else:
        state.apply(Delta("answer", "x"), ttft)
        state.apply(End(Status.DONE), 1.0)
    return state


def outcome(run: Run, names: StreamNames | None = None) -> str:
    parts = proven_outcome(run, names or StreamNames(len(run.states)))
    return " · ".join(part.text for part in parts)


def test_a_stream_that_is_proven_to_be_first_is_named() -> None:
    run = run_of({"A": times(0.1), "B": times(0.0)})
    assert outcome(run) == "B first, median TTFT 200 ms · proven"
    assert outcome(run, BlindNames([0, 1])).endswith(" first, median TTFT 200 ms · proven")


def test_streams_that_tie_have_no_winner_however_often_one_was_ahead() -> None:
    assert outcome(run_of({"A": times(0.0), "B": times(0.0005)})) == "TTFT not told apart"


@pytest.mark.parametrize(
    ("behind", "words"),
    [
        ("C", "A and B in front, not told apart"),
        ("CDE", "A and B in front, not told apart"),
    ],
)
def test_a_tie_in_front_of_others_names_those_that_tie(behind: str, words: str) -> None:
    slow = {label: times(0.3) for label in behind}
    assert outcome(run_of({"A": times(0.0), "B": times(0.0001), **slow})) == words


def test_a_large_tie_in_front_is_counted() -> None:
    front = {label: times(0.0) for label in "ABC"}
    assert outcome(run_of({**front, "D": times(0.3)})) == "3 of 4 in front, not told apart"


@pytest.mark.parametrize(("rounds", "words"), [(4, "1 more round"), (2, "3 more rounds")])
def test_too_few_rounds_prove_nothing_and_say_so(rounds: int, words: str) -> None:
    run = run_of({"A": times(0.3)[:rounds], "B": times(0.0)[:rounds]})
    assert outcome(run) == f"TTFT not proven: {words} needed"


def test_without_rivals_the_medians_are_told_and_without_answers_nothing() -> None:
    assert outcome(run_of({"A": times(0.0)})) == "median TTFT 200 ms"
    apart = run_of({"A": times(0.0), "B": times(0.3)}, {"B": "how?"})
    assert outcome(apart) == "median TTFT 200 ms to 500 ms"
    assert outcome(run_of({"A": [None] * 5, "B": [None] * 5})) == ""


def test_a_stream_that_mostly_fails_competes_with_nobody() -> None:
    broken: list[float | None] = [0.01, *[None] * 9]
    assert outcome(run_of({"A": times(0.0), "B": broken})) == "median TTFT 200 ms"


def test_models_are_compared_where_there_are_several_questions() -> None:
    questions = {f"{model}{number}": f"question {number}" for model in "xy" for number in "12"}
    ttfts = {label: times(0.2 if label[0] == "x" else 0.0) for label in questions}
    assert outcome(run_of(ttfts, questions)) == "y first, median TTFT 200 ms · proven"
    level = {label: times(0.0) for label in questions}
    assert outcome(run_of(level, questions)) == "TTFT not told apart"
    few = {label: values[:2] for label, values in ttfts.items()}
    assert outcome(run_of(few, questions)) == "TTFT not proven: 3 more rounds needed"
    assert outcome(run_of(ttfts, questions), BlindNames(range(4))) == "median TTFT 200 ms to 400 ms"


async def test_the_line_below_the_panes_says_it_when_the_last_round_has_ended() -> None:
    run, provider = run_in_rounds("A", "B", repeat=2)
    async with shown(run, size=(140, 30)) as (app, _):
        answer(provider, "A", "B")
        await until(lambda: "round 2 of 2" in rows(app)[-2])
        assert "not proven" not in rows(app)[-2]
        answer(provider, "A", "B")
        await until(lambda: "TTFT not proven: 3 more rounds needed" in rows(app)[-2])
