"""The command line ends in frozen values, one set per command."""

from __future__ import annotations

from datetime import timedelta

import pytest

from streamdash import headless
from streamdash.cli import arguments, parsers
from streamdash.cli.commands import (
    Display,
    GateLimits,
    ReplayCommand,
    ReportCommand,
    RoundsRequest,
    RunCommand,
    RunRequest,
    RunsCommand,
)
from streamdash.cli.option_groups import FORMATS
from streamdash.promptfile import Overrides
from streamdash.reporting.report import SUFFIXES

NO_LIMITS = GateLimits(None, None, None, None, None, None)
DEFAULT_DISPLAY = Display(headless=False, format=None, output=None, plain=False)


def test_a_run_without_arguments_has_the_defaults() -> None:
    assert arguments.parse_run([]) == RunCommand(
        RunRequest(
            None, Overrides(), rounds=RoundsRequest(), concurrency=0, recorded=True, record=None
        ),
        DEFAULT_DISPLAY,
        NO_LIMITS,
    )


def test_every_option_of_a_run_has_its_place() -> None:
    words = (
        "x.toml -m a:b -m c:d -p hi --set seed=1 --only A --repeat 30 --warmup 2 "
        "--order turns --until 5% --seed 7 --reference A --concurrency 2 --retries 0 "
        "--connect-timeout 1 --ttft-timeout 2 --stall-timeout 3 --timeout 4 --record r.jsonl "
        "--headless --format csv -o out --plain "
        "--max-ttft 5 --max-total 6 --max-felt-ttft 7 --max-felt-total 8 "
        "--baseline last --max-regression 7% --cases c.csv --yes"
    )
    assert arguments.parse_run(words.split()) == RunCommand(
        RunRequest(
            "x.toml",
            Overrides(("a:b", "c:d"), "hi", ("seed=1",), ("A",), 1.0, 2.0, 3.0, 4.0, 0, "c.csv"),
            rounds=RoundsRequest(30, 2, "turns", 0.05, 7, "A"),
            concurrency=2,
            recorded=True,
            record="r.jsonl",
            yes=True,
        ),
        Display(headless=True, format="csv", output="out", plain=True),
        GateLimits(5.0, 6.0, 7.0, 8.0, "last", 0.07),
    )


def test_a_run_may_leave_no_recording() -> None:
    assert not arguments.parse_run(["--no-record"]).request.recorded


def test_a_replay_has_the_same_display_and_gates() -> None:
    words = ["last", "--speed", "4", "--plain", "--max-ttft", "1"]
    assert arguments.parse_replay(words) == ReplayCommand(
        "last",
        4.0,
        DEFAULT_DISPLAY._replace(plain=True),
        NO_LIMITS._replace(max_ttft_s=1.0),
    )


def test_a_report_takes_several_recordings() -> None:
    command = arguments.parse_report(["1", "2", "--format", "html", "-o", "x"])
    assert command == ReportCommand(("1", "2"), "html", "x")


def test_old_runs_are_pruned_by_age() -> None:
    assert arguments.parse_runs([]) == RunsCommand(None, yes=False)
    pruned = RunsCommand(timedelta(days=30), yes=True)
    assert arguments.parse_runs(["--prune", "30d", "--yes"]) == pruned


@pytest.mark.parametrize(
    ("words", "wanted"),
    [([], True), (["--plain"], True), (["--headless"], False), (["--format", "csv"], False),
     (["-o", "-"], False), (["-o", ""], False)],
)  # fmt: skip
def test_printed_results_rule_the_dashboard_out(words: list[str], wanted: bool) -> None:
    assert arguments.parse_run(words).display.wants_screen is wanted


def test_the_formats_are_those_that_can_be_printed() -> None:
    assert FORMATS == headless.FORMATS
    assert set(SUFFIXES) == set(parsers.REPORT_FORMATS)
