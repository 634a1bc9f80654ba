"""Conversations in the Responses dialect, in a form that strict servers accept."""

from __future__ import annotations

import pytest

from streamdash.demo.response_input import check_items
from streamdash.demo.script import Script, Step
from streamdash.demo.server import DemoServer
from streamdash.providers.registry import Providers
from streamdash.providers.responses_input import input_items
from streamdash.streams.events import Status
from streamdash.streams.live import live_run
from streamdash.streams.spec import Endpoint, RunPlan, StreamSpec

CALL = {"id": "c-1", "type": "function", "function": {"name": "f", "arguments": {"a": 1}}}
PICTURE = "data:image/png;base64,AAAA"

pytestmark = pytest.mark.fault("wire", "a conversation in the Responses dialect")


@pytest.mark.parametrize(
    ("message", "items"),
    [
        ({"role": "user", "content": "Hi"}, [{"role": "user", "content": "Hi"}]),
        ({"role": "developer", "content": "Be brief."},
         [{"role": "developer", "content": "Be brief."}]),
        ({"role": "system", "content": [{"type": "text", "text": "Be brief."}]},
         [{"role": "system", "content": [{"type": "input_text", "text": "Be brief."}]}]),
        ({"role": "assistant", "content": "Hello."}, [{"role": "assistant", "content": "Hello."}]),
        ({"role": "assistant", "content": [{"type": "text", "text": "Hello."}, "There."]},
         [{"role": "assistant", "content": [{"type": "output_text", "text": "Hello."},
                                            {"type": "output_text", "text": "There."}]}]),
        ({"role": "assistant", "content": None, "refusal": "No."},
         [{"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]}]),
        ({"role": "assistant", "content": "", "name": "x"}, [{"role": "assistant", "content": ""}]),
        ({"role": "user", "content": [
            {"type": "image_url", "image_url": {"url": PICTURE, "detail": "low"}}]},
         [{"role": "user", "content": [
             {"type": "input_image", "image_url": PICTURE, "detail": "low"}]}]),
        ({"role": "user", "content": [{"type": "image", "source": {
            "type": "base64", "media_type": "image/png", "data": "AAAA"}}]},
         [{"role": "user", "content": [{"type": "input_image", "image_url": PICTURE}]}]),
        ({"role": "user", "content": [{"type": "input_text", "text": "Hi"},
                                      {"type": "file", "file": {"file_id": "f-1"}}]},
         [{"role": "user", "content": [{"type": "input_text", "text": "Hi"},
                                       {"type": "input_file", "file_id": "f-1"}]}]),
    ],
)  # fmt: skip
def test_a_message_becomes_an_item_with_its_type(
    message: dict[str, object], items: list[dict[str, object]]
) -> None:
    found = input_items([message])
    assert found == [{"type": "message", **item} for item in items]
    check_items(found)


def test_tool_calls_and_their_results_become_items_of_their_own() -> None:
    custom = {"id": "c-2", "type": "custom", "custom": {"name": "py", "input": "print(1)"}}
    found = input_items(
        [
            {"role": "assistant", "content": "Wait.", "tool_calls": [CALL, custom]},
            {"role": "tool", "tool_call_id": "c-1", "content": [{"type": "text", "text": "4"}]},
            {"role": "assistant", "content": None, "tool_calls": [CALL]},
        ]
    )
    call = {"type": "function_call", "call_id": "c-1", "name": "f", "arguments": '{"a": 1}'}
    assert found == [
        {"type": "message", "role": "assistant", "content": "Wait."},
        call,
        {"type": "custom_tool_call", "call_id": "c-2", "name": "py", "input": "print(1)"},
        {"type": "function_call_output", "call_id": "c-1", "output": "4"},
        call,
    ]
    check_items(found)


def test_items_of_the_dialect_are_unchanged() -> None:
    items: list[dict[str, object]] = [
        {"type": "reasoning", "summary": [], "encrypted_content": "x"},
        {"type": "function_call_output", "call_id": "c-1", "output": "4"},
    ]
    assert input_items(items) == items


@pytest.mark.parametrize("answer", ["Hello.", "", "Grüße\n😀", " two\n\n[choice 2]\n\nthree"])
async def test_a_strict_server_accepts_a_follow_up(answer: str) -> None:
    script = Script(steps=(Step(0, "answer", answer),) if answer else ())
    async with DemoServer(pace=0, scripts={"m": script}) as server:
        endpoint = Endpoint("lab", "openai-responses", server.base_url("openai-responses"))
        asked = ({"role": "user", "content": "Hi"},)
        spec = StreamSpec(label="A", endpoint=endpoint, model="m", messages=asked, retries=0)
        run = live_run(RunPlan(specs=(spec,)), Providers({}))
        run.start()
        await run.wait()
        run.ask("And then?", [0])
        await run.wait()
        await run.drain()
    (state,) = run.states
    assert (state.status, state.error) == (Status.DONE, None)
    assert len(state.spec.messages) == (3 if answer else 2)
