"""The text of one stream as it arrives: read-only, wrapped, followed, painted when asked to."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from textual.geometry import Region, Size

from streamdash.tui.transcript.document import HEADING, TextPosition, TextStyle
from streamdash.tui.transcript.needle import Needle
from streamdash.tui.transcript.painted_rows import PaintedRows
from streamdash.tui.transcript.scroller import BUDGET_S, Scroller
from streamdash.tui.transcript.search_hits import Matches
from streamdash.tui.transcript.selection import Span, pointed

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from textual import events
    from textual.selection import Selection
    from textual.strip import Strip

    from streamdash.tui.terminal.direct_rows import DirectRows
    from streamdash.tui.transcript.styles import TranscriptStyles

__all__ = ["TextPosition", "TextStyle", "Transcript"]

SETTLE_S = 1 / 30
"""How soon rows that may still move are looked at again."""
SLICE = 1 << 14
"""Characters taken in at once."""


class Transcript(Scroller):
    """Text by sections: answer, reasoning that can be folded, tool calls, notes and errors.

    `append` only stores; `paint`, called on the frame clock, takes in what has arrived and
    redraws the lines that changed. It follows the end until its reader scrolls up. Text may
    come from anywhere: it is cleaned here and never read as markup. All lines are drawn here,
    past Textual's style cache: border, padding, opacity and tint have no effect on this widget
    and belong to its parent. `inks` is asked after each change of style: mixing them takes
    nine component classes, which no transcript has of its own, as there may be many of them.
    """

    ALLOW_SELECT = True
    DEFAULT_CSS = Path(__file__).with_suffix(".tcss").read_text(encoding="utf-8")

    # a refresh during Widget.__init__ sets these
    _inks: TranscriptStyles | None = None
    _drawn_at: Size | None = None

    def __init__(
        self,
        inks: Callable[[], TranscriptStyles],
        *,
        show_reasoning: bool = True,
        glass: DirectRows | None = None,
        id: str | None = None,  # noqa: A002  # Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._mixed = inks
        self._glass = glass
        self._view.document.folded = not show_reasoning
        self._page = PaintedRows()
        self._arrived: deque[tuple[str, TextStyle]] = deque()
        self._taken = 0
        self._settling = False

    # -- text -------------------------------------------------------------------------------

    def append(self, text: str, style: TextStyle = "answer") -> None:
        """Store text; it is shown by the next paint. The same style goes on in its section."""
        if text:
            self._arrived.append((text, style))

    def clear(self) -> None:
        """Forget all text and follow again."""
        self._arrived.clear()
        self._taken = 0
        self._page.hit = None
        if self._page.selected is not None:
            self._page.selected = None
            self.screen.clear_selection()
        self.move(self._view.clear)

    def paint(self) -> bool:
        """Take in what has arrived, for a few milliseconds; True if more is left."""
        if self._arrived:
            self._take_in(perf_counter() + BUDGET_S)
            self.draw()
        return bool(self._arrived)

    @property
    def dirty(self) -> bool:
        """Whether a paint has something to take in."""
        return bool(self._arrived)

    @property
    def show_reasoning(self) -> bool:
        """Whether reasoning is shown whole or folded to a line."""
        return not self._view.document.folded

    @show_reasoning.setter
    def show_reasoning(self, show: bool) -> None:
        self._view.document.folded = not show
        self.draw()

    def _take_in(self, until: float) -> None:
        arrived, document = self._arrived, self._view.document
        while arrived:
            text, style = arrived[0]
            document.append(text[self._taken : self._taken + SLICE], style)
            self._taken += SLICE
            if self._taken >= len(text):
                self._taken = 0
                arrived.popleft()
            if perf_counter() >= until:
                return

    # -- search -----------------------------------------------------------------------------

    def find(
        self, needle: str, start: TextPosition | None = None, *, backwards: bool = False
    ) -> TextPosition | None:
        """The first match at `start` or behind it, or the last that begins before it, if any.

        Upper and lower case are the same; folded reasoning is passed over. Without `start` the
        search begins at an end.
        """
        document = self._view.document
        wanted = Needle(needle)
        if not wanted:
            return None
        if backwards:
            return wanted.previous_in(document, start or TextPosition(len(document.sections), 0))
        return wanted.next_in(document, start or TextPosition(0, 0))

    def matches(self, needle: str) -> Matches:
        """All matches, to be looked for a piece at a time."""
        return Matches(Needle(needle), self._view.document)

    def is_all(self, matches: Matches) -> bool:
        """Whether `matches` were looked for in what is visible now, not before a fold or clear."""
        document = self._view.document
        return matches.document is document and matches.folded == document.folded

    @property
    def top(self) -> TextPosition:
        """The first character on the screen."""
        row = self._page.row(0)
        return TextPosition(0, 0) if row is None else TextPosition(row.section, max(0, row.start))

    def highlight(self, needle: str, hit: TextPosition | None = None) -> None:
        """Mark every match, and scroll to the one at `hit` and mark it more; "" marks none."""
        self._page.needle = Needle(needle)
        self._page.hit = hit
        if hit is None:
            self.draw()
        else:
            self.move(lambda: self._view.show(hit))

    # -- drawing ----------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the lines that have changed: on the glass, or by Textual's next repaint."""
        width, height = size = self.outer_size
        if not (width and height and self.is_attached):
            return
        if self._inks is None:
            self._inks = self._mixed()
        document = self._view.document
        document.until = perf_counter() + BUDGET_S
        changed = self._page.draw(self._view, self._inks, width, height)
        if document.provisional and not self._settling:
            # no frame is due while nothing arrives
            self._settling = True
            self.set_timer(SETTLE_S, self._settle)
        if changed and size == self._drawn_at:
            if self._glass is not None:
                strips = self._page.strips
                changed = self._glass.put(self, [(y, strips[y]) for y in changed])
            if changed:
                super().refresh(*_bands(changed, width))
        self._drawn_at = size

    def _settle(self) -> None:
        """Go on wrapping a line too long for one frame."""
        self._settling = False
        self.draw()

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """As any widget; without regions every style is resolved anew."""
        if repaint and not regions:
            self._inks = self._drawn_at = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """The theme or a style changed."""
        super().notify_style_update()
        self._inks = self._drawn_at = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """The finished strips, most of them drawn before."""
        if self.outer_size != self._drawn_at:
            self.draw()
        strips = self._page.strips[crop.y : crop.bottom]
        if crop.width == self.outer_size.width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    # -- the mouse --------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """A reasoning section folds and unfolds where its heading is."""
        row = self._page.row(event.y)
        if row is not None and row.start == HEADING:
            self.show_reasoning = not self.show_reasoning

    def selection_updated(self, selection: Selection | None) -> None:
        """Something else is selected."""
        document = self._view.document
        self._page.selected = None if selection is None else Span.of(selection, document)
        self.draw()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text as it came, soft line ends joined."""
        document = self._view.document
        text = document.extract(*Span.of(selection, document))
        return (text, "\n") if text else None

    def render_line(self, y: int) -> Strip:
        """A line as Textual's text selection wants it, when it looks under the pointer."""
        return pointed(self._page.row(y), self._view.document, self.outer_size.width)


def _bands(lines: list[int], width: int) -> list[Region]:
    """Regions that cover these lines, given in ascending order."""
    bands: list[Region] = []
    first = last = lines[0]
    for y in [*lines[1:], -1]:
        if y != last + 1:
            bands.append(Region(0, first, width, last - first + 1))
            first = y
        last = y
    return bands
