"""Checks that look for words in an answer, each character of which they read once."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from streamdash.checks.decision import PASSED, Decision
from streamdash.streams.check import written

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamdash.checks.decision import TextSoFar


def _same(text: str) -> str:
    return text


def _fold(*, ignore_case: bool) -> Callable[[str], str]:
    """What is done to texts before they are compared.

    `casefold` looks at single characters, so that it may be applied to parts of a text.
    """
    return str.casefold if ignore_case else _same


class Contains:
    """Passes as soon as the needle has arrived, or with `wanted=False` fails then."""

    def __init__(self, needle: str, *, ignore_case: bool, wanted: bool) -> None:
        self._shown = needle
        self._fold = _fold(ignore_case=ignore_case)
        self._needle = self._fold(needle)
        self._wanted = wanted
        self._tail = ""
        """The end of the text, in which a needle may begin."""
        self._before = 0
        """Folded characters before the tail."""

    def update(self, text: TextSoFar) -> Decision | None:
        """See `Decider`."""
        window = self._tail + self._fold(text.new)
        at = window.find(self._needle)
        if at >= 0:
            place = self._place(text.whole(), self._before + at)
            if self._wanted:
                return Decision(passed=True, place=place)
            message = f"contains {written(self._shown)} at character {place[0] + 1:,}"
            return Decision(passed=False, message=message, place=place)
        if text.ended:
            message = f"does not contain {written(self._shown)}"
            return Decision(passed=False, message=message) if self._wanted else PASSED
        keep = len(self._needle) - 1
        self._before += max(0, len(window) - keep)
        self._tail = window[-keep:] if keep else ""
        return None

    def _place(self, whole: str, folded: int) -> tuple[int, int]:
        """The characters of the answer at an index of the folded text."""
        end = folded + len(self._needle)
        if self._fold is _same:
            return folded, end
        if len(self._fold(whole)) == len(whole):
            return folded, end
        # some characters fold to several
        sizes = range(len(whole) + 1)
        start = bisect_right(sizes, folded, key=lambda size: len(self._fold(whole[:size]))) - 1
        stop = bisect_right(sizes, end, key=lambda size: len(self._fold(whole[:size]))) - 1
        return start, max(stop, start + 1)


class Equals:
    """Compares the answer, without white space around it, with texts of which it must be one."""

    def __init__(self, values: Sequence[str], *, ignore_case: bool) -> None:
        self._shown = values
        self._fold = _fold(ignore_case=ignore_case)
        self._values = {self._fold(value.strip()) for value in values}
        self._longest = max(map(len, self._values))
        self._text = ""
        """The answer's beginning, as much of it as the longest value has."""

    def update(self, text: TextSoFar) -> Decision | None:
        """See `Decider`."""
        new = self._fold(text.new)
        if not self._text:
            new = new.lstrip()
        room = self._longest - len(self._text)
        self._text += new[:room]
        longer = bool(new[room:].strip())
        found = self._text.rstrip()
        if longer or not any(
            value.startswith(self._text) or value == found for value in self._values
        ):
            return self._failed(text)
        if not text.ended:
            return None
        return PASSED if found in self._values else self._failed(text)

    def _failed(self, text: TextSoFar) -> Decision:
        one_of = "none of" if len(self._shown) > 1 else "not"
        shown = written(tuple(self._shown) if len(self._shown) > 1 else self._shown[0])
        head = written(text.whole()[:200].strip()) if self._text else "empty"
        return Decision(passed=False, message=f"is {one_of} {shown}: it is {head}")


class StartsWith:
    """Decides as soon as as many characters have arrived, white space before them left out."""

    def __init__(self, beginning: str, *, ignore_case: bool) -> None:
        self._shown = beginning
        self._fold = _fold(ignore_case=ignore_case)
        self._beginning = self._fold(beginning.lstrip())
        self._text = ""

    def update(self, text: TextSoFar) -> Decision | None:
        """See `Decider`."""
        new = self._fold(text.new)
        if not self._text:
            new = new.lstrip()
        self._text += new[: len(self._beginning) - len(self._text)]
        if self._text == self._beginning:
            return PASSED
        if self._beginning.startswith(self._text) and not text.ended:
            return None
        head = written(self._text) if self._text else "nothing"
        message = f"does not start with {written(self._shown)} but with {head}"
        return Decision(passed=False, message=message)


class EndsWith:
    """Looks at the end of the answer, white space after it left out."""

    def __init__(self, ending: str, *, ignore_case: bool) -> None:
        self._shown = ending
        self._fold = _fold(ignore_case=ignore_case)
        self._ending = self._fold(ending.rstrip())
        self._tail = self._blank = ""
        """The end of the text up to its last visible character, and the blanks after it."""

    def update(self, text: TextSoFar) -> Decision | None:
        """See `Decider`."""
        new = self._fold(text.new)
        visible = new.rstrip()
        most = len(self._ending)
        if visible:
            self._tail = (self._tail + self._blank + visible)[-most:]
            self._blank = new[len(visible) :][-most:]
        else:
            self._blank = (self._blank + new)[-most:]
        if not text.ended:
            return None
        if self._tail == self._ending:
            return PASSED
        tail = written(self._tail) if self._tail else "nothing"
        message = f"does not end with {written(self._shown)} but with {tail}"
        return Decision(passed=False, message=message)


class MostChars:
    """Fails as soon as the answer is longer."""

    def __init__(self, most: int) -> None:
        self._most = most

    def update(self, text: TextSoFar) -> Decision | None:
        """See `Decider`."""
        if text.chars > self._most:
            # the whole length is not known before the end
            message = f"is longer than {self._most:,} characters"
            return Decision(passed=False, message=message, place=(self._most, text.chars))
        return PASSED if text.ended else None


class LeastChars:
    """Passes as soon as the answer is long enough."""

    def __init__(self, least: int) -> None:
        self._least = least

    def update(self, text: TextSoFar) -> Decision | None:
        """See `Decider`."""
        if text.chars >= self._least:
            return PASSED
        if not text.ended:
            return None
        message = f"has {text.chars:,} characters, fewer than {self._least:,}"
        return Decision(passed=False, message=message)
