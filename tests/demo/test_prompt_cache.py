"""The prompt cache of the embedded server, read by the real clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openai
import pytest

from tests.demo.conftest import openai_for

if TYPE_CHECKING:
    import anthropic

    from streamdash.demo.server import DemoServer

LONG = "You are a patient teacher. " * 20
OTHER = "Somebody else entirely. " * 20


async def chat_cached(client: openai.AsyncOpenAI, system: str, model: str = "cached") -> int:
    answer = await client.chat.completions.create(
        model=model,
        messages=[{"role": "system", "content": system}, {"role": "user", "content": "Hello"}],
        max_tokens=1,
    )
    assert answer.usage is not None
    assert answer.usage.prompt_tokens_details is not None
    cached = answer.usage.prompt_tokens_details.cached_tokens
    assert cached is not None
    assert cached < answer.usage.prompt_tokens
    return cached


async def test_a_repeated_beginning_is_cached_in_whole_blocks(
    openai_client: openai.AsyncOpenAI,
) -> None:
    assert await chat_cached(openai_client, LONG) == 0
    again = await chat_cached(openai_client, LONG)
    assert again > 90
    assert again % 16 == 0
    assert await chat_cached(openai_client, LONG + "Be brief.") == again
    assert await chat_cached(openai_client, OTHER) == 0
    assert await chat_cached(openai_client, "1f " + LONG) == 0


async def test_other_models_cache_nothing(openai_client: openai.AsyncOpenAI) -> None:
    assert [await chat_cached(openai_client, LONG, "quick") for _ in range(2)] == [0, 0]


async def test_responses_are_cached_like_chats(openai_client: openai.AsyncOpenAI) -> None:
    cached = []
    for _ in range(2):
        answer = await openai_client.responses.create(
            model="cached", instructions=LONG, input="Hello", max_output_tokens=16
        )
        assert answer.usage is not None
        cached.append(answer.usage.input_tokens_details.cached_tokens)
    assert cached[0] == 0
    assert cached[1] > 90


async def message_usage(
    client: anthropic.AsyncAnthropic, *, marked: bool, text: str = LONG
) -> tuple[int, int, int]:
    system: anthropic.types.TextBlockParam = {"type": "text", "text": text}
    if marked:
        system["cache_control"] = {"type": "ephemeral"}
    answer = await client.messages.create(
        model="cached", system=[system], messages=[{"role": "user", "content": "Hello"}],
        max_tokens=1,
    )  # fmt: skip
    usage = answer.usage
    assert usage.cache_creation is not None
    assert usage.cache_creation.ephemeral_5m_input_tokens == usage.cache_creation_input_tokens
    return usage.input_tokens, usage.cache_creation_input_tokens or 0, (
        usage.cache_read_input_tokens or 0
    )  # fmt: skip


async def test_messages_are_written_and_read_where_cache_control_asks_for_it(
    anthropic_client: anthropic.AsyncAnthropic,
) -> None:
    whole, written, read = await message_usage(anthropic_client, marked=False)
    assert (written, read) == (0, 0)
    rest, written, read = await message_usage(anthropic_client, marked=True)
    assert written > 90
    assert (rest, read) == (whole - written, 0)
    assert await message_usage(anthropic_client, marked=True) == (rest, 0, written)
    assert (await message_usage(anthropic_client, marked=False))[1:] == (0, 0)


@pytest.mark.parametrize("times", [2, 3])
async def test_the_busy_model_refuses_every_other_request(server: DemoServer, times: int) -> None:
    async with openai_for(server) as client:
        for _ in range(times):
            with pytest.raises(openai.RateLimitError) as refused:
                await chat_cached(client, LONG, "busy")
            assert refused.value.response.headers["retry-after"] == "0"
            assert await chat_cached(client, LONG, "busy") == 0
