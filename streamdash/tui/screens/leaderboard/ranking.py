"""The leaderboard's table: streams in the order of one number, columns cut to a width."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from streamdash.reporting.text_table import dollars, rate, seconds, whole
from streamdash.streams.flags import is_ttft_late
from streamdash.tui.widgets.parts import cut
from streamdash.tui.widgets.status_marks import mark_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from streamdash.tui.names import StreamNames
    from streamdash.tui.screens.leaderboard.standings import Standing

LABEL = "label"
LABEL_LEAST, LABEL_MOST = 8, 32
GAP = 2
_RANK_WIDTH = 3
_LEAD_WIDTH = _RANK_WIDTH + GAP + 1
"""Before the label: the rank and the status's sign."""
_TURN = "turn"
_ALWAYS = 3
"""Columns up to this rank stand there even while nobody has a number in them."""


class RankColumn(NamedTuple):
    """A number that streams are ranked by; columns with the highest `rank` give way first."""

    title: str
    field: str
    written: Callable[[object], str]
    rank: int
    falling: bool = False
    """Whether the highest number is the best."""


COLUMNS: tuple[RankColumn, ...] = (
    RankColumn("label", LABEL, str, 0),
    RankColumn("TTFT", "ttft_s", seconds, 1),
    RankColumn("TTFA", "ttfa_s", seconds, 5),
    RankColumn("total", "total_s", seconds, 2),
    RankColumn("chars", "chars", lambda value: whole(_rounded(value)), 3, falling=True),
    RankColumn("chars/s", "chars_per_s", rate, 6, falling=True),
    RankColumn("tok/s", "tokens_per_s", rate, 4, falling=True),
    RankColumn("gap p95", "gap_p95_s", seconds, 7),
    RankColumn("cost", "cost_usd", dollars, 8),
)


def _rounded(value: object) -> object:
    """The median of two counts may be none."""
    return round(value) if isinstance(value, float) else value


class Cell(NamedTuple):
    """Padded text and its tone."""

    text: str
    tone: str


class RankTable(NamedTuple):
    """The heading and the rows, each a list of cells; `spans` are the columns' places."""

    heading: list[Cell]
    rows: list[list[Cell]]
    spans: list[tuple[range, int]]


def ranked(
    standings: Sequence[Standing], column: RankColumn, names: StreamNames, *, reverse: bool
) -> list[int]:
    """The streams' indices, the best first; those without the number, or that failed, last.

    Where nothing decides they stand in their places' order. Streams of different turns are not
    ranked against each other: the latest turn comes first.
    """

    def key(index: int) -> tuple[bool, bool, float, str]:
        standing = standings[index]
        if column.field == LABEL:
            return False, False, *names.rank(standing.state)
        value = standing.numbers[column.field]
        worth = 0.0 if value is None else -value if column.falling else value
        return value is None, not standing.fair, worth, ""

    def turned(index: int) -> tuple[bool, bool, float, str]:
        missing, unfair, worth, label = key(index)
        return missing, unfair, -worth, label

    if reverse and column.field == LABEL:
        found = sorted(names.order, key=key, reverse=True)
    else:
        found = sorted(names.order, key=turned if reverse else key)
    return sorted(found, key=lambda index: -standings[index].turn)


def _ranks(standings: Sequence[Standing], order: Sequence[int]) -> list[int]:
    """The rank of each place in `order`, from 1; every turn has its own."""
    counts: Counter[int] = Counter()
    ranks = []
    for index in order:
        counts[standings[index].turn] += 1
        ranks.append(counts[standings[index].turn])
    return ranks


def telling(standings: Iterable[Standing]) -> list[int]:
    """The places of the columns in which any stream has a number; always the first few."""
    known = {
        field
        for standing in standings
        for field, value in standing.numbers.items()
        if value is not None
    }
    return [
        place for place, column in enumerate(COLUMNS)
        if column.field in known or column.rank <= _ALWAYS
    ]  # fmt: skip


def rank_table(
    standings: Sequence[Standing],
    order: Sequence[int],
    window: range,
    column: int,
    names: StreamNames,
    *,
    reverse: bool,
    width: int,
) -> RankTable:
    """The rows of the places in `window`, in `width` cells; the sorted column always stays."""
    best = _best(standings)
    turns = any(standing.turn > 1 for standing in standings)
    lead = _LEAD_WIDTH + turns * (len(_TURN) + GAP)
    ranks = _ranks(standings, order)
    shown = order[window.start : window.stop]
    texts = {index: [_text(standings[index], each, names) for each in COLUMNS] for index in shown}
    titles = [_title(place, column, reverse=reverse) for place in range(len(COLUMNS))]
    widths = [
        max(cell_len(title), *(cell_len(row[place]) for row in texts.values()), 0)
        for place, title in enumerate(titles)
    ]
    # the columns stay where they are while one scrolls by
    widths[0] = max(widths[0], *(cell_len(names.label(each.state)) for each in standings), 0)
    kept = _fitting(telling(standings), widths, column, width - lead)
    heading = [Cell("#".rjust(_RANK_WIDTH), "quiet"), Cell(" ", "quiet")]
    if turns:
        heading.append(Cell(_TURN, "quiet"))
    spans: list[tuple[range, int]] = []
    at = lead
    for place in kept:
        spans.append((range(at, at + GAP + widths[place]), place))
        at += GAP + widths[place]
        tone = "sorted" if place == column else "quiet"
        heading.append(Cell(_pad(titles[place], widths[place], right=place > 0), tone))
    rows = []
    for place, index in enumerate(shown, start=window.start):
        mark = mark_of(standings[index].state)
        row = [Cell(str(ranks[place]).rjust(_RANK_WIDTH), "quiet"), Cell(mark.sign, mark.tone)]
        if turns:
            row.append(Cell(str(standings[index].turn).rjust(len(_TURN)), "quiet"))
        for each in kept:
            tone = _tone(standings[index], each, best)
            row.append(Cell(_pad(texts[index][each], widths[each], right=each > 0), tone))
        rows.append(row)
    return RankTable(heading, rows, spans)


def _text(standing: Standing, column: RankColumn, names: StreamNames) -> str:
    if column.field == LABEL:
        return names.label(standing.state)
    text = column.written(standing.numbers[column.field]) or "–"
    late = column.field == "ttft_s" and is_ttft_late(standing.state.flags)
    return f"~{text}" if late else text


def _title(place: int, column: int, *, reverse: bool) -> str:
    title = COLUMNS[place].title
    if place != column:
        return title
    falling = COLUMNS[place].falling != reverse
    return f"{title} {'▼' if falling else '▲'}"


def _best(standings: Sequence[Standing]) -> dict[tuple[int, str], float]:
    """The best number of each turn and column, where at least two streams may win."""
    values: dict[tuple[int, str], list[float]] = {}
    for standing in standings:
        for column in COLUMNS[1:]:
            value = standing.numbers[column.field]
            if standing.fair and value is not None:
                values.setdefault((standing.turn, column.field), []).append(value)
    falling = {column.field for column in COLUMNS if column.falling}
    return {
        key: max(known) if key[1] in falling else min(known)
        for key, known in values.items()
        if len(known) > 1
    }


def _tone(standing: Standing, place: int, best: dict[tuple[int, str], float]) -> str:
    column = COLUMNS[place]
    if column.field == LABEL:
        return "label"
    value = standing.numbers[column.field]
    wins = standing.fair and value is not None
    return "best" if wins and value == best.get((standing.turn, column.field)) else "figures"


def _fitting(kept: list[int], widths: list[int], column: int, width: int) -> list[int]:
    """The columns that fit behind the rank; the label's width becomes what others leave of it."""
    label = min(widths[0], LABEL_MOST)

    def others() -> int:
        return sum(widths[place] + GAP for place in kept if place) + GAP

    for place in sorted(kept, key=lambda place: -COLUMNS[place].rank):
        if others() + label <= width:
            break
        if place and place != column:
            kept.remove(place)
    widths[0] = max(min(label, LABEL_LEAST), min(label, width - others()))
    return kept


def _pad(text: str, width: int, *, right: bool) -> str:
    text = cut(text, width)
    space = " " * (width - cell_len(text))
    return space + text if right else text + space
