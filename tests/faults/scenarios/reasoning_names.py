"""Reasoning under the names that servers give it, and tool calls in the shapes they send."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from tests.faults.dialects import CHAT, DONE, event
from tests.faults.framing import answered, streamed
from tests.faults.scenarios.scenario import Expected, Scenario, once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.dialects import Dialect

_FIELDS: tuple[tuple[str, object], ...] = (
    ("reasoning_content", "Hm."),
    ("reasoning", "Hm."),
    ("reasoning", {"content": "Hm."}),
    ("reasoning_text", "Hm."),
    ("reasoning_details", [{"type": "reasoning.text", "text": "Hm.", "index": 0}]),
    (
        "reasoning_details",
        [
            {"type": "reasoning.summary", "summary": "Hm."},
            {"type": "reasoning.encrypted", "data": "zzz", "text": "zzz"},
        ],
    ),
    (
        "reasoning_details",
        [
            {"type": "reasoning.summary", "summary": "Hm."},
            {"type": "reasoning.text", "text": "Hm."},
        ],
    ),
    ("thinking", "Hm."),
    ("thinking", {"type": "thinking", "thinking": "Hm."}),
    ("thinking_content", "Hm."),
    ("thinking_blocks", [{"type": "thinking", "thinking": "H"}, {"thinking": "m."}]),
    ("thought", "Hm."),
    ("thoughts", ["H", {"text": "m."}]),
)


def reasoning_names(d: Dialect) -> Iterator[Scenario]:
    """Compatible servers of Chat Completions differ in these; the other dialects have one way."""
    if d is CHAT:
        yield from _fields()
        yield from _together()
        yield from _tools()


def _delta(**delta: object) -> bytes:
    return event({"choices": [{"index": 0, "delta": delta}]})


def _met(
    name: str, *events: bytes, text: str = "4", reasoning: str = "", tool: str = ""
) -> Scenario:
    expected = Expected(
        status=Status.DONE, text=text, reasoning=reasoning, tool=tool, finish="stop"
    )
    end = CHAT.finish() + DONE
    return Scenario(name=name, script=once(*streamed(*events, end)), expected=expected)


def _fields() -> Iterator[Scenario]:
    for field, value in _FIELDS:
        shown = json.dumps(value)
        yield _met(
            f"reasoning as {field} {shown}",
            _delta(content="", **{field: value}),
            _delta(content=None, **{field: value}),
            CHAT.say("4"),
            reasoning="Hm.Hm.",
        )
        body = {"choices": [{"message": {"content": "4", field: value}, "finish_reason": "stop"}]}
        yield Scenario(
            name=f"a whole answer with reasoning as {field} {shown}",
            script=once(*answered(200, json.dumps(body).encode())),
            expected=Expected(status=Status.DONE, text="4", reasoning="Hm."),
            stream=False,
        )
    marked = {"google": {"thought": True}}
    yield _met(
        "content that is marked as a thought",
        _delta(content="Hm.", extra_content=marked),
        _delta(content="4", extra_content={"google": {}}),
        reasoning="Hm.",
    )
    yield _met(
        "tags of reasoning in the content",
        CHAT.say("<think>Hm.</think>4"),
        text="<think>Hm.</think>4",
    )
    yield _met(
        "switches that are no reasoning",
        _delta(
            content="4", thinking=True, thought=None, reasoning={"effort": 3}, reasoning_details=[]
        ),
    )
    parts = [{"type": "reasoning", "text": "Hm."}, {"type": "text", "text": "4"}]
    yield _met("reasoning as a part of the content", _delta(content=parts), reasoning="Hm.")


def _together() -> Iterator[Scenario]:
    def details(text: str) -> list[dict[str, str]]:
        return [{"type": "reasoning.text", "text": text}]

    said = "So. Hm. So. "
    pieces = ("So. ", "Hm. ", "So. ")
    for name, deltas in (
        ("in each chunk", [{"reasoning": p, "reasoning_details": details(p)} for p in pieces]),
        ("in turns", [{key: p} for p in pieces for key in ("reasoning", "thinking")]),
        (
            "one behind the other",
            [{"reasoning": p} for p in pieces] + [{"thinking": p} for p in pieces],
        ),
        (
            "once more as a whole",
            [*({"reasoning": p} for p in pieces), {"reasoning_content": said}],
        ),
        (
            "the second ahead",
            [{"reasoning": "So. "}, {"thinking": "So. Hm. "}, {"reasoning": "Hm. So. "}],
        ),
    ):
        yield _met(
            f"reasoning under two names, {name}",
            *(_delta(**d) for d in deltas),
            CHAT.say("4"),
            reasoning=said,
        )
    yield _met(
        "reasoning that changes its name",
        _delta(reasoning_content="So. "),
        _delta(reasoning="Hm. "),
        _delta(reasoning="So. "),
        CHAT.say("4"),
        reasoning=said,
    )
    yield _met(
        "reasoning that changes its name and begins alike",
        _delta(reasoning_content="So. "),
        _delta(reasoning="S"),
        _delta(reasoning="um. "),
        CHAT.say("4"),
        reasoning="So. Sum. ",
    )
    yield _met(
        "deltas of reasoning, then a message with all of it",
        _delta(reasoning="Hm."),
        event({"choices": [{"index": 0, "message": {"reasoning": "Hm.", "content": "4"}}]}),
        reasoning="Hm.",
    )


def _tools() -> Iterator[Scenario]:
    for name, call, tool in (
        ("an object", {"function": {"name": "f", "arguments": {"a": "é"}}}, '{"a": "é"}'),
        ("an empty object", {"function": {"arguments": {}}}, "{}"),
        ("a list", {"function": {"arguments": [1, None]}}, "[1, null]"),
        ("text of a custom tool", {"type": "custom", "custom": {"input": "print(1)"}}, "print(1)"),
        ("an object of a custom tool", {"custom": {"input": {"x": 1}}}, '{"x": 1}'),
        ("without a wrapper", {"name": "f", "arguments": {"a": 1}}, '{"a": 1}'),
        ("null", {"function": {"arguments": None}}, ""),
    ):
        yield _met(f"arguments that are {name}", _delta(content="4", tool_calls=[call]), tool=tool)
    call = {"function": {"arguments": {"a": 1}}}
    yield _met(
        "a tool call that stands in no list", _delta(content="4", tool_calls=call), tool='{"a": 1}'
    )
    yield _met(
        "an old function call with an object",
        CHAT.say("4"),
        _delta(function_call={"arguments": {"a": 1}}),
        tool='{"a": 1}',
    )
