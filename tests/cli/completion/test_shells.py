"""The scripts in real shells."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from streamdash.cli.commands import SHELLS
from tests.program import PATIENCE_S, environment, streamdash

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = ["two words", "$(touch pwned)", "`touch pwned`", "a:b", 'it\'s "q"', "a\\b", "~x", "#é!"]

LINE = r"""
source ./streamdash.bash
COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=("${@:3}") COMP_CWORD=$(($# - 3))
_streamdash "${COMP_WORDS[0]}" "$2"
printf '%s\n' "${COMPREPLY[@]}"
"""
"""Completes the line $1 whose word for readline is $2; the rest are the words as bash cuts them."""


async def run(home: Path, *command: str) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=home,
        env={**environment(home), "PATH": f"{home}/bin:{os.environ['PATH']}"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE_S):
        out, err = await process.communicate()
    assert (process.returncode, err.decode()) == (0, "")
    assert not (home / "pwned").exists()
    return out.decode().splitlines()


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    """A folder with the scripts, a program to call by its path, and files to complete."""
    for shell in SHELLS:
        ended = await streamdash("completion", shell, home=tmp_path)
        assert (ended.code, ended.err) == (0, "")
        (tmp_path / f"streamdash.{shell}").write_text(ended.out)
    program = tmp_path / "bin" / "streamdash"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m streamdash "$@"\n')
    program.chmod(0o755)
    streams = [{"label": label, "model": "demo:echo", "prompt": "hi"} for label in HOSTILE]
    (tmp_path / "p.json").write_text(json.dumps({"streams": streams}))
    (tmp_path / "re port.toml").write_text("")
    return tmp_path


async def in_bash(home: Path, line: str, word: str, *cut: str) -> list[str]:
    return await run(home, "bash", "--norc", "-c", LINE, "bash", line, word, *cut)


@pytest.mark.parametrize(
    ("line", "word", "cut", "expected"),
    [
        ("streamdash rep", "rep", "streamdash rep", ["replay", "report"]),
        ("bin/streamdash con", "con", "bin/streamdash con", ["config"]),
        ("./bin/streamdash con", "con", "./bin/streamdash con", ["config"]),
        ("~/bin/streamdash con", "con", "~/bin/streamdash con", ["config"]),
        ("streamdash --form", "--form", "streamdash --form", ["--format"]),
        ("streamdash --format=j", "j", "streamdash --format = j", ["json", "jsonl", "junit"]),
        ("streamdash -m demo:th", "th", "streamdash -m demo : th", ["thinker"]),
        ("streamdash -m  demo-r", "demo-r", "streamdash -m demo-r", ["demo-responses:"]),
        ("streamdash p.json --only a:", "", "streamdash p.json --only a :", ["b"]),
        ("streamdash p.json --only tw", "tw", "streamdash p.json --only tw", ["two\\ words"]),
        ("streamdash p.json --only \"tw", "tw", 'streamdash p.json --only "tw', ["two words"]),
        ("streamdash p.json --only '$", "$", "streamdash p.json --only '$", ["$(touch pwned)"]),
        ("streamdash re", "re", "streamdash re", ["replay", "report", "re port.toml"]),
        ("streamdash --only zz", "zz", "streamdash --only zz", [""]),
    ],
)  # fmt: skip
async def test_bash_completes_the_part_that_it_replaces(
    home: Path, line: str, word: str, cut: str, expected: list[str]
) -> None:
    assert await in_bash(home, line, word, *cut.split(" ")) == expected


@pytest.mark.fault("input", "a label that a shell would run, under completion")
async def test_bash_takes_every_hostile_label_as_the_same_word(home: Path) -> None:
    found = await in_bash(
        home, "streamdash p.json --only ", "", "streamdash", "p.json", "--only", ""
    )
    assert len(found) == len(HOSTILE)
    read_back = await run(home, "bash", "--norc", "-c", f"printf '%s\\n' {' '.join(found)}")
    assert read_back == HOSTILE


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
async def test_fish_completes_commands_labels_and_files(home: Path) -> None:
    async def complete(line: str) -> list[str]:
        code = "source streamdash.fish; complete -C $argv[1]"
        found = await run(home, "fish", "--no-config", "-c", code, line)
        return [one.partition("\t")[0] for one in found]

    assert await complete("bin/streamdash rep") == ["replay", "report"]
    assert await complete("streamdash --format=m") == ["--format=markdown"]
    assert await complete('streamdash "p.json" --only tw') == ["two words"]
    assert await complete("streamdash --config 're") == ["re port.toml"]
    assert set(await complete("streamdash p.json --only ")) == set(HOSTILE)


@pytest.mark.parametrize("shell", SHELLS)
async def test_each_script_has_no_mistake_of_syntax(home: Path, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    assert await run(home, shell, "-n", f"streamdash.{shell}") == []
