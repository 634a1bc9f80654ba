"""The command line: its parsers and help, which end in the frozen values of `cli.commands`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from streamdash import __version__
from streamdash.cli.argument_types import age, count, fraction, retries, seconds, speed
from streamdash.cli.commands import (
    ConfigCommand,
    ConfigOptions,
    Display,
    GateLimits,
    ReplayCommand,
    ReportCommand,
    RunCommand,
    RunRequest,
    RunsCommand,
)
from streamdash.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = """\
other commands:
  streamdash replay RUN          play a recording: a file, `last`, or a number from `runs`
  streamdash report RUN...       report a recording, or compare several with the first
  streamdash runs                list the recorded runs; --prune 30d deletes old ones
  streamdash endpoints           list the endpoints, their keys, and which local ones answer
  streamdash config              where your own config is and what it sets; --init writes one
  streamdash demo                the demo, whatever the config says
"""
EXAMPLES = """\
A model is written ENDPOINT:MODEL, as in openai:gpt-4o-mini or ollama:qwen3:8b;
`streamdash endpoints` lists the endpoints and whether their keys are set.

examples:
  streamdash                                    the demo, which needs no key
  streamdash prompts.toml                       run a prompt file
  streamdash -m openai:gpt-4o-mini -m anthropic:claude-sonnet-4-5 -p "What is Rust?"
  streamdash prompts.toml --format json -o results.json
  git diff | streamdash - -m ollama:qwen3:8b    a prompt from standard input
"""
RECORDING = "a recording: a file, a name or number that `streamdash runs` prints, or `last`"
REPORT_FORMATS = ("text", "json", "jsonl", "csv", "markdown", "html")
FORMATS = ("text", "json", "jsonl", "csv", "markdown", "events")


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are two lines on standard error."""

    def _print_message(self, message: str, file: object = None) -> None:
        # argparse ignores it when help cannot be written
        from streamdash.output.console import say, write_out

        if file is sys.stdout:
            write_out(message)
        elif message:
            say(message.rstrip("\n"))

    def error(self, message: str) -> NoReturn:
        """Exit with the usage code."""
        self.exit(ExitCode.USAGE, f"streamdash: {message}\ntry `{self.prog} --help`\n")


def parse_run(words: Sequence[str]) -> RunCommand:
    """Parse the words after `streamdash`, where the first one is no command."""
    options = _run_parser().parse_args(words)
    from streamdash.promptfile import Overrides

    overrides = Overrides(
        models=tuple(options.model),
        prompt=options.prompt,
        set=tuple(options.settings),
        only=tuple(options.only),
        connect_timeout=options.connect_timeout,
        ttft_timeout=options.ttft_timeout,
        stall_timeout=options.stall_timeout,
        timeout=options.timeout,
        retries=options.retries,
    )
    request = RunRequest(
        file=options.file,
        overrides=overrides,
        repeat=options.repeat,
        concurrency=options.concurrency,
        recorded=not options.no_record,
        record=options.record,
    )
    return RunCommand(request, _display(options), _limits(options), _own(options))


def parse_replay(words: Sequence[str]) -> ReplayCommand:
    """Parse the words after `streamdash replay`."""
    options = _replay_parser().parse_args(words)
    return ReplayCommand(
        options.recording, options.speed, _display(options), _limits(options), _own(options)
    )


def parse_report(words: Sequence[str]) -> ReportCommand:
    """Parse the words after `streamdash report`."""
    options = _report_parser().parse_args(words)
    return ReportCommand(tuple(options.recordings), options.format, options.output)


def parse_runs(words: Sequence[str]) -> RunsCommand:
    """Parse the words after `streamdash runs`."""
    options = _runs_parser().parse_args(words)
    return RunsCommand(options.prune, options.yes)


def parse_endpoints(words: Sequence[str]) -> ConfigOptions:
    """Parse the words after `streamdash endpoints`."""
    parser = Parser(
        prog="streamdash endpoints",
        description="Lists the endpoints, whether their key is set and whether local ones answer.",
        allow_abbrev=False,
    )
    _add_own(parser)
    return _own(parser.parse_args(words))


def parse_config(words: Sequence[str]) -> ConfigCommand:
    """Parse the words after `streamdash config`."""
    parser = Parser(
        prog="streamdash config",
        description="Says where your own config is, and each value with where it comes from.",
        allow_abbrev=False,
    )
    parser.add_argument("--config", metavar="FILE", help="this config, not the one in your folder")
    parser.add_argument("--init", action="store_true", help="write a commented config")
    options = parser.parse_args(words)
    return ConfigCommand(options.config, options.init)


def _own(options: argparse.Namespace) -> ConfigOptions:
    return ConfigOptions(options.config, options.no_config, tuple(options.env_file))


def _display(options: argparse.Namespace) -> Display:
    return Display(options.headless, options.format, options.output, options.plain)


def _limits(options: argparse.Namespace) -> GateLimits:
    return GateLimits(options.max_ttft, options.max_total, options.baseline, options.max_regression)


def _run_parser() -> Parser:
    parser = Parser(
        prog="streamdash",
        usage="%(prog)s [options] [FILE]",
        description="Runs several labelled LLM streams side by side and times every one.",
        epilog=f"{COMMANDS}\n{EXAMPLES}\n{_exit_codes()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="prompt file (.toml .yaml .json .jsonl; .md or .txt is one prompt), "
        "or - for a prompt from standard input; without one, the demo",
    )
    parser.add_argument("--version", action="version", version=f"streamdash {__version__}")
    _add_request(parser)
    _add_recording(parser)
    _add_display(parser)
    _add_deadlines(parser)
    _add_gates(parser)
    _add_own(parser)
    return parser


def _add_own(parser: Parser) -> None:
    group = parser.add_argument_group("your own config")
    choice = group.add_mutually_exclusive_group()
    choice.add_argument("--config", metavar="FILE", help="this config, not the one in your folder")
    choice.add_argument("--no-config", action="store_true", help="no config")
    group.add_argument(
        "--env-file", metavar="FILE", action="append", default=[],
        help="variables that the environment does not have (repeatable)",
    )  # fmt: skip


def _add_request(parser: Parser) -> None:
    group = parser.add_argument_group("what to run")
    group.add_argument(
        "-m",
        "--model",
        action="append",
        default=[],
        help="a model (repeatable; replaces the file's)",
    )
    group.add_argument("-p", "--prompt", metavar="TEXT", help="the prompt, instead of the file's")
    group.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], dest="settings",
        help="any stream key, such as max_tokens=200 (repeatable)",
    )  # fmt: skip
    group.add_argument(
        "--only", metavar="LABEL", action="append", default=[], help="this stream only (repeatable)"
    )
    group.add_argument(
        "--repeat", metavar="N", type=count, default=1, help="run each stream N times"
    )


def _add_recording(parser: Parser) -> None:
    group = parser.add_argument_group("how to record it").add_mutually_exclusive_group()
    group.add_argument("--record", metavar="FILE", help="record to FILE, not to the runs folder")
    group.add_argument("--no-record", action="store_true", help="record nothing")


def _add_display(parser: Parser) -> None:
    group = parser.add_argument_group("how to show it")
    group.add_argument("--headless", action="store_true", help="print text instead of a dashboard")
    group.add_argument("--format", choices=FORMATS, help="what to print (implies --headless)")
    group.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write it to FILE, or to standard output for - (implies --headless)",
    )
    group.add_argument("--plain", action="store_true", help="no colour, no animation")


def _add_deadlines(parser: Parser) -> None:
    group = parser.add_argument_group("limits, in seconds")
    group.add_argument("--connect-timeout", metavar="S", type=seconds, help="default 10")
    group.add_argument("--ttft-timeout", metavar="S", type=seconds, help="first token, default 120")
    group.add_argument("--stall-timeout", metavar="S", type=seconds, help="no content, default 60")
    group.add_argument("--timeout", metavar="S", type=seconds, help="altogether, default 600")
    group.add_argument(
        "--concurrency", metavar="N", type=count, default=0, help="streams at once, default all"
    )
    group.add_argument("--retries", metavar="N", type=retries, help="default 2")


def _add_gates(parser: Parser) -> None:
    group = parser.add_argument_group(f"gates (exit code {ExitCode.GATE_FAILED:d})")
    group.add_argument("--max-ttft", metavar="S", type=seconds, help="no first token later")
    group.add_argument("--max-total", metavar="S", type=seconds, help="no stream longer")
    group.add_argument("--baseline", metavar="RUN", help="a recording to compare this run with")
    group.add_argument(
        "--max-regression",
        metavar="FRACTION",
        type=fraction,
        help="no number worse than the baseline's by more, default 20%%",
    )


def _replay_parser() -> Parser:
    parser = Parser(
        prog="streamdash replay",
        description="Plays a recording: the same screen, keys and numbers, no request sent.",
        allow_abbrev=False,
    )
    parser.add_argument("recording", metavar="RUN", help=RECORDING)
    parser.add_argument(
        "--speed",
        metavar="X",
        type=speed,
        help="recorded seconds per second; 0 is at once (default 1, headless 0)",
    )
    _add_display(parser)
    _add_gates(parser)
    _add_own(parser)
    return parser


def _report_parser() -> Parser:
    parser = Parser(
        prog="streamdash report",
        description="Reports a recorded run, or compares several with the first.",
        allow_abbrev=False,
    )
    parser.add_argument("recordings", metavar="RUN", nargs="+", help=RECORDING)
    parser.add_argument(
        "--format", choices=REPORT_FORMATS, help="default: by the output file's suffix, else text"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write it to FILE")
    return parser


def _runs_parser() -> Parser:
    parser = Parser(
        prog="streamdash runs", description="Lists the recorded runs.", allow_abbrev=False
    )
    parser.add_argument(
        "--prune", metavar="AGE", type=age, help="delete those older than 30d, 12h, ..."
    )
    parser.add_argument(
        "--yes", action="store_true", help="delete without a question, as a script must"
    )
    return parser


def _exit_codes() -> str:
    return "exit codes:\n" + "".join(f"  {code:<4d} {code.meaning}\n" for code in ExitCode)
