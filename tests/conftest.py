"""What every test may rely on: the developer's machine neither shows through nor is written to."""

from __future__ import annotations

import os

import pytest

from tests import fuzzing
from tests.fault_matrix import fault_matrix, note_fault
from tests.program import CHECKOUT

_FOREIGN = ("OPENAI_", "ANTHROPIC_", "NO_COLOR", "TEXTUAL", "COLUMNS", "LINES", "XDG_", "TMUX",
            "DISPLAY", "WAYLAND_DISPLAY", "SSH_", "WSL_")  # fmt: skip

SLOW_FOLDERS = ("tests/pseudo_terminal/", "tests/faults/", "tests/tui/", "tests/picture/")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz", type=int, default=1, metavar="N", help="run the fuzzers N times")
    parser.addoption(
        "--update-pictures", action="store_true", help="rewrite the pictures of the screens"
    )


def pytest_configure(config: pytest.Config) -> None:
    fuzzing.set_effort(config.getoption("--fuzz"))


_entries_at_start = pytest.StashKey[list[str]]()


def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.stash[_entries_at_start] = os.listdir(CHECKOUT)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run whose tests have left files behind in the checkout."""
    if _left_behind(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _left_behind(config: pytest.Config) -> list[str]:
    """The new names in the checkout's top folder, but for the tools' own hidden ones."""
    before = config.stash[_entries_at_start]
    return sorted(
        name for name in os.listdir(CHECKOUT) if name not in before and not name.startswith(".")
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow folders first: what two workers do last is then short, and both end together."""
    items.sort(key=lambda item: not item.nodeid.startswith(SLOW_FOLDERS))


def pytest_runtest_setup(item: pytest.Item) -> None:
    note_fault(item)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    stats = terminalreporter.stats
    page = fault_matrix(stats.get("passed", []), stats.get("failed", []) + stats.get("error", []))
    if page:
        terminalreporter.section("inputs of each kind of fault that were handled correctly")
        terminalreporter.write_line(page)
    if names := _left_behind(config):
        terminalreporter.section("tests have written to the checkout", red=True)
        terminalreporter.write_line(", ".join(names))


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the developer's keys, proxies and terminal settings."""
    for name in list(os.environ):
        upper = name.upper()
        if upper.startswith(_FOREIGN) or upper.endswith(("_PROXY", "_API_KEY")):
            monkeypatch.delenv(name)
