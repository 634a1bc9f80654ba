"""The groups of options that the commands of a run share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.cli.argument_types import (
    count,
    fraction,
    margin,
    retries,
    seconds,
    seed,
    share,
    warmups,
)
from streamdash.cli.exit_codes import ExitCode
from streamdash.cli.plan_size import AT_ONCE, MANY_REQUESTS, MANY_STREAMS
from streamdash.cli.rounds import UNTIL_ROUNDS
from streamdash.streams.spec import ORDERS

if TYPE_CHECKING:
    from argparse import ArgumentParser

FORMATS = ("text", "json", "jsonl", "csv", "markdown", "events", "junit")


def add_request(parser: ArgumentParser) -> None:
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
        "--only", metavar="LABEL", action="append", default=[],
        help="this stream only, or all with this part in their label (repeatable)",
    )  # fmt: skip
    group.add_argument(
        "--cases", metavar="FILE",
        help="fill {{names}} in prompts with each row of FILE (.csv .jsonl .json .yaml .toml)",
    )  # fmt: skip
    group.add_argument(
        "--yes", action="store_true",
        help=f"send more than {MANY_REQUESTS} requests, or dear ones, without a question",
    )  # fmt: skip
    group.add_argument(
        "--watch", action="store_true",
        help="rerun what changes in the file, each time it is saved (on the dashboard)",
    )  # fmt: skip


def add_rounds(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("rounds: every stream once, then every stream again")
    group.add_argument("--repeat", metavar="N", type=count, help="rounds, default 1")
    group.add_argument(
        "--warmup", metavar="N", type=warmups, default=0, help="rounds before them that don't count"
    )
    group.add_argument(
        "--order", choices=ORDERS, default="together",
        help="a round's requests leave together, or in turns whose order is shuffled and balanced",
    )  # fmt: skip
    group.add_argument(
        "--until", metavar="P%", type=margin,
        help="end once every median TTFT and total is known within P%%, after 5 rounds or more "
        f"(--repeat is then the most, default {UNTIL_ROUNDS})",
    )  # fmt: skip
    group.add_argument(
        "--seed", metavar="N", type=seed, help="repeats the order and the statistics of another run"
    )
    group.add_argument(
        "--reference", metavar="LABEL", help="the stream that others are compared with"
    )


def add_recording(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("how to record it").add_mutually_exclusive_group()
    group.add_argument("--record", metavar="FILE", help="record to FILE, not to the runs folder")
    group.add_argument("--no-record", action="store_true", help="record nothing")


def add_display(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("how to show it")
    group.add_argument("--headless", action="store_true", help="print text instead of a dashboard")
    group.add_argument("--format", choices=FORMATS, help="what to print (implies --headless)")
    group.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write it to FILE, or to standard output for - (implies --headless)",
    )
    group.add_argument(
        "--plain", action="store_true", help="no colour, no animation, answers as source"
    )


def add_deadlines(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("limits, in seconds")
    group.add_argument("--connect-timeout", metavar="S", type=seconds, help="default 10")
    group.add_argument("--ttft-timeout", metavar="S", type=seconds, help="first token, default 120")
    group.add_argument("--stall-timeout", metavar="S", type=seconds, help="no content, default 60")
    group.add_argument("--timeout", metavar="S", type=seconds, help="altogether, default 600")
    group.add_argument(
        "--concurrency", metavar="N", type=count, default=0,
        help=f"streams at once, default all, but {AT_ONCE} of more than {MANY_STREAMS}",
    )  # fmt: skip
    group.add_argument("--retries", metavar="N", type=retries, help="default 2")


def add_gates(parser: ArgumentParser) -> None:
    group = parser.add_argument_group(f"gates (exit code {ExitCode.GATE_FAILED:d})")
    group.add_argument("--max-ttft", metavar="S", type=seconds, help="no first token later")
    group.add_argument("--max-total", metavar="S", type=seconds, help="no stream longer")
    group.add_argument(
        "--max-felt-ttft", metavar="S", type=seconds, help="the same, failed attempts included"
    )
    group.add_argument(
        "--max-felt-total", metavar="S", type=seconds, help="the same, failed attempts included"
    )
    group.add_argument(
        "--min-pass-rate", metavar="P%", type=share,
        help="enough if so many of each model's answers pass their checks; default all",
    )  # fmt: skip
    group.add_argument("--baseline", metavar="RUN", help="a recording to compare this run with")
    group.add_argument(
        "--max-regression",
        metavar="FRACTION",
        type=fraction,
        help="no number worse than the baseline's by more, as far as rounds prove it; default 20%%",
    )


def add_own_config(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("your own config")
    choice = group.add_mutually_exclusive_group()
    choice.add_argument("--config", metavar="FILE", help="this config, not the one in your folder")
    choice.add_argument("--no-config", action="store_true", help="no config")
    group.add_argument(
        "--env-file", metavar="FILE", action="append", default=[],
        help="variables that the environment does not have (repeatable)",
    )  # fmt: skip
