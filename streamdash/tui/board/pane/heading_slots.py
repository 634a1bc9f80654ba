"""Plans one row of columns for the headings of all panes of the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from streamdash.streams.stages import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from streamdash.tui.names import PaneName

STATUS_CELLS = max(map(len, STAGES))
"""The width of the status slot: no status word is longer, so none moves anything."""
NUMBER_CELLS = 2
LABEL_LEAST = 12
TARGET_LEAST = 8
TARGET_GAP = 3
"""Cells of the ` · ` before a target."""


class HeadingSlots(NamedTuple):
    """The columns of a heading. Answer, sign, status and button stand at its right end."""

    label: int
    """Cells of the label, to which a shorter one is padded if a target follows."""
    target: int = 0
    """Cells of the target; 0 if no pane shows one."""
    prefix: bool = True
    """Whether the endpoint's prefix is shown."""
    status: bool = True
    """Whether the status is written out; if not, its sign alone shows it."""
    number: bool = True
    """Whether the key that chooses the pane has a slot."""
    answers: int = 0
    """Cells of `2/3`, which says what answer is shown; 0 if no pane says it."""


class AnswerCells(NamedTuple):
    """The widest `2/3` of all panes, and whether it has to be shown."""

    cells: int = 0
    needed: bool = False
    """Whether a pane shows an earlier answer, which its reader must not take for the current."""


NO_ANSWERS = AnswerCells()


def plan_slots(
    names: Sequence[PaneName], room: int, answers: AnswerCells = NO_ANSWERS
) -> HeadingSlots:
    """The columns of headings with `room` cells for number, label, target, answer and status word.

    What does not fit goes in this order, for all panes alike: the endpoint's prefix, the end of
    long labels, the end of the model's name, the target, which answer it is (unless that is
    needed), the status word, and the number. Labels tell the panes apart, and where there are none
    they are the models' names.
    """
    short = _widest(name.short_label for name in names)
    model = _widest(name.model for name in names)
    target = _widest(name.target for name in names)
    full = HeadingSlots(_widest(name.label for name in names), target)
    least = min(short, LABEL_LEAST)
    shown = [answers.cells] if answers.needed or not answers.cells else [answers.cells, 0]
    for word in (STATUS_CELLS + 1, 0):
        for cells in shown:
            left = room - NUMBER_CELLS - word - (cells + 1 if cells else 0)
            if word and full.label + _space(target) <= left:
                return full._replace(answers=cells)
            labels = max(least, min(short, left - _space(model)))
            targets = min(model, left - labels - TARGET_GAP)
            if targets < min(model, TARGET_LEAST):
                labels, targets = min(short, left), 0
            if labels >= least:
                return HeadingSlots(labels, targets, prefix=False, status=bool(word), answers=cells)
    cells = shown[-1] if room > shown[-1] else 0
    return HeadingSlots(
        max(0, room - (cells + 1 if cells else 0)), prefix=False, status=False, number=False,
        answers=cells,
    )  # fmt: skip


def _widest(texts: Iterable[str]) -> int:
    return max(map(cell_len, texts), default=0)


def _space(target: int) -> int:
    return target + TARGET_GAP if target else 0
