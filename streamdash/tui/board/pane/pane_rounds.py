"""What a pane says about its rounds: which one it shows, and how well the median is known."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from streamdash.reporting.figures import duration
from streamdash.streams.events import Status
from streamdash.streams.launches import rounds_of_launch
from streamdash.streams.metrics import ttft_of
from streamdash.streams.rounds.precision import times_of
from streamdash.streams.rounds.round import Round, measured_states, round_words
from streamdash.streams.statistics import median_interval
from streamdash.tui.board.pane.number_places import GAP
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.streams.spec import RunPlan
    from streamdash.streams.state import StreamState

NO_ROUND = "in no round"
MEDIAN_CELLS = len("ttft median 12.6 s (12.3–13.4 s)")
SHORT_MEDIAN_CELLS = len("median 405 ms")
NEVER = "never"
"""The median if half of the rounds failed."""


class PaneRounds:
    """The parts of the numbers line that speak of the rounds of stream `index`.

    The median is worked out once after each round.
    """

    def __init__(self, run: Run, index: int) -> None:
        self._run = run
        self._index = index
        self._counted: StreamState | None = None
        self._median = Part("", 3)
        plan = run.plan
        rounds = [Round(plan.repeat, False), *([Round(plan.warmup, True)] * (plan.warmup > 0))]
        self._widest = max(len(NO_ROUND), *(len(_words(one, plan)) for one in rounds))
        self._has_median = plan.repeat > 1
        self.cells: tuple[int, ...] = (0,)
        """The cells of the parts in full, in short, without the median, and at least."""
        if plan.in_rounds:
            least = max(len(_short(one, plan)) for one in rounds)
            medians = (self._widest + GAP + MEDIAN_CELLS, least + GAP + SHORT_MEDIAN_CELLS)
            self.cells = (*(medians if self._has_median else ()), self._widest, least)

    def parts(self, state: StreamState) -> list[Part]:
        """The round that is shown, and the median TTFT of those that have ended.

        Both are as wide in every round, so that nothing beside them moves.
        """
        plan = self._run.plan
        if not plan.in_rounds:
            return []
        answers = (
            measured_states(self._run, self._index)
            if state is self._run.states[self._index]
            else rounds_of_launch(self._run, state)
        )
        ended = [one for one in answers if one.status.final]
        last = ended[-1] if ended else None
        if last is not self._counted:
            self._counted = last
            self._median = _median_part(times_of(ended, ttft_of))
        part = _round_part(state, plan)
        part = part._replace(text=f"{part.text:<{self._widest}}")
        if not self._has_median or len(part.text) > self._widest:
            return [part]
        text, short = f"{self._median.text:<{MEDIAN_CELLS}}", self._median.short
        return [part, self._median._replace(text=text, short=f"{short:<{SHORT_MEDIAN_CELLS}}")]


def _round_part(state: StreamState, plan: RunPlan) -> Part:
    """`round 3/10`; `left in round 3/10` if the user's cancel took the stream out of the rest."""
    if state.round is None:
        return Part(NO_ROUND, 1, "quiet", short="no round")
    words, short = _words(state.round, plan), _short(state.round, plan)
    last = state.round == (plan.repeat, False)
    if state.status is Status.CANCELLED and not last:
        return Part(f"left in {words}", 1, "warn", short=f"left {short}")
    return Part(words, 1, "quiet", short=short)


def _words(it: Round, plan: RunPlan) -> str:
    words = round_words(it, plan)
    return words if it.warmup else f"round {words}"


def _short(it: Round, plan: RunPlan) -> str:
    return round_words(it, plan).removeprefix("warm-up ")


def _median_part(times: list[float]) -> Part:
    """`ttft median 405 ms (390–420)`; empty before the second round."""
    if len(times) < 2:
        return Part("", 2)
    middle = duration(median(times))
    interval = median_interval(times)
    if interval is None:
        return Part(f"ttft median {middle}", 2, short=f"median {middle}")
    low, high = map(duration, interval)
    return Part(f"ttft median {middle} ({_range(low, high)})", 2, short=f"median {middle}")


def _range(low: str, high: str) -> str:
    """`390–420 ms` for `390 ms` and `420 ms`; both whole if their units differ."""
    number, _, unit = low.partition(" ")
    return f"{number}–{high}" if unit and high.endswith(f" {unit}") else f"{low}–{high}"
