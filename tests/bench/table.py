"""The findings as one table of text, and as JSON."""

from __future__ import annotations

import platform
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, NamedTuple

from tests.bench.goals import Goal, goals
from tests.bench.programs import TITLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tests.bench.figures import Spread
    from tests.bench.programs import Name
    from tests.bench.steady import Figures
    from tests.bench.suite import Findings, Size

_PACKAGES = ("textual", "openai", "aiohttp")


class Line(NamedTuple):
    """A figure's name and how one program's is written."""

    title: str
    cell: Callable[[Figures], str]


def _three(spread: Spread | None) -> str:
    return "-" if spread is None else " / ".join(_ms(value) for value in spread)


def _two(spread: Spread | None) -> str:
    return "-" if spread is None else f"{_ms(spread.p50)} / {_ms(spread.p99)}"


def _ms(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return f"{seconds * 1000:.1f}" if abs(seconds) < 0.1 else f"{seconds * 1000:.0f}"


def _number(value: float | None, form: str = ".0f", factor: float = 1.0) -> str:
    return "-" if value is None else format(value * factor, form)


LINES: tuple[Line, ...] = (
    Line("CPU, cores", lambda f: _number(f.cpu, ".3f")),
    Line("CPU per chunk, us", lambda f: _number(f.cpu_per_chunk_s, ".0f", 1e6)),
    Line("CPU for all of it, s", lambda f: _number(f.work_s, ".2f")),
    Line("others on its CPU, cores", lambda f: _number(f.others_cpu, ".2f")),
    Line("wire to glass p50/p99/max, ms", lambda f: _three(f.glass)),
    Line("markers on the glass, %", lambda f: _number(f.markers_seen, ".0f", 100)),
    Line("wire to stamp p50/p99/max, ms", lambda f: _three(f.arrival)),
    Line("TTFT error p50/p99, ms", lambda f: _two(f.ttft_error)),
    Line("behind at the end p50/p99, ms", lambda f: _two(f.behind)),
    Line("loop lag p99/max, ms", lambda f: f"{_ms(f.lag_p99_s)} / {_ms(f.lag_max_s)}"),
    Line("screen updates per second", lambda f: _number(f.frames_per_s, ".1f")),
    Line("kB per second to the terminal", lambda f: _number(f.bytes_per_s, ".1f", 1e-3)),
    Line("peak memory, MiB", lambda f: _number(f.peak_bytes, ".0f", 2.0**-20)),
    Line("start to first request, ms", lambda f: _ms(f.first_request_s)),
    Line("exact answers", lambda f: _number(f.exact)),
    Line("exit code", lambda f: _number(f.exit_code)),
)


def text_table(findings: Findings) -> str:
    """Every figure of every program by size, then the goals."""
    names = _names(findings)
    rows = [["", *(TITLES[name] for name in names)]] if names else []
    groups = [(str(size), found) for size, found in findings.sizes.items()]
    groups += [(f"{size}, Markdown", found) for size, found in findings.markdown_sizes.items()]
    for title, found in groups:
        rows.append([title, *("" for _ in names)])
        for line in LINES:
            cells = [line.cell(found[name]) if name in found else "" for name in names]
            if any(cell not in ("", "-", "- / -") for cell in cells):
                rows.append([f"  {line.title}", *cells])
    blocks = [_aligned(rows)] if rows else []
    goal_rows = [["goal", "", "at most", "measured", ""], *map(_goal_row, goals(findings))]
    return "\n\n".join([*blocks, _aligned(goal_rows, words=2), *_notes(findings)])


def _names(findings: Findings) -> list[Name]:
    groups = (*findings.sizes.values(), *findings.markdown_sizes.values())
    present = {name for found in groups for name in found}
    return [name for name in TITLES if name in present]


def _goal_row(goal: Goal) -> list[str]:
    if goal.value is None:
        measured = "-"
    elif goal.unit == "s":
        measured = f"{_ms(goal.value)} ms"
    else:
        measured = f"{goal.value:.3g} {goal.unit}".rstrip()
    limit = f"{_ms(goal.limit)} ms" if goal.unit == "s" else f"{goal.limit:g} {goal.unit}".rstrip()
    verdict = {True: "reached", False: "NOT reached", None: "unknown"}[goal.reached]
    return [goal.subject, goal.figure, limit, measured, verdict]


def _notes(findings: Findings) -> Iterator[str]:
    found = findings.startup
    if found is not None:
        yield (
            f"start: first frame {_ms(found.first_frame_s)} ms, empty Textual app "
            f"{_ms(found.empty_app_s)} ms; --version {_ms(found.version_s)} ms, "
            f"python -c pass {_ms(found.python_s)} ms"
        )
    for kind, long in (("", findings.long_answer), (" of Markdown", findings.long_markdown)):
        if long is None:
            continue
        exact = "exact" if long.exact else "NOT exact"
        yield (
            f"10 MB{kind}: CPU a frame {_ms(long.first_frame_cost_s)} ms in the first, "
            f"{_ms(long.last_frame_cost_s)} ms in the last MB; the text is {exact}"
        )


def _aligned(rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """Columns under each other: the first `words` to the left, numbers to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < words else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def as_json(findings: Findings) -> dict[str, object]:
    """Everything that was found, in seconds, bytes and cores."""
    return {
        "machine": {"python": platform.python_version(), "system": platform.platform()},
        "packages": {name: _version(name) for name in _PACKAGES},
        "sizes": _sizes_as_json(findings.sizes),
        "markdown_sizes": _sizes_as_json(findings.markdown_sizes),
        "startup": None if findings.startup is None else asdict(findings.startup),
        "long_answer": None if findings.long_answer is None else asdict(findings.long_answer),
        "long_markdown": None if findings.long_markdown is None else asdict(findings.long_markdown),
        "stalls": findings.stalls,
        "resizes": None if findings.resizes is None else asdict(findings.resizes),
        "goals": [{**asdict(goal), "reached": goal.reached} for goal in goals(findings)],
    }


def _sizes_as_json(sizes: Mapping[Size, Mapping[Name, Figures]]) -> dict[str, object]:
    return {
        str(size): {name: asdict(one) for name, one in found.items()}
        for size, found in sizes.items()
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
