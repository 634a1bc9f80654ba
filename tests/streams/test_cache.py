"""The stream key `cache`, against the embedded server in all three dialects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from streamdash.demo.script import Rejection, Script, Step
from streamdash.demo.server import DemoServer
from streamdash.providers.registry import Providers
from streamdash.recording.journal import open_journal
from streamdash.recording.reader import load_recording
from streamdash.reporting.reported_run import reported_recording
from streamdash.reporting.result import results_of
from streamdash.reporting.result_json import result_json
from streamdash.streams.events import FreshLine, Primed, Status
from streamdash.streams.live import live_run
from streamdash.streams.spec import APIS, Api, Endpoint, RunPlan, StreamSpec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from streamdash.demo.received import Received
    from streamdash.streams.run import Run
    from streamdash.streams.spec import CacheMode

ANSWER = Script(steps=(Step(0.0, "answer", "fine"),))
BUSY = Script(rejection=Rejection(429, "slow down", headers={"retry-after": "0"}))
USER = {"role": "user", "content": "Hello"}


def asked(
    api: Api,
    server: DemoServer,
    cache: CacheMode,
    *,
    system: str | None = None,
    messages: tuple[Mapping[str, object], ...] = (USER,),
    params: Mapping[str, object] | None = None,
    max_tokens: int | None = 500,
) -> StreamSpec:
    endpoint = Endpoint(name=api, api=api, base_url=server.base_url(api))
    return StreamSpec(
        label=api, endpoint=endpoint, model="m", messages=messages, system=system, cache=cache,
        params=params or {}, max_tokens=max_tokens,
    )  # fmt: skip


def body(received: Received) -> dict[str, object]:
    assert isinstance(received.body, dict)
    return received.body


async def ran(*specs: StreamSpec, repeat: int = 1, record: Path | None = None) -> Run:
    """A run that has ended, recorded in `record` if that is given."""
    journal = None if record is None else open_journal(str(record), _now())
    run = live_run(
        RunPlan(specs=specs, repeat=repeat), Providers({}), listeners=(journal,) if journal else ()
    )
    if journal:
        journal.begin(run, _now())
    run.start()
    await run.wait()
    await run.drain()
    if journal:
        journal.close()
    return run


def _now() -> datetime:
    from datetime import UTC, datetime

    return datetime(2026, 1, 31, 12, tzinfo=UTC)


def front_of(request: Mapping[str, object]) -> str:
    """The first text of the request's prompt, in any dialect."""
    for name in ("system", "instructions", "messages", "input"):
        value = request.get(name)
        if isinstance(value, list) and value and "role" in value[0]:
            value = value[0]["content"]
        if isinstance(value, list) and value:
            value = value[0]["text"]
        if isinstance(value, str):
            return value
    return ""


PROMPTS: dict[str, dict[str, object]] = {
    "a plain question": {},
    "a system prompt": {"system": "Be brief."},
    "parts": {"messages": ({"role": "user", "content": [{"type": "text", "text": "Hello"}]},)},
    "a conversation": {"messages": (USER, {"role": "assistant", "content": "Hi"}, USER)},
}


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("api", APIS)
async def test_cold_puts_a_fresh_line_in_front_of_every_prompt(api: Api, prompt: str) -> None:
    async with DemoServer(pace=0, scripts={"m": ANSWER}) as server:
        spec = asked(api, server, "cold", **PROMPTS[prompt])  # type: ignore[arg-type]
        run = await ran(spec, repeat=3)
        fronts = [front_of(body(one)) for one in server.requests]
    states = [*run.past[0], run.states[0]]

    assert [state.status for state in states] == [Status.DONE] * 3
    lines = [state.fresh_line for state in states]
    assert len({line[:24] for line in lines if line}) == 3
    assert all(line and front.startswith(line) for line, front in zip(lines, fronts, strict=True))
    assert run.states[0].spec.messages == spec.messages


PARAMS: list[tuple[Api, Mapping[str, object]]] = [
    ("openai", {"messages": [{"role": "developer", "content": "Be brief."}, USER]}),
    ("openai", {"messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]}),
    ("openai-responses", {"instructions": "Be brief."}),
    ("openai-responses", {"input": "Hello"}),
    ("openai-responses",
     {"input": [{"role": "user", "content": [{"type": "input_text", "text": "Hi"}]}]}),
    ("anthropic", {"system": "Be brief."}),
    ("anthropic", {"system": [{"type": "text", "text": "Be brief.",
                               "cache_control": {"type": "ephemeral"}}]}),
    ("anthropic", {"messages": [USER]}),
]  # fmt: skip


@pytest.mark.parametrize(("api", "params"), PARAMS)
async def test_cold_finds_the_prompt_that_params_put_in_place_of_another(
    api: Api, params: Mapping[str, object]
) -> None:
    async with DemoServer(pace=0, scripts={"m": ANSWER}) as server:
        run = await ran(asked(api, server, "cold", params=params))
        sent = body(server.requests[0])

    line = run.states[0].fresh_line
    assert line
    assert front_of(sent).startswith(line)
    (name,) = params
    rest = json.dumps(sent[name]).replace(line + "\\n\\n", "")
    for text in ("Be brief.", "Hello", "Hi"):
        assert (text in rest) == (text in json.dumps(params[name]))


@pytest.mark.parametrize("api", APIS)
async def test_cold_sends_another_line_with_every_attempt(api: Api) -> None:
    async with DemoServer(pace=0, scripts={"m": [BUSY, BUSY, ANSWER]}) as server:
        run = await ran(asked(api, server, "cold"))
        fronts = [front_of(body(one)) for one in server.requests]

    assert len(set(fronts)) == 3
    assert fronts[-1].startswith(run.states[0].fresh_line or "nothing")


@pytest.mark.parametrize("params", [{"messages": "Hello"}, {"messages": []}, {"messages": None}])
async def test_cold_sends_nothing_if_there_is_no_prompt_to_put_a_line_before(
    params: Mapping[str, object],
) -> None:
    async with DemoServer(pace=0, scripts={"m": ANSWER}) as server:
        run = await ran(asked("openai", server, "cold", params=params))
        sent = len(server.requests)

    if params["messages"] == "Hello":
        # a string is a prompt; that Chat Completions refuses it is the server's to say
        assert sent == 1
        return
    assert sent == 0
    assert run.states[0].error is not None
    assert "found no prompt" in run.states[0].error.message


@pytest.mark.parametrize("api", APIS)
async def test_as_is_sends_what_was_asked_and_nothing_else(api: Api) -> None:
    async with DemoServer(pace=0, scripts={"m": ANSWER}) as server:
        run = await ran(asked(api, server, "as-is"))
        fronts = [front_of(body(one)) for one in server.requests]

    assert fronts == ["Hello"]
    result = result_json(results_of(run)[0])
    assert (result["cache"], result["fresh_line"], result["priming"]) == ("as-is", None, None)


LIMITS = {"openai": "max_tokens", "openai-responses": "max_output_tokens",
          "anthropic": "max_tokens"}  # fmt: skip


@pytest.mark.parametrize("api", APIS)
async def test_warm_primes_once_before_the_first_round(api: Api) -> None:
    async with DemoServer(pace=0, scripts={"m": ANSWER}) as server:
        run = await ran(asked(api, server, "warm", system="Be brief."), repeat=3)
        sent = [dict(body(one)) for one in server.requests]

    limits = [request.pop(LIMITS[api]) for request in sent]
    assert limits == [1 if api == "anthropic" else 16, 500, 500, 500]
    assert sent == [sent[0]] * 4
    (result,) = results_of(run)
    first, *later = result.runs
    assert first.priming is not None
    assert first.priming.error is None
    assert first.priming.input_tokens
    assert first.priming.max_tokens == limits[0]
    assert [one.priming for one in later] == [None, None]
    assert [one.metrics.attempts for one in result.runs] == [1, 1, 1]
    assert all(one.text == "fine" for one in result.runs)


async def test_warm_keeps_a_limit_that_thinking_needs() -> None:
    thinking = {"thinking": {"type": "enabled", "budget_tokens": 1024}}
    async with DemoServer(pace=0, scripts={"m": ANSWER}) as server:
        await ran(asked("anthropic", server, "warm", params=thinking, max_tokens=2000))
        limits = [body(one)["max_tokens"] for one in server.requests]

    assert limits == [2000, 2000]


async def test_warm_replaces_a_limit_in_params() -> None:
    async with DemoServer(pace=0, scripts={"m": ANSWER}) as server:
        await ran(asked("openai", server, "warm", params={"max_completion_tokens": 900}))
        sent = [body(one) for one in server.requests]

    assert [one.get("max_completion_tokens") for one in sent] == [None, 900]
    assert sent[0]["max_tokens"] == 16


@pytest.mark.parametrize("api", APIS)
async def test_priming_that_fails_is_told_and_the_stream_goes_on(api: Api) -> None:
    async with DemoServer(pace=0, scripts={"m": [BUSY, ANSWER]}) as server:
        run = await ran(asked(api, server, "warm"))

    (result,) = results_of(run)
    assert result.status is Status.DONE
    assert result.metrics.attempts == 1
    assert result.priming is not None
    assert result.priming.error is not None
    assert result.priming.error.http_status == 429


@pytest.mark.parametrize("cache", ["cold", "warm"])
@pytest.mark.parametrize("api", APIS)
async def test_a_recording_has_what_was_sent(api: Api, cache: CacheMode, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    async with DemoServer(pace=0, scripts={"m": [BUSY, ANSWER]}) as server:
        run = await ran(asked(api, server, cache), repeat=2, record=path)
        fronts = [front_of(body(one)) for one in server.requests]

    recording = load_recording(str(path))
    events = [event for launch in recording.streams[0] for event, _ in launch.events]
    lines = [event.text for event in events if isinstance(event, FreshLine)]
    if cache == "cold":
        assert all(front.startswith(line) for front, line in zip(fronts, lines, strict=True))
    else:
        assert sum(isinstance(event, Primed) for event in events) == 1
        assert lines == []
    told = [result_json(one) for one in reported_recording(recording).results]
    assert json.dumps(told) == json.dumps([result_json(one) for one in results_of(run)])
