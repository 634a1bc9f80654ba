"""Numbers as a person types them: ASCII digits without a sign, of any length."""

from __future__ import annotations

import math
import re

_WHOLE = re.compile(r"0*([0-9]{1,18})")
_NUMBER = re.compile(r"([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


def parse_whole(text: str) -> int | None:
    """Return the whole number, or None for anything else or more than 18 digits."""
    match = _WHOLE.fullmatch(text)
    return None if match is None else int(match[1])


def parse_number(text: str) -> float | None:
    """Return the finite number, or None for anything else."""
    if _NUMBER.fullmatch(text) is None:
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def parse_fraction(text: str) -> float:
    """Return 0.2 for `20%` and for `0.2`. Raises ValueError with a sentence for the user."""
    words = text.strip()
    percent = words.endswith("%")
    number = parse_number(words.removesuffix("%").rstrip())
    if number is None:
        raise ValueError(f"{text!r} is not a fraction; write it as 20% or 0.2")
    if percent:
        number /= 100
    if number > 1 and not percent:
        raise ValueError(f"{text!r} is more than 100 %; did you mean {words}%?")
    return number
