"""`python -m tests.bench`: what the dashboard costs, beside printing the same streams.

A server in a process of its own writes streams and stamps what it writes; each program runs in a
pseudo-terminal of 200x60 that is read at once. Where there are two CPUs, the program has one to
itself, and the server and the reader share the other. "Wire to glass" ends when a marker's bytes
are read from the pseudo-terminal; what a terminal emulator does with them is not in it.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import NoReturn, get_args

from tests.bench.rig import Rig
from tests.bench.suite import Part, Size, measure
from tests.bench.table import as_json, text_table

SIZES = "8x50,16x100,64x50,200x50"
QUICK_SIZES = "8x50,16x100"
QUICK_PARTS = "sizes,markdown,startup"
LONGEST_S = 900


def main() -> int:
    """Run what the command line asks for."""
    options = _parser().parse_args()
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGALRM, _leave)
    signal.alarm(LONGEST_S)
    sizes = _sizes(options.sizes or (QUICK_SIZES if options.quick else SIZES))
    parts = _parts(options.only or (QUICK_PARTS if options.quick else ",".join(get_args(Part))))
    seconds = options.seconds or (4.0 if options.quick else 8.0)
    with Rig(first=options.first) as rig:
        findings = measure(rig, sizes, seconds, parts, quick=options.quick)
    print(text_table(findings))
    if options.json is not None:
        options.json.write_text(json.dumps(as_json(findings), indent=1) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sizes", metavar="NxR,...", help=f"streams x chunks/s ({SIZES})")
    parser.add_argument("--seconds", type=float, help="seconds of each stream (8)")
    parser.add_argument(
        "--only", metavar="PART,...", help=f"some parts only: {', '.join(get_args(Part))}"
    )
    parser.add_argument("--quick", action="store_true", help="the least, in two minutes")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write every figure there")
    parser.add_argument(
        "--first",
        action="store_true",
        help="run before all other processes, on a machine that has others (root only)",
    )
    return parser


def _sizes(text: str) -> list[Size]:
    try:
        pairs = [part.split("x") for part in text.split(",")]
        return [Size(int(streams), float(rate)) for streams, rate in pairs]
    except ValueError:
        sys.exit(f"--sizes {text}: write streams x chunks a second, as in {SIZES}")


def _parts(text: str) -> list[Part]:
    names = text.split(",")
    unknown = sorted(set(names) - set(get_args(Part)))
    if unknown:
        sys.exit(f"--only {unknown[0]}: choose from {', '.join(get_args(Part))}")
    return [part for part in get_args(Part) if part in names]


def _leave(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
