"""The text of one stream as it arrives: read-only, wrapped, followed, painted per frame."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from time import perf_counter, thread_time
from typing import TYPE_CHECKING

from textual.geometry import Region, Size

from streamdash.tui.transcript.document import TextPosition
from streamdash.tui.transcript.needle import Needle
from streamdash.tui.transcript.painted_rows import PaintedRows
from streamdash.tui.transcript.scroller import BUDGET_S, Scroller
from streamdash.tui.transcript.search_hits import Matches
from streamdash.tui.transcript.section import HEADING, SLICE, TextStyle
from streamdash.tui.transcript.selection import Span, line_of_offsets

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from textual import events
    from textual.selection import Selection
    from textual.strip import Strip

    from streamdash.tui.terminal.direct_rows import DirectRows
    from streamdash.tui.transcript.styles import TranscriptStyles

__all__ = ["TextPosition", "TextStyle", "Transcript"]

REST = 9
"""A drawing that takes longer than `BUDGET_S` is not repeated for so many times its CPU time."""
SETTLE_S = 1 / 30
"""Seconds until a long line is wrapped further, if its rows may still move."""


class Transcript(Scroller):
    """Text in sections: answer, reasoning that can be folded, tool calls, notes and errors.

    `append` only stores; `paint`, called on the frame clock, takes in what has arrived and
    redraws the lines that changed. The transcript follows the end until its reader scrolls up.
    It cleans its text and never reads it as markup. It draws all lines itself, past Textual's
    style cache: border, padding, opacity and tint have no effect here and belong to the parent.
    `resolve_styles` is called after each change of style: many transcripts share one widget's
    component classes. With `markdown`, answers are rendered instead of shown as their source.
    """

    ALLOW_SELECT = True
    DEFAULT_CSS = Path(__file__).with_suffix(".tcss").read_text(encoding="utf-8")

    # class attributes, because a refresh during Widget.__init__ sets them
    _resolved: TranscriptStyles | None = None
    _drawn_at: Size | None = None

    def __init__(
        self,
        resolve_styles: Callable[[], TranscriptStyles],
        *,
        show_reasoning: bool = True,
        markdown: bool = False,
        direct_rows: DirectRows | None = None,
        id: str | None = None,  # noqa: A002  # Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._resolve_styles = resolve_styles
        self._direct_rows = direct_rows
        self._viewport.document.folded = not show_reasoning
        self._viewport.document.rendered = markdown
        self._painted = PaintedRows()
        self._arrived: deque[tuple[str, TextStyle]] = deque()
        self._taken = 0
        self._ending = False
        self._settling = False
        self._resting_until = 0.0

    # -- text -------------------------------------------------------------------------------

    def append(self, text: str, style: TextStyle = "answer") -> None:
        """Store text for the next paint; text of the same style continues its section."""
        if text:
            self._arrived.append((text, style))

    def end_text(self) -> None:
        """Say that no more text comes: the next paint shows what was open as it is."""
        self._ending = True

    def clear(self) -> None:
        """Remove all text and follow again."""
        self._arrived.clear()
        self._taken = 0
        self._ending = False
        self._painted.hit = None
        if self._painted.selected is not None:
            self._painted.selected = None
            self.screen.clear_selection()
        self.move(self._viewport.clear)

    def paint(self) -> bool:
        """Take in what has arrived, for a few milliseconds. Returns whether more is left.

        A text that is slow to draw is drawn less often, so that others are not.
        """
        if self.dirty:
            now = perf_counter()
            if now < self._resting_until:
                return True
            self._take_in(now + BUDGET_S)
            before = thread_time()
            self.draw()
            spent = thread_time() - before
            self._resting_until = now + REST * spent if spent > BUDGET_S else 0.0
        return bool(self._arrived)

    @property
    def dirty(self) -> bool:
        """Whether text waits for the next paint."""
        return bool(self._arrived) or self._ending

    @property
    def show_reasoning(self) -> bool:
        """Whether reasoning is shown in full instead of folded to its heading."""
        return not self._viewport.document.folded

    @show_reasoning.setter
    def show_reasoning(self, show: bool) -> None:
        self._viewport.document.folded = not show
        self.draw()

    @property
    def markdown(self) -> bool:
        """Whether answers are rendered instead of shown as their source."""
        return self._viewport.document.rendered

    @markdown.setter
    def markdown(self, markdown: bool) -> None:
        if markdown != self.markdown:
            self._viewport.document.rendered = markdown
            self.move(self._viewport.document.convert)
            if self._painted.selected is not None:
                # it covers whole lines in one view, characters in the other
                self.selection_updated(self.text_selection)

    def _take_in(self, until: float) -> None:
        arrived, document = self._arrived, self._viewport.document
        while arrived:
            text, style = arrived[0]
            document.append(text[self._taken : self._taken + SLICE], style)
            self._taken += SLICE
            if self._taken >= len(text):
                self._taken = 0
                arrived.popleft()
            if perf_counter() >= until:
                break
        if self._ending and not arrived:
            self._ending = False
            document.close()

    # -- search -----------------------------------------------------------------------------

    def find(
        self, needle: str, start: TextPosition | None = None, *, backwards: bool = False
    ) -> TextPosition | None:
        """The first match at `start` or later; backwards, the last one that begins before it.

        Ignores case and folded reasoning. Without `start` the search begins at the start of the
        document, or backwards at its end. Returns None if there is no match.
        """
        document = self._viewport.document
        wanted = Needle(needle)
        if not wanted:
            return None
        if backwards:
            return wanted.previous_in(document, start or TextPosition(len(document.sections), 0))
        return wanted.next_in(document, start or TextPosition(0, 0))

    def matches(self, needle: str) -> Matches:
        """All matches, to be found in small steps."""
        return Matches(Needle(needle), self._viewport.document)

    def is_all(self, matches: Matches) -> bool:
        """Whether `matches` are valid, with no fold or clear since they were made."""
        document = self._viewport.document
        return matches.document is document and matches.folded == document.folded

    @property
    def top(self) -> TextPosition:
        """The first visible character."""
        row = self._painted.row(0)
        return TextPosition(0, 0) if row is None else TextPosition(row.section, max(0, row.start))

    def highlight(self, needle: str, hit: TextPosition | None = None) -> None:
        """Mark every match of `needle`, "" for none; scroll to the `hit` and mark it strongly."""
        self._painted.needle = Needle(needle)
        self._painted.hit = hit
        if hit is None:
            self.draw()
        else:
            self.move(lambda: self._viewport.show(hit))

    # -- drawing ----------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the changed lines: directly, or where that is refused by Textual's next repaint."""
        width, height = size = self.outer_size
        if not (width and height and self.is_attached):
            return
        if self._resolved is None:
            self._resolved = self._resolve_styles()
        document = self._viewport.document
        document.until = perf_counter() + BUDGET_S
        changed = self._painted.draw(self._viewport, self._resolved, width, height)
        if document.provisional and not self._settling:
            # while no text arrives there is no frame that would do it
            self._settling = True
            self.set_timer(SETTLE_S, self._settle)
        if changed and size == self._drawn_at:
            if self._direct_rows is not None:
                strips = self._painted.strips
                changed = self._direct_rows.put(self, [(y, strips[y]) for y in changed])
            if changed:
                super().refresh(*_bands(changed, width))
        self._drawn_at = size

    def _settle(self) -> None:
        """Continue to wrap a line that is too long for one frame."""
        self._settling = False
        self.draw()

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Refresh as any widget does; without regions, also resolve every style again."""
        if repaint and not regions:
            self._resolved = self._drawn_at = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Forget the styles, which a new theme or class has changed."""
        super().notify_style_update()
        self._resolved = self._drawn_at = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """The finished strips of the lines in `crop`."""
        if self.outer_size != self._drawn_at:
            self.draw()
        strips = self._painted.strips[crop.y : crop.bottom]
        if crop.width == self.outer_size.width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    # -- the mouse --------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Fold or unfold reasoning when its heading is clicked."""
        row = self._painted.row(event.y)
        if row is not None and row.start == HEADING:
            self.show_reasoning = not self.show_reasoning

    def selection_updated(self, selection: Selection | None) -> None:
        """Mark the new selection."""
        document = self._viewport.document
        self._painted.selected = None if selection is None else Span.of(selection, document)
        self.draw()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text as it arrived, without the line breaks of wrapping.

        In rendered Markdown that is the source of all lines that the selection touches.
        """
        document = self._viewport.document
        text = document.extract(*Span.of(selection, document))
        return (text, "\n") if text else None

    def render_line(self, y: int) -> Strip:
        """A line whose cells carry text offsets, which Textual reads under the pointer."""
        return line_of_offsets(self._painted.row(y), self._viewport.document, self.outer_size.width)


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
