"""The Chat Completions dialect, read by the OpenAI SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.demo.script import Script, Step
from streamdash.demo.server import DemoServer
from streamdash.streams.events import Usage
from tests.demo.conftest import openai_for

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

TRICKY = 'Grüße 👩‍👩‍👧 東京 a\u2028b\u0085c "q" \\ \t\n end'


def asked(text: str) -> list[ChatCompletionMessageParam]:
    return [{"role": "user", "content": text}]


async def chunks_of(
    client: openai.AsyncOpenAI, model: str, text: str = "hello", limit: int | None = None
) -> list[ChatCompletionChunk]:
    stream = await client.chat.completions.create(
        model=model,
        messages=asked(text),
        stream=True,
        stream_options={"include_usage": True},
        max_completion_tokens=limit,
    )
    return [chunk async for chunk in stream]


def answer_in(chunks: list[ChatCompletionChunk]) -> str:
    return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)


async def test_the_first_chunk_only_names_the_role(openai_client: openai.AsyncOpenAI) -> None:
    first, second, *_ = await chunks_of(openai_client, "echo")

    assert first.choices[0].delta.role == "assistant"
    assert first.choices[0].delta.content == ""
    assert second.choices[0].delta.role is None
    assert second.choices[0].delta.content


async def test_the_echo_comes_back_exactly_in_any_script(
    openai_client: openai.AsyncOpenAI,
) -> None:
    chunks = await chunks_of(openai_client, "echo", TRICKY)

    assert answer_in(chunks) == TRICKY


async def test_the_finish_chunk_is_followed_by_usage_without_choices(
    openai_client: openai.AsyncOpenAI,
) -> None:
    *_, finish, usage = await chunks_of(openai_client, "echo", TRICKY)

    assert finish.choices[0].finish_reason == "stop"
    assert finish.choices[0].delta.content is None
    assert finish.usage is None
    assert usage.choices == []
    assert usage.usage is not None


async def test_usage_counts_one_token_per_delta(
    server: DemoServer, openai_client: openai.AsyncOpenAI
) -> None:
    chunks = await chunks_of(openai_client, "thinker")

    said = [c for c in chunks if c.choices and c.choices[0].delta.content]
    thought = [c for c in chunks if c.choices and c.choices[0].delta.model_extra]
    usage = chunks[-1].usage
    assert usage is not None
    assert usage.completion_tokens_details is not None
    assert usage.completion_tokens_details.reasoning_tokens == len(thought)
    assert usage.completion_tokens == len(said) + len(thought) == server.requests[0].deltas
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


async def test_usage_comes_only_when_asked_for(openai_client: openai.AsyncOpenAI) -> None:
    stream = await openai_client.chat.completions.create(
        model="echo", messages=asked("hello"), stream=True
    )

    chunks = [chunk async for chunk in stream]

    assert all(chunk.choices for chunk in chunks)
    assert all("usage" not in chunk.model_fields_set for chunk in chunks)


async def test_a_thinker_sends_reasoning_content_before_its_answer(
    openai_client: openai.AsyncOpenAI,
) -> None:
    chunks = await chunks_of(openai_client, "thinker", "When do two share a birthday?")

    kinds = [
        "reasoning" if c.choices[0].delta.model_extra else "answer"
        for c in chunks[1:]
        if c.choices and not c.choices[0].finish_reason
    ]
    turn = kinds.index("answer")
    assert turn > 10
    assert set(kinds[:turn]) == {"reasoning"}
    assert set(kinds[turn:]) == {"answer"}


async def test_the_token_limit_cuts_the_answer_and_says_so(
    openai_client: openai.AsyncOpenAI,
) -> None:
    whole = answer_in(await chunks_of(openai_client, "quick"))
    cut = await chunks_of(openai_client, "quick", limit=7)

    assert cut[-2].choices[0].finish_reason == "length"
    assert cut[-1].usage is not None
    assert cut[-1].usage.completion_tokens == 7
    assert whole.startswith(answer_in(cut))
    assert len(answer_in(cut)) < len(whole)


async def test_a_limit_that_is_not_reached_changes_nothing(
    openai_client: openai.AsyncOpenAI,
) -> None:
    whole = await chunks_of(openai_client, "quick")
    limited = await chunks_of(openai_client, "quick", limit=100_000)

    assert answer_in(limited) == answer_in(whole)
    assert limited[-2].choices[0].finish_reason == "stop"


async def test_the_older_limit_key_is_honoured_too(openai_client: openai.AsyncOpenAI) -> None:
    completion = await openai_client.chat.completions.create(
        model="quick", messages=asked("hello"), max_tokens=3
    )

    assert completion.choices[0].finish_reason == "length"
    assert completion.usage is not None
    assert completion.usage.completion_tokens == 3


async def test_the_answer_in_one_piece_has_the_same_text(openai_client: openai.AsyncOpenAI) -> None:
    streamed = await chunks_of(openai_client, "thinker")
    completion = await openai_client.chat.completions.create(
        model="thinker", messages=asked("hello")
    )

    message = completion.choices[0].message
    assert message.content == answer_in(streamed)
    assert message.model_extra is not None
    assert message.model_extra["reasoning_content"]
    assert completion.choices[0].finish_reason == "stop"
    assert completion.usage == streamed[-1].usage


async def test_the_typed_helper_accepts_every_personality(
    openai_client: openai.AsyncOpenAI,
) -> None:
    for model in ("quick", "thinker", "bursty", "code", "tools", "refusal"):
        async with openai_client.chat.completions.stream(
            model=model, messages=asked("hello"), stream_options={"include_usage": True}
        ) as stream:
            completion = await stream.get_final_completion()
        message = completion.choices[0].message
        assert message.content or message.tool_calls or message.refusal
        assert completion.usage is not None


async def test_a_tool_call_is_named_first_and_then_spelled_out(
    openai_client: openai.AsyncOpenAI,
) -> None:
    chunks = await chunks_of(openai_client, "tools")

    calls = [call for c in chunks if c.choices for call in c.choices[0].delta.tool_calls or []]
    head, *rest = calls
    assert head.id is not None
    assert head.id.startswith("call_")
    assert head.function is not None
    assert (head.function.name, head.function.arguments) == ("get_weather", "")
    assert all(call.id is None and call.function and call.function.arguments for call in rest)
    assert chunks[-2].choices[0].finish_reason == "tool_calls"


async def test_a_tool_call_uses_the_function_that_was_offered(
    openai_client: openai.AsyncOpenAI,
) -> None:
    completion = await openai_client.chat.completions.create(
        model="tools",
        messages=asked("hello"),
        tools=[{"type": "function", "function": {"name": "tide_table", "parameters": {}}}],
    )

    (call,) = completion.choices[0].message.tool_calls or []
    assert call.type == "function"
    assert call.function.name == "tide_table"


async def test_a_refusal_fills_its_own_field(openai_client: openai.AsyncOpenAI) -> None:
    completion = await openai_client.chat.completions.create(
        model="refusal", messages=asked("hello")
    )

    assert completion.choices[0].message.content is None
    assert completion.choices[0].message.refusal
    assert completion.choices[0].finish_reason == "stop"


async def test_a_script_is_sent_to_the_letter() -> None:
    script = Script(
        steps=(
            Step(0, "reasoning", "hm"),
            Step(0, "answer", "\ud83d"),
            Step(0, "ping"),
            Step(0, "answer", "\ude00!"),
        ),
        finish="content_filter",
        usage=Usage(input=11, output=22, reasoning=5, cached=7),
    )
    async with DemoServer(pace=0, scripts={"mine": script}) as server, openai_for(server) as client:
        chunks = await chunks_of(client, "mine")

    deltas = [c.choices[0].delta for c in chunks[1:4]]
    assert deltas[0].model_extra == {"reasoning_content": "hm"}
    assert [delta.content for delta in deltas[1:]] == ["\ud83d", "\ude00!"]
    assert chunks[4].choices[0].finish_reason == "content_filter"
    usage = chunks[5].usage
    assert usage is not None
    assert usage.prompt_tokens_details is not None
    assert (usage.prompt_tokens, usage.completion_tokens) == (11, 22)
    assert usage.prompt_tokens_details.cached_tokens == 7


async def test_a_script_without_a_finish_has_no_terminal_marker() -> None:
    script = Script(steps=(Step(0, "answer", "half"),), finish=None)
    async with DemoServer(pace=0, scripts={"mine": script}) as server, openai_for(server) as client:
        chunks = await chunks_of(client, "mine")

    assert [c.choices[0].finish_reason for c in chunks] == [None, None]
