"""Choices: one answer under odd indexes, and several answers that must not be mixed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from tests.faults.dialects import CHAT, DONE, event
from tests.faults.framing import answered, streamed
from tests.faults.scenarios.scenario import PIECES, TEXT, Expected, Scenario, done, once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.dialects import Dialect

_NO_INDEX = object()


def choices(d: Dialect) -> Iterator[Scenario]:
    """Only Chat Completions have choices."""
    if d is CHAT:
        yield from _one()
        yield from _several()


def _choice(index: object, text: str | None = None, **fields: object) -> dict[str, object]:
    delta = {} if text is None else {"content": text}
    choice: dict[str, object] = {"delta": delta, "finish_reason": None, **fields}
    return choice if index is _NO_INDEX else {"index": index, **choice}


def _said(*rows: dict[str, object]) -> bytes:
    return event({"id": "c-1", "model": "m-1", "choices": list(rows)})


def _one() -> Iterator[Scenario]:
    """One answer of four pieces; the last index is that of the finish reason."""
    for name, indexes in (
        ("counts up", (0, 1, 2, 3, 4)),
        ("counts up from 7", (7, 8, 9, 10, 11)),
        ("counts up in text", ("0", "1", "2", "3", "4")),
        ("counts down", (4, 3, 2, 1, 0)),
        ("counts up and ends at 0", (0, 1, 2, 3, 0)),
        ("is always 1", (1, 1, 1, 1, 1)),
        ("is always -1", (-1, -1, -1, -1, -1)),
        ("is text", ("0", "0", "0", "0", "0")),
        ("is now text, now a number", (0, "0", 0.0, "0", 0)),
        ("is missing", (_NO_INDEX,) * 5),
        ("is null", (None,) * 5),
        ("is missing at times", (0, _NO_INDEX, None, 0, _NO_INDEX)),
        ("is a word", ("a", "a", "a", "a", "a")),
        ("is a list", ([], [1], {}, [], [])),
        ("changes once", (0, 1, 1, 1, 1)),
        ("changes at the finish reason", (1, 1, 1, 1, 0)),
        ("is true", (True, True, True, True, True)),
    ):
        *places, last = indexes
        rows = [_choice(i, piece) for i, piece in zip(places, PIECES, strict=True)]
        end = _choice(last, finish_reason="stop")
        expected = done(finish="stop")
        yield Scenario(
            name=f"an index that {name}",
            expected=expected,
            script=once(*streamed(*map(_said, rows), _said(end), DONE)),
        )
        opening = CHAT.begin + b"".join(_said(_choice(place, "")) for place in places[:1])
        yield Scenario(
            name=f"an index that {name}, behind the role at 0, without a finish reason",
            expected=done(),
            script=once(*streamed(opening, *map(_said, rows), DONE)),
        )
    many = [_said(_choice(min(n, 1), f"{n} ")) for n in range(40)]
    yield Scenario(
        name="an index that changes once, long before the end",
        expected=done("".join(f"{n} " for n in range(40))),
        script=once(*streamed(*many, DONE)),
    )
    whole = {"choices": [{"index": "5", "message": {"content": TEXT}, "finish_reason": "stop"}]}
    yield _whole("a whole answer whose index is odd", whole, done(finish="stop"))


def _several() -> Iterator[Scenario]:
    def role(index: object) -> bytes:
        return _said(_choice(index, delta={"role": "assistant", "content": ""}))

    def finish(index: object, reason: str = "stop") -> bytes:
        return _said(_choice(index, finish_reason=reason))

    a, b = ([_said(_choice(n, text)) for text in texts] for n, texts in enumerate(("ABC", "xyz")))
    two = "ABC\n\n[choice 2]\n\nxyz"
    for name, body in (
        ("in turns", [a[0], b[0], a[1], b[1], a[2], b[2], finish(0), finish(1)]),
        ("in turns, without finish reasons", [a[0], b[0], a[1], b[1], a[2], b[2]]),
        ("in pairs", [a[0], a[1], b[0], b[1], a[2], b[2], finish(0), finish(1)]),
        (
            "in turns, the second over first",
            [a[0], b[0], a[1], b[1], b[2], finish(1), a[2], finish(0)],
        ),
        ("one after the other", [*a, finish(0), *b, finish(1)]),
        ("announced by roles, then one after the other", [role(0), role(1), *a, *b]),
        ("one after the other, both over at the end", [*a, *b, finish(0), finish(1)]),
        ("in one chunk", [_said(_choice(0, "ABC"), _choice(1, "xyz"))]),
        ("in one chunk, without indexes", [_said(_choice(_NO_INDEX, "ABC"), _choice(None, "xyz"))]),
        ("with indexes of text", [_said(_choice("1", "xyz"), _choice("0", "ABC"))]),
    ):
        yield Scenario(
            name=f"two choices {name}", script=once(*streamed(*body, DONE)), expected=_kept(two)
        )
    three = [_said(_choice(n, text)) for text in "AB" for n in range(3)]
    yield Scenario(
        name="three choices, announced",
        expected=_kept("AB\n\n[choice 2]\n\nAB\n\n[choice 3]\n\nAB"),
        script=once(*streamed(*map(role, range(3)), *three, DONE)),
    )
    yield Scenario(
        name="two choices of which the second was cut",
        expected=_kept(two, Status.INCOMPLETE, "length"),
        script=once(*streamed(a[0], b[0], *a[1:], *b[1:], finish(1, "length"), finish(0), DONE)),
    )
    yield Scenario(
        name="two choices in a stream that is cut",
        expected=_kept("AB\n\n[choice 2]\n\nxy", Status.TRUNCATED),
        script=once(*streamed(a[0], b[0], a[1], b[1])),
    )
    broken = event({"error": {"type": "server_error", "message": "gone"}})
    yield Scenario(
        name="two choices in a stream that fails",
        expected=Expected(
            status=Status.FAILED,
            kind="server",
            says=("gone",),
            flags=("choices",),
            text="AB\n\n[choice 2]\n\nxy",
        ),
        script=once(*streamed(a[0], b[0], a[1], b[1], broken)),
    )
    hm = (
        _said(_choice(0, delta={"reasoning": "Hm."})),
        _said(_choice(1, delta={"reasoning": "Ah."})),
    )
    yield Scenario(
        name="two choices with reasoning",
        script=once(*streamed(*hm, a[0], b[0], a[1], b[1], DONE)),
        expected=Expected(
            status=Status.DONE,
            text="AB\n\n[choice 2]\n\nxy",
            flags=("choices",),
            reasoning="Hm.\n\n[choice 2]\n\nAh.",
        ),
    )
    messages = [
        {"index": n, "message": {"content": text}, "finish_reason": "stop"}
        for n, text in ((1, "xyz"), (0, "ABC"))
    ]
    yield _whole("a whole answer of two choices", {"choices": messages}, _kept(two))


def _kept(text: str, status: Status = Status.DONE, finish: str | None = None) -> Expected:
    return Expected(status=status, text=text, finish=finish, flags=("choices",))


def _whole(name: str, body: object, expected: Expected) -> Scenario:
    reply = answered(200, json.dumps(body).encode())
    return Scenario(name=name, script=once(*reply), expected=expected, stream=False)
