"""The base of the screens in front of the board."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import Screen

LOW_ROWS = 6
"""With fewer rows than this, screens show only what is needed to work with them."""
T = TypeVar("T")


class FrontScreen(Screen[T]):
    """A screen that closes only once, even if several keys and clicks ask for it at once."""

    def on_resize(self) -> None:
        """Set the class `-low` if there are few rows."""
        self.set_class(self.size.height < LOW_ROWS, "-low")

    def close_soon(self) -> None:
        """Close without a result, called by a frame."""
        self.call_next(self._close)

    def _close(self) -> None:
        # a handler must not return what would wait for it
        self.dismiss()

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close; a second call does nothing, where Textual's would close the next screen."""
        if self.is_active:
            return super().dismiss(result)
        nothing: AwaitComplete = AwaitComplete.nothing()  # type: ignore[no-untyped-call]  # Textual's
        return nothing
