"""Reads fields of a server's JSON as the types that they should have."""

from __future__ import annotations

JsonObject = dict[str, object]


def text_of(value: object) -> str:
    """A field that should be text; empty if it is anything else."""
    return value if isinstance(value, str) else ""


def table_of(value: object) -> JsonObject:
    """A field that should be an object; empty if it is anything else."""
    return value if isinstance(value, dict) else {}


def rows_of(value: object) -> list[JsonObject]:
    """The objects in a field that should be a list of objects."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def count_of(value: object) -> int | None:
    """A field that should be a token count; None if it is not a whole number from 0 to 1e15."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # the comparison also excludes NaN and infinity
    return int(value) if 0 <= value < 1e15 and value == int(value) else None
