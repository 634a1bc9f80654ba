"""How numbers are written on the screen: short, aligned in meaning, never with a false digit."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """A measured time: `0.4ms`, `412ms`, `3.2s`, `2m13s`, `1h02m`."""
    if seconds < 0.00995:
        return f"{seconds * 1000:.1f}ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f}ms"
    return clock(seconds)


def clock(seconds: float) -> str:
    """A running time in tenths, so that it ticks calmly: `0.8s`, `59.9s`, `2m13s`, `1h02m`."""
    if seconds < 99.95:
        return f"{max(0.0, seconds):.1f}s"
    whole = int(seconds + 0.5)
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02d}m"


def count(number: int) -> str:
    """All digits: `1,234`."""
    return f"{number:,}"


def compact(number: int) -> str:
    """At most four places: `999`, `1.2k`, `34k`, `1.2M`."""
    if number < 1_000:
        return str(number)
    for unit, size in (("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000)):
        if number < 9.95 * size:
            return f"{number / size:.1f}{unit}"
        if number < 999.5 * size or unit == "G":
            return f"{number / size:.0f}{unit}"
    raise AssertionError


def rate(per_second: float) -> str:
    """Things per second, without their name: `4.2`, `312`, `1,204`."""
    return f"{per_second:.1f}" if per_second < 9.95 else f"{per_second:,.0f}"
