"""The fields of a raw event of any dialect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.tui.screens.inspector.event_fields import EventFields, describe


def chunk(delta: dict[str, object], finish: str | None = None) -> dict[str, object]:
    return {
        "id": "chatcmpl-9",
        "object": "chat.completion.chunk",
        "model": "gpt-4o-mini",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


def chat(delta: str = "", finish: str = "") -> EventFields:
    return EventFields("chatcmpl-9", "gpt-4o-mini", delta, finish)


@pytest.mark.parametrize(
    ("raw", "row"),
    [
        (chunk({"role": "assistant", "content": ""}), chat("''")),
        (chunk({"role": "assistant", "content": None}), chat()),
        (chunk({"content": " is\n"}), chat(r"' is\n'")),
        (chunk({"reasoning_content": "hm"}), chat("'hm'")),
        (chunk({"reasoning": "hm", "reasoning_content": "hm"}), chat("'hm'")),
        (chunk({"refusal": "I can't"}), chat('"I can\'t"')),
        (
            chunk({"tool_calls": [{"index": 0, "function": {"arguments": '{"a":'}}]}),
            chat("'{\"a\":'"),
        ),
        (chunk({}, "length"), chat("", "length")),
        ({**chunk({}), "choices": [], "usage": {"prompt_tokens": 3}}, chat()),
    ],
)
def test_chat_completion_chunks(raw: object, row: EventFields) -> None:
    assert describe(raw) == row


@pytest.mark.parametrize(
    ("raw", "row"),
    [
        (
            {"type": "response.created", "response": {"id": "resp_1", "model": "gpt-5-mini"}},
            EventFields("resp_1", "gpt-5-mini"),
        ),
        (
            {"type": "response.output_text.delta", "item_id": "msg_1", "delta": "Hi"},
            EventFields("msg_1", "", "'Hi'"),
        ),
        (
            {"type": "response.completed", "response": {"id": "resp_1", "status": "completed"}},
            EventFields("resp_1", "", "", "completed"),
        ),
        (
            {
                "type": "response.incomplete",
                "response": {
                    "id": "resp_1",
                    "status": "incomplete",
                    "incomplete_details": {"reason": "max_output_tokens"},
                },
            },
            EventFields("resp_1", "", "", "max_output_tokens"),
        ),
        (
            {"type": "response.failed", "response": {"error": {"code": "server_error"}}},
            EventFields(finish="server_error"),
        ),
    ],
)
def test_responses_events(raw: object, row: EventFields) -> None:
    assert describe(raw) == row


@pytest.mark.parametrize(
    ("raw", "row"),
    [
        (
            {"type": "message_start", "message": {"id": "msg_7", "model": "claude-sonnet-4-5"}},
            EventFields("msg_7", "claude-sonnet-4-5"),
        ),
        ({"type": "ping"}, EventFields()),
        (
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta",
             "text": "Ru"}},
            EventFields(delta="'Ru'"),
        ),
        (
            {"type": "content_block_delta", "delta": {"type": "thinking_delta", "thinking": "?"}},
            EventFields(delta="'?'"),
        ),
        (
            {"type": "content_block_delta", "delta": {"type": "input_json_delta",
             "partial_json": "{"}},
            EventFields(delta="'{'"),
        ),
        (
            {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {}},
            EventFields(finish="end_turn"),
        ),
        (
            {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
            EventFields(finish="overloaded_error"),
        ),
    ],
)  # fmt: skip
def test_anthropic_events(raw: object, row: EventFields) -> None:
    assert describe(raw) == row


def test_anything_but_a_json_object_has_no_fields() -> None:
    assert describe("[DONE]") == EventFields()
    assert describe(None) == EventFields()
    assert describe({"error": "no such model"}) == EventFields(finish="no such model")


def test_a_huge_delta_is_not_written_out() -> None:
    assert len(describe(chunk({"content": "x" * 1_000_000})).delta) < 2_000


FIELDS = st.sampled_from(
    ["id", "model", "choices", "delta", "content", "message", "response", "error", "type", "text",
     "finish_reason", "stop_reason", "tool_calls", "function", "arguments", "incomplete_details",
     "reason", "status", "code", "item_id", "refusal", "thinking"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_any_shape_is_accepted(raw: object) -> None:
    assert all(isinstance(text, str) for text in describe(raw))
