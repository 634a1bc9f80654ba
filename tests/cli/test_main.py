"""The process of the command, before anything else is loaded."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from streamdash.cli.main import unsupported
from tests.program import environment

if TYPE_CHECKING:
    from pathlib import Path

ON_WINDOWS = """
import sys
sys.platform = "win32"
for missing in ("fcntl", "termios", "pwd"):
    sys.modules[missing] = None
import runpy
runpy.run_module("streamdash", run_name="__main__")
"""


@pytest.mark.parametrize("platform", ["linux", "darwin", "freebsd14"])
def test_unix_is_supported(platform: str) -> None:
    assert unsupported(platform) is None


def test_windows_ends_with_one_line_that_names_wsl(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ON_WINDOWS, "--version"],
        capture_output=True, text=True, env=environment(tmp_path), timeout=60, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "streamdash runs on Linux and macOS; on Windows, run it in WSL\n"
