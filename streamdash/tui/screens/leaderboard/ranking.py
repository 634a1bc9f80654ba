"""The leaderboard's table: streams ordered by one number, in the columns that fit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from streamdash.reporting.winners import best_of, ranks, ties_within, tolerance
from streamdash.tui.screens.leaderboard.rank_columns import COLUMNS, LABEL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamdash.reporting.winners import Question
    from streamdash.tui.names import StreamNames
    from streamdash.tui.screens.leaderboard.rank_columns import RankColumn
    from streamdash.tui.screens.leaderboard.standings import Standing


def ranked(
    standings: Mapping[int, Standing], column: RankColumn, names: StreamNames, *, reverse: bool
) -> list[int]:
    """The streams' indices, best first; those without the number, or that failed, come last.

    Equal streams are in the order of their panes. Streams of different turns are not compared:
    the latest turn comes first. Streams with different questions stand in one order, but
    `question_ranks` counts each question apart.
    """

    def key(index: int) -> tuple[bool, bool, float, str]:
        standing = standings[index]
        if column.field == LABEL:
            return False, False, *names.rank(standing.state)
        value = standing.numbers[column.field]
        worth = 0.0 if value is None else -value if column.falling else value
        return value is None, not standing.fair, worth, ""

    def reversed_key(index: int) -> tuple[bool, bool, float, str]:
        missing, unfair, worth, label = key(index)
        return missing, unfair, -worth, label

    if reverse and column.field == LABEL:
        found = sorted(names.order, key=key, reverse=True)
    else:
        found = sorted(names.order, key=reversed_key if reverse else key)
    return sorted(found, key=lambda index: -standings[index].turn)


def question_ranks(
    standings: Mapping[int, Standing],
    order: Sequence[int],
    column: RankColumn,
    lag_p99_s: float | None,
) -> dict[int, int]:
    """The rank of each stream among those that answer its question; ties share one.

    A stream has none without a rival, without the number, or if nobody wins.
    """
    found: dict[int, int] = {}
    for values in _values(standings, column) if column.wins else ():
        if len(values) > 1:
            tied = ties_within(values, tolerance(column.field, lag_p99_s))
            best_first = sorted(
                (index for index in order if index in values),
                key=lambda index: -column.better * values[index],
            )
            found |= ranks(best_first, values, tied)
    return found


def _values(standings: Mapping[int, Standing], column: RankColumn) -> list[dict[int, float]]:
    """The number of every stream that may win, for each question."""
    groups: dict[Question, dict[int, float]] = {}
    for index, standing in standings.items():
        value = standing.numbers.get(column.field)
        if standing.fair and value is not None and math.isfinite(value):
            groups.setdefault(standing.question, {})[index] = value
    return list(groups.values())


def best_numbers(
    standings: Mapping[int, Standing], lag_p99_s: float | None
) -> frozenset[tuple[int, str]]:
    """The streams and fields with the best number for their question, ties included."""
    return frozenset(
        (index, column.field)
        for column in COLUMNS[1:]
        for values in _values(standings, column)
        for index in best_of(
            values, column.better, ties_within(values, tolerance(column.field, lag_p99_s))
        )
    )
