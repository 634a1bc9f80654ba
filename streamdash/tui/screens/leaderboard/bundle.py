"""All rounds of a stream at once: how many of them were answering at each time since the send."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from streamdash.streams.events import Status
from streamdash.streams.metrics import total_of, ttft_of
from streamdash.streams.rounds.round import measured_states
from streamdash.tui.widgets.table_cells import Cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.streams.rounds.round import Answers
    from streamdash.tui.screens.leaderboard.ladder import Scale

HEIGHTS = "▁▂▃▄▅▆▇█"
FAILED = "✗"
BUNDLED = "rounds answering"
"""What the heights are."""


class Span(NamedTuple):
    """A round's first token and its end, in seconds since the last attempt's send."""

    first: float | None
    end: float
    failed: bool


def spans_of(run: Answers, index: int) -> list[Span]:
    """The rounds of the stream that have ended, without those that the user cancelled."""
    return [
        Span(ttft_of(state), end, not state.status.ended_well)
        for state in measured_states(run, index)
        if state.status.final
        and state.status is not Status.CANCELLED
        and (end := total_of(state)) is not None
    ]


def bundle_row(spans: Sequence[Span], scale: Scale) -> list[Cell]:
    """The rounds drawn on each other: their sum rises with first tokens and falls with ends.

    A round that failed has its mark where it ended.
    """
    heights = [0] * scale.width
    for first, end, _ in spans:
        if first is not None:
            start = min(scale.cell(first), scale.width - 1)
            for place in range(start, max(scale.cell(end), start + 1)):
                heights[place] += 1
    signs = [_sign(height, len(spans)) for height in heights]
    for span in spans:
        if span.failed:
            signs[min(scale.cell(span.end), scale.width - 1)] = FAILED
    cells = [Cell(" " * (scale.label + 1), "quiet")]
    for failed, run in groupby(signs, FAILED.__eq__):
        cells.append(Cell("".join(run), "bad" if failed else "quiet"))
    return cells


def _sign(height: int, rounds: int) -> str:
    """A block as high as the share of rounds; even one of many is seen."""
    return HEIGHTS[(height * len(HEIGHTS) - 1) // rounds] if height else " "
