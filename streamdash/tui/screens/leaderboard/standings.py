"""The numbers that the leaderboard ranks by, measured for a few streams per frame."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from streamdash.reporting.pricing import cost_usd
from streamdash.reporting.winners import question_of
from streamdash.streams.metrics import measure
from streamdash.streams.rounds.round import measured_states

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from streamdash.reporting.winners import Question
    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState

BUDGET_S = 0.003
"""Seconds of measuring per frame; the rest waits for the next frame."""
AGAIN_S = 1.0
"""Seconds between two measurements of a live stream."""
LIVE_GAPS = 2_000
"""A live stream's gaps are those of its last deltas, as sorting all takes too long."""
FIELDS = (
    "ttft_s", "ttfa_s", "total_s", "chars", "chars_per_s", "tokens_per_s", "cost_usd", "gap_p95_s",
)  # fmt: skip

Numbers = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """One stream's numbers by field; in rounds, the medians of the good ones."""

    state: StreamState
    numbers: Numbers
    question: Question
    """Streams compete only if theirs are equal."""
    runs: int = 1

    @property
    def turn(self) -> int:
        """The number of the question that the stream answers in its conversation."""
        return self.state.spec.turn

    @property
    def fair(self) -> bool:
        """Whether the stream may win: it is live, or has ended well."""
        return not self.state.status.final or self.state.status.ended_well


class Standings:
    """The standing of every stream of a run, brought up to date by `refresh`.

    Costs are unknown unless `priced`.
    """

    def __init__(self, run: Run, *, priced: bool = True) -> None:
        self._run = run
        self._unknown: Numbers = {} if priced else {"cost_usd": None}
        self._standings = [
            Standing(state, dict.fromkeys(FIELDS), _question(state)) for state in run.states
        ]
        self._measured: list[tuple[StreamState | None, int, float]]
        self._measured = [(None, -1, 0.0)] * len(run.states)
        self._past: dict[StreamState, Numbers] = {}
        self._next = 0
        self.measurements = 0
        """Increases whenever a number may have changed."""

    def __getitem__(self, index: int) -> Standing:
        return self._standings[index]

    def __iter__(self) -> Iterator[Standing]:
        return iter(self._standings)

    def __len__(self) -> int:
        return len(self._standings)

    def refresh(self, at: float) -> bool:
        """Measure changed streams for a few milliseconds. Returns whether more are left."""
        until = perf_counter() + BUDGET_S
        count = len(self)
        for place in range(count):
            index = (self._next + place) % count
            if self._stale(index, at):
                self._measure(index, at)
                if perf_counter() >= until:
                    self._next = (index + 1) % count
                    return True
        return False

    def _stale(self, index: int, at: float) -> bool:
        state = self._run.states[index]
        measured, revision, measured_at = self._measured[index]
        if state is not measured or (state.ended_at is not None and state.revision != revision):
            return True
        return state.revision != revision and at - measured_at >= AGAIN_S

    def _measure(self, index: int, at: float) -> None:
        state = self._run.states[index]
        self._measured[index] = (state, state.revision, at)
        self.measurements += 1
        rounds = [one for one in measured_states(self._run, index) if one.status.ended_well]
        runs = [_numbers(one) if one is state else self._of_past(one) for one in rounds]
        if not runs:
            runs.append(_numbers(state))
        before = self._standings[index]
        question = before.question if before.state.spec is state.spec else _question(state)
        self._standings[index] = Standing(
            state, _medians(runs) | self._unknown, question, len(runs)
        )

    def _of_past(self, state: StreamState) -> Numbers:
        if state not in self._past:
            self._past[state] = _numbers(state)
        return self._past[state]


def _question(state: StreamState) -> Question:
    spec = state.spec
    return question_of(spec.turn, spec.system, spec.messages)


def _numbers(state: StreamState) -> Numbers:
    it = state
    if state.ended_at is None and len(state.delta_times) > LIVE_GAPS:
        it = copy(state)
        it.delta_times = state.delta_times[-LIVE_GAPS:]
    metrics = measure(it)
    return {
        field: cost_usd(state) if field == "cost_usd" else getattr(metrics, field)
        for field in FIELDS
    }


def _medians(runs: list[Numbers]) -> Numbers:
    return {field: _median(numbers[field] for numbers in runs) for field in FIELDS}


def _median(values: Iterable[float | None]) -> float | None:
    numbers = [value for value in values if value is not None]
    return median(numbers) if numbers else None
