"""The latency ladder: the phases of each stream as one row of bars, on a common time axis."""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from streamdash.reporting.figures import clock, duration, tick
from streamdash.reporting.phases import phases_of_state
from streamdash.tui.widgets.parts import cut
from streamdash.tui.widgets.status_marks import MARKS
from streamdash.tui.widgets.table_cells import Cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.phases import Phase, PhaseKind
    from streamdash.streams.state import StreamState
    from streamdash.tui.names import StreamNames

SHORTEST_S = 0.001
_END_WIDTH = 10
"""Cells for a stream's mark and total at the right."""
_TICK_WIDTH = 12
_BEFORE_SHARE = 0.15
"""The most of the axis that is used for the time before the send; the rest is cut off."""
_RETRIED_SHARE = 1.0
"""The same if a stream failed attempts before its last one."""
_LABEL_SHARE, _LABEL_MOST = 0.28, 24
_STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


class Bar(NamedTuple):
    """How a phase is drawn: a sign and a tone, as colour alone would not be enough."""

    sign: str
    tone: str


BARS: dict[PhaseKind, Bar] = {
    "failed": Bar("×", "bad"),
    "retry": Bar("╌", "warn"),
    "connect": Bar("┄", "quiet"),
    "request": Bar("─", "wait"),
    "first": Bar("━", "wait"),
    "reasoning": Bar("▒", "note"),
    "answer": Bar("▇", "live"),
    "refusal": Bar("▓", "warn"),
    "tool": Bar("▚", "note"),
    "end": Bar("┄", "quiet"),
}
_NOTHING = Bar(" ", "quiet")
LEGEND: dict[PhaseKind, tuple[str, int]] = {
    "failed": ("failed", 3),
    "retry": ("wait", 4),
    "connect": ("connect", 5),
    "request": ("sent", 3),
    "first": ("headers", 3),
    "reasoning": ("reasoning", 2),
    "answer": ("answer", 1),
    "tool": ("tool call", 4),
    "refusal": ("refusal", 4),
}
"""The words for the bars, and their ranks: the highest are dropped on a narrow screen."""
PAUSE_S = 0.5
"""Seconds after which a live stream's pause is drawn."""
_SOLID = frozenset({"failed", "reasoning", "answer", "refusal", "tool"})
"""Phases that take at least one cell, however short they were."""


class Scale(NamedTuple):
    """Maps seconds since the last attempt's send to `width` cells, right of the labels.

    The axis runs from `first`, which is not positive, to `longest`: before the send come the
    connection and retries. `label` is the width of the labels.
    """

    first: float
    longest: float
    label: int
    width: int

    def cell(self, at: float) -> int:
        """The edge between two cells that is nearest to a time."""
        part = (at - self.first) / (self.longest - self.first)
        return min(self.width, max(0, round(part * self.width)))


def scale_of(
    states: Sequence[StreamState], names: StreamNames, now: float, width: int, reach: float = 0.0
) -> Scale:
    """The axis on which all streams fit, and at least the time `reach`.

    While any is live, it grows in steps to stay calm.
    """
    longest = max((_end(state, now) - _zero(state, now) for state in states), default=1.0)
    longest = max(longest, reach)
    if not all(state.status.final for state in states):
        longest = _rounded_up(longest)
    longest = max(longest, SHORTEST_S)
    before = max((_zero(state, now) - _begin(state, now) for state in states), default=0.0)
    labels = max((cell_len(names.label(state)) for state in states), default=0)
    label = min(labels, _LABEL_MOST, int(width * _LABEL_SHARE))
    retried = any(state.attempts > 1 for state in states)
    first = -min(before, longest * (_RETRIED_SHARE if retried else _BEFORE_SHARE))
    return Scale(first, longest, label, max(1, width - label - 2 - _END_WIDTH))


def _zero(state: StreamState, now: float) -> float:
    """When the last attempt's request was sent; the end so far if it was not."""
    return _end(state, now) if state.sent_at is None else state.sent_at


def _begin(state: StreamState, now: float) -> float:
    """When the first attempt began."""
    return _zero(state, now) if state.queued_until is None else state.queued_until


def _end(state: StreamState, now: float) -> float:
    return state.until(now)


def _rounded_up(seconds: float) -> float:
    if seconds <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(seconds))
    return next((step * power for step in _STEPS if step * power >= seconds), seconds)


def axis_row(scale: Scale) -> list[Cell]:
    """The heading: round seconds at their places on the axis."""
    steps = max(1, scale.width // _TICK_WIDTH)
    rough = scale.longest / steps
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    line = ""
    for number in range(int(scale.longest / step * 1.001) + 1):
        place, text = scale.cell(number * step), tick(number * step)
        if len(line) < place or not line:
            line = line.ljust(place) + text
    return [Cell(" " * (scale.label + 1) + line, "quiet")]


def ladder_row(
    state: StreamState, names: StreamNames, now: float, scale: Scale, total: float | None
) -> list[Cell]:
    """One stream's label, bars, mark and time; `total` is shown once it has ended."""
    kinds: list[PhaseKind | None] = [None] * scale.width
    zero = _zero(state, now) - state.launched_at
    # a phase that takes at least one cell goes over its neighbours
    for phase in sorted(_phases(state, now), key=lambda phase: phase.kind in _SOLID):
        start, end = scale.cell(phase.start - zero), scale.cell(phase.end - zero)
        if phase.kind in _SOLID and start == end:
            start = min(start, scale.width - 1)
            end = start + 1
        kinds[start:end] = [phase.kind] * (end - start)
    if state.first_answer_at is not None and "answer" not in kinds:
        # an answer that came in one piece has no duration
        at = state.first_answer_at - state.launched_at - zero
        kinds[min(scale.cell(at), scale.width - 1)] = "answer"
    label = cut(names.label(state), scale.label)
    cells = [Cell(label + " " * (scale.label + 1 - cell_len(label)), "label")]
    for kind, run in groupby(kinds):
        bar = _NOTHING if kind is None else BARS[kind]
        cells.append(Cell(bar.sign * len(list(run)), bar.tone))
    mark = MARKS[state.status]
    took = _end(state, now) - _zero(state, now)
    written = duration(total) if state.status.final else clock(took) if took else ""
    cells.append(Cell(f" {mark.sign}", mark.tone))
    cells.append(Cell(written.rjust(_END_WIDTH - 2), "figures"))
    return cells


def _phases(state: StreamState, now: float) -> list[Phase]:
    """The phases after the queue; in a live stream a short pause counts as part of the text."""
    phases = [phase for phase in phases_of_state(state, now) if phase.kind != "queue"]
    if state.ended_at is None and len(phases) > 1 and phases[-1].kind == "end":
        *earlier, text, pause = phases
        if pause.end - pause.start < PAUSE_S:
            return [*earlier, text._replace(end=pause.end)]
    return phases


def kinds_in(states: Sequence[StreamState], now: float) -> set[PhaseKind]:
    """The kinds of phases that occur in these streams."""
    return {phase.kind for state in states for phase in _phases(state, now)}
