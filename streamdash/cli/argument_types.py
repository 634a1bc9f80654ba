"""The types of arguments: from a typed word to a value. Each raises ArgumentTypeError."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from streamdash.cli.numerals import parse_fraction, parse_number, parse_whole

if TYPE_CHECKING:
    from datetime import timedelta

MIN_SPEED, MAX_SPEED = 0.001, 1e6


def seconds(text: str) -> float:
    """A number above 0."""
    value = parse_number(text)
    if value is None or value <= 0:
        raise ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def age(text: str) -> timedelta:
    """An age such as `30d`."""
    from streamdash.recording.library import parse_age

    try:
        return parse_age(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def fraction(text: str) -> float:
    """A fraction such as `20%`."""
    try:
        return parse_fraction(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def speed(text: str) -> float:
    """0, or a number of recorded seconds per second."""
    value = parse_number(text)
    if value is None or not (value == 0 or MIN_SPEED <= value <= MAX_SPEED):
        raise ArgumentTypeError(
            f"{text!r} is neither 0 nor a number from {MIN_SPEED:g} to {MAX_SPEED:g}"
        )
    return value


def count(text: str) -> int:
    """A number of streams or rounds."""
    return _whole(text, 1, 10_000)


def warmups(text: str) -> int:
    """A number of warm-up rounds."""
    return _whole(text, 0, 1_000)


def seed(text: str) -> int:
    """The seed of a run, which any reader of JSON takes as it is."""
    return _whole(text, 0, 2**53 - 1)


def share(text: str) -> float:
    """A share from 0 to 100 %."""
    value = fraction(text)
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"{text!r} is not from 0 to 100 %")
    return value


def margin(text: str) -> float:
    """A fraction above 0, such as `5%`."""
    value = fraction(text)
    if not 0 < value < 1:
        raise ArgumentTypeError(f"{text!r} is not between 0 and 100 %")
    return value


def retries(text: str) -> int:
    """A number of retries."""
    return _whole(text, 0, 10)


def _whole(text: str, low: int, high: int) -> int:
    value = parse_whole(text)
    if value is None or not low <= value <= high:
        raise ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
    return value
