"""Checks of single values: each returns a value of the right type or raises Invalid."""

from __future__ import annotations

from datetime import date, time
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeAlias

from streamdash.promptfile.problems import did_you_mean, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from streamdash.promptfile.problems import Place

    Check: TypeAlias = Callable[[object, Place], Any]
    """Takes a parsed value and its place; returns the value to use or raises Invalid."""

INVALID: Any = object()
"""Replaces a value whose problem has been added."""

_SUGGESTIONS = 100
"""Problems after which similar words are no longer searched for."""
_MAX_STOPS = 16
_SHOWN_BITS = 64


class Invalid(Exception):  # noqa: N818  # it never leaves this package
    """The value is invalid; the message continues after the key's name."""


def read_value(check: Check, value: object, place: Place) -> Any:
    """The checked value, or `INVALID` after adding its problem."""
    try:
        return check(value, place)
    except Invalid as problem:
        place.report(str(problem))
        return INVALID


def read_table(
    raw: object,
    checks: Mapping[str, Check],
    place: Place,
    *,
    place_of: Callable[[str], Place] | None = None,
    hints: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The checked values by key, some of them `INVALID`; unknown keys become problems.

    `hints` has advice for keys that belong elsewhere.
    """
    if not isinstance(raw, dict):
        place.report(f"must be a table of keys and values, not {describe(raw)}")
        return {}
    values: dict[str, Any] = {}
    for key, value in raw.items():
        check = checks.get(key)
        if check is None:
            advice = _advice(key, checks, hints or {}, suggest=len(place.problems) < _SUGGESTIONS)
            place.report(f"unknown key {quoted(key)}{advice}", about=key)
        else:
            values[key] = read_value(check, value, place_of(key) if place_of else place.at(key))
    return values


def _advice(
    key: str, checks: Mapping[str, Check], hints: Mapping[str, str], *, suggest: bool
) -> str:
    if key in hints:
        return f"; {hints[key]}"
    near = nearest(key, [*checks, *hints]) if suggest else None
    if near is None:
        return f"; known keys: {', '.join(checks)}"
    meant = f" (did you mean {quoted(near)}?)"
    return f"{meant}; {hints[near]}" if near in hints else meant


def describe_type(value: object) -> str:
    """The type of a value in words, without the value, which may be secret."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "text"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, date | time):
        return "a date or time"
    return "a list" if isinstance(value, list) else "a table"


def describe(value: object) -> str:
    """A value in words, or its type if it is long."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    if isinstance(value, float) or (isinstance(value, int) and value.bit_length() <= _SHOWN_BITS):
        return str(value)
    return describe_type(value)


def text(value: object, _place: Place) -> str:
    """Any text, also an empty one."""
    if not isinstance(value, str):
        raise Invalid(f"must be text, not {describe(value)}")
    return value


def nonblank_text(value: object, place: Place) -> str:
    """Text that is not blank."""
    found = text(value, place)
    if not found.strip():
        raise Invalid("is empty")
    return found


def one_of(words: Sequence[str]) -> Check:
    """A check for one of these words."""

    def check(value: object, _place: Place) -> str:
        if isinstance(value, str) and value in words:
            return value
        meant = did_you_mean(value, words) if isinstance(value, str) else ""
        listed = ", ".join(map(quoted, words))
        raise Invalid(f"must be one of {listed}, not {describe(value)}{meant}")

    return check


def flag(value: object, _place: Place) -> bool:
    if not isinstance(value, bool):
        raise Invalid(f"must be true or false, not {describe(value)}")
    return value


def whole_number(low: int | None = None, high: int | None = None) -> Check:
    """A check for a whole number; the bounds are inclusive."""

    def check(value: object, _place: Place) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Invalid(f"must be a whole number, not {describe(value)}")
        _check_range(value, low, high)
        return value

    return check


def number(low: float, high: float | None = None) -> Check:
    """A check for a finite number; the bounds are inclusive."""

    def check(value: object, _place: Place) -> float:
        found = _finite(value)
        _check_range(found, low, high)
        return found

    return check


def seconds(value: object, _place: Place) -> float:
    """A time above 0."""
    found = _finite(value)
    if found <= 0:
        raise Invalid(f"must be more than 0 seconds, not {describe(value)}")
    return found


def _finite(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid(f"must be a number, not {describe(value)}")
    if not isfinite(value):
        raise Invalid("must be a finite number")
    return float(value)


def _check_range(value: float, low: float | None, high: float | None) -> None:
    if low is not None and high is not None and not low <= value <= high:
        raise Invalid(f"must be from {low:g} to {high:g}, not {describe(value)}")
    if low is not None and value < low:
        raise Invalid(f"must be at least {low:g}, not {describe(value)}")


def stops(value: object, place: Place) -> tuple[str, ...]:
    """One text or a list of texts, none of them empty, as a tuple."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        raise Invalid(f"must be text or a list of texts, not {describe(value)}")
    if len(value) > _MAX_STOPS:
        raise Invalid(f"has {len(value)} texts; at most {_MAX_STOPS} are allowed")
    for index, item in enumerate(value):
        if not isinstance(item, str):
            place.at(index).report(f"must be text, not {describe(item)}")
        elif not item:
            place.at(index).report("is empty, which would stop every answer at once")
    return tuple(value)


def params(value: object, place: Place) -> dict[str, Any]:
    """A table that can be written as JSON."""
    if not isinstance(value, dict):
        raise Invalid(f"must be a table, not {describe(value)}")
    if "stream" in value:
        place.report(
            "must not hold stream, which is a key of its own: write it next to params",
            about="stream",
        )
    waiting: list[tuple[Place, object]] = [(place, value)]
    while waiting:
        where, item = waiting.pop()
        if isinstance(item, dict):
            waiting.extend((where.at(key), inner) for key, inner in item.items())
        elif isinstance(item, list):
            waiting.extend((where.at(index), inner) for index, inner in enumerate(item))
        elif isinstance(item, date | time):
            where.report("is a date or time, which JSON does not have; write it as text")
        elif isinstance(item, float) and not isfinite(item):
            where.report("must be a finite number")
    return value
