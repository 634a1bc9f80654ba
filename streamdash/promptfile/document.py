"""A parsed prompt file of any format: plain values and their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from streamdash.promptfile.problems import KeyPath, Place

MAX_DEPTH = 64
_MAX_BITS = 64


def nearest_line(lines: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    """The line of the path, or of the nearest path around it that has a line."""
    for end in range(len(path), -1, -1):
        line = lines.get(path[:end])
        if line is not None:
            return line
    return None


class Document(NamedTuple):
    """A parsed prompt file, not yet checked against the schema."""

    data: object
    line_of: Callable[[KeyPath], int | None]
    faults: tuple[tuple[KeyPath, str], ...] = ()
    """Problems that the parser accepts and we do not, such as a key given twice."""
    hidden: int = 0
    """As in `Place`."""
    text_only: bool = False
    """Whether the file is one prompt and has no keys."""


def check_values(value: object, place: Place) -> None:
    """Report every value in the tree that cannot be sent in a request."""
    waiting: list[tuple[Place, object]] = [(place, value)]
    while waiting:
        place, value = waiting.pop()
        if len(place.path) > MAX_DEPTH:
            place.report(f"is nested more than {MAX_DEPTH} levels deep")
        elif isinstance(value, dict):
            for key, item in value.items():
                if _has_surrogate(key):
                    place.report("has a key that contains half of a surrogate pair")
                waiting.append((place.at(key), item))
        elif isinstance(value, list):
            waiting.extend((place.at(index), item) for index, item in enumerate(value))
        elif isinstance(value, str):
            if _has_surrogate(value):
                place.report("contains half of a surrogate pair, which no request can carry")
        elif isinstance(value, int) and value.bit_length() > _MAX_BITS:
            place.report(f"is a number of more than {_MAX_BITS} bits")


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
