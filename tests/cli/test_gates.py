"""Gates of a run and of its replay: a missing number fails its gate."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from streamdash.demo.script import Rejection, Script, Step
from streamdash.demo.server import DemoServer
from tests.program import streamdash
from tests.recording.scenes import record
from tests.streams.scripted import Scripted, spoken

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from streamdash.streams.spec import Api

missing = pytest.mark.fault("numbers", "a gate is set on a number that never came")

ANSWERS = {
    "empty": Script(steps=()),
    "brief": Script(steps=(Step(0, "answer", "brief"),)),
    "gone": Script(rejection=Rejection(400, "out to lunch")),
    "endless": Script(steps=tuple(Step(0.05, "answer", f"line {i}\n") for i in range(5000))),
}
APIS: tuple[Api, ...] = ("openai", "openai-responses", "anthropic")


@pytest.fixture
async def prompts(tmp_path: Path) -> AsyncIterator[Path]:
    """A prompt file with a stream A of the model `brief`, which the command line may replace."""
    async with DemoServer(scripts=ANSWERS) as server:
        path = tmp_path / "prompts.toml"
        path.write_text(
            "".join(
                f'[endpoints.{api}]\napi = "{api}"\nbase_url = "{server.base_url(api)}"\n'
                for api in APIS
            )
            + '[[streams]]\nlabel = "A"\nmodel = "openai:brief"\nprompt = "x"\n'
        )
        yield path


@missing
@pytest.mark.parametrize("api", APIS)
async def test_a_stream_without_tokens_fails_its_gate(
    prompts: Path, tmp_path: Path, api: str
) -> None:
    recording = str(tmp_path / "run.jsonl")
    gate = ("--format", "csv", "--max-ttft", "60")
    model = ("-m", f"{api}:empty", "--record", recording)
    ran = await streamdash(str(prompts), *model, *gate, home=tmp_path)
    assert ran.code == 3
    sentence = "streamdash: gate failed: A: no ttft: no token came; the limit is 60 s\n"
    assert ran.err == sentence
    played = await streamdash("replay", recording, *gate, home=tmp_path)
    assert (played.code, played.err) == (3, sentence)


@missing
async def test_a_stream_that_failed_before_any_token_is_named(
    prompts: Path, tmp_path: Path
) -> None:
    ended = await streamdash(
        str(prompts), "-m", "openai:gone", "--max-ttft", "60", "--retries", "0", home=tmp_path
    )
    assert ended.code == 1  # a bad end is worse than a gate
    assert "gate failed: A: no ttft" in ended.err


@missing
async def test_a_baseline_without_a_number_fails_the_gate(prompts: Path, tmp_path: Path) -> None:
    recording = str(tmp_path / "run.jsonl")
    quiet = ("--format", "csv")
    empty = ("-m", "openai:empty", "--record", recording)
    await streamdash(str(prompts), *empty, *quiet, home=tmp_path)
    compared = ("--baseline", recording, "--max-regression", "100%", "--no-record")
    ended = await streamdash(str(prompts), *compared, *quiet, home=tmp_path)
    assert ended.code == 3
    assert "gate failed: A: TTFT" in ended.err
    assert "the baseline has none" in ended.err


@missing
async def test_an_allowed_regression_needs_a_baseline(prompts: Path, tmp_path: Path) -> None:
    ended = await streamdash(str(prompts), "--max-regression", "5%", home=tmp_path)
    assert ended.code == 2
    assert "give --baseline" in ended.err


@missing
@pytest.mark.parametrize("named", ["7", "lost", "./lost", "."])
async def test_a_baseline_that_is_not_there_is_named_with_its_option(
    prompts: Path, tmp_path: Path, named: str
) -> None:
    compared = ("--baseline", named, "--max-regression", "5%")
    ended = await streamdash(str(prompts), *compared, home=tmp_path)
    assert ended.code == 2
    assert "--baseline: " in ended.err
    assert not list(tmp_path.rglob("*.jsonl"))


async def test_rounds_decide_whether_a_regression_is_proved(tmp_path: Path) -> None:
    before = [0.40, 0.21, 0.55, 0.30, 0.61, 0.27]
    rounds = {
        "before": before,
        "noise": [0.31, 0.58, 0.39, 0.62, 0.22, 0.57],
        "later": [first + 0.2 for first in before],
    }

    def play() -> None:
        for name, firsts in rounds.items():
            scripts = [spoken("x", "y", first=first) for first in firsts]
            record(tmp_path / f"{name}.jsonl", {"A": Scripted(*scripts)}, repeat=len(firsts))

    # the recordings are made on a loop of their own
    await asyncio.to_thread(play)
    gate = ("--format", "csv", "--baseline", str(tmp_path / "before.jsonl"))
    passed = await streamdash("replay", str(tmp_path / "noise.jsonl"), *gate, home=tmp_path)
    assert (passed.code, passed.err) == (0, "")
    failed = await streamdash("replay", str(tmp_path / "later.jsonl"), *gate, home=tmp_path)
    assert failed.code == 3
    assert "gate failed: A: TTFT 550 ms is 57.1 % over the baseline's 350 ms" in failed.err


async def test_streams_cancelled_by_an_interrupt_fail_no_gate(
    prompts: Path, tmp_path: Path
) -> None:
    ended = await streamdash(
        str(prompts), "-m", "openai:endless", "--max-ttft", "60",
        home=tmp_path, interrupt_after=b"line 2",
    )  # fmt: skip
    assert ended.code == 130
    assert "gate failed" not in ended.err


BUSY = Rejection(429, "slow down", headers={"retry-after": "1"})
RETRIED = [Script(rejection=BUSY), Script(steps=(Step(0, "answer", "fine"),))]


@pytest.mark.parametrize("api", APIS)
async def test_felt_gates_count_the_attempts_before_the_last_one(tmp_path: Path, api: Api) -> None:
    recording = str(tmp_path / "run.jsonl")
    async with DemoServer(scripts={"retried": RETRIED}) as server:
        path = tmp_path / "prompts.toml"
        path.write_text(
            f'[endpoints.lab]\napi = "{api}"\nbase_url = "{server.base_url(api)}"\n'
            '[[streams]]\nlabel = "A"\nmodel = "lab:retried"\nprompt = "x"\n'
        )
        ran = await streamdash(
            str(path), "--format", "csv", "--max-ttft", "0.9", "--record", recording, home=tmp_path
        )
    assert ran.code == 0
    assert "A: ttft 0." in ran.err
    assert "counts from attempt 2 only; felt from the first one it is 1." in ran.err
    again = ("replay", recording, "--format", "csv")
    for gate, name in (("--max-felt-ttft", "felt ttft"), ("--max-felt-total", "felt total")):
        late = await streamdash(*again, "--max-ttft", "0.9", gate, "0.9", home=tmp_path)
        assert late.code == 3
        assert f"gate failed: A: {name} 1." in late.err
        met = await streamdash(*again, "--max-ttft", "0.9", gate, "30", home=tmp_path)
        assert met.code == 0
        assert ("counts from attempt 2" in met.err) == (name == "felt total")


@missing
@pytest.mark.parametrize("gate", ["--max-felt-ttft", "--max-felt-total"])
async def test_felt_gates_on_a_stream_without_tokens(
    prompts: Path, tmp_path: Path, gate: str
) -> None:
    ended = await streamdash(str(prompts), "-m", "openai:empty", gate, "60", home=tmp_path)
    assert ended.code == (3 if gate == "--max-felt-ttft" else 0)
    assert ("no felt ttft: no token came" in ended.err) == (ended.code == 3)
    once = await streamdash(str(prompts), "--max-ttft", "60", home=tmp_path)
    assert (once.code, "felt" in once.err) == (0, False)
