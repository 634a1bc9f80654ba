"""Paired comparisons in words."""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.reporting.figures import duration, rate
from streamdash.reporting.paired.comparisons import missing_pairs
from streamdash.reporting.spread import RATES

if TYPE_CHECKING:
    from streamdash.reporting.paired.comparisons import PairedComparison

LABEL_CELLS = 30
_WORDS = {
    "ttft_s": ("first token", "comes", "come"),
    "ttfa_s": ("answer", "begins", "begin"),
    "total_s": ("answer", "ends", "end"),
    "felt_ttft_s": ("first token, with failed attempts and waits,", "comes", "come"),
    "felt_total_s": ("answer, with failed attempts and waits,", "ends", "end"),
    "chars_per_s": ("text", "flows", "flow"),
    "tokens_per_s": ("tokens", "flow", "flow"),
}
_UNITS = {"chars_per_s": " chars/s", "tokens_per_s": " tok/s"}


def sentence(comparison: PairedComparison) -> str:
    """`B's first token comes 120 ms sooner than A's (95 % interval 80 to 160 ms, 10 rounds)`."""
    a, b = (f"{clean_line(label, LABEL_CELLS)}'s" for label in (comparison.a, comparison.b))
    what, one, many = _WORDS[comparison.number]
    rounds = counted(comparison.n, "round")
    plural = what if what.endswith("s") or what == "text" else what.replace(" token", " tokens")
    if plural == what == "answer":
        plural = "answers"
    if comparison.verdict == "unknown":
        missing = counted(missing_pairs(comparison), "more round")
        are = "is" if missing.startswith("1 ") else "are"
        return f"whether {b} {what} {one} before {a} is unknown: {missing} {are} needed"
    interval = comparison.ci95 or (-inf, inf)
    if comparison.verdict == "tie":
        span = _span(interval, comparison.number, signed=True)
        when = "at about the same rate" if comparison.number in RATES else "at about the same time"
        return f"{b} and {a} {plural} {many} {when} (difference {span}, {rounds})"
    more = comparison.verdict == "faster"
    less_is_more = comparison.number not in RATES
    word = ("sooner" if more else "later") if less_is_more else ("faster" if more else "slower")
    size = "" if comparison.difference is None else f"{_size(comparison)} "
    low, high = sorted(map(abs, interval))
    span = _span((low, high), comparison.number)
    return f"{b} {what} {one} {size}{word} than {a} (95 % interval {span}, {rounds})"


def _size(comparison: PairedComparison) -> str:
    return _written(abs(comparison.difference or 0.0), comparison.number)


def counted(n: int, noun: str) -> str:
    """`1 round`, `10 rounds`."""
    return f"{n} {noun}{'' if n == 1 else 's'}"


def _span(interval: tuple[float, float], number: str, *, signed: bool = False) -> str:
    """`80 to 160 ms`; an infinite end is left open."""
    low, high = interval
    if not isfinite(low) and not isfinite(high):
        return "of any size"
    if not isfinite(high):
        return f"{_signed(low, number)} or more"
    if not isfinite(low):
        return f"{_signed(high, number)} or less"
    first, last = _signed(low, number), _signed(high, number)
    value, _, unit = first.partition(" ")
    if last.endswith(f" {unit}"):
        first = value
    return f"{first} to {last}"


def _signed(value: float, number: str) -> str:
    return f"{'-' if value < 0 else ''}{_written(abs(value), number)}"


def _written(value: float, number: str) -> str:
    return rate(value) + _UNITS[number] if number in RATES else duration(value)
