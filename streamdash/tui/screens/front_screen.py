"""What the screens in front of the board have in common."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import Screen

LOW_ROWS = 6
"""On a screen of fewer rows what one works with stays, and what explains it goes."""
T = TypeVar("T")


class FrontScreen(Screen[T]):
    """Closes once, however many keys and clicks of the same breath ask for it."""

    def on_resize(self) -> None:
        """Show less than all where there are but a few rows."""
        self.set_class(self.size.height < LOW_ROWS, "-low")

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """As Textual's, which would take the next screen for this one the second time."""
        if self.is_active:
            return super().dismiss(result)
        nothing: AwaitComplete = AwaitComplete.nothing()  # type: ignore[no-untyped-call]  # Textual's
        return nothing
