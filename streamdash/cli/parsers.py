"""The parser of each command, with its help."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from streamdash import __version__
from streamdash.cli.argument_types import age, speed
from streamdash.cli.commands import SHELLS
from streamdash.cli.exit_codes import ExitCode
from streamdash.cli.option_groups import (
    add_deadlines,
    add_display,
    add_gates,
    add_own_config,
    add_recording,
    add_request,
    add_rounds,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

COMMANDS = """\
other commands:
  streamdash replay RUN          play a recording: a file, `last`, or a number from `runs`
  streamdash report RUN...       report a recording, or compare several with the first
  streamdash runs                list the recorded runs; --prune 30d deletes old ones
  streamdash endpoints           list the endpoints, their keys, and which local ones answer
  streamdash models              list the models of endpoints; `models openai groq` of these
  streamdash config              where your own config is and what it sets; --init writes one
  streamdash completion SHELL    completion for bash, zsh or fish; see the README
  streamdash demo                the demo, whatever the config says
"""
EXAMPLES = """\
A model is written ENDPOINT:MODEL, as in openai:gpt-4o-mini or ollama:qwen3:8b;
`streamdash endpoints` lists the endpoints and whether their keys are set.

examples:
  streamdash                                    the demo, which needs no key
  streamdash prompts.toml                       run a prompt file
  streamdash -m openai:gpt-4o-mini -m anthropic:claude-sonnet-4-5 -p "What is Rust?"
  streamdash prompts.toml --watch               rerun what you change in the file, on each save
  streamdash prompts.toml --format json -o results.json
  git diff | streamdash - -m ollama:qwen3:8b    a prompt from standard input
"""
RECORDING = "a recording: a file, a name or number that `streamdash runs` prints, or `last`"
REPORT_FORMATS = ("text", "json", "jsonl", "csv", "markdown", "html", "junit")


class Parser(argparse.ArgumentParser):
    """An argument parser without abbreviations, whose errors are two lines on standard error."""

    def __init__(self, **described: Any) -> None:
        super().__init__(allow_abbrev=False, **described)

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


def run_parser() -> Parser:
    parser = Parser(
        prog="streamdash",
        usage="%(prog)s [options] [FILE]",
        description="Runs several labelled LLM streams side by side and times every one.",
        epilog=f"{COMMANDS}\n{EXAMPLES}\n{_exit_codes()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="prompt file (.toml .yaml .json .jsonl; .md or .txt is one prompt), "
        "or - for a prompt from standard input; without one, the demo",
    )
    parser.add_argument("--version", action="version", version=f"streamdash {__version__}")
    add_request(parser)
    add_rounds(parser)
    add_recording(parser)
    add_display(parser)
    add_deadlines(parser)
    add_gates(parser)
    add_own_config(parser)
    return parser


def replay_parser() -> Parser:
    parser = Parser(
        prog="streamdash replay",
        description="Plays a recording: the same screen, keys and numbers, no request sent.",
    )
    parser.add_argument("recording", metavar="RUN", help=RECORDING)
    parser.add_argument(
        "--speed",
        metavar="X",
        type=speed,
        help="recorded seconds per second; 0 is at once (default 1, headless 0)",
    )
    add_display(parser)
    add_gates(parser)
    add_own_config(parser)
    return parser


def report_parser() -> Parser:
    parser = Parser(
        prog="streamdash report",
        description="Reports a recorded run, or compares several with the first.",
    )
    parser.add_argument("recordings", metavar="RUN", nargs="+", help=RECORDING)
    parser.add_argument(
        "--format", choices=REPORT_FORMATS, help="default: by the output file's suffix, else text"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write it to FILE")
    return parser


def runs_parser() -> Parser:
    parser = Parser(prog="streamdash runs", description="Lists the recorded runs.")
    parser.add_argument(
        "--prune", metavar="AGE", type=age, help="delete those older than 30d, 12h, ..."
    )
    parser.add_argument(
        "--yes", action="store_true", help="delete without a question, as a script must"
    )
    return parser


def endpoints_parser() -> Parser:
    parser = Parser(
        prog="streamdash endpoints",
        description="Lists the endpoints, whether their key is set and whether local ones answer.",
    )
    add_own_config(parser)
    return parser


def models_parser() -> Parser:
    parser = Parser(
        prog="streamdash models",
        description="Lists the models of endpoints. Lists are cached for a day.",
        epilog="Where standard output is no terminal, one ENDPOINT:MODEL per line.",
    )
    parser.add_argument(
        "endpoints",
        metavar="ENDPOINT",
        nargs="*",
        help="default: those whose key is set, and local servers that answer",
    )
    parser.add_argument("--refresh", action="store_true", help="ask again, whatever is cached")
    add_own_config(parser)
    return parser


def config_parser() -> Parser:
    parser = Parser(
        prog="streamdash config",
        description="Says where your own config is, and each value with where it comes from.",
    )
    parser.add_argument("--config", metavar="FILE", help="this config, not the one in your folder")
    parser.add_argument("--init", action="store_true", help="write a commented config")
    return parser


def completion_parser() -> Parser:
    parser = Parser(
        prog="streamdash completion",
        description="Prints a script that completes commands, options and names in your shell.",
        epilog="The README says how to install it.",
    )
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))
    return parser


def _exit_codes() -> str:
    return "exit codes:\n" + "".join(f"  {code:<4d} {code.meaning}\n" for code in ExitCode)


COMMAND_PARSERS: Mapping[str, Callable[[], Parser]] = {
    "replay": replay_parser,
    "report": report_parser,
    "runs": runs_parser,
    "endpoints": endpoints_parser,
    "models": models_parser,
    "config": config_parser,
    "completion": completion_parser,
    "demo": run_parser,
}
"""The parser of each command that has a name; `run_parser` is that of all other command lines."""
