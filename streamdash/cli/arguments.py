"""The command line: what can be asked for and how it is explained."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from streamdash import __version__
from streamdash.cli.numerals import parse_number, parse_whole

if TYPE_CHECKING:
    from datetime import timedelta

EPILOG = """\
A model is written ENDPOINT:MODEL, as in openai:gpt-4o-mini or ollama:qwen3:8b;
`streamdash endpoints` lists the endpoints and whether their keys are set.

examples:
  streamdash                                    the demo: no key needed
  streamdash prompts.toml                       run a prompt file
  streamdash -m openai:gpt-4o-mini -m anthropic:claude-sonnet-4-5 -p "What is Rust?"
  streamdash prompts.toml --format json -o results.json
  git diff | streamdash - -m ollama:qwen3:8b    a prompt from standard input

exit codes: 0 all streams ended well, 1 some did not, 2 bad command line or prompt
file, 3 a gate failed, 130 interrupted, 143 terminated
"""
COMMANDS = """\
other commands:
  streamdash replay RUN          play a recording: a file, `last`, or a number of `runs`
  streamdash report RUN...       what a recording says; of several, which is faster
  streamdash runs                the recorded runs, numbered; --prune 30d deletes old ones
  streamdash endpoints           endpoints, whether their key is set, whether local ones answer
"""
RECORDING = "a recording: a file, a name or number that `streamdash runs` prints, or `last`"
MIN_SPEED, MAX_SPEED = 0.001, 1e6
REPORT_FORMATS = ("text", "json", "jsonl", "csv", "markdown", "html")
FORMATS = ("text", "json", "jsonl", "csv", "markdown", "events")


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are two lines on standard error, exit code 2."""

    def _print_message(self, message: str, file: object = None) -> None:
        # argparse says nothing where help cannot be written
        from streamdash.output.files import say, write_out

        if file is sys.stdout:
            write_out(message)
        elif message:
            say(message.rstrip("\n"))

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"streamdash: {message}\ntry `{self.prog} --help`\n")


def run_parser() -> Parser:
    """The parser of everything that runs streams."""
    parser = Parser(
        prog="streamdash",
        usage="%(prog)s [options] [FILE]",
        description="Runs several labelled LLM streams side by side and times every one.",
        epilog=COMMANDS + "\n" + EPILOG,
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

    asked = parser.add_argument_group("what is asked")
    asked.add_argument(
        "-m",
        "--model",
        action="append",
        default=[],
        help="a model (repeatable; replaces the file's)",
    )
    asked.add_argument("-p", "--prompt", metavar="TEXT", help="the prompt, instead of the file's")
    asked.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], dest="settings",
        help="any stream key, such as max_tokens=200 (repeatable)",
    )  # fmt: skip
    asked.add_argument(
        "--only", metavar="LABEL", action="append", default=[], help="this stream only (repeatable)"
    )
    asked.add_argument(
        "--repeat", metavar="N", type=_count, default=1, help="run each stream N times"
    )

    group = parser.add_argument_group("how it is recorded")
    kept = group.add_mutually_exclusive_group()
    kept.add_argument("--record", metavar="FILE", help="record to FILE instead of the runs folder")
    kept.add_argument("--no-record", action="store_true", help="leave no recording")
    _add_showing(parser)

    limits = parser.add_argument_group("limits, in seconds")
    limits.add_argument("--connect-timeout", metavar="S", type=_seconds, help="default 10")
    limits.add_argument(
        "--ttft-timeout", metavar="S", type=_seconds, help="first token, default 120"
    )
    limits.add_argument(
        "--stall-timeout", metavar="S", type=_seconds, help="no content, default 60"
    )
    limits.add_argument("--timeout", metavar="S", type=_seconds, help="altogether, default 600")
    limits.add_argument("--concurrency", metavar="N", type=_count, default=0,
                        help="streams at once, default all")  # fmt: skip
    limits.add_argument("--retries", metavar="N", type=_retries, help="default 2")

    _add_gates(parser)
    return parser


def replay_parser() -> Parser:
    """The parser of `streamdash replay`."""
    parser = Parser(
        prog="streamdash replay",
        description="Plays a recording: the same screen, keys and numbers, no request sent.",
        allow_abbrev=False,
    )
    parser.add_argument("recording", metavar="RUN", help=RECORDING)
    parser.add_argument(
        "--speed",
        metavar="X",
        type=_speed,
        help="recorded seconds a second; 0 is at once (default 1, headless 0)",
    )
    _add_showing(parser)
    _add_gates(parser)
    parser.set_defaults(file=None)
    return parser


def _add_showing(parser: Parser) -> None:
    shown = parser.add_argument_group("how it is shown")
    shown.add_argument("--headless", action="store_true", help="no dashboard: print as text")
    shown.add_argument("--format", choices=FORMATS, help="what to print (implies --headless)")
    shown.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write it to FILE, or to standard output for - (implies --headless)",
    )
    shown.add_argument("--plain", action="store_true", help="no colour, no animation")


def _add_gates(parser: Parser) -> None:
    gates = parser.add_argument_group("gates (exit code 3)")
    gates.add_argument("--max-ttft", metavar="S", type=_seconds, help="no first token later")
    gates.add_argument("--max-total", metavar="S", type=_seconds, help="no stream longer")
    gates.add_argument(
        "--baseline", metavar="RUN", help="a recording that this run is compared with"
    )
    gates.add_argument(
        "--max-regression",
        metavar="SHARE",
        type=_share,
        help="no number worse than the baseline's by more, default 20%%",
    )


def report_parser() -> Parser:
    """The parser of `streamdash report`."""
    parser = Parser(
        prog="streamdash report",
        description="Reports a recorded run, or several held against the first.",
        allow_abbrev=False,
    )
    parser.add_argument("recordings", metavar="RUN", nargs="+", help=RECORDING)
    parser.add_argument(
        "--format", choices=REPORT_FORMATS, help="default: by the output file's name, else text"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write it to FILE")
    return parser


def runs_parser() -> Parser:
    """The parser of `streamdash runs`."""
    parser = Parser(
        prog="streamdash runs", description="Lists the recorded runs.", allow_abbrev=False
    )
    parser.add_argument(
        "--prune", metavar="AGE", type=_age, help="delete those older than 30d, 12h, ..."
    )
    parser.add_argument(
        "--yes", action="store_true", help="delete without asking, as where nobody can be asked"
    )
    return parser


def endpoints_parser() -> Parser:
    """The parser of `streamdash endpoints`."""
    return Parser(
        prog="streamdash endpoints",
        description="Lists the endpoints, whether their key is set and whether local ones answer.",
        allow_abbrev=False,
    )


def _seconds(text: str) -> float:
    value = parse_number(text)
    if value is None or value <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def _age(text: str) -> timedelta:
    from streamdash.recording.library import parse_age

    try:
        return parse_age(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _share(text: str) -> float:
    from streamdash.cli.numerals import parse_fraction

    try:
        return parse_fraction(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _speed(text: str) -> float:
    value = parse_number(text)
    if value is None or not (value == 0 or MIN_SPEED <= value <= MAX_SPEED):
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither 0 nor a number from {MIN_SPEED:g} to {MAX_SPEED:g}"
        )
    return value


def _count(text: str) -> int:
    return _whole(text, 1, 10_000)


def _retries(text: str) -> int:
    return _whole(text, 0, 10)


def _whole(text: str, low: int, high: int) -> int:
    value = parse_whole(text)
    if value is None or not low <= value <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
    return value
