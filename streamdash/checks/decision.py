"""What a check looks at, and what it decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Decision(NamedTuple):
    """A check's result, which no further text changes."""

    passed: bool
    message: str = ""
    """Why it failed."""
    place: tuple[int, int] | None = None
    """The characters that decided it."""


PASSED = Decision(passed=True)


class TextSoFar(NamedTuple):
    """An answer as far as it has arrived."""

    new: str
    """The text since the last look."""
    whole: Callable[[], str]
    """Joins the whole text."""
    chars: int
    ended: bool
    quick: bool
    """Whether work that takes long has to be left for later, because the event loop waits."""


class Decider(Protocol):
    """One check of one answer."""

    def update(self, text: TextSoFar) -> Decision | None:
        """The decision; None if further text, or more time, may change it."""
        ...
