"""Checks of answers that must be JSON, alone or with a schema."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn

from streamdash.checks.decision import PASSED, Decision
from streamdash.streams.check import written

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamdash.checks.decision import TextSoFar

QUICK_CHARS = 1 << 16
"""Longer answers are read beside the event loop."""
_FENCE = "```"
_FENCED = re.compile(r"```[\w.+-]*[ \t]*\r?\n(.*?)(?:\r?\n)?[ \t]*```", re.DOTALL)
_BEGINNINGS = frozenset('{["-0123456789tfn')
_LONGEST_INT = 4000
"""Digits of a whole number; the interpreter reads few more."""


class IsJson:
    """Reads the answer at its end; fails at its first character if no JSON begins with that.

    `examine` looks at the value and returns what is wrong with it, or nothing. An answer longer
    than `quick_chars` is too long for a moment of the event loop.
    """

    def __init__(
        self,
        *,
        fenced: bool,
        examine: Callable[[object], str] | None = None,
        quick_chars: int = QUICK_CHARS,
    ) -> None:
        self._fenced = fenced
        self._examine = examine
        self._quick_chars = quick_chars
        self._begun = False

    def update(self, text: TextSoFar) -> Decision | None:
        """See `Decider`."""
        if not self._begun and (new := text.new.lstrip()):
            self._begun = True
            if new[0] == "`" and not self._fenced:
                return _not_json("it begins a code fence, which fenced = true allows")
            if new[0] not in _BEGINNINGS and new[0] != "`":
                return _not_json(f"it begins with {written(new[:20].rstrip())}")
        if not text.ended or (text.quick and text.chars > self._quick_chars):
            return None
        return self._read(text.whole())

    def _read(self, whole: str) -> Decision:
        answer = whole.strip()
        if answer.startswith(_FENCE):
            match = _FENCED.fullmatch(answer)
            if match is None:
                return _not_json("it is not one code fence from beginning to end")
            answer = match[1].strip()
        if not answer:
            return _not_json("it is empty")
        try:
            value = json.loads(answer, parse_constant=_no_constant, parse_int=_whole_number)
        except json.JSONDecodeError as error:
            at = whole.find(answer) + error.pos
            said = f"{error.msg} at character {at + 1:,}"
            return Decision(passed=False, message=f"is not JSON: {said}", place=(at, at + 1))
        except RecursionError:
            return _not_json("it is nested too deeply to be read")
        except ValueError as error:
            return _not_json(str(error))
        wrong = self._examine(value) if self._examine is not None else ""
        return Decision(passed=False, message=wrong) if wrong else PASSED


def _not_json(why: str) -> Decision:
    return Decision(passed=False, message=f"is not JSON: {why}")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_INT else float(digits)
