"""What every test may rely on: nothing of the developer's machine shows through."""

from __future__ import annotations

import os

import pytest

from tests import fuzzing
from tests.fault_matrix import fault_matrix, note_fault

_FOREIGN = ("OPENAI_", "ANTHROPIC_", "NO_COLOR", "TEXTUAL", "COLUMNS", "LINES", "XDG_", "TMUX",
            "DISPLAY", "WAYLAND_DISPLAY", "SSH_", "WSL_")  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz", type=int, default=1, metavar="N", help="run the fuzzers N times")
    parser.addoption(
        "--update-pictures", action="store_true", help="rewrite the pictures of the screens"
    )


def pytest_configure(config: pytest.Config) -> None:
    fuzzing.set_effort(config.getoption("--fuzz"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    note_fault(item)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    stats = terminalreporter.stats
    page = fault_matrix(stats.get("passed", []), stats.get("failed", []) + stats.get("error", []))
    if page:
        terminalreporter.section("faults and how many inputs of each kind were met rightly")
        terminalreporter.write_line(page)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the developer's keys, proxies and terminal settings."""
    for name in list(os.environ):
        upper = name.upper()
        if upper.startswith(_FOREIGN) or upper.endswith(("_PROXY", "_API_KEY")):
            monkeypatch.delenv(name)
