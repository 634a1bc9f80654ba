"""Runs the parts of the benchmark and collects their findings."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from tests.bench.endurance import (
    HARD,
    HARD_MARKDOWN,
    LongAnswer,
    Resizes,
    long_answer,
    resizes,
    stalls,
)
from tests.bench.programs import TITLES, Name
from tests.bench.startup import Startup, startup
from tests.bench.steady import Figures, figures
from tests.bench.workload import steady

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.rig import Rig, Seen

Part = Literal["sizes", "startup", "long", "stalls", "resize", "markdown"]

MOST_PANES = 64
"""Above this not all streams are on the screen, and headless text is measured too."""
MOST_FOR_APPS = 1600
"""Chunks a second up to which the Textual baselines are worth their time."""
_IDLE_S = 5.0


class Size(NamedTuple):
    """So many streams, each with so many chunks a second."""

    streams: int
    rate: float

    def __str__(self) -> str:
        return f"{self.streams} x {self.rate:g}"


@dataclass(slots=True)
class Findings:
    """All that was measured; parts that were not run are empty or None."""

    sizes: dict[Size, dict[Name, Figures]] = field(default_factory=dict)
    markdown_sizes: dict[Size, dict[Name, Figures]] = field(default_factory=dict)
    """Of streams that answer in Markdown."""
    startup: Startup | None = None
    long_answer: LongAnswer | None = None
    long_markdown: LongAnswer | None = None
    stalls: dict[str, float | None] = field(default_factory=dict)
    resizes: Resizes | None = None


def measure(
    rig: Rig, sizes: Sequence[Size], seconds: float, parts: Sequence[Part], *, quick: bool
) -> Findings:
    """Run the parts one after the other."""
    findings = Findings()
    if "sizes" in parts:
        findings.sizes = _measure_sizes(rig, sizes, seconds, quick=quick)
    if "startup" in parts:
        say("start of the program")
        findings.startup = startup(rig, 3 if quick else 15)
    if "long" in parts:
        say("an answer of 10 MB")
        findings.long_answer = long_answer(rig)
    if "stalls" in parts:
        say("texts that are hard to wrap")
        findings.stalls = stalls(rig, HARD)
    if "resize" in parts:
        say("resize of 16 full panes")
        findings.resizes = resizes(rig)
    if "markdown" in parts:
        findings.markdown_sizes = _measure_markdown(rig, sizes, seconds)
        if not quick:
            say("an answer of 10 MB in Markdown")
            findings.long_markdown = long_answer(rig, "markdown")
            say("Markdown that is hard to draw")
            findings.stalls |= stalls(rig, HARD_MARKDOWN)
    return findings


def say(line: str) -> None:
    """Print what is being measured, for the person who waits."""
    print(line, file=sys.stderr, flush=True)


def _measure_sizes(
    rig: Rig, sizes: Sequence[Size], seconds: float, *, quick: bool
) -> dict[Size, dict[Name, Figures]]:
    found: dict[Size, dict[Name, Figures]] = {}
    for place, size in enumerate(sizes):
        found[size] = {}
        for name in programs_at(size, quick=quick):
            say(f"{size}: {TITLES[name]}")
            idle_s = _IDLE_S if place == 0 and name == "dashboard" else 0.0
            seen = rig.watch(name, steady(size.streams, size.rate, seconds), idle_s=idle_s)
            _add_figures(found[size], name, seen)
    return found


def _measure_markdown(
    rig: Rig, sizes: Sequence[Size], seconds: float
) -> dict[Size, dict[Name, Figures]]:
    """The same with answers in Markdown, beside the plain transcript of the same program."""
    found: dict[Size, dict[Name, Figures]] = {}
    names: tuple[Name, ...] = ("dashboard", "plain", "print")
    for size in sizes:
        found[size] = {}
        for name in names:
            say(f"{size} in Markdown: {TITLES[name]}")
            seen = rig.watch(name, steady(size.streams, size.rate, seconds, "markdown"))
            _add_figures(found[size], name, seen)
    return found


def _add_figures(found: dict[Name, Figures], name: Name, seen: Seen) -> None:
    try:
        found[name] = figures(seen)
    except ValueError as error:
        tail = b"".join(read.data for read in seen.reads)[-300:]
        say(f"  {error} (exit code {seen.exit_code}): {tail!r}")


def programs_at(size: Size, *, quick: bool) -> tuple[Name, ...]:
    """The programs that make sense at this size, in the order they run."""
    names: tuple[Name, ...] = ("dashboard", "print", "json")
    if size.streams > MOST_PANES:
        names = (*names, "text")
    if size.streams * size.rate <= MOST_FOR_APPS and not quick:
        names = (*names, "static", "markdown")
    return names
