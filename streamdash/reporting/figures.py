"""How numbers are written for people, in tables, panes and pages alike.

A figure has about three digits. Unknown (None) is an empty string. A number that falls on a
failed round is infinite and written as `never`.
"""

from __future__ import annotations

from math import isinf

NEVER = "never"


def duration(seconds: float | None) -> str:
    """A measured time: `0.4 ms`, `412 ms`, `3.21 s`, `12.6 s`, `2m 13s`, `1h 02m`."""
    if seconds is None:
        return ""
    if isinf(seconds):
        return NEVER
    if seconds < 0.00995:
        return f"{seconds * 1000:.1f} ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.2f} s" if seconds < 9.995 else clock(seconds)


def clock(seconds: float) -> str:
    """A running time, which ticks calmly in tenths: `0.8 s`, `59.9 s`, `2m 13s`, `1h 02m`."""
    if seconds < 99.95:
        return f"{max(0.0, seconds):.1f} s"
    whole = int(seconds + 0.5)
    if whole < 3600:
        return f"{whole // 60}m {whole % 60:02d}s"
    return f"{whole // 3600}h {whole % 3600 // 60:02d}m"


def tick(seconds: float) -> str:
    """A round time on an axis: `0 s`, `0.5 s`, `20 s`."""
    return f"{seconds:g} s"


def count(number: float | None) -> str:
    """All digits: `1,234`. A median of two counts is rounded."""
    return "" if number is None else f"{round(number):,}"


def compact(number: int) -> str:
    """At most four characters: `999`, `1.2k`, `34k`, `1.2M`."""
    if number < 1_000:
        return str(number)
    for unit, size in (("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000)):
        if number < 9.95 * size:
            return f"{number / size:.1f}{unit}"
        if number < 999.5 * size or unit == "G":
            return f"{number / size:.0f}{unit}"
    raise AssertionError


def rate(per_second: float | None) -> str:
    """A rate without its unit: `4.2`, `71.5`, `312`, `1,204`."""
    if per_second is None:
        return ""
    if isinf(per_second):
        return NEVER
    return f"{per_second:.1f}" if per_second < 99.95 else f"{per_second:,.0f}"


def dollars(cost: float | None) -> str:
    """An estimated cost, marked as an estimate: `~$0.0042`, `~$12.50`."""
    if cost is None:
        return ""
    return f"~${cost:.4f}" if cost < 1 else f"~${cost:,.2f}"
