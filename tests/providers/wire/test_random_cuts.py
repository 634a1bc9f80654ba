"""The pieces in which bytes arrive make no difference."""

from __future__ import annotations

import json
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamdash.streams.errors import StreamError
from tests.faults.dialects import DIALECTS
from tests.providers.reading import READERS, read, texts

if TYPE_CHECKING:
    from tests.faults.dialects import Dialect

SAID = ("Grüße, ", "世界 ", "😀", "\r\n \u2028", "e\u0301 ", "Ende.")
CUTTINGS = 10_000


def body_of(dialect: Dialect, line_end: bytes) -> bytes:
    """A good answer with comments, ids and reasoning."""
    body = (
        b": hello\n\n"
        + dialect.begin
        + dialect.think("Hm, 世界.")
        + b"id: 7\n\n"
        + dialect.says(SAID)
        + b": ping\n\n"
        + dialect.call('{"a": "ü"}')
        + dialect.finish()
        + dialect.end()
    )
    return body.replace(b"\n", line_end)


BODIES = [
    (dialect, body_of(dialect, end)) for dialect in DIALECTS for end in (b"\n", b"\r\n", b"\r")
]
LONGEST = max(len(body) for _, body in BODIES)


def cut(body: bytes, places: list[int]) -> list[bytes]:
    ends = [0, *sorted(place for place in places if place < len(body)), len(body)]
    return [body[start:end] for start, end in pairwise(ends)]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.api)
def test_the_whole_body_reads_as_the_original_text(dialect: Dialect) -> None:
    events, error = read(READERS[dialect.api](), [body_of(dialect, b"\n")])
    assert error is None
    assert texts(events) == {
        "reasoning": "Hm, 世界.",
        "answer": "".join(SAID),
        "tool": '{"a": "ü"}',
    }


def test_ten_thousand_random_cuts_give_the_same_events() -> None:
    rng = Random(20_260)
    whole = [read(READERS[dialect.api](), [body]) for dialect, body in BODIES]
    for number in range(CUTTINGS):
        chosen = number % len(BODIES)
        dialect, body = BODIES[chosen]
        places = rng.sample(range(len(body)), rng.choice((1, 2, 5, 20, 100)))
        assert read(READERS[dialect.api](), cut(body, places)) == whole[chosen], places


@given(places=st.lists(st.integers(0, LONGEST), max_size=60))
@settings(max_examples=200, deadline=None)
def test_cuts_anywhere_give_the_same_events(places: list[int]) -> None:
    for dialect, body in BODIES:
        reader = READERS[dialect.api]
        assert read(reader(), cut(body, places)) == read(reader(), [body])


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.api)
def test_an_answer_cut_anywhere_keeps_a_prefix_without_an_error(dialect: Dialect) -> None:
    body = body_of(dialect, b"\n")
    text = "".join(SAID)
    for length in range(len(body)):
        events, error = read(READERS[dialect.api](), [body[:length]])
        assert error is None
        assert text.startswith(texts(events).get("answer", ""))


@given(pieces=st.lists(st.binary(max_size=80), max_size=12))
@settings(max_examples=300, deadline=None)
def test_arbitrary_bytes_raise_only_stream_errors(pieces: list[bytes]) -> None:
    for reader in READERS.values():
        for start in (b"", b"data: ", b"event: error\ndata:"):
            _events, error = read(reader(), [start, *pieces, b"\n\n"])
            assert error is None or isinstance(error, StreamError)


WORDS = st.sampled_from(
    [
        "type", "object", "error", "choices", "delta", "content", "message", "index", "usage",
        "finish_reason", "response", "output", "text", "thinking", "tool_calls", "function",
        "arguments", "reasoning", "content_block", "stop_reason", "code", "status", "summary",
        "incomplete_details", "reason", "id", "model", "prompt_tokens", "metadata", "raw",
        "completion_tokens_details", "detail", "loc", "msg", "message_start", "message_delta",
        "message_stop", "content_block_delta", "response.completed", "response.output_text.done",
        "response.output_text.delta",
    ]
)  # fmt: skip
ODD_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(WORDS, inside, max_size=5),
    max_leaves=12,
)


@given(body=st.dictionaries(WORDS, ODD_JSON, max_size=6), name=st.just("") | WORDS)
@settings(max_examples=400, deadline=None)
def test_objects_of_odd_shape_raise_only_stream_errors(body: dict[str, object], name: str) -> None:
    wire = f"event: {name}\ndata: {json.dumps(body)}\n\n".encode()
    for reader in READERS.values():
        _events, error = read(reader(), [wire])
        assert error is None or "odd shape" not in error.message
