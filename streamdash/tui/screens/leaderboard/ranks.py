"""The streams in the order of their ranks, and the chosen one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Ranks:
    """Stream indices by rank; a place counts ranks from 0. `chosen` is a stream's index."""

    def __init__(self, order: Iterable[int], chosen: int) -> None:
        self.order = [*order]
        self.chosen = chosen

    @property
    def place(self) -> int:
        """The chosen stream's place; 0 without streams."""
        return self.order.index(self.chosen) if self.order else 0

    def move(self, by: int) -> bool:
        """Choose the stream so many places below, at most the last; False without streams."""
        if self.order:
            place = min(max(0, self.place + by), len(self.order) - 1)
            self.chosen = self.order[place]
        return bool(self.order)

    def window(self, room: int) -> range:
        """The places that fit into `room` rows, with the chosen one in the middle if possible."""
        count = len(self.order)
        first = min(max(0, self.place - room // 2), max(0, count - room))
        return range(first, min(count, first + room))

    def cursor(self, window: range) -> int:
        """The chosen stream's row in the window; -1 without streams."""
        return self.place - window.start if self.order else -1
