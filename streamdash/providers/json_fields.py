"""Fields of JSON objects from a server, each read as the type that it should have."""

from __future__ import annotations

JsonObject = dict[str, object]


def text_of(value: object) -> str:
    """A field that should be text, as text: empty where it is null, missing or something else."""
    return value if isinstance(value, str) else ""


def table_of(value: object) -> JsonObject:
    """A field that should be an object; empty where it is something else."""
    return value if isinstance(value, dict) else {}


def rows_of(value: object) -> list[JsonObject]:
    """A field that should be a list of objects, without what is none."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def count_of(value: object) -> int | None:
    """A token count; None for what is none: text, a fraction, below zero, beyond all reason."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # neither NaN nor infinite
    return int(value) if 0 <= value < 1e15 and value == int(value) else None
