"""Answers that are long or hard to wrap, and what they do to frames, memory and neighbours."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.figures import Window, frames_between, time_of_cells, use_between
from tests.bench.workload import MARKER, Phase, Workload

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.bench.pseudo_terminal import Sample, Terminal
    from tests.bench.rig import Rig, Seen
    from tests.bench.workload import Kind

_MEGABYTE = 1 << 20

HARD: dict[str, Phase] = {
    "1 MB without a space": Phase("solid", 60, 64, 1 << 14),
    "100,000 short lines": Phase("lines", 60, 80, 16_250),
    "200 kB of CJK and emoji": Phase("wide", 60, 17, 1 << 12),
}
HARD_MARKDOWN: dict[str, Phase] = {
    "a fence of 100,000 lines": Phase("fence", 60, 136, 1 << 14),
    "a table of 5,000 rows": Phase("table", 60, 42, 1 << 12),
    "a paragraph of 1 MB": Phase("paragraph", 60, 64, 1 << 14),
    "10,000 nested quotes": Phase("quotes", 60, 60, 1 << 10),
}
_NEIGHBOUR = Phase("words", 100, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class LongAnswer:
    """One answer of 10 MB in one pane. CPU seconds a frame; bytes a character above the text."""

    first_frame_cost_s: float | None
    last_frame_cost_s: float | None
    bytes_a_char: float
    exact: bool


def long_answer(rig: Rig, kind: Kind = "words") -> LongAnswer:
    """One megabyte slowly, eight fast, one slowly; only the slow ones are compared."""
    slow = Phase(kind, 50, 250, _MEGABYTE // 250)
    fast = Phase(kind, 100, 400, 8 * _MEGABYTE // 400)
    workload = Workload(1, (slow, fast, slow))
    seen = rig.watch("dashboard", workload)
    written = seen.stamps[0].written
    first = Window(written[0], written[slow.chunks])
    last = Window(written[-slow.chunks], written[-1])
    text = workload.text(0)
    account = seen.told.streams.get(0)
    grown = memory_at(seen.samples, last.end) - memory_at(seen.samples, first.start)
    return LongAnswer(
        first_frame_cost_s=_frame_cost(seen, first),
        last_frame_cost_s=_frame_cost(seen, last),
        bytes_a_char=(grown - len(text)) / len(text),
        exact=account is not None and account.chars == len(text),
    )


def memory_at(samples: Sequence[Sample], at: float) -> int:
    """Bytes of memory at the last sample before a moment."""
    place = bisect_left(samples, at, key=lambda sample: sample.at)
    return samples[max(0, place - 1)].memory.now


def _frame_cost(seen: Seen, window: Window) -> float | None:
    use = use_between(seen.samples, window)
    frames = frames_between(seen.reads, window)
    return use.program * window.seconds / frames if use and frames else None


def stalls(rig: Rig, hard: Mapping[str, Phase]) -> dict[str, float | None]:
    """For each hard text, how late any chunk of it or of a quiet neighbour was stamped, at most."""
    return {name: latest(rig.watch("dashboard", _beside(phase))) for name, phase in hard.items()}


def _beside(phase: Phase) -> Workload:
    return Workload(2, (phase,), companions=((_NEIGHBOUR,),))


def latest(seen: Seen, window: Window | None = None) -> float | None:
    """The longest time from a chunk's write to its stamp; None without a recording."""
    return max(
        (
            arrived - written
            for index, account in seen.told.streams.items()
            for arrived, written in zip(account.arrivals, seen.stamps[index].written, strict=False)
            if window is None or window.start <= written < window.end
        ),
        default=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Resizes:
    """Two resizes with 16 panes of 1 MB each, while all of them go on. The worse of the two."""

    frame_s: float | None
    """From the new size to nine tenths of a screen written anew."""
    late_s: float | None
    """The longest time from a chunk's write to its stamp within a second and a half."""


_PANES = 16
_FILLING = Phase("words", 100, 256, 1 << 12)
_GOING_ON = Phase("words", 20, 110)
_AFTER_S = 1.5
_SIZES = ((160, 50), (200, 60))


def resizes(rig: Rig) -> Resizes:
    """Fill the panes, then give the terminal another size, and the old one again."""
    moments: list[float] = []

    def meanwhile(terminal: Terminal, others: Mapping[int, Callable[[], None]]) -> None:
        terminal.watch(_all_marked(terminal), 30.0, others)
        for columns, rows in _SIZES:
            terminal.watch(lambda: False, 0.2, others)
            moments.append(terminal.resize(columns, rows))
            terminal.watch(lambda: False, _AFTER_S, others)

    workload = Workload(_PANES, (_FILLING, _GOING_ON))
    seen = rig.watch("dashboard", workload, meanwhile=meanwhile)
    frames, late = [], []
    for moment, (columns, rows) in zip(moments, _SIZES, strict=True):
        painted = time_of_cells(seen.reads, moment, columns * rows * 9 // 10)
        frames.append(None if painted is None else painted - moment)
        late.append(latest(seen, Window(moment, moment + _AFTER_S)))
    return Resizes(frame_s=worst(frames), late_s=worst(late))


def worst(values: list[float | None]) -> float | None:
    """The greatest; None if any is unknown."""
    known = [value for value in values if value is not None]
    return max(known) if known and len(known) == len(values) else None


def _all_marked(terminal: Terminal) -> Callable[[], bool]:
    """Whether every pane has shown a marker, so that its filling is over."""
    streams: set[int] = set()
    place = 0

    def marked() -> bool:
        nonlocal place
        for read in terminal.reads[place:]:
            streams.update(int(found[1]) for found in MARKER.finditer(read.data))
        place = len(terminal.reads)
        return len(streams) == _PANES

    return marked
