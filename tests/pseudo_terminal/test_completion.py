"""The tab key in a real, interactive bash."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from tests.program import streamdash
from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from pathlib import Path

BASH = ("-c", "import os; os.execvp('bash', ['bash', '--norc', '-i'])")


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("bin/streamdash conf\t|", "bin/streamdash config |"),
        ("bin/streamdash -m demo:thi\t|", "bin/streamdash -m demo:thinker |"),
        ("bin/streamdash -m demo-r\t|", "bin/streamdash -m demo-responses:|"),
        ("bin/streamdash --format=m\t|", "bin/streamdash --format=markdown |"),
        ("bin/streamdash p.json --only $\b\\$\t|", "--only \\$\\(touch\\ pwned\\) |"),
        ("bin/streamdash p.json --only 'tw\t|", "--only 'two words' |"),
        ('bin/streamdash p.json --only "tw\t|', '--only "two words" |'),
        ('bin/streamdash --format="m\t|', '--format="markdown" |'),
        ("bin/streamdash p.json --only=tw\t|", "--only=two\\ words |"),
        ("bin/streamdash p.json 2>sp\t|", "2>sp\\ ace.toml |"),
        ("bin/streamdash sp\t|", "bin/streamdash sp\\ ace.toml |"),
        ("bin/streamdash --config=sp\t|", "--config=sp\\ ace.toml |"),
    ],
)
async def test_the_tab_key_completes_in_bash(tmp_path: Path, typed: str, completed: str) -> None:
    program = tmp_path / "bin" / "streamdash"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m streamdash "$@"\n')
    program.chmod(0o755)
    labels = ["two words", "$(touch pwned)"]
    streams = [{"label": label, "model": "demo:echo", "prompt": "hi"} for label in labels]
    (tmp_path / "p.json").write_text(json.dumps({"streams": streams}))
    (tmp_path / "sp ace.toml").write_text("")
    (tmp_path / "script").write_text((await streamdash("completion", "bash", home=tmp_path)).out)
    async with session(home=tmp_path, command=BASH, variables={"PS1": "$ "}) as terminal:
        await terminal.until("$")
        terminal.press("source ./script; echo ready$((1))\r")
        await terminal.until("ready1")
        terminal.press(typed)
        await terminal.until(completed)
    assert not (tmp_path / "pwned").exists()
