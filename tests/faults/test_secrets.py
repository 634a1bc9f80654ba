"""A key goes to its own endpoint and nowhere else, whatever that server does with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from streamdash.streams.events import Delta, Status, Wire
from streamdash.streams.metrics import measure
from tests.faults.asking import Heard, asked, ended, endpoint_at
from tests.faults.dialects import CHAT, DIALECTS, MESSAGES, event
from tests.faults.framing import answered, streamed
from tests.faults.server import FaultServer
from tests.program import CHECKOUT

if TYPE_CHECKING:
    from streamdash.streams.state import StreamState
    from tests.faults.dialects import Dialect
    from tests.faults.server import Reply, Script

CANARY = "sk-canary-4f9c2d71e0ab-and/more+of=it"
TEAM = "team-canary-77ab31c0"
FOREIGN = {
    "OPENAI_API_KEY": "sk-foreign-openai-000000",
    "OPENAI_ADMIN_KEY": "sk-foreign-admin-000000",
    "OPENAI_ORG_ID": "org-foreign",
    "OPENAI_PROJECT_ID": "proj-foreign",
    "OPENAI_CUSTOM_HEADERS": "x-custom: foreign-custom",
    "ANTHROPIC_API_KEY": "sk-foreign-anthropic-000000",
    "ANTHROPIC_AUTH_TOKEN": "foreign-token-000000",
    "ANTHROPIC_CUSTOM_HEADERS": "x-custom: foreign-custom",
}
IDS = [dialect.api for dialect in DIALECTS]


def traces(state: StreamState, heard: Heard) -> str:
    """All that is kept, shown or said of a stream, as text."""
    return "\n".join(
        [
            repr(state.spec),
            repr(state.error),
            repr(list(state.wire)),
            repr(measure(state)),
            state.text.value(),
            repr([event for _, event, _ in heard.events]),
        ]
    )


def echoes(d: Dialect) -> dict[str, Reply]:
    """Ways of a server to say the key aloud."""
    auth = f"Bearer {CANARY}"
    told = {"error": {"type": "invalid_request_error", "message": f"bad header {auth}"}}
    escaped = json.dumps(told).replace("/", "\\/").replace("=", "\\u003d")
    at_the_cut = "x" * 285 + CANARY
    return {
        "an error object": answered(401, json.dumps(told)),
        "an error object with escapes": answered(401, escaped),
        "plain words": answered(500, f"got {auth}", "text/plain"),
        "words that are cut there": answered(500, at_the_cut, "text/plain"),
        "a page": answered(502, f"<html><p>{auth}</p></html>", "text/html"),
        "a page with status 200": answered(200, f"<html><p>{auth}</p></html>", "text/html"),
        "a redirect": answered(302, b"", headers={"location": f"http://127.0.0.1:9/?k={CANARY}"}),
        "a header": streamed(d.healthy("fine"), headers={"x-request-id": CANARY}),
        "an error in the stream": streamed(d.begin, d.fail("server_error", f"bad {auth}")),
        "data that is no JSON": streamed(d.begin, f"data: {auth}\n\n".encode()),
        "an event nobody knows": streamed(event({"type": "echo", "auth": auth}), d.healthy("fine")),
        "an answer": streamed(d.healthy("You sent ", CANARY, ".")),
        "two deltas of the team": streamed(d.healthy(f"team {TEAM}")),
    }


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_key_that_the_server_repeats_is_kept_nowhere(d: Dialect) -> None:
    replies = echoes(d)
    heard = Heard()
    with FaultServer({name: (reply,) for name, reply in replies.items()}) as server:
        endpoint = endpoint_at(
            d, server.url, key_env="LAB_KEY", headers={"x-team-token": TEAM, "x-title": "Python"}
        )
        states = await ended(
            *(asked(endpoint, name) for name in replies), environ={"LAB_KEY": CANARY}, heard=heard
        )
        sent = [received[0] for received in server.received.values()]
    assert len(sent) == len(replies)
    for request in sent:
        keys = (request.header("authorization"), request.header("x-api-key"))
        assert keys == ((None, CANARY) if d is MESSAGES else (f"Bearer {CANARY}", None))
        assert CANARY not in request.body.decode()
    for state in states:
        shown = traces(state, heard).replace(repr(state.spec.endpoint), "")
        assert "canary" not in shown, state.spec.label
        assert "***" in shown


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_an_endpoint_of_ones_own_gets_no_key_of_another(
    d: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in FOREIGN.items():
        monkeypatch.setenv(name, value)
    with FaultServer({"m": (streamed(d.healthy("fine")),)}) as server:
        states = await ended(
            asked(endpoint_at(d, server.url), "m"),
            asked(endpoint_at(d, server.url, name="keyed", key_env="LAB_KEY"), "m"),
            environ={**os.environ, "LAB_KEY": CANARY},
        )
        requests = server.received["m"]
    assert [state.status for state in states] == [Status.DONE, Status.DONE]
    for request in requests:
        assert "foreign" not in str(request.headers).lower()
        assert "unused" not in str(request.headers)
    assert sorted(CANARY in str(request.headers) for request in requests) == [False, True]


async def test_a_built_in_endpoint_of_another_maker_gets_no_word_of_ones_organisation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-foreign")
    with FaultServer({"m": (streamed(CHAT.healthy("fine")),)}) as server:
        await ended(
            asked(endpoint_at(CHAT, server.url, name="groq", builtin=True), "m"),
            asked(endpoint_at(CHAT, server.url, name="openai", builtin=True), "m"),
        )
        organisations = [r.header("openai-organization") for r in server.received["m"]]
    assert sorted(organisations, key=str) == [None, "org-foreign"]


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_the_target_of_a_redirect_hears_nothing(d: Dialect, status: int) -> None:
    with FaultServer({"m": (streamed(d.healthy("stolen")),)}) as other:
        away = answered(status, b"", headers={"location": f"{other.url}/v1/elsewhere"})
        with FaultServer({"m": (away,)}) as server:
            endpoint = endpoint_at(d, server.url, key_env="LAB_KEY")
            (state,) = await ended(asked(endpoint, "m"), environ={"LAB_KEY": CANARY})
        assert other.connections == 0
    assert state.status is Status.FAILED


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_missing_key_fails_its_own_stream_before_anything_is_sent(d: Dialect) -> None:
    with FaultServer({"m": (streamed(d.healthy("fine")),)}) as server:
        missing, fine = await ended(
            asked(endpoint_at(d, server.url, name="keyed", key_env="LAB_KEY"), "m"),
            asked(endpoint_at(d, server.url), "m"),
        )
        assert server.connections == 1
    assert missing.error is not None
    assert (missing.status, missing.error.kind) == (Status.FAILED, "auth")
    assert "LAB_KEY" in missing.error.message
    assert fine.status is Status.DONE


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_proxy_does_not_stand_between_this_machine_and_itself(
    d: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with FaultServer({"m": (streamed(d.healthy("fine")),)}) as server:
        (state,) = await ended(asked(endpoint_at(d, server.url), "m"))
    assert state.text.value() == "fine"


CHATTER = """
import asyncio, sys
from tests.faults.asking import asked, ended, endpoint_at
from tests.faults.dialects import DIALECTS
url = sys.argv[1]
specs = [asked(endpoint_at(d, url, name=d.api), d.api) for d in DIALECTS]
specs += [asked(endpoint_at(DIALECTS[2], url, name=DIALECTS[2].api), "claude-2.1")]
print([str(s.status) for s in asyncio.run(ended(*specs))])
"""


def test_the_sdks_write_nothing_to_the_terminal_whatever_the_environment_says() -> None:
    scripts: dict[str, Script] = {d.api: (streamed(d.healthy("fine")),) for d in DIALECTS}
    scripts["claude-2.1"] = scripts["anthropic"]
    loud = {
        "OPENAI_LOG": "debug",
        "ANTHROPIC_LOG": "debug",
        "PYTHONWARNINGS": "default",
        "PYTHONASYNCIODEBUG": "",
    }
    with FaultServer(scripts) as server:
        done = subprocess.run(
            [sys.executable, "-c", CHATTER, server.url],
            env={**os.environ, **loud, **FOREIGN, "PYTHONPATH": str(CHECKOUT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert done.stdout == "['done', 'done', 'done', 'done']\n"
    assert done.stderr == ""


@pytest.mark.fault("wire", "a key that comes back in an answer")
@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
@pytest.mark.parametrize("began", [(), ("Well, ", CANARY[:9])], ids=["at once", "in a key"])
async def test_listeners_hear_all_of_an_answer_that_an_error_with_the_key_breaks_off(
    d: Dialect, began: tuple[str, ...]
) -> None:
    heard = Heard()
    error = d.fail("server_error", f"bad {CANARY}")
    reply = streamed(d.begin, *(d.say(text) for text in began), error)
    with FaultServer({"m": (reply,)}) as server:
        (state,) = await ended(
            asked(endpoint_at(d, server.url, key_env="LAB_KEY"), "m"),
            environ={"LAB_KEY": CANARY},
            heard=heard,
        )
    events = [event for _, event, _ in heard.events]
    assert state.status is Status.FAILED
    assert "".join(event.text for event in events if isinstance(event, Delta)) == "".join(began)
    assert sum(isinstance(event, Wire) for event in events) == state.wire_count > len(began)
    assert "canary-4f9" not in traces(state, heard)
