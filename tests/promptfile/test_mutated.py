"""Prompt files of every format with random changes give a plan, or a few lines and exit code 2."""

from __future__ import annotations

import json
from random import Random
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from streamdash.cli.run import key_warnings
from streamdash.promptfile import Overrides, load_plan
from streamdash.providers.catalog import builtin_endpoints, check_base_urls
from streamdash.providers.key_destinations import unexpected_destinations
from streamdash.streams.errors import UsageError
from tests.fuzzing import rounds
from tests.program import streamdash
from tests.promptfile.test_hostile import TOKENS, check_problems

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.streams.spec import RunPlan

fault = pytest.mark.fault("files and environment", "a prompt file with random changes")
LONGEST_S = 5.0
"""Seconds for one file, most of which a busy machine needs."""

TOML = """\
title = "Three languages"
models = ["lab:a", "demo:quick"]
[defaults]
max_tokens = 100
timeout = 30
stop = ["END", "\\u00e9"]
[endpoints.lab]
api = "openai"
base_url = "http://127.0.0.1:8000/v1"
api_key_env = "LAB_API_KEY"
headers = { x-team = "lab" }
[endpoints."far.away"]
api = "anthropic"
base_url = "https://[fd00::1]:8443/v1"
[[prompts]]
label = "PY"
prompt = '''What is
Python?'''
[[streams]]
label = "RS"
model = "far.away:qwen3:8b"
system = "Be brief."
temperature = 0.2
seed = 7
reasoning_effort = "low"
stream = false
messages = [{ role = "user", content = "Hi" }, { role = "assistant", content = "?" }, \
{ role = "user", content = "Rust" }]
params = { top_k = 4, nested = { list = [1, 2.5, true] } }
"""
DATA = {
    "title": "Three languages",
    "models": ["lab:a", "demo:quick"],
    "defaults": {"max_tokens": 100, "stop": ["END"]},
    "endpoints": {
        "lab": {
            "api": "openai-responses",
            "base_url": "http://lab.example/v1",
            "api_key_env": "OPENAI_API_KEY",
            "headers": {"x-team": "lab"},
        }
    },
    "prompts": [{"label": "PY", "prompt": "What is Python?"}],
    "streams": [
        {
            "label": "RS",
            "model": "lab:b",
            "messages": [{"role": "user", "content": "Rust?"}],
            "params": {"a": {"b": [1, 2.5e3, None]}},
        }
    ],
}
YAML = """\
title: Three languages
models: [lab:a, demo:quick]
defaults:
  max_tokens: 100
  stop: [END, "\\u00e9"]
endpoints:
  lab: {api: openai, base_url: "http://lab.example/v1", api_key_env: HOME}
prompts:
  - label: PY
    prompt: |
      What is
      Python?
streams:
  - model: lab:b
    max_tokens: 0x40
    prompt: >-
      folded
      text
"""
STREAM = DATA["streams"][0]  # type: ignore[index]  # a list, as is written above
GOOD = {
    "toml": TOML,
    "json": json.dumps(DATA, indent=1),
    "yaml": YAML,
    "yml": json.dumps(DATA),
    "jsonl": (json.dumps({**STREAM, "model": "demo:quick"}) + "\n") * 3,
    "md": "# What is *Python*?\n\n- one\n- two\n",
    "txt": "What is Python?\r\nAnd Rust? 🙂\n",
}
PIECES = [
    *(token.encode("utf-8", "surrogatepass") for token in TOKENS),
    b"\0", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"\xef\xbb\xbf", b"\r",
    b"9" * 5_000, b"1e999999", b"0x" + b"f" * 300, b"[" * 300, b"{" * 300, b"- " * 300, b"&a [*a]",
    b"!!python/object:os.system x", b"!!binary x", b"? ", b"2026-02-30", b"12:61:61", b"inf",
    b"\\ud800", b"\\U00110000", b"a" * 70_000, b"\n\n[endpoints.lab]\n", b"[[streams]]\n",
    b'"api_key_env": "PATH",', b"sk-" + b"x1" * 20, b"\x1b[2J", b"<<: *usual\n",
]  # fmt: skip


def mutated(data: bytes, rng: Random) -> bytes:
    """`data` with one to six changes."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        place = rng.randrange(len(changed) + 1)
        span = rng.randint(1, 40)
        match rng.randrange(6):
            case 0:
                changed[place : place + 1] = rng.randbytes(1)
            case 1:
                del changed[place : place + span]
            case 2:
                changed[place:place] = rng.choice(PIECES)
            case 3:
                changed[place : place + span] = rng.choice(PIECES)
            case 4:
                start = rng.randrange(len(changed) + 1)
                changed[place:place] = changed[start : start + span * 3]
            case _:
                lines = bytes(changed).splitlines(keepends=True)
                rng.shuffle(lines)
                changed = bytearray(b"".join(lines))
    return bytes(changed)


def planned(path: Path, models: tuple[str, ...]) -> RunPlan | None:
    """The plan of a file, with all checks before the first request; None if it is refused."""
    environ = {"OPENAI_API_KEY": "sk-x", "HOME": "/home/me", "PATH": "/bin"}
    try:
        plan = load_plan(
            str(path), Overrides(models=models), endpoints=builtin_endpoints(environ)
        ).plan
        check_base_urls(spec.endpoint for spec in plan.specs)
    except UsageError as error:
        check_problems(error)
        return None
    lines = [*key_warnings(plan, environ)]
    lines += unexpected_destinations((spec.endpoint for spec in plan.specs), environ)
    assert all(line.isprintable() for line in lines)
    assert plan.specs
    return plan


@fault
@pytest.mark.parametrize("suffix", GOOD)
def test_an_unchanged_file_loads(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(GOOD[suffix].encode())
    assert planned(path, ("demo:quick",) if suffix in ("md", "txt") else ()) is not None


@fault
@pytest.mark.parametrize("suffix", GOOD)
def test_a_changed_file_loads_or_is_refused(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    for round_ in range(rounds(30)):
        rng = Random(round_)
        path.write_bytes(mutated(GOOD[suffix].encode(), rng))
        began = monotonic()
        try:
            planned(path, ("demo:quick",) if rng.random() < 0.5 else ())
        except Exception as error:
            raise AssertionError(f"round {round_} broke it") from error
        assert monotonic() - began < LONGEST_S, f"round {round_}"


@fault
@pytest.mark.parametrize("suffix", GOOD)
async def test_the_program_refuses_an_invalid_file_with_2(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    for round_ in range(rounds(1)):
        path.write_bytes(mutated(GOOD[suffix].encode(), Random(9_000 + round_)))
        # no stream has this label, so nothing is sent
        ended = await streamdash(str(path), "-m", "demo:quick", "--only", "nobody", home=tmp_path)
        assert (ended.code, ended.out) == (2, ""), f"round {round_}: {ended.err}"
        assert 1 <= len(ended.err.splitlines()) <= 21
        assert "Traceback" not in ended.err
