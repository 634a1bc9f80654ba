"""The numbers that the leaderboard ranks by, measured for a few streams per frame."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from streamdash.reporting.pricing import cost_usd
from streamdash.reporting.result import stream_result
from streamdash.reporting.spread import by_cache, is_failed, stats_of
from streamdash.reporting.winners import question_of
from streamdash.streams.metrics import measure
from streamdash.streams.rounds.round import is_measured, measured_states

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from streamdash.reporting.result import StreamResult
    from streamdash.reporting.spread import Spread
    from streamdash.reporting.winners import Question
    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState

BUDGET_S = 0.003
"""Seconds of measuring per frame; the rest waits for the next frame."""
AGAIN_S = 1.0
"""Seconds between two measurements of a live stream."""
LIVE_GAPS = 2_000
"""A live stream's gaps are those of its last deltas, as sorting all takes too long."""
ROUNDS, FAILED = "rounds", "failed"
_MEASURED = (
    "ttft_s", "ttfa_s", "total_s", "chars", "chars_per_s", "tokens_per_s", "cost_usd", "gap_p95_s",
)  # fmt: skip
FIELDS = (*_MEASURED, ROUNDS, FAILED)

Numbers = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """One stream's numbers by field; in rounds, their medians, infinite for `never`.

    `ROUNDS` are those that count and have ended; `FAILED` how many of them did not end well, None
    if all did.
    """

    state: StreamState
    numbers: Numbers
    question: Question
    """Streams compete only if theirs are equal."""
    spreads: Mapping[str, Spread] = field(default_factory=dict)
    """The numbers whose spread over the rounds is known."""
    rounds: tuple[StreamResult, ...] = ()
    """The rounds that count and have ended, without their texts."""

    @property
    def turn(self) -> int:
        """The number of the question that the stream answers in its conversation."""
        return self.state.spec.turn

    @property
    def fair(self) -> bool:
        """Whether the stream may win: it is live, or has ended well, if only in one round."""
        rounds = self.numbers[ROUNDS]
        if rounds:
            return rounds > (self.numbers[FAILED] or 0)
        return not self.state.status.final or self.state.status.ended_well


class Standings(Mapping[int, Standing]):
    """The standing of every stream of a run, by its index, brought up to date by `refresh`.

    Costs are unknown unless `priced`.
    """

    def __init__(self, run: Run, *, priced: bool = True) -> None:
        self._run = run
        self._unknown: Numbers = {} if priced else {"cost_usd": None}
        self._standings: dict[int, Standing] = {}
        self._measured: dict[int, tuple[StreamState | None, int, float]] = {}
        self.follow(run.present)
        self._ended: dict[StreamState, StreamResult] = {}
        self._next = 0
        self.measurements = 0
        """Increases whenever a number may have changed."""

    def __getitem__(self, index: int) -> Standing:
        return self._standings[index]

    def __iter__(self) -> Iterator[int]:
        return iter(self._standings)

    def __len__(self) -> int:
        return len(self._standings)

    def follow(self, streams: Iterable[int]) -> None:
        """Have a standing for each of these: added ones get one without numbers."""
        before = self._standings
        self._standings = {index: before.get(index) or self._new(index) for index in streams}

    def _new(self, index: int) -> Standing:
        state = self._run.states[index]
        return Standing(state, dict.fromkeys(FIELDS), _question(state))

    def refresh(self, at: float) -> bool:
        """Measure changed streams for a few milliseconds. Returns whether more are left."""
        until = perf_counter() + BUDGET_S
        streams = [*self._standings]
        count = len(streams)
        for place in range(count):
            index = streams[(self._next + place) % count]
            if self._stale(index, at):
                self._measure(index, at)
                if perf_counter() >= until:
                    self._next = (self._next + place + 1) % count
                    return True
        return False

    def _stale(self, index: int, at: float) -> bool:
        state = self._run.states[index]
        measured, revision, measured_at = self._measured.get(index, (None, -1, 0.0))
        if state is not measured or (state.ended_at is not None and state.revision != revision):
            return True
        return state.revision != revision and at - measured_at >= AGAIN_S

    def _measure(self, index: int, at: float) -> None:
        state = self._run.states[index]
        self._measured[index] = (state, state.revision, at)
        self.measurements += 1
        before = self._standings[index]
        question = before.question if before.state.spec is state.spec else _question(state)
        if not self._run.plan.in_rounds:
            numbers = dict.fromkeys(FIELDS) | _numbers(state) | self._unknown
            self._standings[index] = Standing(state, numbers, question)
            return
        ended = [
            self._of_ended(one) for one in measured_states(self._run, index) if one.status.final
        ]
        counted = by_cache(ended)[0]
        spreads = {name: one for name, one in stats_of(ended)[0].items() if one is not None}
        if not counted and is_measured(state):
            numbers = _numbers(state)
        else:
            numbers = _medians([one for one in counted if one.status.ended_well])
            numbers |= {name: one.median for name, one in spreads.items() if name in _MEASURED}
        failed = sum(map(is_failed, counted))
        counts: Numbers = {ROUNDS: float(len(counted)), FAILED: float(failed) if failed else None}
        numbers = numbers | counts | self._unknown
        self._standings[index] = Standing(state, numbers, question, spreads, tuple(ended))

    def _of_ended(self, state: StreamState) -> StreamResult:
        if state not in self._ended:
            # the texts are not needed, and may be long
            whole = stream_result(state)
            self._ended[state] = replace(whole, text="", reasoning="", refusal="")
        return self._ended[state]


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
        for field in _MEASURED
    }


def _medians(rounds: Sequence[StreamResult]) -> Numbers:
    return {
        name: _median(
            one.cost_usd if name == "cost_usd" else getattr(one.metrics, name) for one in rounds
        )
        for name in _MEASURED
    }


def _median(values: Iterable[float | None]) -> float | None:
    numbers = [value for value in values if value is not None]
    return median(numbers) if numbers else None
