"""What a program says of its own streams: its numbers, to be compared with the server's."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.bench.serving import Stamps

_LEFT_SCREEN = b"\x1b[?1049l"
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[ -/]*[0-~])")
_ROW = re.compile(
    r"^s(?P<index>\d+)\s.*?~?(?P<ttft>[\d.,]+) (?P<ttft_unit>ms|s)\s+"
    r"~?(?P<total>[\d.,]+) (?P<total_unit>ms|s)\s+(?P<chars>[\d,]+)"
)


@dataclass(frozen=True, slots=True)
class Account:
    """One stream: seconds from its send to its first delta and to its end; what it said."""

    ttft_s: float | None
    total_s: float | None
    chars: int | None = None
    text: str | None = None
    arrivals: tuple[float, ...] = ()
    """When each delta was stamped, on the server's clock."""


@dataclass(frozen=True, slots=True)
class Told:
    """All streams by index, and how late the program says its loop was."""

    streams: dict[int, Account] = field(default_factory=dict)
    lag_p99_s: float | None = None
    lag_max_s: float | None = None


def from_result(path: Path) -> Told:
    """The account of `--format json`."""
    result = json.loads(path.read_text(encoding="utf-8"))
    run = result["run"]
    streams = {
        index: Account(one["ttft_s"], one["total_s"], one["chars"], one["text"])
        for index, one in enumerate(result["streams"])
    }
    return Told(streams, run.get("lag_p99_s"), run.get("lag_max_s"))


def from_report(path: Path) -> Told:
    """The account of a baseline."""
    report = json.loads(path.read_text(encoding="utf-8"))
    pairs = zip(report["ttft_s"], report["total_s"], strict=True)
    return Told({index: Account(ttft, total) for index, (ttft, total) in enumerate(pairs)})


def from_recording(path: Path, stamps: Mapping[int, Stamps]) -> Told:
    """The account of a recording.

    Its times count from an unknown moment. No request can be received before it is sent, so the
    quickest request of all gives that moment, late by its time on the loopback.
    """
    lines: dict[int, list[dict[str, object]]] = {}
    lag: dict[str, float | None] = {}
    with path.open(encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            if "s" in line:
                lines.setdefault(line["s"], []).append(line)
            lag = line.get("lag", lag)
    sent = {index: _time_of(one, "sent") for index, one in lines.items()}
    known = [stamps[index].received - at for index, at in sent.items() if at is not None]
    start = min(known, default=0.0)
    streams = {index: _recorded(one, sent[index], start) for index, one in lines.items()}
    return Told(streams, lag.get("p99_s"), lag.get("max_s"))


def _recorded(lines: list[dict[str, object]], sent: float | None, start: float) -> Account:
    deltas = [line for line in lines if line["type"] == "delta"]
    arrivals = [float(str(line["t"])) for line in deltas]
    text = "".join(str(line["text"]) for line in deltas)
    ended = _time_of(lines, "terminal") or _time_of(lines, "end")
    return Account(
        arrivals[0] - sent if arrivals and sent is not None else None,
        ended - sent if ended is not None and sent is not None else None,
        len(text),
        text,
        tuple(at + start for at in arrivals),
    )


def _time_of(lines: list[dict[str, object]], kind: str) -> float | None:
    for line in reversed(lines):
        if line["type"] == kind:
            return float(str(line["t"]))
    return None


def from_table(output: bytes) -> Told:
    """The account of the table that a program leaves on the ordinary screen: rounded numbers."""
    table = output.rpartition(_LEFT_SCREEN)[2].decode("utf-8", "replace")
    streams = {}
    for line in _ESCAPES.sub("", table).splitlines():
        row = _ROW.match(line.strip())
        if row is not None:
            streams[int(row["index"])] = Account(
                _seconds(row["ttft"], row["ttft_unit"]),
                _seconds(row["total"], row["total_unit"]),
                int(row["chars"].replace(",", "")),
            )
    return Told(streams)


def _seconds(number: str, unit: str) -> float:
    return float(number.replace(",", "")) / (1000 if unit == "ms" else 1)
