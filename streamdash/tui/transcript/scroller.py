"""Scrolling by keys, wheel and a bar of one column, without a layout of the screen."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, ClassVar

from textual.actions import SkipAction
from textual.message import Message
from textual.widget import Widget

from streamdash.tui.transcript.scroll_keys import SCROLL_KEYS
from streamdash.tui.transcript.viewport import Viewport
from streamdash.tui.widgets.keys import bindings

BUDGET_S = 0.004
"""How long one move or paint may take in text or wrap it; the rest waits for the next frame."""

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.binding import BindingType


class Scroller(Widget, can_focus=True):
    """A widget that shows a viewport in all columns but the last, where the scroll bar is.

    Textual's own scrolling lays the whole screen out whenever the text grows. While everything
    fits, keys and the wheel are passed on to the parent.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCROLL_KEYS)]

    class FollowChanged(Message, namespace="transcript"):
        """The reader scrolled away from the end, or came back to it."""

        def __init__(self, scroller: Scroller, *, following: bool) -> None:
            super().__init__()
            self.scroller = scroller
            self.following = following

        @property
        def control(self) -> Scroller:
            return self.scroller

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name
        super().__init__(id=id)
        self._viewport = Viewport()
        self._grip: int | None = None

    @property
    def following(self) -> bool:
        """Whether the viewport stays at the end as text arrives."""
        return self._viewport.following

    def draw(self) -> None:
        """Draw the rows that the viewport shows now."""
        raise NotImplementedError

    def move(self, move: Callable[[], None]) -> None:
        """Move the viewport by calling `move`, and draw it."""
        before = self._viewport.following
        self._viewport.document.until = perf_counter() + BUDGET_S
        move()
        self.draw()
        if self._viewport.following != before and self.is_attached:
            self.post_message(self.FollowChanged(self, following=not before))

    # -- keys -------------------------------------------------------------------------------

    def _scroll(self, move: Callable[[], None]) -> None:
        if self._viewport.thumb is None:
            raise SkipAction
        self.move(move)

    def action_scroll_up(self) -> None:
        self._scroll(lambda: self._viewport.scroll(-1))

    def action_scroll_down(self) -> None:
        self._scroll(lambda: self._viewport.scroll(1))

    def action_page_up(self) -> None:
        self._scroll(lambda: self._viewport.scroll(1 - self._viewport.height))

    def action_page_down(self) -> None:
        self._scroll(lambda: self._viewport.scroll(self._viewport.height - 1))

    def action_scroll_home(self) -> None:
        self._scroll(self._viewport.to_start)

    def action_scroll_end(self) -> None:
        self._scroll(self._viewport.to_end)

    # -- mouse ------------------------------------------------------------------------------

    @property
    def allow_select(self) -> bool:
        """False on the scroll bar, where dragging scrolls."""
        return self._viewport.thumb is None or not self._on_bar(
            self.app.mouse_position.x - self.region.x
        )

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, 1)

    def _wheel(self, event: events.MouseEvent, direction: int) -> None:
        if self._viewport.thumb is not None and not (event.ctrl or event.shift):
            event.stop()
            rows = max(1, round(self.app.scroll_sensitivity_y))
            self.move(lambda: self._viewport.scroll(direction * rows))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Grab the bar's handle, or move it under the pointer first."""
        thumb = self._viewport.thumb
        if thumb is None or not self._on_bar(event.x):
            return
        inside = thumb.top <= event.y < thumb.top + thumb.size
        self._grip = event.y - thumb.top if inside else thumb.size // 2
        self.capture_mouse()
        if not inside:
            self._drag(event.y)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._grip is not None:
            event.stop()
            self._drag(event.y)

    def on_mouse_up(self) -> None:
        if self._grip is not None:
            self._grip = None
            self.release_mouse()

    def _drag(self, y: int) -> None:
        grip = self._grip or 0
        self.move(lambda: self._viewport.drag(y - grip))

    def _on_bar(self, x: int) -> bool:
        return x == self.outer_size.width - 1
