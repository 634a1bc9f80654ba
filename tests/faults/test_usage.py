"""Token counts: found under every name, with one meaning, priced as the provider prices them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from streamdash.providers.json_fields import rows_of
from streamdash.reporting.pricing import cost_usd
from streamdash.streams.events import Delta, Usage
from streamdash.streams.metrics import measure
from streamdash.streams.spec import Api, Endpoint, StreamSpec
from streamdash.streams.state import StreamState
from tests.faults.asking import asked, ended, endpoint_at
from tests.faults.dialects import CHAT, DONE, MESSAGES, RESPONSES, event
from tests.faults.framing import answered, streamed
from tests.faults.server import FaultServer
from tests.program import streamdash

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.dialects import Dialect
    from tests.faults.server import Reply

Table = dict[str, object]

BESIDE = pytest.mark.fault("numbers", "reasoning counted beside the completion")
NAMES = pytest.mark.fault("numbers", "usage under other names and in other places")
CACHE = pytest.mark.fault("numbers", "cached and cache-written tokens in every spelling")
ODD = pytest.mark.fault("numbers", "counts that are no counts")
COST = pytest.mark.fault("numbers", "the cost of cached and of hidden tokens")


def reasoned(tokens: object, details: str = "completion_tokens_details") -> Table:
    return {details: {"reasoning_tokens": tokens}}


def chat(usage: object) -> bytes:
    end = event({"id": "c-1", "model": "m-1", "choices": [], "usage": usage}) + DONE
    return CHAT.begin + CHAT.say("fine") + CHAT.finish() + end


def responses(usage: object) -> bytes:
    response = {"id": "r-1", "model": "m-1", "status": "completed", "usage": usage}
    return RESPONSES.begin + RESPONSES.say("fine") + event(
        {"type": "response.completed", "response": response}
    )  # fmt: skip


def messages(start: object, *deltas: object) -> bytes:
    message = {"id": "a-1", "model": "m-1", "role": "assistant", "usage": start}
    return (
        event({"type": "message_start", "message": message})
        + MESSAGES.say("fine")
        + b"".join(
            event({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": usage})
            for usage in deltas
        )
        + MESSAGES.end()
    )


async def usage_from(dialect: Dialect, reply: Reply) -> Usage | None:
    with FaultServer({"m": (reply,)}) as server:
        (state,) = await ended(asked(endpoint_at(dialect, server.url), "m"))
    assert state.text.value() == "fine"
    assert state.error is None
    return state.usage


def counted(prompt: object, completion: object, total: object = None, **more: object) -> Table:
    told = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total}
    return {name: count for name, count in told.items() if count is not None} | more


@BESIDE
@pytest.mark.parametrize(
    ("counts", "output", "reasoning"),
    [
        (counted(9, 21, 30, **reasoned(14)), 21, 14),
        (counted(9, 21, 530, **reasoned(500)), 521, 500),
        (counted(9, 21, 37, **reasoned(7)), 28, 7),
        (counted(9, 21, 530, reasoning_tokens=500), 521, 500),
        (counted(9, 21, **reasoned(500)), 521, 500),
        (counted(9, 21, **reasoned(20)), 21, 20),
        (counted(9, 21, 530), 521, 500),
        (counted(9, 21, 30), 21, None),
        (counted(9, 0, 509, **reasoned(500)), 500, 500),
        (counted(9, 21, 30, **reasoned(0)), 21, 0),
        (counted(9, 21, 41, **reasoned(0)), 21, 0),
        (counted(9, 21, 130, thoughts_token_count=100), 121, 100),
        (counted(9, 21, 340, cached_tokens=10, **reasoned(300)), 321, 300),
        (counted(9, None, 530, **reasoned(500)), None, 500),
    ],
)
async def test_the_total_tells_where_chat_counts_reasoning(
    counts: Table, output: int | None, reasoning: int | None
) -> None:
    usage = await usage_from(CHAT, streamed(chat(counts)))
    assert usage is not None
    assert (usage.output, usage.reasoning) == (output, reasoning)


@BESIDE
@pytest.mark.parametrize(
    ("counts", "output", "reasoning"),
    [
        ({"input_tokens": 9, "output_tokens": 21, "total_tokens": 530}, 521, 500),
        ({"input_tokens": 9, "output_tokens": 21, "total_tokens": 530,
          **reasoned(500, "output_tokens_details")}, 521, 500),
        ({"input_tokens": 9, "output_tokens": 21, "total_tokens": 30,
          **reasoned(20, "output_tokens_details")}, 21, 20),
        ({"promptTokenCount": 9, "candidatesTokenCount": 21, "thoughtsTokenCount": 500,
          "totalTokenCount": 530}, 521, 500),
        ({"promptTokenCount": 9, "thoughtsTokenCount": 500, "totalTokenCount": 509}, 500, 500),
        (counted(9, 21, 530, **reasoned(500)), 521, 500),
    ],
)  # fmt: skip
async def test_the_total_tells_where_responses_counts_reasoning(
    counts: Table, output: int, reasoning: int
) -> None:
    usage = await usage_from(RESPONSES, streamed(responses(counts)))
    assert usage is not None
    assert (usage.output, usage.reasoning) == (output, reasoning)


COUNTS = counted(9, 21)
LAST: Table = {"index": 0, "delta": {}, "finish_reason": "stop"}


@NAMES
@pytest.mark.parametrize(
    "last",
    [
        {"choices": [LAST | {"usage": COUNTS}]},
        {"choices": [LAST], "usage": None, "x_groq": {"id": "q", "usage": COUNTS}},
        {"choices": [LAST], "usage": {"input_tokens": 9, "output_tokens": 21}},
        {"choices": [LAST], "usage": COUNTS | {"input_tokens": 0, "output_tokens": 0}},
        {"choices": [LAST], "usage": {"prompt_tokens": 0, "completion_tokens": 0,
                                      "input_tokens": 9, "output_tokens": 21}},
        {"choices": [LAST], "prompt_eval_count": 9, "eval_count": 21, "eval_duration": 99},
        {"choices": [LAST], "timings": {"prompt_n": 9, "predicted_n": 21, "predicted_ms": 3.5}},
        {"choices": [LAST], "usage_metadata": {"prompt_token_count": 9,
                                               "candidates_token_count": 21}},
        {"choices": [LAST], "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 21}},
        {"choices": [LAST], "meta": {"tokens": {"input_tokens": 9, "output_tokens": 21}}},
        {"choices": [LAST], "usage": {"inputTokens": 9, "outputTokens": 21}},
        {"choices": [LAST], "usage": {"prompt_tokens": 9.0, "completion_tokens": 21.0}},
    ],
)  # fmt: skip
@pytest.mark.parametrize("whole", [False, True])
async def test_usage_is_found_wherever_a_server_of_chat_puts_it(last: Table, whole: bool) -> None:
    if whole:
        answer = {"message": {"role": "assistant", "content": "fine"}, "delta": None}
        choices = [{**choice, **answer} for choice in rows_of(last["choices"])]
        body = {**last, "choices": choices}
        with FaultServer({"m": (answered(200, json.dumps(body)),)}) as server:
            spec = asked(endpoint_at(CHAT, server.url), "m")._replace(stream=False)
            (state,) = await ended(spec)
        usage = state.usage
    else:
        usage = await usage_from(
            CHAT, streamed(CHAT.begin, CHAT.say("fine"), event(last), DONE)
        )  # fmt: skip
    assert usage == Usage(9, 21)


@NAMES
async def test_cumulative_counts_replace_each_other_also_after_the_finish_reason() -> None:
    growing = [
        event({"choices": [{"index": 0, "delta": {"content": text}}], "usage": counted(9, count)})
        for text, count in (("fi", 1), ("ne", 2))
    ]
    late = event({"choices": [], "usage": counted(9, 3)})
    reply = streamed(CHAT.begin, *growing, CHAT.finish(), event({"usage": None}), late, DONE)
    assert await usage_from(CHAT, reply) == Usage(9, 3)


@CACHE
@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"prompt_tokens_details": {"cached_tokens": 6}}, Usage(9, 21, cached=6)),
        ({"prompt_tokens_details": {"cached_tokens": 0}}, Usage(9, 21, cached=0)),
        ({"prompt_tokens_details": {"cached_tokens": 0}, "prompt_cache_hit_tokens": 6},
         Usage(9, 21, cached=6)),
        ({"cached_tokens": 6}, Usage(9, 21, cached=6)),
        ({"input_tokens_details": {"cached_tokens": 6}}, Usage(9, 21, cached=6)),
        ({"prompt_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 3}},
         Usage(9, 21, cached=4, cache_write=3)),
        ({"cache_read_input_tokens": 4, "cache_creation_input_tokens": 3},
         Usage(9, 21, cached=4, cache_write=3)),
        ({"cache_read_input_tokens": 400, "cache_creation_input_tokens": 30},
         Usage(439, 21, cached=400, cache_write=30)),
        ({"cached_tokens": 5, "total_tokens": 35}, Usage(14, 21, cached=5)),
        ({"cached_tokens": 5, "total_tokens": 30}, Usage(9, 21, cached=5)),
    ],
)  # fmt: skip
async def test_chat_counts_a_cache_within_its_input(counts: Table, expected: Usage) -> None:
    assert await usage_from(CHAT, streamed(chat({**COUNTS, **counts}))) == expected


@CACHE
async def test_a_gateway_that_hands_on_the_counts_of_messages_is_understood() -> None:
    counts = {"input_tokens": 9, "output_tokens": 21, "cache_read_input_tokens": 4,
              "cache_creation_input_tokens": 3}  # fmt: skip
    expected = Usage(16, 21, cached=4, cache_write=3)
    assert await usage_from(CHAT, streamed(chat(counts))) == expected


@CACHE
@pytest.mark.parametrize(
    ("start", "deltas", "expected"),
    [
        ({"input_tokens": 9, "output_tokens": 1, "cache_read_input_tokens": 400,
          "cache_creation_input_tokens": 30}, [{"output_tokens": 21}],
         Usage(9, 21, cached=400, cache_write=30)),
        ({"input_tokens": 9, "cache_creation": {"ephemeral_5m_input_tokens": 20,
                                                "ephemeral_1h_input_tokens": 10}},
         [{"output_tokens": 21}], Usage(9, 21, cache_write=30, cache_write_1h=10)),
        ({"input_tokens": 0, "output_tokens": 0},
         [{"input_tokens": 9, "output_tokens": 21, "cache_read_input_tokens": 400}],
         Usage(9, 21, cached=400)),
        ({"input_tokens": 9, "cache_read_input_tokens": 400, "output_tokens": 1},
         [{"input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 7},
          {"input_tokens": None, "output_tokens": 21}], Usage(9, 21, cached=400)),
        ({"input_tokens": 9, "output_tokens": 1}, [None], Usage(9, None)),
        ({"input_tokens": 9, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0},
         [{"output_tokens": 21}], Usage(9, 21, cached=0, cache_write=0)),
        (None, [{"prompt_tokens": 409, "completion_tokens": 21,
                 "prompt_tokens_details": {"cached_tokens": 400}}], Usage(9, 21, cached=400)),
    ],
)  # fmt: skip
async def test_messages_counts_a_cache_apart_and_replaces_what_it_said_before(
    start: Table | None, deltas: list[Table | None], expected: Usage
) -> None:
    assert await usage_from(MESSAGES, streamed(messages(start, *deltas))) == expected


@ODD
@pytest.mark.parametrize("odd", ["-1", "12.5", '"12"', "true", "NaN", "1e400", "[3]", "null"])
@pytest.mark.parametrize("dialect", [CHAT, RESPONSES, MESSAGES], ids=lambda d: d.api)
async def test_what_is_no_count_is_unknown(dialect: Dialect, odd: str) -> None:
    counts = f'{{"input_tokens": 9, "output_tokens": {odd}, "reasoning_tokens": {odd}}}'
    replies = {
        CHAT: chat("COUNTS"),
        RESPONSES: responses("COUNTS"),
        MESSAGES: messages(None, "COUNTS"),
    }
    body = replies[dialect].replace(b'"COUNTS"', counts.encode())
    assert await usage_from(dialect, streamed(body)) == Usage(9)


def state_of(api: Api, base_url: str, model: str, usage: Usage) -> StreamState:
    endpoint = Endpoint("lab", api, base_url)
    state = StreamState(StreamSpec("A", endpoint, model, ()), 0, 0.0)
    state.apply(usage, 1.0)
    return state


Asked = tuple[Api, str, str]
ANTHROPIC: Asked = ("anthropic", "https://api.anthropic.com", "claude-sonnet-4-5")
OPENAI: Asked = ("openai", "https://api.openai.com/v1", "gpt-4o-mini")


@COST
@pytest.mark.parametrize(
    ("asked_of", "usage", "dollars"),
    [
        (ANTHROPIC, Usage(10, 100), 10 * 3 + 100 * 15),
        (ANTHROPIC, Usage(10, 100, cached=1000), 10 * 3 + 100 * 15 + 1000 * 0.3),
        (ANTHROPIC, Usage(10, 100, cached=1000, cache_write=200),
         10 * 3 + 100 * 15 + 1000 * 0.3 + 200 * 3.75),
        (ANTHROPIC, Usage(0, 100, cached=0, cache_write=200, cache_write_1h=50),
         100 * 15 + 150 * 3.75 + 50 * 6),
        (OPENAI, Usage(1010, 100, cached=1000), 10 * 0.15 + 1000 * 0.075 + 100 * 0.6),
        (OPENAI, Usage(0, 0), 0),
        (("openai", "https://api.x.ai/v1", "grok-3-mini"), Usage(10, 316, 300),
         10 * 0.3 + 316 * 0.5),
    ],
)  # fmt: skip
def test_every_token_has_the_price_of_its_kind(
    asked_of: Asked, usage: Usage, dollars: float
) -> None:
    cost = cost_usd(state_of(*asked_of, usage))
    assert cost == pytest.approx(dollars / 1e6)


@BESIDE
@pytest.mark.parametrize(
    ("usage", "thought", "rate"),
    [
        (Usage(9, 521, 500), "", 20 / 1.0),
        (Usage(9, 21), "", 20 / 1.0),
        (Usage(9, 521, 500), "x" * 500, 520 / 1.0),
    ],
)
def test_the_rate_is_that_of_the_tokens_that_were_streamed(
    usage: Usage, thought: str, rate: float
) -> None:
    state = state_of(*OPENAI, usage)
    for place in range(21):
        state.apply(Delta("answer", "x"), 10 + place / 20)
    if thought:
        state.apply(Delta("reasoning", thought), 11.0)
    assert measure(state).tokens_per_s == pytest.approx(rate)


@COST
@pytest.mark.fault("numbers", "a recording's counts are those of the run")
async def test_a_replay_and_the_reports_have_the_same_counts(tmp_path: Path) -> None:
    start = {"input_tokens": 9, "cache_read_input_tokens": 400, "cache_creation_input_tokens": 30}
    body = messages(start, {"output_tokens": 21, "reasoning_tokens": 50})
    with FaultServer({"m": (streamed(body),)}) as server:
        prompts = tmp_path / "p.toml"
        prompts.write_text(
            f'[endpoints.lab]\napi = "anthropic"\nbase_url = "{server.url}"\n'
            '[[streams]]\nmodel = "lab:m"\nprompt = "x"\n'
        )
        asking = (str(prompts), "--format", "jsonl", "--record", "run.jsonl")
        run = await streamdash(*asking, home=tmp_path)
    replay = await streamdash("replay", "run.jsonl", "--format", "jsonl", home=tmp_path)
    assert json.loads(run.out) == json.loads(replay.out)
    result = json.loads(run.out)
    counts = ("input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens")
    assert [result[name] for name in counts] == [9, 400, 30, 71]
    table = await streamdash("report", "run.jsonl", "--format", "csv", home=tmp_path)
    titles, row = (line.split(",") for line in table.out.splitlines()[:2])
    assert row[titles.index("cache_write_tokens")] == "30"
    # a recording of an earlier version has no such count
    text = (tmp_path / "run.jsonl").read_text().replace(',"cache_write":30', "")
    (tmp_path / "old.jsonl").write_text(text.replace(',"cache_write_1h":null', ""))
    old = await streamdash("replay", "old.jsonl", "--format", "jsonl", home=tmp_path)
    assert json.loads(old.out) == {**result, "cache_write_tokens": None}
