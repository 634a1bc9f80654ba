"""A key that comes back in an answer is hidden where it is read; the answer stays what it was."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.reporting.result import stream_result
from streamdash.reporting.result_json import answer_json
from streamdash.streams.events import Delta, End, Finish, Identity, Status, Wire
from streamdash.streams.frozen_run import freeze_state
from streamdash.streams.listener import announce
from streamdash.streams.redaction.secrets import Secrets
from streamdash.streams.spec import Endpoint, StreamSpec
from streamdash.streams.state import StreamState
from tests.faults.asking import Heard, asked, ended, endpoint_at, run_of
from tests.faults.dialects import CHAT, DIALECTS, DONE, MESSAGES, event
from tests.faults.framing import answered, streamed
from tests.faults.server import FaultServer
from tests.fuzzing import examples
from tests.program import streamdash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from streamdash.streams.events import Event
    from tests.faults.dialects import Dialect
    from tests.faults.server import Script

KEY = "sk-canary-4f9c2d71e0ab-and/more+of=it"
HIDDEN = "sk-" + "*" * (len(KEY) - 3)
IDS = [dialect.api for dialect in DIALECTS]
ENVIRON = {"LAB_API_KEY": KEY}

TORN = pytest.mark.fault("numbers", "a key in an answer, in one piece or in several")
WORDS = pytest.mark.fault("numbers", "a common word as a key")
COPIES = pytest.mark.fault("wire", "a key in other spellings and places of an answer")


def cut(text: str, *places: int) -> list[str]:
    """`text` in pieces that end at these places."""
    return [text[start:end] for start, end in pairwise([0, *places, len(text)])]


WAYS: dict[str, list[str]] = {
    "in one piece": ["You sent ", KEY, "."],
    "in two": ["You sent ", *cut(KEY, 11), "."],
    "after its first letter": ["You sent ", *cut(KEY, 1), "."],
    "after what is shown of it": ["You sent ", *cut(KEY, 3), "."],
    "after one more": ["You sent ", *cut(KEY, 4), "."],
    "before its last letter": ["You sent ", *cut(KEY, len(KEY) - 1), "."],
    "letter by letter": ["You sent ", *KEY, "."],
    "twice, interleaved": [f"You sent {KEY[:9]}", f"{KEY[9:]} {KEY[:6]}", f"{KEY[6:]}."],
    "at the very end": ["You sent ", *cut(KEY, 20)],
}


@TORN
@pytest.mark.parametrize("pieces", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_torn_key_is_hidden_in_everything_that_is_read(
    d: Dialect, pieces: list[str]
) -> None:
    heard = Heard()
    said = "".join(pieces)
    with FaultServer({"m": (streamed(d.healthy(*pieces)),)}) as server:
        endpoint = endpoint_at(d, server.url, key_env="LAB_API_KEY")
        (state,) = await ended(asked(endpoint, "m"), environ=ENVIRON, heard=heard)
    shown = said.replace(KEY, HIDDEN)
    assert state.text.value() == shown
    assert state.text.chars == len(said)
    told = heard.of("m")
    assert "".join(e.text for e in told if isinstance(e, Delta)) == shown
    assert sum(isinstance(e, Delta) for e in told) == len(pieces)
    for wires in ([entry.wire for entry in state.wire], [e for e in told if isinstance(e, Wire)]):
        assert "".join(texts_of(wires)) == shown
        assert "canary" not in repr(wires)
    times = [at for _, _, at in heard.events]
    assert times == sorted(times)
    assert list(state.delta_times) == [at for _, e, at in heard.events if isinstance(e, Delta)]


def texts_of(wires: Sequence[Wire]) -> Iterator[str]:
    """The texts of the deltas that these events carry, whatever the dialect."""
    for wire in wires:
        body = wire.decoded()
        if isinstance(body, dict):
            for choice in body.get("choices", ()):
                yield choice["delta"].get("content", "")
            delta = body.get("delta")
            if "output_text" in wire.type or "block" in wire.type:
                yield delta.get("text", "") if isinstance(delta, dict) else delta or ""


@TORN
@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_reasoning_and_tool_calls_are_hidden_each_by_itself(d: Dialect) -> None:
    first, rest = cut(KEY, 12)
    body = (
        d.begin + d.think(first) + d.think(rest) + d.say(first) + d.say(rest)
        + d.call(first) + d.call(rest) + d.finish() + d.end()
    )  # fmt: skip
    heard = Heard()
    with FaultServer({"m": (streamed(body),)}) as server:
        endpoint = endpoint_at(d, server.url, key_env="LAB_API_KEY")
        (state,) = await ended(asked(endpoint, "m"), environ=ENVIRON, heard=heard)
    for buffer in (state.reasoning, state.text, state.tool):
        assert buffer.value() == HIDDEN
    assert "canary" not in repr(heard.of("m")) + repr(list(state.wire))


@TORN
async def test_the_end_of_an_answer_that_is_cut_within_a_key_is_hidden_too() -> None:
    for length, shown in ((4, "sk-c"), (11, "sk-canary-4"), (20, "sk-" + "*" * 17)):
        heard = Heard()
        body = CHAT.begin + CHAT.say("got ") + CHAT.say(KEY[:length]) + CHAT.finish("length") + DONE
        with FaultServer({"m": (streamed(body),)}) as server:
            endpoint = endpoint_at(CHAT, server.url, key_env="LAB_API_KEY")
            (state,) = await ended(asked(endpoint, "m"), environ=ENVIRON, heard=heard)
        assert state.text.value() == f"got {shown}"
        assert state.status is Status.INCOMPLETE
        told = [e.text for e in heard.of("m") if isinstance(e, Delta)]
        assert told == ["got ", shown]


@TORN
async def test_a_cancelled_stream_says_what_was_held_back() -> None:
    heard = Heard()
    script = (streamed(CHAT.begin, CHAT.say("got "), CHAT.say(KEY[:9]))[:-1],)
    with FaultServer({"m": script}) as server:
        endpoint = endpoint_at(CHAT, server.url, key_env="LAB_API_KEY")
        run = run_of(asked(endpoint, "m"), environ=ENVIRON, heard=heard)
        run.start()
        state = run.states[0]
        while state.deltas < 2:
            await run_a_little()
        assert state.text.chars == 13
        assert state.text.value() == "got sk-"
        assert freeze_state(state).text.chars == 13
        assert [e.text for e in heard.of("m") if isinstance(e, Delta)] == ["got "]
        assert "canary" not in repr(list(state.wire))
        run.cancel_all()
        assert state.text.value() == f"got {KEY[:9]}"
        told = heard.of("m")
        assert [e.text for e in told if isinstance(e, Delta)] == ["got ", KEY[:9]]
        assert isinstance(told[-1], End)
        await run.drain()


@TORN
@pytest.mark.parametrize("pieces", [["got ", *[KEY[:7]] * 400], [*[KEY[4:] + KEY[:4]] * 400]])
async def test_a_server_that_begins_a_key_again_and_again_delays_its_own_record_by_little(
    pieces: list[str],
) -> None:
    script = (streamed(CHAT.begin, *map(CHAT.say, pieces))[:-1],)
    heard = Heard()
    with FaultServer({"m": script}) as server:
        endpoint = endpoint_at(CHAT, server.url, key_env="LAB_API_KEY")
        run = run_of(asked(endpoint, "m"), environ=ENVIRON, heard=heard)
        run.start()
        while run.states[0].deltas < len(pieces):
            await run_a_little()
        deltas = [e.text for e in heard.of("m") if isinstance(e, Delta)]
        assert len(deltas) == len(pieces) - 1
        run.cancel_all()
        await run.drain()
    assert run.states[0].text.value() == "".join(pieces).replace(KEY, HIDDEN)
    told = "".join(e.text for e in heard.of("m") if isinstance(e, Delta))
    assert told == run.states[0].text.value()


async def run_a_little() -> None:
    await asyncio.sleep(0.005)


COMMON = (
    "ollama", "anything", "default", "unused", "length", "sk-1", "test", "none", "stop", "chat",
    "not-needed", "sk-no-key-required", "chat.completion.chunk", "assistant", "content",
    "c-1", "m-1", "lm-studio", "m", "end_turn", "message_start", "choices", "completed",
)  # fmt: skip


@WORDS
@pytest.mark.parametrize("word", COMMON)
async def test_a_common_word_as_a_key_changes_nothing(word: str) -> None:
    said = ["Ask ", word[:2], word[2:], f" about {word}, {word}s and {word.upper()}."]
    scripts: dict[str, Script] = {
        d.api: (streamed(d.healthy(*said, outcome="length"), headers={"x-request-id": word}),)
        for d in DIALECTS
    }
    results, events = [], []
    for key_env in ("LAB_API_KEY", None):
        heard = Heard()
        with FaultServer(scripts) as server:
            states = await ended(
                *(
                    asked(
                        endpoint_at(
                            d, server.url, name=d.api, key_env=key_env,
                            headers={"x-auth-mode": word} if key_env else {},
                        ),
                        d.api,
                    )
                    for d in DIALECTS
                ),
                environ={"LAB_API_KEY": word},
                heard=heard,
            )  # fmt: skip
        results.append([without_times(answer_json(stream_result(state))) for state in states])
        events.append([[e for e in heard.of(d.api) if told(e)] for d in DIALECTS])
    assert results[0] == results[1]
    assert events[0] == events[1]
    assert results[0][0]["text"] == "".join(said)
    assert results[0][0]["chars"] == len("".join(said))
    assert results[0][0]["finish_reason"] == "length"
    assert results[0][0]["request_id"] == word


def told(event: Event) -> bool:
    return isinstance(event, (Wire, Delta, Identity, Finish, End))


def without_times(result: dict[str, object]) -> dict[str, object]:
    """The result without what depends on how busy the machine is."""
    timed = {"flags", "attempt_log"}
    return {
        name: value
        for name, value in result.items()
        if not name.endswith("_s") and name not in timed
    }


@COPIES
@pytest.mark.parametrize(
    "raw",
    [
        json.dumps({"type": "echo", "auth": KEY}),
        json.dumps({"type": "echo", "auth": f"Bearer {KEY}"}).replace("/", "\\/"),
        json.dumps({"type": "echo", "auth": KEY}).replace("=", "\\u003d").replace("-", "\\u002D"),
        json.dumps({"type": "echo", "url": "?k=sk-canary-4f9c2d71e0ab-and%2Fmore%2Bof%3Dit"}),
        json.dumps({"type": "echo", "url": "?k=sk-canary-4f9c2d71e0ab-and%2fmore%2bof%3dit"}),
        json.dumps({"type": "echo", KEY: {"deep": [[KEY]]}}),
        json.dumps({"type": KEY}),
        json.dumps({"id": KEY, "model": KEY, "choices": []}),
    ],
)
async def test_other_places_of_an_answer_show_no_key(raw: str) -> None:
    heard = Heard()
    body = CHAT.begin + event(raw) + CHAT.say("fine") + CHAT.finish() + DONE
    with FaultServer({"m": (streamed(body, headers={"x-request-id": KEY}),)}) as server:
        endpoint = endpoint_at(CHAT, server.url, key_env="LAB_API_KEY")
        (state,) = await ended(asked(endpoint, "m"), environ=ENVIRON, heard=heard)
    assert (state.text.value(), state.status) == ("fine", Status.DONE)
    shown = repr(list(state.wire)) + repr(stream_result(state)) + repr(heard.of("m"))
    for part in ("canary", "4f9c2d71", "more"):
        assert part not in shown
    assert "***" in shown


@COPIES
@pytest.mark.parametrize(
    ("headers", "userinfo", "echo"),
    [
        ({"x-api-key": KEY}, "", KEY),
        ({"authorization": f"Token {KEY}"}, "", KEY),
        ({"cookie": "session=5d41402abc4b2a76; theme=dark"}, "", "5d41402abc4b2a76"),
        ({"authorization": "Basic dXNlcjpodW50ZXIyMzQ1Njc4OQ=="}, "", "dXNlcjpodW50ZXIyMzQ1Njc4OQ"),
        ({"x-title": "sk-canary-77ab31c0"}, "", "sk-canary-77ab31c0"),
        ({}, "user:pw-canary-77ab31c0@", "pw-canary-77ab31c0"),
    ],
)
async def test_secrets_of_headers_and_urls_are_hidden_as_keys_are(
    headers: dict[str, str], userinfo: str, echo: str
) -> None:
    with FaultServer({"m": (streamed(CHAT.healthy("<", *cut(echo, 7), "> dark")),)}) as server:
        endpoint = endpoint_at(CHAT, server.url.replace("http://", f"http://{userinfo}"))
        (state,) = await ended(asked(endpoint._replace(headers=headers), "m"))
    assert state.text.value() == f"<{echo[:3]}{'*' * (len(echo) - 3)}> dark"


@COPIES
async def test_a_key_of_another_provider_in_the_request_is_hidden_too() -> None:
    params = {"provider": {"backends": [{"api_key": KEY}]}, "max_completion_tokens": 9}
    with FaultServer({"m": (streamed(CHAT.healthy(*cut(f"got {KEY}", 9))),)}) as server:
        spec = asked(endpoint_at(CHAT, server.url), "m")._replace(params=params)
        (state,) = await ended(spec)
    assert state.text.value() == f"got {HIDDEN}"


@TORN
async def test_every_format_hides_a_torn_key_and_a_replay_says_the_same(tmp_path: Path) -> None:
    said = f"You sent {KEY}, did you?"
    pieces = ["You sent ", *cut(KEY, 2, 5, 14, 30), ", did you?"]
    whole = CHAT.healthy(*pieces)
    with FaultServer(
        {
            "m": (streamed(*(whole[at : at + 7] for at in range(0, len(whole), 7))),),
            "w": (answered(200, json.dumps(CHAT.whole(said))),),
        }
    ) as server:
        prompts = tmp_path / "p.toml"
        prompts.write_text(
            f'[endpoints.lab]\napi = "openai"\nbase_url = "{server.url}/v1"\n'
            'api_key_env = "LAB_API_KEY"\n[[streams]]\nmodel = "lab:m"\nprompt = "x"\n'
            '[[streams]]\nmodel = "lab:w"\nprompt = "x"\nstream = false\n'
        )
        outs = {}
        for style in ("json", "jsonl", "text", "csv", "markdown", "events"):
            asking = (str(prompts), "--format", style, "--record", f"{style}.run")
            run = await streamdash(*asking, home=tmp_path, variables=ENVIRON)
            assert run.code == 0
            outs[style] = run.out
            assert run.err == ""
    for style, out in outs.items():
        assert "canary" not in out, style
        assert "canary" not in (tmp_path / f"{style}.run").read_text(), style
    shown = said.replace(KEY, HIDDEN)
    assert outs["text"].count(shown) == 2
    assert outs["markdown"].count(shown) == 2
    results = json.loads(outs["json"])["streams"]
    assert [(r["text"], r["chars"]) for r in results] == [(shown, len(said))] * 2
    assert {row["chars"] for row in csv.DictReader(io.StringIO(outs["csv"]))} == {str(len(said))}
    wires = [json.loads(line) for line in outs["events"].splitlines()]
    streamed_wires = [w for w in wires if w["stream"] == 0]
    assert [w["number"] for w in streamed_wires] == list(range(1, len(streamed_wires) + 1))
    raws = [w["raw"] for w in streamed_wires if isinstance(w["raw"], dict) and w["raw"]["choices"]]
    assert "".join(r["choices"][0]["delta"].get("content", "") for r in raws) == shown
    replayed = await streamdash("replay", "json.run", "--format", "json", home=tmp_path)
    assert json.loads(replayed.out)["streams"] == results
    page = await streamdash("report", "json.run", "--format", "html", home=tmp_path)
    assert "canary" not in page.out
    assert page.out.count(HIDDEN) >= 2


async def test_a_follow_up_repeats_no_key_into_the_recording(tmp_path: Path) -> None:
    with FaultServer({"m": (streamed(MESSAGES.healthy("You sent ", *cut(KEY, 9))),)}) as server:
        endpoint = endpoint_at(MESSAGES, server.url, key_env="LAB_API_KEY")
        run = run_of(asked(endpoint, "m"), environ=ENVIRON)
        run.start()
        await run.wait()
        run.ask("Why?", [0])
        await run.wait()
        await run.drain()
    assert [message["content"] for message in run.states[0].spec.messages] == [
        "Hello", f"You sent {HIDDEN}", "Why?",
    ]  # fmt: skip


LITTLE = "ab1ab2"
fragments = st.sampled_from(
    [LITTLE[start:end] for start in range(6) for end in range(start + 1, 7)] + ["x", "\n", "ab1a"]
)


@TORN
@given(st.lists(fragments, max_size=40), st.booleans())
@examples(300)
def test_however_a_text_is_torn_it_reads_as_if_it_had_come_whole(
    pieces: list[str], ended: bool
) -> None:
    secrets = Secrets()
    secrets.learn(LITTLE)
    secrets.learn("b1ab2x")
    state = StreamState(StreamSpec("A", Endpoint("lab", "openai", ""), "m", ()), 0, 0.0)
    state.hide(secrets)
    heard, seen, read = Heard(), "", 0
    said = "".join(pieces)
    steps: list[Event] = []
    for piece in pieces:
        steps += [Wire("chunk", json.dumps({"c": piece})), Delta("answer", piece)]
    for at, step in enumerate([*steps, End(Status.DONE)] if ended else steps):
        announce(state, step, float(at), (heard,))
        new = state.text.since(read)
        read += len(new)
        seen += new
    shown = secrets.hide(said, ended=ended)
    assert len(shown) == len(said) == state.text.chars
    assert LITTLE not in shown
    assert shown.startswith(seen)
    told = [event for _, event, _ in heard.events]
    deltas = "".join(event.text for event in told if isinstance(event, Delta))
    assert shown.startswith(deltas)
    if ended:
        assert seen == deltas == shown == state.text.value()
        assert len(told) == len(steps) + 1
        raws = [e.raw for e in told if isinstance(e, Wire)]
        assert raws == [entry.wire.raw for entry in state.wire]
        assert "".join(json.loads(raw or "")["c"] for raw in raws) == shown
    times = [at for _, _, at in heard.events]
    assert times == sorted(times)
