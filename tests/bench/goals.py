"""What is aimed at, and whether it was reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.figures import ratio
from tests.bench.suite import MOST_PANES, Findings, Size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.programs import Name
    from tests.bench.steady import Figures


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that should not exceed its limit; `value` is None where it is not known."""

    subject: str
    figure: str
    limit: float
    value: float | None
    unit: str = ""

    @property
    def reached(self) -> bool | None:
        return None if self.value is None else self.value <= self.limit


def goals(findings: Findings) -> list[Goal]:
    """Every goal that what was run can speak about."""
    return [
        *_of_sizes(findings),
        *_of_markdown(findings),
        *_of_startup(findings),
        *_of_endurance(findings),
    ]


def _of_sizes(findings: Findings) -> Iterator[Goal]:
    limits = {Size(8, 50): 1.0, Size(16, 100): 0.5, Size(64, 50): 0.5}
    for size, found in findings.sizes.items():
        dashboard, plain = found.get("dashboard"), found.get("print")
        if dashboard is not None:
            if size in limits:
                cpu = ratio(dashboard.work_s, plain.work_s if plain else None)
                yield Goal(str(size), "CPU / print loop", limits[size], cpu)
            yield from _of_dashboard(size, dashboard, str(size))
        yield from _of_headless(size, found)
    idle = [
        found["dashboard"].idle_cpu for found in findings.sizes.values() if "dashboard" in found
    ]
    if idle and idle[0] is not None:
        yield Goal("after the end", "CPU", 0.01, idle[0], "core")


def _of_markdown(findings: Findings) -> Iterator[Goal]:
    """Answers in Markdown cost little more than plain ones, and are shown as soon."""
    for size, found in findings.markdown_sizes.items():
        subject = f"{size} Markdown"
        dashboard = found.get("dashboard")
        if dashboard is None:
            continue
        if size in (Size(16, 100), Size(64, 50)):
            printed, plain = found.get("print"), found.get("plain")
            cpu = ratio(dashboard.work_s, printed.work_s if printed else None)
            yield Goal(subject, "CPU / print loop", 0.6, cpu)
            cpu = ratio(dashboard.work_s, plain.work_s if plain else None)
            yield Goal(subject, "CPU / plain transcript", 1.3, cpu)
        yield from _of_dashboard(size, dashboard, subject)


def _of_dashboard(size: Size, dashboard: Figures, subject: str) -> Iterator[Goal]:
    if size == Size(200, 50):
        behind = dashboard.behind
        yield Goal(subject, "behind p99", 0.100, behind.p99 if behind else None, "s")
        yield Goal(subject, "CPU", 0.9, dashboard.cpu, "core")
    if size.streams <= MOST_PANES:
        glass = dashboard.glass
        yield Goal(subject, "wire to glass p99", 0.050, glass.p99 if glass else None, "s")
    if size in (Size(16, 100), Size(64, 50)):
        error = dashboard.ttft_error
        yield Goal(subject, "TTFT error p99", 0.005, error.p99 if error else None, "s")
    if size == Size(64, 50):
        yield Goal(subject, "loop lag p99", 0.010, dashboard.lag_p99_s, "s")
        yield Goal(subject, "loop lag max", 0.050, dashboard.lag_max_s, "s")


def _of_headless(size: Size, found: dict[Name, Figures]) -> Iterator[Goal]:
    headless = found.get("json")
    if headless is not None and size in (Size(16, 100), Size(64, 50)):
        error = headless.ttft_error
        yield Goal(f"{size} headless", "TTFT error p99", 0.002, error.p99 if error else None, "s")
    plain = found.get("print")
    if size == Size(200, 50) and plain is not None:
        for name in ("json", "text"):
            figures = found.get(name)
            cpu = ratio(figures.work_s if figures else None, plain.work_s)
            yield Goal(f"{size} headless {name}", "CPU / print loop", 0.5, cpu)


def _of_startup(findings: Findings) -> Iterator[Goal]:
    found = findings.startup
    if found is not None:
        frames = ratio(found.first_frame_s, found.empty_app_s)
        yield Goal("start to first frame", "/ an empty Textual app", 1.3, frames)
        version = ratio(found.version_s, found.python_s)
        yield Goal("streamdash --version", "/ python -c pass", 3.0, version)


def _of_endurance(findings: Findings) -> Iterator[Goal]:
    long = findings.long_answer
    if long is not None:
        cost = ratio(long.last_frame_cost_s, long.first_frame_cost_s)
        yield Goal("an answer of 10 MB", "frame in its last MB / first", 1.2, cost)
        yield Goal("an answer of 10 MB", "memory above the text", 8.0, long.bytes_a_char, "B/char")
    long = findings.long_markdown
    if long is not None:
        cost = ratio(long.last_frame_cost_s, long.first_frame_cost_s)
        yield Goal("10 MB of Markdown", "frame in its last MB / first", 1.3, cost)
    for name, stall in findings.stalls.items():
        yield Goal(name, "longest stall", 0.030, stall, "s")
    resized = findings.resizes
    if resized is not None:
        yield Goal("resize, 16 panes of 1 MB", "new frame after", 0.250, resized.frame_s, "s")
        yield Goal("resize, 16 panes of 1 MB", "a chunk late by", 0.050, resized.late_s, "s")
