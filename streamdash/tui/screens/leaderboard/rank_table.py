"""The leaderboard's table: ranks, status, label and the numbers that fit, as cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from streamdash.streams.flags import is_ttft_late
from streamdash.tui.screens.leaderboard.intervals import LEAST, MOST, whiskers
from streamdash.tui.screens.leaderboard.rank_columns import ALWAYS, COLUMNS, LABEL, TTFT_PLACE
from streamdash.tui.screens.leaderboard.ranking import best_numbers, question_ranks
from streamdash.tui.widgets.status_marks import mark_of
from streamdash.tui.widgets.table_cells import GAP, Cell, fit_columns, pad

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from streamdash.tui.names import StreamNames
    from streamdash.tui.screens.leaderboard.proven import Proven
    from streamdash.tui.screens.leaderboard.rank_columns import RankColumn
    from streamdash.tui.screens.leaderboard.standings import Standing

LABEL_MOST = 32
_RANK_WIDTH = 3
_LEAD_WIDTH = _RANK_WIDTH + GAP + 1
"""Cells before the label, for the rank and the sign of the status."""
_TURN = "turn"
_BEST = "★"
_DRAWN_FROM = 30
"""Cells for label and numbers from which intervals are drawn beside them."""


class RankTable(NamedTuple):
    """The heading and the rows as cells; `spans` are the cells of each column in the heading."""

    heading: list[Cell]
    rows: list[list[Cell]]
    spans: list[tuple[range, int]]


def telling(standings: Mapping[int, Standing]) -> list[int]:
    """The places of the columns with any number, and of those that are always shown."""
    present = {
        field
        for standing in standings.values()
        for field, value in standing.numbers.items()
        if value is not None
    }
    return [
        place for place, column in enumerate(COLUMNS)
        if column.field in present or column.field in ALWAYS
    ]  # fmt: skip


def rank_table(
    standings: Mapping[int, Standing],
    order: Sequence[int],
    window: range,
    column: int,
    names: StreamNames,
    *,
    reverse: bool,
    width: int,
    lag_p99_s: float | None,
    proven: Proven | None = None,
) -> RankTable:
    """The rows of the places in `window`, in `width` cells; the sorted column always fits.

    `lag_p99_s` is the run's. In rounds, `proven` decides who is best in the numbers that it has.
    """
    best = best_numbers(standings, lag_p99_s)
    rank_of: Mapping[int, int] = question_ranks(standings, order, COLUMNS[column], lag_p99_s)
    if proven is not None:
        best = proven.best | {one for one in best if one[1] not in proven.ranks}
        rank_of = proven.ranks.get(COLUMNS[column].field, rank_of)
    turns = any(standing.turn > 1 for standing in standings.values())
    lead = _LEAD_WIDTH + turns * (len(_TURN) + GAP)
    shown = order[window.start : window.stop]
    texts = {index: [_text(standings[index], each, names) for each in COLUMNS] for index in shown}
    titles = [_title(place, column, reverse=reverse) for place in range(len(COLUMNS))]
    widths = {
        place: max(cell_len(title), *(cell_len(row[place]) for row in texts.values()), 0)
        for place, title in enumerate(titles)
    }
    # the columns must not move while rows scroll
    labels = [names.label(standing.state) for standing in standings.values()]
    widths[0] = max(widths[0], *map(cell_len, labels), 0)
    drawn = _drawn(standings, column, width - lead)
    room = width if drawn is None else width - LEAST - GAP
    columns = fit_columns(
        telling(standings),
        widths,
        room - lead - GAP,
        label=0,
        label_most=LABEL_MOST,
        dropped_first=_dropped_first(column),
    )
    heading = _heading(titles, columns, widths, column, turns=turns)
    rows = []
    for index in shown:
        won = {field for winner, field in best if winner == index}
        rank = _rank_cell(rank_of.get(index), best=COLUMNS[column].field in won)
        lead_cells = _lead_cells(standings[index], rank, turns=turns)
        rows.append(lead_cells + _cells(texts[index], columns, widths, won))
    if drawn is not None:
        taken = lead + sum(GAP + widths[place] for place in columns)
        pictures = _pictures(standings, shown, drawn, min(MOST, width - taken - GAP), best)
        for line, picture in zip((heading, *rows), pictures, strict=True):
            line.append(picture)
    return RankTable(heading, rows, _spans(columns, widths, lead))


def _heading(
    titles: Sequence[str],
    columns: Sequence[int],
    widths: Mapping[int, int],
    column: int,
    *,
    turns: bool,
) -> list[Cell]:
    """The titles of the columns; `column` is the sorted one."""
    heading = [Cell("#".rjust(_RANK_WIDTH), "quiet"), Cell(" ", "quiet")]
    if turns:
        heading.append(Cell(_TURN, "quiet"))
    for place in columns:
        tone = "sorted" if place == column else "quiet"
        heading.append(Cell(pad(titles[place], widths[place], right=place > 0), tone))
    return heading


def _lead_cells(standing: Standing, rank: Cell, *, turns: bool) -> list[Cell]:
    """The cells before the columns: the rank, the status, and the turn if any has one."""
    mark = mark_of(standing.state)
    cells = [rank, Cell(mark.sign, mark.tone)]
    if turns:
        cells.append(Cell(str(standing.turn).rjust(len(_TURN)), "quiet"))
    return cells


def _rank_cell(rank: int | None, *, best: bool) -> Cell:
    """`★1` for the best and all that tie with it, if anybody wins."""
    if best:
        return Cell(f"{_BEST}{rank or ''}".rjust(_RANK_WIDTH), "best")
    return Cell(("–" if rank is None else str(rank)).rjust(_RANK_WIDTH), "quiet")


def _drawn(standings: Mapping[int, Standing], column: int, width: int) -> RankColumn | None:
    """The column whose intervals are drawn: the sorted one, or else the TTFT.

    None without rounds, and if `width` leaves too little room.
    """
    if width - LEAST < _DRAWN_FROM:
        return None
    measured = {field for standing in standings.values() for field in standing.spreads}
    return next(
        (COLUMNS[one] for one in (column, TTFT_PLACE) if COLUMNS[one].field in measured), None
    )


def _pictures(
    standings: Mapping[int, Standing],
    shown: Sequence[int],
    column: RankColumn,
    width: int,
    best: Collection[tuple[int, str]],
) -> list[Cell]:
    """The heading and the intervals of the streams `shown`, on the scale of all."""
    field = column.field
    scale = whiskers((standing.spreads.get(field) for standing in standings.values()), width)
    return [
        scale.heading(column.title, column.written),
        *(
            scale.row(standings[index].spreads.get(field), best=(index, field) in best)
            for index in shown
        ),
    ]


def _spans(
    columns: Sequence[int], widths: Mapping[int, int], start: int
) -> list[tuple[range, int]]:
    """The cells of each column with the gap before it, from `start` on, and its place."""
    spans = []
    for place in columns:
        end = start + GAP + widths[place]
        spans.append((range(start, end), place))
        start = end
    return spans


def _cells(
    texts: Sequence[str],
    columns: Sequence[int],
    widths: Mapping[int, int],
    won: Collection[str],
) -> list[Cell]:
    """One stream's label and numbers, padded to the widths of their columns."""
    return [
        Cell(pad(texts[place], widths[place], right=place > 0), _tone(COLUMNS[place], won))
        for place in columns
    ]


def _text(standing: Standing, column: RankColumn, names: StreamNames) -> str:
    if column.field == LABEL:
        return names.label(standing.state)
    text = column.written(standing.numbers[column.field])
    if not text:
        return "–"
    alone = column.field not in standing.spreads
    late = alone and column.field == "ttft_s" and is_ttft_late(standing.state.flags)
    return f"~{text}" if late else text


def _title(place: int, column: int, *, reverse: bool) -> str:
    title = COLUMNS[place].title
    if place != column:
        return title
    falling = COLUMNS[place].falling != reverse
    return f"{title} {'▼' if falling else '▲'}"


def _tone(column: RankColumn, won: Collection[str]) -> str:
    if column.field == LABEL:
        return "label"
    return "best" if column.field in won else "figures"


def _dropped_first(column: int) -> list[int]:
    """The places of the columns that may be dropped: not the label, not the sorted one."""
    places = sorted(range(len(COLUMNS)), key=lambda place: -COLUMNS[place].rank)
    return [place for place in places if place and place != column]
