"""When the columns of the panes' headings are planned again, and from what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.board.pane.heading_slots import AnswerCells, plan_slots
from streamdash.tui.board.pane.pane_frame import heading_room

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.streams.run import Run
    from streamdash.streams.spec import StreamSpec
    from streamdash.tui.board.pane.heading_slots import HeadingSlots
    from streamdash.tui.board.pane.pane import Pane
    from streamdash.tui.names import StreamNames


class HeadingPlan:
    """The columns that the headings of all panes share, so that nothing jumps between pages."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._answers: list[tuple[StreamSpec, str]] = []
        """The requests and the numbers of the answers for which the headings were planned."""

    def is_stale(self, panes: Sequence[Pane]) -> bool:
        """Whether these panes, which are shown, show other answers than those planned for."""
        return self._answers != _answers(panes)

    def slots(
        self, names: StreamNames, panes: Sequence[Pane], width: int, *, dense: bool
    ) -> HeadingSlots:
        """The columns of headings that are `width` cells wide; `panes` are those shown so far."""
        self._answers = _answers(panes)
        return plan_slots(
            [names.pane_name(self._run.states[index]) for index in names.order],
            heading_room(width, dense=dense),
            # who has rerun a stream would recognize it
            AnswerCells() if names.blind else _answer_cells(panes),
        )


def _answers(panes: Sequence[Pane]) -> list[tuple[StreamSpec, str]]:
    """The request of each pane, and which of its answers it shows."""
    return [(pane.state.spec, pane.answer.words) for pane in panes]


def _answer_cells(panes: Sequence[Pane]) -> AnswerCells:
    """The cells that the headings need to say which answers they show."""
    cells = max((len(pane.answer.words) for pane in panes), default=0)
    return AnswerCells(cells, any(pane.answer.is_earlier for pane in panes))
