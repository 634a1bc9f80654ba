"""Random answers in random pieces: every text arrives once, in order and separate from others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.providers.answer.reasoning import RepeatFilter
from streamdash.providers.anthropic_messages import MessagesReader
from streamdash.providers.openai_chat import ChatReader
from streamdash.providers.openai_responses import ResponsesReader
from streamdash.providers.wire.sse import ServerSentEvent
from streamdash.providers.wire.wire_reader import WireFailure, read_event
from tests.fuzzing import examples
from tests.providers.reading import READERS, meaning, texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.streams.events import Event

PIECES = st.lists(st.sampled_from(["a", "b", " ", "ab", "\n", "é", "a b"]), min_size=1, max_size=6)
ODD_INDEX: st.SearchStrategy[object] = st.sampled_from([0, 1, "0", -1, None, 7, "x", [], 0.0, True])


def choice(index: object, text: str) -> dict[str, object]:
    return {"choices": [{"index": index, "delta": {"content": text}}]}


def chat(bodies: Iterable[object], requested: int = 1) -> str:
    reader = ChatReader(requested)
    events: list[Event] = meaning(reader, *bodies)
    return texts([*events, *reader.rest()]).get("answer", "")


@pytest.mark.fault("wire", "one answer under odd indexes")
@given(PIECES, ODD_INDEX, st.integers(0, 9))
@examples(200)
def test_one_answer_is_whole_whatever_its_index(
    pieces: list[str], index: object, first: int
) -> None:
    whole = "".join(pieces)
    assert chat(choice(index, piece) for piece in pieces) == whole
    assert chat(choice(first + n, piece) for n, piece in enumerate(pieces)) == whole
    assert chat(choice(str(first + n), piece) for n, piece in enumerate(pieces)) == whole


@pytest.mark.fault("wire", "several choices in any order")
@given(st.lists(PIECES, min_size=2, max_size=4), st.randoms(use_true_random=False))
@examples(200)
def test_requested_choices_are_never_mixed(answers: list[list[str]], random: Any) -> None:
    rows = {n: list(pieces) for n, pieces in enumerate(answers)}
    bodies, order = [], []
    while rows:
        n = random.choice(list(rows))
        if n not in order:
            order.append(n)
        bodies.append(choice(n, rows[n].pop(0)))
        if not rows[n]:
            del rows[n]
            bodies.append({"choices": [{"index": n, "delta": {}, "finish_reason": "stop"}]})
    answer_text = chat(bodies, len(answers))
    first, *others = ["".join(answers[n]) for n in order]
    assert answer_text.startswith(first)
    for other in others:
        assert f"]\n\n{other}" in answer_text
    assert answer_text.count("[choice ") == len(others)


@pytest.mark.fault("wire", "reasoning in two fields")
@given(PIECES, PIECES, st.booleans())
@examples(200)
def test_text_repeated_in_a_second_field_appears_once(
    pieces: list[str], cuts: list[str], together: bool
) -> None:
    whole = "".join(pieces)
    repeats = RepeatFilter()
    answer_text = [repeats.new_text("a", piece) for piece in pieces]
    again = pieces if together else [whole]
    answer_text += [repeats.new_text("b", piece) for piece in again]
    assert "".join(answer_text) == whole
    tail = "".join(repeats.new_text("b", cut) for cut in cuts)
    assert tail == "".join(cuts)


PLACES = st.sampled_from(["numbers", "texts", "ids", "both"])
WAYS = st.sampled_from(["deltas", "text done", "part done", "item done", "last", "all"])


def response(answers: list[tuple[str, str]], places: str) -> Iterable[dict[str, object]]:
    """A response whose messages arrive in different ways."""
    output = []
    for n, (text, way) in enumerate(answers):
        place: dict[str, object] = {}
        if places in ("numbers", "both"):
            place["output_index"] = n
        elif places == "texts":
            place["output_index"] = str(n)
        if places in ("ids", "both"):
            place["item_id"] = f"msg_{n}"
        part = {"type": "output_text", "text": text}
        item = {"type": "message", "id": f"msg_{n}", "content": [part]}
        output.append(item)
        if way in ("deltas", "all"):
            for piece in (text[:1], text[1:]):
                yield {"type": "response.output_text.delta", "delta": piece, **place}
        if way in ("text done", "all"):
            yield {"type": "response.output_text.done", "text": text, **place}
        if way in ("part done", "all"):
            yield {"type": "response.content_part.done", "part": part, **place}
        if way in ("item done", "all"):
            yield {"type": "response.output_item.done", "item": item, **place}
    yield {"type": "response.completed", "response": {"status": "completed", "output": output}}


@pytest.mark.fault("wire", "messages of a response, streamed or only done")
@given(st.lists(st.tuples(st.sampled_from(["One.", "Two", "Yes.", "x"]), WAYS), max_size=4), PLACES)
@examples(300)
def test_every_message_arrives_once(answers: list[tuple[str, str]], places: str) -> None:
    events = meaning(ResponsesReader(), *response(answers, places))
    answer_text = texts(events).get("answer", "")
    # messages that come only with the last event follow the others
    assert sorted(answer_text.split("\n\n")) == sorted([text for text, _ in answers] or [""])


BLOCKS = st.lists(
    st.tuples(st.sampled_from(["text", "server_tool_use", "thinking", "tool_result"]), ODD_INDEX),
    max_size=8,
)


@pytest.mark.fault("wire", "content blocks in any order under any index")
@given(BLOCKS, st.booleans())
@examples(200)
def test_only_adjacent_text_blocks_are_joined(
    blocks: list[tuple[str, object]], stops: bool
) -> None:
    bodies: list[dict[str, object]] = []
    expected, last = "", ""
    for number, (kind, index) in enumerate(blocks):
        start = {"type": "content_block_start", "index": index, "content_block": {"type": kind}}
        bodies.append(start)
        if kind == "text":
            delta = {"type": "text_delta", "text": f"{number}."}
            bodies.append({"type": "content_block_delta", "index": index, "delta": delta})
            expected += ("\n\n" if expected and last != "text" else "") + f"{number}."
        if stops:
            bodies.append({"type": "content_block_stop", "index": index})
        last = kind
    assert texts(meaning(MessagesReader(), *bodies)).get("answer", "") == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "index",
                    "delta",
                    "text",
                    "content",
                    "choices",
                    "role",
                    "tool_calls",
                    "function",
                    "arguments",
                    "input",
                    "item",
                    "part",
                    "output",
                    "summary",
                    "reasoning",
                    "thinking",
                    "response",
                    "item_id",
                    "output_index",
                    "finish_reason",
                    "message",
                    "content_block",
                    "partial_json",
                    "stop_reason",
                    "status",
                    "id",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
TYPES = st.sampled_from(
    [
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_start",
        "response.output_text.delta",
        "response.output_text.done",
        "response.output_item.added",
        "response.output_item.done",
        "response.content_part.added",
        "response.content_part.done",
        "response.mcp_call_arguments.delta",
        "response.reasoning_summary_text.delta",
        "response.custom_tool_call_input.done",
        "response.completed",
        "response.incomplete",
        "x",
    ]
)


@pytest.mark.fault("wire", "events of any shape")
@given(st.lists(st.tuples(TYPES, JSON), max_size=6), st.sampled_from(sorted(READERS)))
@examples(300)
def test_no_shape_of_an_event_breaks_a_reader(rows: list[tuple[str, Any]], api: Any) -> None:
    reader = READERS[api]()
    failures = []
    for kind, body in rows:
        fields = body if isinstance(body, dict) else {"choices": body, "delta": body}
        try:
            read_event(reader, ServerSentEvent("", json.dumps({**fields, "type": kind})))
        except WireFailure as failure:
            failures.append(failure.error.message)
    assert not [message for message in failures if "odd shape" in message]
    if isinstance(reader, ChatReader):
        list(reader.rest())
