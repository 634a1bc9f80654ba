"""The readers of the three dialects, without a connection."""

from __future__ import annotations

import json

import pytest

from streamdash.providers.anthropic_messages import MessagesReader
from streamdash.providers.openai_chat import ChatReader
from streamdash.providers.openai_responses import ResponsesReader
from streamdash.providers.wire.sse import ServerSentEvent
from streamdash.providers.wire.wire_reader import WireFailure, read_event, read_whole
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Delta, Finish, Identity, Status, Terminal, Usage, Wire
from tests.providers.reading import READERS, meaning, texts

ANSWER = Delta("answer", "a")


def chunk(delta: object, **fields: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": delta, **fields}]}


def test_a_chat_answer_in_events() -> None:
    usage = {
        "prompt_tokens": 3,
        "completion_tokens": 9,
        "prompt_tokens_details": {"cached_tokens": 2},
        "completion_tokens_details": {"reasoning_tokens": 5},
    }
    events = meaning(
        ChatReader(),
        {"id": "c-1", "model": "m-1", **chunk({"role": "assistant", "content": ""})},
        {"id": "c-1", "model": "m-1", **chunk({"reasoning_content": "Hm."})},
        {"id": "c-1", "model": "m-1", **chunk({"content": "a"})},
        {"id": "c-1", "model": "m-1", **chunk({}, finish_reason="stop")},
        {"id": "c-1", "model": "m-1", "choices": [], "usage": usage},
    )
    assert events == [
        Identity("c-1", "m-1"),
        Delta("reasoning", "Hm."),
        ANSWER,
        Finish("stop", Status.DONE),
        Usage(input=3, output=9, reasoning=5, cached=2),
    ]


@pytest.mark.parametrize(
    "usage",
    [
        {"usage": {"prompt_tokens": 3, "completion_tokens": 9, "prompt_cache_hit_tokens": 2}},
        {"x_groq": {"usage": {"prompt_tokens": 3, "completion_tokens": 9,
                              "prompt_tokens_details": {"cached_tokens": 2}}}},
    ],
)  # fmt: skip
def test_chat_usage_is_found_under_other_names(usage: dict[str, object]) -> None:
    assert meaning(ChatReader(), usage) == [Usage(input=3, output=9, cached=2)]


def test_a_responses_answer_in_events() -> None:
    response = {
        "id": "r-1",
        "model": "m-1",
        "status": "completed",
        "usage": {
            "input_tokens": 3,
            "output_tokens": 9,
            "input_tokens_details": {"cached_tokens": 2},
            "output_tokens_details": {"reasoning_tokens": 5},
        },
    }
    events = meaning(
        ResponsesReader(),
        {"type": "response.created", "response": {"id": "r-1", "model": "m-1"}},
        {"type": "response.reasoning_summary_text.delta", "delta": "Hm."},
        {"type": "response.output_text.delta", "delta": "a"},
        {"type": "response.output_text.done", "text": "a"},
        {"type": "response.completed", "response": response},
    )
    assert events == [
        Identity("r-1", "m-1"),
        Delta("reasoning", "Hm."),
        ANSWER,
        Usage(input=3, output=9, reasoning=5, cached=2),
        Finish("completed", Status.DONE),
        Terminal(),
    ]


def test_a_messages_answer_in_events() -> None:
    start = {"input_tokens": 3, "output_tokens": 1, "cache_read_input_tokens": 2}
    events = meaning(
        MessagesReader(),
        {"type": "message_start", "message": {"id": "a-1", "model": "m-1", "usage": start}},
        {"type": "content_block_start", "content_block": {"type": "thinking", "thinking": ""}},
        {"type": "content_block_delta", "delta": {"type": "thinking_delta", "thinking": "Hm."}},
        {"type": "ping"},
        {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "a"}},
        {"type": "message_delta", "delta": {"stop_reason": None}, "usage": {"output_tokens": 4}},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn"},
            "usage": {"output_tokens": 9, "input_tokens": None},
        },
        {"type": "message_stop"},
    )
    assert events == [
        Identity("a-1", "m-1"),
        Delta("reasoning", "Hm."),
        ANSWER,
        Usage(input=3, output=4, cached=2),
        Usage(input=3, output=9, cached=2),
        Finish("end_turn", Status.DONE),
        Terminal(),
    ]


def test_the_wire_event_comes_first_and_unchanged() -> None:
    body = {"type": "response.output_text.delta", "delta": "a", "obfuscation": "zz"}
    events = read_event(ResponsesReader(), ServerSentEvent("", json.dumps(body)))
    assert events == [Wire("response.output_text.delta", json.dumps(body)), ANSWER]
    assert isinstance(events[0], Wire)
    assert events[0].decoded() == body


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_the_done_marker_ends_every_dialect(reader: type[ChatReader]) -> None:
    part = reader()
    assert read_event(part, ServerSentEvent("", "[DONE]")) == [
        Wire("[DONE]", "[DONE]", chunk=False),
        Terminal(),
    ]
    assert part.over


def test_text_in_the_chunk_of_an_error_is_kept() -> None:
    body = {**chunk({"content": "a"}, finish_reason="error"), "error": {"message": "gone"}}
    with pytest.raises(WireFailure) as raised:
        read_event(ChatReader(), ServerSentEvent("", json.dumps(body)))
    assert raised.value.events == [Wire("unknown", json.dumps(body)), ANSWER]
    assert raised.value.error.message == "gone"


@pytest.mark.parametrize(
    ("api", "body", "expected"),
    [
        ("openai", {"choices": [{"message": {"content": "a", "reasoning": "Hm."}}]},
         {"answer": "a", "reasoning": "Hm."}),
        ("openai", {"choices": [{"message": {"content": None, "refusal": "no"}}]},
         {"refusal": "no"}),
        ("openai-responses",
         {"output": [{"type": "reasoning", "summary": [{"text": "Hm."}]},
                     {"type": "message", "content": [{"type": "output_text", "text": "a"},
                                                     {"type": "output_text", "text": "b"}]}]},
         {"answer": "ab", "reasoning": "Hm."}),
        ("openai-responses", {"output": [{"type": "function_call", "arguments": "{}"}]},
         {"tool": "{}"}),
        ("openai-responses", {"output": [{"type": "message", "content": [{"refusal": "no"}]}]},
         {"refusal": "no"}),
        ("anthropic", {"content": [{"type": "thinking", "thinking": "Hm."},
                                   {"type": "text", "text": "a"}]},
         {"answer": "a", "reasoning": "Hm."}),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_streamed(api: str, body: object, expected: dict[str, str]) -> None:
    events = read_whole(READERS[api](), json.dumps(body))  # type: ignore[index]  # an api above
    assert texts(events) == expected
    assert events[-1] == Terminal()


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize("text", ["", "x", "[]", "7", "{}", '{"id": "x"}', '{"choices": []}'])
def test_a_body_that_is_not_an_answer_is_an_error(reader: type[ChatReader], text: str) -> None:
    with pytest.raises((StreamError, WireFailure)):
        read_whole(reader(), text)
