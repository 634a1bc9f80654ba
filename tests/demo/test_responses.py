"""The Responses dialect, read by the OpenAI SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.demo.script import Script, Step
from streamdash.demo.server import DemoServer
from streamdash.streams.events import Usage
from tests.demo.conftest import openai_for
from tests.demo.test_chat import TRICKY

if TYPE_CHECKING:
    import openai
    from openai.types.responses import Response, ResponseStreamEvent


async def events_of(
    client: openai.AsyncOpenAI, model: str, text: str = "hello", limit: int | None = None
) -> list[ResponseStreamEvent]:
    stream = await client.responses.create(
        model=model, input=text, stream=True, max_output_tokens=limit
    )
    return [event async for event in stream]


def unrepeated(events: list[ResponseStreamEvent]) -> list[str]:
    """The types of the events in order, without direct repetitions."""
    types = [event.type for event in events]
    return [kind for place, kind in enumerate(types) if place == 0 or types[place - 1] != kind]


def final_of(events: list[ResponseStreamEvent]) -> Response:
    last = events[-1]
    assert last.type in ("response.completed", "response.incomplete")
    return last.response


MESSAGE = [
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
]
REASONING = [
    "response.output_item.added",
    "response.reasoning_summary_part.added",
    "response.reasoning_summary_text.delta",
    "response.reasoning_summary_text.done",
    "response.reasoning_summary_part.done",
    "response.output_item.done",
]


async def test_an_answer_has_the_events_of_the_real_api(
    openai_client: openai.AsyncOpenAI,
) -> None:
    events = await events_of(openai_client, "quick")

    assert unrepeated(events) == [
        "response.created",
        "response.in_progress",
        *MESSAGE,
        "response.completed",
    ]


async def test_a_thinker_writes_a_reasoning_item_before_its_message(
    openai_client: openai.AsyncOpenAI,
) -> None:
    events = await events_of(openai_client, "thinker")

    # the end of one item and the start of the next are two events of two types
    assert unrepeated(events)[2:-1] == [*REASONING, *MESSAGE]
    assert [item.type for item in final_of(events).output] == ["reasoning", "message"]


async def test_events_are_numbered_without_a_gap(openai_client: openai.AsyncOpenAI) -> None:
    events = await events_of(openai_client, "thinker")

    assert [event.sequence_number for event in events] == list(range(len(events)))


async def test_deltas_name_the_item_and_the_place_they_belong_to(
    openai_client: openai.AsyncOpenAI,
) -> None:
    events = await events_of(openai_client, "thinker")

    final = final_of(events)
    seen = set()
    for event in events:
        if event.type in (
            "response.output_text.delta",
            "response.reasoning_summary_text.delta",
        ):
            seen.add((event.output_index, event.item_id))
    assert seen == {(0, final.output[0].id), (1, final.output[1].id)}


async def test_the_echo_comes_back_exactly_in_any_script(
    openai_client: openai.AsyncOpenAI,
) -> None:
    events = await events_of(openai_client, "echo", TRICKY)

    deltas = [e.delta for e in events if e.type == "response.output_text.delta"]
    assert "".join(deltas) == TRICKY
    assert final_of(events).output_text == TRICKY


async def test_usage_counts_one_token_per_delta(
    server: DemoServer, openai_client: openai.AsyncOpenAI
) -> None:
    events = await events_of(openai_client, "thinker")

    thought = [e for e in events if e.type == "response.reasoning_summary_text.delta"]
    usage = final_of(events).usage
    assert usage is not None
    assert usage.output_tokens_details.reasoning_tokens == len(thought)
    assert usage.output_tokens == server.requests[0].deltas
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens


async def test_the_token_limit_ends_the_response_incomplete(
    openai_client: openai.AsyncOpenAI,
) -> None:
    events = await events_of(openai_client, "quick", limit=16)

    final = final_of(events)
    assert events[-1].type == "response.incomplete"
    assert final.status == "incomplete"
    assert final.incomplete_details is not None
    assert final.incomplete_details.reason == "max_output_tokens"
    assert final.usage is not None
    assert final.usage.output_tokens == 16
    assert final.output[0].type == "message"
    assert final.output[0].status == "incomplete"


async def test_the_answer_in_one_piece_has_the_same_text(openai_client: openai.AsyncOpenAI) -> None:
    streamed = final_of(await events_of(openai_client, "thinker"))
    whole = await openai_client.responses.create(model="thinker", input="hello")

    assert whole.output_text == streamed.output_text
    assert whole.usage == streamed.usage
    assert whole.status == "completed"
    assert [item.type for item in whole.output] == ["reasoning", "message"]


async def test_the_typed_helper_accepts_every_personality(
    openai_client: openai.AsyncOpenAI,
) -> None:
    for model in ("quick", "thinker", "bursty", "code", "tools", "refusal", "echo"):
        async with openai_client.responses.stream(model=model, input="hello") as stream:
            types = [event.type async for event in stream]
            response = await stream.get_final_response()
        assert types[-1] == "response.completed"
        assert response.output


async def test_the_typed_helper_accepts_an_answer_that_was_cut(
    openai_client: openai.AsyncOpenAI,
) -> None:
    async with openai_client.responses.stream(
        model="thinker", input="hello", max_output_tokens=20
    ) as stream:
        types = [event.type async for event in stream]

    assert types[-1] == "response.incomplete"


async def test_a_function_call_is_an_item_of_its_own(openai_client: openai.AsyncOpenAI) -> None:
    events = await events_of(openai_client, "tools")

    deltas = [e.delta for e in events if e.type == "response.function_call_arguments.delta"]
    (call,) = final_of(events).output
    assert call.type == "function_call"
    assert call.name == "get_weather"
    assert call.arguments == "".join(deltas)
    assert call.call_id.startswith("call_")


async def test_a_refusal_is_a_part_of_the_message(openai_client: openai.AsyncOpenAI) -> None:
    events = await events_of(openai_client, "refusal")

    deltas = [e.delta for e in events if e.type == "response.refusal.delta"]
    message = final_of(events).output[0]
    assert message.type == "message"
    assert message.content[0].type == "refusal"
    assert message.content[0].refusal == "".join(deltas)


async def test_a_message_list_is_answered_by_its_last_user_message(
    openai_client: openai.AsyncOpenAI,
) -> None:
    response = await openai_client.responses.create(
        model="echo",
        instructions="Be brief.",
        input=[
            {"role": "user", "content": "first"},
            {"type": "message", "role": "assistant", "content": "an answer"},
            {"role": "user", "content": [{"type": "input_text", "text": "second"}]},
        ],
    )

    assert response.output_text == "second"


async def test_a_script_is_sent_to_the_letter() -> None:
    script = Script(
        steps=(
            Step(0, "answer", "one"),
            Step(0, "ping"),
            Step(0, "tool", "{}"),
            Step(0, "answer", " two"),
        ),
        finish="filter",
        usage=Usage(input=11, output=22, reasoning=5, cached=7),
    )
    async with DemoServer(pace=0, scripts={"mine": script}) as server, openai_for(server) as client:
        events = await events_of(client, "mine")

    final = final_of(events)
    assert [item.type for item in final.output] == ["message", "function_call", "message"]
    assert final.incomplete_details is not None
    assert final.incomplete_details.reason == "content_filter"
    assert final.usage is not None
    assert final.usage.input_tokens_details.cached_tokens == 7
    assert (final.usage.input_tokens, final.usage.output_tokens) == (11, 22)


async def test_a_script_without_a_finish_has_no_terminal_marker() -> None:
    script = Script(steps=(Step(0, "answer", "half"),), finish=None)
    async with DemoServer(pace=0, scripts={"mine": script}) as server, openai_for(server) as client:
        events = await events_of(client, "mine")

    assert events[-1].type == "response.output_text.delta"
