"""Regular expressions in linear time: no pattern and no answer can make a search explode."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from streamdash.checks.decision import PASSED, Decision
from streamdash.streams.check import written

if TYPE_CHECKING:
    from streamdash.checks.decision import TextSoFar

QUICK_CHARS = 1 << 16
"""Longer answers are searched at their end and beside the event loop: 1 MB may take 80 ms."""
_GROWTH = 4
"""A growing text is searched again when it has grown by a fourth, so that all searches together
cost little more than one."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSUPPORTED = (
    (re.compile(r"\(\?<?[=!]"), "lookaround, (?=...), (?!...), (?<=...) or (?<!...)"),
    (re.compile(r"\\[1-9]|\(\?P="), "backreferences such as \\1"),
    (re.compile(r"\(\?>|[*+?}]\+"), "possessive and atomic matching"),
    (re.compile(r"\(\?\("), "conditions, (?(1)...)"),
    (re.compile(r"\\Z"), "\\Z; write \\z"),
)
"""What Python's own engine has and the linear one does not, and how to say it."""


class PatternError(ValueError):
    """A pattern that cannot be used; the message continues after the key's name."""


@lru_cache(maxsize=256)
def compile_pattern(pattern: str, *, ignore_case: bool = False) -> Any:
    """The compiled pattern, for UTF-8 bytes. Raises PatternError."""
    import re2  # 10 ms, and only where a check needs it

    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.case_sensitive = not ignore_case
    try:
        return re2.compile(pattern.encode(), options)
    except UnicodeEncodeError:
        raise PatternError("contains half of a surrogate pair") from None
    except re2.error as error:
        reason = error.args[0] if error.args else b"malformed"
        said = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise PatternError(f"is not a pattern that can be used: {said}{_advice(pattern)}") from None


def _advice(pattern: str) -> str:
    """What the engine does not support, if the pattern uses it."""
    found = [words for sign, words in _UNSUPPORTED if sign.search(pattern)]
    if not found:
        return ""
    return f"; patterns are searched in linear time (RE2), which has no {', no '.join(found)}"


def found_in(pattern: str, text: str) -> bool:
    """Whether a pattern that was compiled before occurs in the text."""
    return compile_pattern(pattern).search(_encoded(text)) is not None


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode()


class Matches:
    """Passes as soon as the pattern matches somewhere, or with `wanted=False` fails then.

    A match that ends before the end of the text so far stays one whatever follows, as no pattern
    looks further than one character ahead. Raises PatternError.
    """

    def __init__(self, pattern: str, *, ignore_case: bool, wanted: bool) -> None:
        self._shown = pattern
        self._pattern = compile_pattern(pattern, ignore_case=ignore_case)
        self._wanted = wanted
        self._searched = 0

    def update(self, text: TextSoFar) -> Decision | None:
        """See `Decider`."""
        if text.quick and text.chars > QUICK_CHARS:
            return None
        grown = text.chars - self._searched
        if not text.ended and (not grown or grown < self._searched // _GROWTH):
            return None
        self._searched = text.chars
        data = _encoded(text.whole())
        match = self._pattern.search(data)
        if match is None:
            if not text.ended:
                return None
            message = f"does not match {written(self._shown)}"
            return Decision(passed=False, message=message) if self._wanted else PASSED
        start, end = match.span()
        if end == len(data) and not text.ended:
            return None
        at = len(data[:start].decode())
        found = data[start:end].decode()
        place = (at, at + len(found))
        if self._wanted:
            return Decision(passed=True, place=place)
        message = f"{written(found)} at character {at + 1:,} matches {written(self._shown)}"
        return Decision(passed=False, message=message, place=place)
