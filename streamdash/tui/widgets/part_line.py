"""A line of one row that shows as many parts as fit, some of them at the right end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip

from streamdash.tui.terminal.lazy_styles import LazyStyles
from streamdash.tui.widgets.parts import fit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from rich.style import Style
    from textual.geometry import Region

    from streamdash.tui.terminal.direct_rows import DirectRows
    from streamdash.tui.widgets.parts import Part

GAP = 3


class PartLine(LazyStyles):
    """One row of parts, some at the left end and some at the right.

    With `direct_rows` it is written past Textual's compositor where possible.
    """

    ALLOW_SELECT = False
    LAZY_CLASSES: ClassVar = frozenset(
        {
            "part-line--title",
            "part-line--figures",
            "part-line--key",
            "part-line--note",
            "part-line--quiet",
            "part-line--wait",
            "part-line--live",
            "part-line--good",
            "part-line--warn",
            "part-line--bad",
        }
    )

    def __init__(
        self,
        *,
        direct_rows: DirectRows | None = None,
        id: str | None = None,  # noqa: A002  # Textual's own word
    ) -> None:
        super().__init__(id=id)
        self._direct_rows = direct_rows
        self._parts: Sequence[Part] = ()

    def show(self, parts: Sequence[Part]) -> None:
        """Show these parts, drawing them only if they differ from those shown."""
        if parts != self._parts:
            self._parts = parts
            if self._direct_rows is None or self._direct_rows.put(self, [(0, self._row())]):
                self.refresh()

    def _row(self) -> Strip:
        """The row with the app's line filters applied."""
        strip = self.render_line(0)
        for line_filter in self.get_line_filters():
            strip = strip.apply_filter(line_filter, self.background_colors[1])
        return strip

    def render_lines(self, crop: Region) -> list[Strip]:
        """The row drawn again, because Textual's cache may hold an older one."""
        return [self._row().crop(crop.x, crop.right)] * crop.height

    def render_line(self, y: int) -> Strip:
        """The parts that fit, those for the right end at the right edge."""
        width = self.size.width
        base = self.base_style
        row = fit(self._parts, max(0, width - 2), gap=GAP)
        slack = max(0, width - 2 - row.width)
        at = 1
        segments = [Segment(" ", base)]
        for place, part in enumerate(row.parts):
            space = row.gap if place else 0
            if part.at_right:
                space, slack = space + slack, 0
            segments.append(Segment(" " * space, base))
            at += space
            drawn = self.draw(part, at)
            segments += drawn
            at += sum(segment.cell_length for segment in drawn)
        return Strip(segments).adjust_cell_length(width, base)

    def draw(self, part: Part, at: int) -> list[Segment]:
        """The segments of one part, which begins in column `at`."""
        return [Segment(part.text, self.tone(part.tone or "figures"))]

    def tone(self, name: str) -> Style:
        """The style of a tone on this line."""
        return self.get_component_rich_style(f"part-line--{name}")
