"""The columns of the inspector's list, and an event's cells in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.reporting.figures import duration
from streamdash.tui.screens.inspector.event_fields import describe
from streamdash.tui.widgets.table_cells import Cell, pad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.streams.wire_log import WireEntry

_TITLES = ("#", "since send", "gap", "type", "id", "model", "delta", "finish")
_FIELD_LIMIT = 400
"""The most characters of a field that are cleaned and shown."""
_NUMBER, _TIME, _GAP, _FINISH = 6, 9, 8, 12
TYPE_LEAST, TYPE_MOST = 14, 44
"""The narrowest and the widest column of event types."""
_ID_WIDTH, _MODEL_WIDTH = 16, 20
_DELTA_LEAST = 16
_MIN_WITH_FINISH, _MIN_WITH_ID, _MIN_WITH_MODEL = 90, 120, 150
"""List widths from which these columns are shown."""


def heading_cells(width: int, type_width: int) -> list[Cell]:
    """The titles of the columns that fit into `width` cells."""
    return [cell._replace(tone="heading") for cell in _columns(_TITLES, width, type_width)]


def event_cells(
    entry: WireEntry, sent_at: float | None, gap_s: float | None, width: int, type_width: int
) -> list[Cell]:
    """One event as cells; `gap_s` is the time since the event before, None for the first."""
    texts = (
        str(entry.number),
        "" if sent_at is None else f"{entry.at - sent_at:.3f} s",
        "" if gap_s is None else duration(gap_s),
        clean_line(entry.wire.type, _FIELD_LIMIT),
        *(clean_line(text, _FIELD_LIMIT) for text in describe(entry.wire.decoded())),
    )
    return _columns(texts, width, type_width)


def _columns(texts: Sequence[str], width: int, type_width: int) -> list[Cell]:
    """A cell for each text whose column fits; without its column, `finish` joins the delta."""
    number, at, gap, kind, id_, model, delta, finish = texts
    room = width - 2 - _NUMBER - _TIME - _GAP - 6
    with_finish = width >= _MIN_WITH_FINISH
    if with_finish:
        room -= _FINISH + 2
    else:
        delta = f"{delta}  {finish}".strip()
    type_width = min(type_width, max(TYPE_LEAST, room - _DELTA_LEAST))
    cells = [
        Cell(number.rjust(_NUMBER), "quiet"),
        Cell(pad(at, _TIME + 2, right=True), "figures"),
        Cell(pad(gap, _GAP + 2, right=True), "quiet"),
        Cell(f"  {pad(kind, type_width)}", "type"),
    ]
    room -= type_width + 2
    if width >= _MIN_WITH_ID and room - _ID_WIDTH > _DELTA_LEAST:
        cells.append(Cell(f"  {pad(id_, _ID_WIDTH)}", "quiet"))
        room -= _ID_WIDTH + 2
    if width >= _MIN_WITH_MODEL and room - _MODEL_WIDTH > _DELTA_LEAST:
        cells.append(Cell(f"  {pad(model, _MODEL_WIDTH)}", "quiet"))
        room -= _MODEL_WIDTH + 2
    cells.append(Cell(f"  {pad(delta, max(4, room))}", "delta"))
    if with_finish:
        cells.append(Cell(f"  {pad(finish, _FINISH)}", "finish"))
    return cells
