"""The rows of a pane around its transcript, each drawn once until it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.board.pane.number_places import Numbers
from streamdash.tui.board.pane.pane_frame import (
    BLANK_HEADING,
    frame_glyphs,
    frame_tone,
    heading_strip,
    numbers_strip,
    side_strip,
)
from streamdash.tui.board.pane.preface import preface_strips
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.geometry import Region
    from textual.strip import Strip

    from streamdash.tui.board.pane.pane_frame import Heading
    from streamdash.tui.board.pane.pane_styles import PaneStyles
    from streamdash.tui.board.pane.preface import Passage

_SOURCE = Part("source", 6, "quiet")
_EARLIER = Part(") newer", 2, "warn", short=")")


class PaneRows:
    """Holds the content of a pane's frame and the strips drawn for it."""

    def __init__(self, styles: PaneStyles) -> None:
        self._styles = styles
        self._heading = BLANK_HEADING
        self._numbers = Numbers()
        self.preface: Sequence[Passage] = ()
        """The passages above the transcript."""
        self._margin = 0
        self.end_key = "end"
        """The key that follows the answer again; empty if it has none."""
        self.current = False
        self.dense = False
        self.following = True
        """Whether the transcript follows its end; if not, the numbers show that."""
        self.source = False
        """Whether the numbers mention that the answer is shown as its source."""
        self.earlier = False
        """Whether an earlier answer is shown; the numbers name the key that leaves it."""
        self.button = range(0)
        """The columns of the heading that press its button."""
        self.clear()

    def clear(self) -> None:
        """Drop every drawn row; each is drawn again when next needed."""
        self._top: Strip | None = None
        self._bottom: Strip | None = None
        self._side: Strip | None = None
        self._preface_strips: list[Strip] | None = None

    @property
    def failed(self) -> bool:
        """Whether the frame is drawn as that of a failure."""
        return self._heading.failed

    @property
    def _scrolled(self) -> Part:
        """What the numbers say while the transcript does not follow its end."""
        if not self.end_key:
            return Part("scrolled", 3, "warn")
        return Part(f"{self.end_key} follows", 3, "warn", short=self.end_key)

    def set_heading(self, heading: Heading) -> bool:
        """Change the heading; False if it is the same."""
        if heading == self._heading:
            return False
        if heading.failed != self.failed:
            self.clear()
        self._heading = heading
        self._top = None
        return True

    def set_numbers(self, numbers: Numbers) -> bool:
        """Change the numbers under the transcript; False if they are the same."""
        if numbers == self._numbers:
            return False
        self._numbers = numbers
        self._bottom = None
        return True

    def clear_bottom(self) -> None:
        """Drop the drawn numbers; they are drawn again when next needed."""
        self._bottom = None

    def lay_preface(self, preface: Sequence[Passage], width: int, margin: int) -> int:
        """Change the passages above the transcript; returns how many rows they take."""
        self.preface, self._margin = preface, margin
        self._preface_strips = None
        return len(self._preface_lines(width)) if preface and width else len(preface)

    def top(self, width: int) -> Strip:
        """The heading."""
        strip = self._top
        if strip is None or strip.cell_length != width:
            strip, self.button = heading_strip(
                self._heading, width, self._styles, current=self.current, dense=self.dense
            )
            self._top = strip
        return strip

    def bottom(self, width: int) -> Strip:
        """The numbers."""
        strip = self._bottom
        if strip is None or strip.cell_length != width:
            hints = [_SOURCE] * self.source + [self._scrolled] * (not self.following)
            hints += [_EARLIER] * self.earlier
            self._bottom = strip = numbers_strip(
                self._numbers._replace(extras=(*self._numbers.extras, *hints)),
                width,
                self._styles,
                current=self.current,
                dense=self.dense,
                failed=self.failed,
            )
        return strip

    def lines(self, crop: Region, width: int, height: int) -> list[Strip]:
        """The rows of a frame `width` x `height` that are inside `crop`."""
        strips = [self._sides(width)] * crop.height
        if self.preface:
            rows = self._preface_lines(width)
            for y, strip in enumerate(rows, start=1):
                if crop.y <= y < crop.bottom:
                    strips[y - crop.y] = strip
        if crop.y <= 0 < crop.bottom:
            strips[-crop.y] = self.top(width)
        if crop.y <= height - 1 < crop.bottom:
            strips[height - 1 - crop.y] = self.bottom(width)
        if crop.column_span == (0, width):
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def _sides(self, width: int) -> Strip:
        strip = self._side
        if strip is None or strip.cell_length != width:
            self._side = strip = side_strip(
                width,
                self._styles,
                current=self.current,
                dense=self.dense,
                failed=self.failed,
            )
        return strip

    def _preface_lines(self, width: int) -> list[Strip]:
        strips = self._preface_strips
        if strips is None or any(strip.cell_length != width for strip in strips):
            self._preface_strips = strips = preface_strips(
                self.preface,
                width,
                self._styles,
                self._styles[frame_tone(self.current, self.failed)],
                frame_glyphs(self._styles, self.current, self.failed)[2],
                margin=self._margin,
            )
        return strips
