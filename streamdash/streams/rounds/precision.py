"""Whether the rounds so far are enough: every median known within a margin."""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from streamdash.streams.metrics import total_of, ttft_of
from streamdash.streams.rounds.round import measured_states
from streamdash.streams.statistics import LEAST_FOR_INTERVAL, median_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from streamdash.streams.rounds.round import Answers
    from streamdash.streams.state import StreamState

LEAST_ROUNDS = LEAST_FOR_INTERVAL
"""With fewer rounds than this no median is known well enough."""


def known_within(run: Answers, indices: Sequence[int], margin: float) -> bool:
    """Whether each stream's median TTFT and total are known within the fraction `margin`.

    A median is known if the ends of its 95 % interval differ from it by no more than that. A round
    that failed counts as slower than all, one that the user cancelled does not count. A stream
    that never answered is left out, because more rounds would say nothing about it.
    """
    return all(_is_known(measured_states(run, index), margin) for index in indices)


def times_of(
    states: Iterable[StreamState], number: Callable[[StreamState], float | None]
) -> list[float]:
    """A number of each answer that counts: infinite for those that did not end well.

    Answers that the user cancelled, and those without the number, are left out.
    """
    times = []
    for state in states:
        time = number(state) if state.status.ended_well else math.inf
        if state.status is not Status.CANCELLED and time is not None:
            times.append(time)
    return times


def _is_known(states: Sequence[StreamState], margin: float) -> bool:
    counted = [state for state in states if state.status is not Status.CANCELLED]
    if not any(state.status.ended_well for state in counted):
        return len(counted) >= LEAST_ROUNDS
    return all(_is_narrow(times_of(counted, number), margin) for number in (ttft_of, total_of))


def _is_narrow(times: Sequence[float], margin: float) -> bool:
    """Whether the interval of the median is known and within the margin; no times say nothing."""
    if not times:
        return True
    interval = median_interval(times)
    middle = median(times)
    if interval is None or not math.isfinite(middle):
        return False
    low, high = interval
    return middle - low <= margin * middle and high - middle <= margin * middle
