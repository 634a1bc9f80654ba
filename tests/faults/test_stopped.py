"""A process that was stopped reads what has arrived before it judges, and says which numbers."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.faults.dialects import DIALECTS
from tests.faults.framing import LAST_CHUNK, chunk, chunked_head
from tests.faults.server import FaultServer, Pause, Send, Stall
from tests.program import environment
from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.faults.dialects import Dialect
    from tests.faults.server import Reply

pytestmark = pytest.mark.fault("numbers", "a stopped process times nothing out unread")

BEFORE_S = 0.2
STOPPED_S = 1.6
LIMITS = ["--ttft-timeout=0.7", "--stall-timeout=0.7", "--timeout=0.9"]
IDS = [dialect.api for dialect in DIALECTS]


def replies(d: Dialect) -> Mapping[str, Reply]:
    """Each one goes on while the program is stopped, and well within its limits."""
    begun = Send(chunked_head() + chunk(d.begin))
    said = Send(chunked_head() + chunk(d.begin + d.say("one ")))
    whole = Send(chunk(d.says(["two ", "three"]) + d.finish() + d.end()) + LAST_CHUNK)
    late = Pause(BEFORE_S + 0.3)
    parts = (chunk(d.say("two ")), chunk(d.say("three")), chunk(d.finish() + d.end()) + LAST_CHUNK)
    return {
        "first token": (begun, late, whole),
        "headers": (late, Send(begun.data + whole.data)),
        "more text": (said, late, whole),
        "in pieces": (said, late, *(Send(part) for part in parts)),
        "nothing": (begun, Stall()),
        "cut": (said, late, Send(chunk(d.say("two ")))),
    }


def prompt_file(path: Path, d: Dialect, url: str, models: Mapping[str, object]) -> str:
    base = url if d.api == "anthropic" else f"{url}/v1"
    streams = [{"label": model, "model": f"lab:{model}", "prompt": "x"} for model in models]
    path.write_text(
        json.dumps({"endpoints": {"lab": {"api": d.api, "base_url": base}}, "streams": streams})
    )
    return str(path)


async def stopped(process: asyncio.subprocess.Process, server: FaultServer, count: int) -> None:
    """Stop the program when the server has all its requests, and continue it."""
    came = await asyncio.to_thread(server.wait_until, lambda: len(server.received) == count, 30)
    assert came
    await asyncio.sleep(BEFORE_S)
    process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(STOPPED_S)
    process.send_signal(signal.SIGCONT)


async def results(d: Dialect, home: Path) -> dict[str, dict[str, Any]]:
    scripts = replies(d)
    with FaultServer({model: (reply,) for model, reply in scripts.items()}) as server:
        path = prompt_file(home / "p.json", d, server.url, scripts)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "streamdash", path, "--format", "json", "--retries", "0", *LIMITS,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env=environment(home), cwd=home,
        )  # fmt: skip
        _, (out, _err) = await asyncio.gather(
            stopped(process, server, len(scripts)), process.communicate()
        )
    return {result["label"]: result for result in json.loads(out)["streams"]}


@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_what_had_arrived_is_read_before_a_deadline_is_judged(
    d: Dialect, tmp_path: Path
) -> None:
    found = await results(d, tmp_path)
    for label in ("first token", "headers", "more text", "in pieces"):
        assert found[label]["status"] == "done", found[label]["error"]
        assert found[label]["text"].endswith("two three")
        assert "paused" in found[label]["flags"]
    for label in ("first token", "headers"):
        assert "paused_ttft" in found[label]["flags"]
    for label in ("more text", "in pieces"):
        assert "paused_gap" in found[label]["flags"]
        assert "paused_ttft" not in found[label]["flags"]
    assert found["nothing"]["status"] == "timeout"
    assert found["nothing"]["error"]["kind"] == "ttft"
    assert found["cut"]["status"] == "timeout"
    assert found["cut"]["text"] == "one two "
    assert all("paused" in result["flags"] for result in found.values())


@pytest.mark.parametrize("d", [DIALECTS[0], DIALECTS[-1]], ids=[IDS[0], IDS[-1]])
async def test_on_the_screen_too(d: Dialect, tmp_path: Path) -> None:
    scripts = {name: reply for name, reply in replies(d).items() if name not in ("nothing", "cut")}
    with FaultServer({model: (reply,) for model, reply in scripts.items()}) as server:
        path = prompt_file(tmp_path / "p.json", d, server.url, scripts)
        async with session(path, "--retries", "0", *LIMITS, home=tmp_path, columns=150) as terminal:
            await stopped(terminal.process, server, len(scripts))
            await terminal.until_it(lambda screen: screen.count("two three") == len(scripts))
            await terminal.until("4 done", "paused")
            terminal.press("q")
            assert await terminal.ended() == 0
            terminal.assert_restored()
