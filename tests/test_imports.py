"""What a command loads: an SDK or the screen takes up to a second, so it is loaded when needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import streamdash
from tests.program import environment

HEAVY = {
    "textual", "rich", "openai", "anthropic", "aiohttp", "httpx2", "pydantic", "yaml", "watchfiles",
}  # fmt: skip


def loaded(code: str, home: Path, heavy: set[str] = HEAVY) -> set[str]:
    """The `heavy` packages in `sys.modules` after `code` in a fresh interpreter."""
    ended = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules, file=sys.stderr)"],
        capture_output=True,
        text=True,
        check=True,
        env=environment(home),
        timeout=60,
    )
    return heavy & set(ended.stderr.split())


RUN = "from streamdash.cli.main import main; main([*{!r}.split()])"


def test_the_command_itself_is_light(tmp_path: Path) -> None:
    assert loaded("import streamdash.cli.main", tmp_path) == set()


def test_streams_needs_no_library(tmp_path: Path) -> None:
    assert loaded("import streamdash.streams.run, streamdash.streams.metrics", tmp_path) == set()


def test_watching_a_file_is_light_until_the_thread_begins(tmp_path: Path) -> None:
    names = loaded("import streamdash.tui.app, streamdash.watching.file_watch", tmp_path)
    assert "watchfiles" not in names
    assert loaded("import streamdash.watching.file_watch", tmp_path) == set()


@pytest.mark.parametrize(
    "typed", [[""], ["prompts.toml", "--only", ""], ["-m", "openai:"], ["replay", ""], ["-"]]
)
def test_completion_loads_nothing_that_its_user_would_wait_for(
    typed: list[str], tmp_path: Path
) -> None:
    (tmp_path / "prompts.toml").write_text('[[streams]]\nmodel = "demo:a"\nprompt = "hi"\n')
    words = ["completion", "words", "fish", *typed]
    code = f"import os; os.chdir({str(tmp_path)!r}); os.environ['OPENAI_API_KEY'] = 'x'"
    run = f"from streamdash.cli.main import main; main({words!r})"
    assert loaded(f"{code}\n{run}", tmp_path, {*HEAVY, "asyncio", "logging"}) == set()


@pytest.mark.parametrize(
    ("model", "other_sdk"),
    [
        ("demo:echo", "anthropic"),
        ("demo-responses:echo", "anthropic"),
        ("demo-anthropic:echo", "openai"),
    ],
)
def test_a_headless_run_loads_no_screen_and_no_other_sdk(
    model: str, other_sdk: str, tmp_path: Path
) -> None:
    names = loaded(RUN.format(f"-m {model} -p hi --format json"), tmp_path)
    assert "textual" not in names
    assert "rich" not in names
    assert other_sdk not in names


@pytest.mark.parametrize(
    ("words", "path"),
    [("import gc\n", "streams/timing/gc_tuning.py"), ("os._exit(", "cli/shutdown.py")],
)
def test_the_process_is_tuned_and_ended_in_one_place(words: str, path: str) -> None:
    package = Path(streamdash.__file__).parent
    found = [
        file.relative_to(package).as_posix()
        for file in package.rglob("*.py")
        if words in file.read_text()
    ]
    assert found == [path]
