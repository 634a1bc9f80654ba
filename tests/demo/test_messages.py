"""The Messages dialect, read by the Anthropic SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.demo.script import Script, Step
from streamdash.demo.server import DemoServer
from streamdash.streams.events import Usage
from tests.demo.conftest import anthropic_for
from tests.demo.test_chat import TRICKY

if TYPE_CHECKING:
    import anthropic
    from anthropic.types import MessageParam, RawMessageDeltaEvent, RawMessageStreamEvent


def asked(text: str) -> list[MessageParam]:
    return [{"role": "user", "content": text}]


async def events_of(
    client: anthropic.AsyncAnthropic, model: str, text: str = "hello", limit: int = 10_000
) -> list[RawMessageStreamEvent]:
    stream = await client.messages.create(
        model=model, messages=asked(text), max_tokens=limit, stream=True
    )
    return [event async for event in stream]


def outline(events: list[RawMessageStreamEvent]) -> list[str]:
    """The types of the events in order, deltas by their kind, without direct repetitions."""
    names = [e.delta.type if e.type == "content_block_delta" else e.type for e in events]
    return [name for place, name in enumerate(names) if place == 0 or names[place - 1] != name]


def text_in(events: list[RawMessageStreamEvent]) -> str:
    return "".join(
        event.delta.text
        for event in events
        if event.type == "content_block_delta" and event.delta.type == "text_delta"
    )


def ending_of(events: list[RawMessageStreamEvent]) -> RawMessageDeltaEvent:
    ending = events[-2]
    assert ending.type == "message_delta"
    return ending


async def test_an_answer_has_the_events_of_the_real_api(
    anthropic_client: anthropic.AsyncAnthropic,
) -> None:
    events = await events_of(anthropic_client, "quick")

    assert outline(events) == [
        "message_start",
        "content_block_start",
        "text_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]


async def test_the_opening_carries_the_input_tokens_and_a_ping_but_no_text(
    server: DemoServer, anthropic_client: anthropic.AsyncAnthropic
) -> None:
    async with anthropic_client.messages.with_streaming_response.create(
        model="quick", messages=asked("hello"), max_tokens=1, stream=True
    ) as response:
        lines = [line async for line in response.iter_lines()]

    names = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    assert names[:4] == ["message_start", "content_block_start", "ping", "content_block_delta"]
    start = (await events_of(anthropic_client, "quick"))[0]
    assert start.type == "message_start"
    assert start.message.content == []
    assert start.message.usage.input_tokens > 0
    assert start.message.usage.output_tokens == 1


async def test_a_thinker_signs_its_thoughts_before_its_answer(
    anthropic_client: anthropic.AsyncAnthropic,
) -> None:
    events = await events_of(anthropic_client, "thinker")

    assert outline(events)[1:-2] == [
        "content_block_start",
        "thinking_delta",
        "signature_delta",
        "content_block_stop",
        "content_block_start",
        "text_delta",
        "content_block_stop",
    ]


async def test_blocks_are_numbered_in_order(anthropic_client: anthropic.AsyncAnthropic) -> None:
    events = await events_of(anthropic_client, "thinker")

    indices = [
        event.index
        for event in events
        if event.type in ("content_block_start", "content_block_delta", "content_block_stop")
    ]
    assert indices == sorted(indices)
    assert set(indices) == {0, 1}


async def test_the_echo_comes_back_exactly_in_any_script(
    anthropic_client: anthropic.AsyncAnthropic,
) -> None:
    assert text_in(await events_of(anthropic_client, "echo", TRICKY)) == TRICKY


async def test_usage_is_cumulative_and_counts_one_token_per_delta(
    server: DemoServer, anthropic_client: anthropic.AsyncAnthropic
) -> None:
    events = await events_of(anthropic_client, "thinker")

    usage = ending_of(events).usage
    assert usage.output_tokens == server.requests[0].deltas
    assert usage.output_tokens_details is not None
    assert 0 < usage.output_tokens_details.thinking_tokens < usage.output_tokens
    assert ending_of(events).delta.stop_reason == "end_turn"


async def test_the_token_limit_cuts_the_answer_and_says_so(
    anthropic_client: anthropic.AsyncAnthropic,
) -> None:
    whole = text_in(await events_of(anthropic_client, "quick"))
    cut = await events_of(anthropic_client, "quick", limit=9)

    assert ending_of(cut).delta.stop_reason == "max_tokens"
    assert ending_of(cut).usage.output_tokens == 9
    assert whole.startswith(text_in(cut))


async def test_the_answer_in_one_piece_has_the_same_text(
    anthropic_client: anthropic.AsyncAnthropic,
) -> None:
    streamed = await events_of(anthropic_client, "thinker")
    whole = await anthropic_client.messages.create(
        model="thinker", messages=asked("hello"), max_tokens=10_000
    )

    thought, said = whole.content
    assert thought.type == "thinking"
    assert thought.signature
    assert said.type == "text"
    assert said.text == text_in(streamed)
    assert whole.stop_reason == "end_turn"
    assert whole.usage.output_tokens == ending_of(streamed).usage.output_tokens


async def test_the_typed_helper_accepts_every_personality(
    anthropic_client: anthropic.AsyncAnthropic,
) -> None:
    for model in ("quick", "thinker", "bursty", "code", "tools", "refusal", "echo"):
        async with anthropic_client.messages.stream(
            model=model, messages=asked("hello"), max_tokens=10_000
        ) as stream:
            message = await stream.get_final_message()
        assert message.content
        assert message.stop_reason in ("end_turn", "tool_use", "refusal")
        assert message.usage.output_tokens > 1


async def test_a_tool_call_spells_out_its_input(
    anthropic_client: anthropic.AsyncAnthropic,
) -> None:
    async with anthropic_client.messages.stream(
        model="tools",
        messages=asked("hello"),
        max_tokens=1000,
        tools=[{"name": "tide_table", "input_schema": {"type": "object"}}],
    ) as stream:
        message = await stream.get_final_message()

    (call,) = message.content
    assert call.type == "tool_use"
    assert call.name == "tide_table"
    assert isinstance(call.input, dict)
    assert call.input["days"] == 3
    assert message.stop_reason == "tool_use"


async def test_a_refusal_is_a_stop_reason(anthropic_client: anthropic.AsyncAnthropic) -> None:
    events = await events_of(anthropic_client, "refusal")

    assert text_in(events)
    assert ending_of(events).delta.stop_reason == "refusal"


async def test_a_system_prompt_counts_as_input(
    anthropic_client: anthropic.AsyncAnthropic,
) -> None:
    plain = await anthropic_client.messages.create(
        model="quick", messages=asked("hello"), max_tokens=1
    )
    told = await anthropic_client.messages.create(
        model="quick", messages=asked("hello"), max_tokens=1, system="Speak plainly."
    )

    assert told.usage.input_tokens > plain.usage.input_tokens


async def test_a_script_is_sent_to_the_letter() -> None:
    script = Script(
        steps=(
            Step(0, "reasoning", "hm"),
            Step(0, "answer", "one"),
            Step(0, "ping"),
            Step(0, "answer", " two"),
        ),
        finish="pause_turn",
        usage=Usage(input=11, output=22, reasoning=5, cached=7),
    )
    async with (
        DemoServer(pace=0, scripts={"mine": script}) as server,
        anthropic_for(server) as client,
    ):
        events = await events_of(client, "mine")

    start = events[0]
    assert start.type == "message_start"
    assert start.message.usage.input_tokens == 11
    assert start.message.usage.cache_read_input_tokens == 7
    assert text_in(events) == "one two"
    assert ending_of(events).delta.stop_reason == "pause_turn"
    assert ending_of(events).usage.output_tokens == 22


async def test_a_script_without_a_finish_has_no_terminal_marker() -> None:
    script = Script(steps=(Step(0, "answer", "half"),), finish=None)
    async with (
        DemoServer(pace=0, scripts={"mine": script}) as server,
        anthropic_for(server) as client,
    ):
        events = await events_of(client, "mine")

    assert events[-1].type == "content_block_delta"
