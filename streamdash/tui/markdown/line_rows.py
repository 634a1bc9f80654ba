"""The rows of a unit that is drawn line by line, of which only the last ones change as it grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamdash.tui.markdown.layout import Layout
    from streamdash.tui.markdown.rows import DrawnRow
    from streamdash.tui.markdown.units import Unit


class LineRows:
    """Remembers the rows of the unit that was drawn last, and makes only the changed ones again."""

    def __init__(self) -> None:
        self._unit: Unit | None = None
        self._around: object = None
        self._lines: Sequence[object] = ()
        self._ends: list[int] = []
        """How many rows there were after each line."""
        self._rows: list[DrawnRow] = []

    def add(
        self,
        unit: Unit,
        layout: Layout,
        around: object,
        lines: Sequence[object],
        draw: Callable[[int], None],
    ) -> None:
        """Add the rows of all lines; `draw` adds those of the line with a number.

        A line keeps its rows if all lines up to it are the same as in the last drawing, and so is
        what is `around` them.
        """
        same = self._same(lines) if unit is self._unit and around == self._around else 0
        ends = self._ends[:same]
        if same:
            layout.resume(self._rows[: ends[-1]])
        for index in range(same, len(lines)):
            draw(index)
            ends.append(len(layout.rows))
        self._unit, self._around, self._lines = unit, around, lines
        self._ends, self._rows = ends, layout.rows

    def forget(self) -> None:
        """Make all rows again at the next drawing."""
        self._unit = None

    def _same(self, lines: Sequence[object]) -> int:
        """How many lines keep their rows.

        The last one does not: where its rows begin and end may depend on the end of the text.
        """
        most = max(0, min(len(self._lines), len(lines)) - 1)
        return next((i for i in range(most) if lines[i] != self._lines[i]), most)
