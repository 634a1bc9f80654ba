"""Reads the checks of a recorded stream, which are tables as in a prompt file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamdash.streams.check import KINDS, Check

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_CHECKS = 200
"""More than any stream has."""
_NUMBERS = frozenset(
    {"min_chars", "max_chars", "max_ttft", "max_total", "max_felt_ttft", "max_felt_total",
     "max_cost"}
)  # fmt: skip


def checks_from_json(value: object) -> tuple[Check, ...]:
    """The checks in a list of tables; those that this version cannot judge are left out."""
    if not isinstance(value, list):
        return ()
    found = [_check(item) for item in value[:MOST_CHECKS] if isinstance(item, dict)]
    return tuple(check for check in found if check is not None)


def _check(table: Mapping[str, Any]) -> Check | None:
    kinds = [kind for kind in KINDS if kind in table]
    if len(kinds) != 1:
        return None
    kind = kinds[0]
    value = _value(kind, table[kind])
    if value is None:
        return None
    name = table.get("name")
    return Check(
        kind,
        value,
        name if isinstance(name, str) else "",
        table.get("ignore_case") is True,
        table.get("fenced") is True,
    )


def _value(kind: str, value: Any) -> Any:
    """The value if it has the type that its kind needs, else None."""
    if kind in ("one_of", "finish"):
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            return tuple(value)
        return None
    if kind in _NUMBERS:
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if kind == "json":
        return value if value is True else None
    if kind == "schema":
        return value if isinstance(value, dict) else None
    return value if isinstance(value, str) and value.strip() else None
