"""The numbers that the leaderboard can rank streams by."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.reporting.figures import count, dollars, duration, rate
from streamdash.tui.screens.leaderboard.standings import FAILED, ROUNDS

if TYPE_CHECKING:
    from collections.abc import Callable

LABEL = "label"


class RankColumn(NamedTuple):
    """A number to rank streams by; columns with the highest `rank` are dropped first."""

    title: str
    field: str
    written: Callable[[float | None], str]
    rank: int
    falling: bool = False
    """Whether the highest number is the best."""
    wins: bool = True
    """Whether the best number is marked."""

    @property
    def better(self) -> int:
        """1 if more is better, -1 if less is, 0 if nobody wins."""
        return 0 if not self.wins else 1 if self.falling else -1


ALWAYS = frozenset({LABEL, "ttft_s", "total_s", "chars"})
"""The columns that are shown even while they have no numbers."""
COLUMNS: tuple[RankColumn, ...] = (
    RankColumn("label", LABEL, lambda _: "", 0),
    RankColumn("n", ROUNDS, count, 3, falling=True, wins=False),
    RankColumn("failed", FAILED, count, 4, wins=False),
    RankColumn("TTFT", "ttft_s", duration, 1),
    RankColumn("TTFA", "ttfa_s", duration, 7),
    RankColumn("total", "total_s", duration, 2),
    RankColumn("chars", "chars", count, 5, falling=True),
    RankColumn("chars/s", "chars_per_s", rate, 8, falling=True),
    RankColumn("tok/s", "tokens_per_s", rate, 6, falling=True),
    RankColumn("gap p95", "gap_p95_s", duration, 9),
    RankColumn("cost", "cost_usd", dollars, 10),
)
TTFT_PLACE = next(place for place, column in enumerate(COLUMNS) if column.field == "ttft_s")
