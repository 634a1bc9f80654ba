"""Damages recordings at random: bytes, lines, and the values in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

_DEEP: list[Any] = []
for _ in range(400):
    _DEEP = [_DEEP]

VALUES: tuple[Any, ...] = (
    None, True, False, "", "x", "\ud800", "\udc00", "\x1b]0;t\x07\x1b[2J", "\r\n\t\x00\x9b\u2028",
    "\u202e\u200f\u0301" * 9, "👩‍👩‍👧‍👦🏳️‍🌈1️⃣" * 30, "a" * 20_000, "[bold]x[/]",
    "<b>&amp;", "# |a|b|\n```",
    -1, 0, 1, 2, 3, -0.0, 0.5, 1e-320, 1e9, 1e300, -1e300, 1e308, 2**31, 2**53, -(2**53), 2**64,
    10**400, float("nan"), float("inf"), float("-inf"), [], [0], {}, {"a": 1}, {"kind": "server"},
    [[]], ["\ud83d"], _DEEP, "done", "failed", "streaming", "queued", "answer", "tool", "server",
    "openai", "delta", "wire", "end", "launch", "run", "run-end", "9999-12-31T23:59:59+00:00",
    "0001-01-01T00:00:00+14:00", "2026-13-45", "http://[::1", "1e400",
)  # fmt: skip
"""Values that replace the one of a field."""


def spoilt(data: bytes, rng: Random) -> bytes:
    """`data` with one to five changes of any kind."""
    for _ in range(rng.randint(1, 5)):
        kind = rng.randrange(4)
        if kind == 0:
            data = _bytes_changed(data, rng)
        elif kind == 1:
            data = _lines_changed(data, rng)
        else:
            data = _value_changed(data, rng)
    return data


def _bytes_changed(data: bytes, rng: Random) -> bytes:
    changed = bytearray(data)
    place = rng.randrange(len(changed) + 1)
    match rng.randrange(5):
        case 0:
            changed[place : place + 1] = rng.randbytes(1)
        case 1:
            changed[place:place] = rng.randbytes(rng.randint(1, 30))
        case 2:
            del changed[place : place + rng.randint(1, 300)]
        case 3:
            del changed[place:]
        case _:
            changed[place:place] = rng.choice(
                [b"\n", b"\r\n", b"\0" * 50, b"[" * 5_000, b'"', b"{}\n"]
            )
    return bytes(changed)


def _lines_changed(data: bytes, rng: Random) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            lines[one], lines[other] = lines[other], lines[one]
        case 1:
            lines.insert(other, lines[one])
        case 2:
            del lines[one]
        case _:
            lines[one:one] = lines[: rng.randint(1, 4)]
    return b"".join(lines)


def _value_changed(data: bytes, rng: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    # the header holds the most that can be spoilt
    place = 0 if rng.random() < 0.3 else rng.randrange(len(lines))
    try:
        fields = json.loads(lines[place])
    except (ValueError, RecursionError):
        return data
    if not isinstance(fields, dict) or not fields:
        return data
    _spoil(fields, rng)
    lines[place] = json.dumps(fields).encode() + b"\n"
    return b"".join(lines)


def _spoil(value: dict[str, Any] | list[Any], rng: Random) -> None:
    """Replace or remove a value somewhere in the tree."""
    while True:
        keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = rng.choice(keys)
        inner = value[key]
        if not isinstance(inner, dict | list) or not inner or rng.random() < 0.3:
            break
        value = inner
    if rng.random() < 0.15:
        del value[key]
    else:
        value[key] = rng.choice(VALUES)
