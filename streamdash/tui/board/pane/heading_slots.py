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
    """The columns of a heading. Sign, status and button stand at its right end."""

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


def plan_slots(names: Sequence[PaneName], room: int) -> HeadingSlots:
    """The columns of headings that have `room` cells for number, label, target and status word.

    What does not fit goes in this order, for all panes alike: the endpoint's prefix, the end of
    long labels, the status word, the end of the model's name, the target, and the number.
    """
    label = _widest(name.label for name in names)
    short_label = _widest(name.short_label for name in names)
    target = _widest(name.target for name in names)
    model = _widest(name.model for name in names)
    word = STATUS_CELLS + 1
    for prefix, labels, targets, status in (
        (True, label, target, True),
        (False, short_label, model, True),
        (False, min(short_label, max(LABEL_LEAST, room - _space(model) - word - 2)), model, True),
        (False, min(short_label, max(LABEL_LEAST, room - _space(model) - 2)), model, False),
    ):
        needed = NUMBER_CELLS + labels + _space(targets) + (word if status else 0)
        if needed <= room:
            return HeadingSlots(labels, targets, prefix, status)
    return _narrow(short_label, model, room)


def _narrow(label: int, model: int, room: int) -> HeadingSlots:
    """The columns where not even the model's name fits."""
    room -= NUMBER_CELLS
    labels = min(label, LABEL_LEAST)
    left = room - labels - TARGET_GAP
    if model and left >= TARGET_LEAST:
        return HeadingSlots(labels, min(model, left), prefix=False, status=False)
    if room >= LABEL_LEAST or label <= room:
        status = label + STATUS_CELLS + 1 <= room
        return HeadingSlots(min(label, room), 0, prefix=False, status=status)
    return HeadingSlots(max(0, room + NUMBER_CELLS), 0, prefix=False, status=False, number=False)


def _widest(texts: Iterable[str]) -> int:
    return max(map(cell_len, texts), default=0)


def _space(target: int) -> int:
    return target + TARGET_GAP if target else 0
