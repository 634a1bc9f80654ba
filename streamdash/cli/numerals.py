"""Numbers as a person types them: ASCII digits, read for their worth and not for their length."""

from __future__ import annotations

import math
import re

_WHOLE = re.compile(r"0*([0-9]{1,18})")
_NUMBER = re.compile(r"([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


def parse_whole(text: str) -> int | None:
    """The whole number, without a sign; None for everything else and above 18 digits."""
    match = _WHOLE.fullmatch(text)
    return None if match is None else int(match[1])


def parse_number(text: str) -> float | None:
    """The finite number, without a sign; None for everything else."""
    if _NUMBER.fullmatch(text) is None:
        return None
    value = float(text)
    return value if math.isfinite(value) else None
