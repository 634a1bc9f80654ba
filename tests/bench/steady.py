"""The figures of a program that shows many steady streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.figures import (
    Spread,
    Window,
    all_live,
    bytes_between,
    chunks_between,
    frames_between,
    glass_times,
    markers_seen,
    spread,
    use_between,
)
from tests.bench.workload import mark_numbers

if TYPE_CHECKING:
    from tests.bench.rig import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one program did at one size; None where it cannot be known from outside."""

    cpu: float | None
    """Cores used while all streams were live."""
    cpu_per_chunk_s: float | None
    work_s: float | None
    """CPU seconds from the first request to the last stream's end in the program: all the work,
    also that which a program that cannot keep up does afterwards."""
    others_cpu: float | None
    """Cores that others used of the program's CPU meanwhile: noise in all that follows."""
    glass: Spread | None
    """From the server's write of a marker to its bytes on the terminal."""
    markers_seen: float | None
    """The share of all markers that reached the terminal."""
    arrival: Spread | None
    """From the server's write of a chunk to the program's stamp of it."""
    ttft_error: Spread | None
    """The program's TTFT less the server's, without its sign."""
    behind: Spread | None
    """From the server's last write of a stream to the stream's end in the program."""
    lag_p99_s: float | None
    lag_max_s: float | None
    frames_per_s: float | None
    """Synchronized updates: a frame of many panes is painted in several, so that streams are read
    in between."""
    bytes_per_s: float | None
    peak_bytes: int | None
    first_request_s: float | None
    exact: int | None
    """Streams whose characters are all there."""
    idle_cpu: float | None
    """Cores used after the end."""
    exit_code: int | None


def figures(seen: Seen) -> Figures:
    """The figures of one run."""
    stamps = seen.stamps
    window = all_live(stamps.values())
    use = use_between(seen.samples, window)
    chunks = chunks_between(stamps.values(), window)
    marks = {index: mark_numbers(index, seen.workload.of(index)) for index in stamps}
    glass = glass_times(stamps, marks, markers_seen(seen.reads))
    frames = frames_between(seen.reads, window)
    idle = use_between(seen.samples, seen.idle)
    received = [one.received for one in stamps.values()]
    return Figures(
        cpu=use.program if use else None,
        cpu_per_chunk_s=use.program * window.seconds / chunks if use and chunks else None,
        work_s=_work(seen),
        others_cpu=use.others if use else None,
        glass=spread(glass.values()) if seen.program.prints_at_once else None,
        markers_seen=len(glass) / sum(map(len, marks.values())) if glass else None,
        arrival=spread(_arrival(seen)),
        ttft_error=spread(_ttft_errors(seen)),
        behind=spread(_behind(seen)),
        lag_p99_s=seen.told.lag_p99_s,
        lag_max_s=seen.told.lag_max_s,
        frames_per_s=frames / window.seconds if frames else None,
        bytes_per_s=bytes_between(seen.reads, window) / window.seconds,
        peak_bytes=seen.samples[-1].memory.peak if seen.samples else None,
        first_request_s=min(received) - seen.spawned_at if received else None,
        exact=_exact(seen),
        idle_cpu=idle.program if idle else None,
        exit_code=seen.exit_code,
    )


def _work(seen: Seen) -> float | None:
    ends = [
        seen.stamps[index].received + account.total_s
        for index, account in seen.told.streams.items()
        if index in seen.stamps and account.total_s is not None
    ]
    if len(ends) < seen.workload.streams:
        return None
    # a program that exits at once is sampled for the last time just before
    last = min(max(ends), seen.samples[-1].at)
    whole = Window(min(one.received for one in seen.stamps.values()), last)
    use = use_between(seen.samples, whole)
    return use.program * whole.seconds if use else None


def _arrival(seen: Seen) -> list[float]:
    return [
        arrived - written
        for index, account in seen.told.streams.items()
        if index in seen.stamps
        for arrived, written in zip(account.arrivals, seen.stamps[index].written, strict=False)
    ]


def _ttft_errors(seen: Seen) -> list[float]:
    errors = []
    for index, account in seen.told.streams.items():
        stamps = seen.stamps.get(index)
        if stamps is not None and stamps.written and account.ttft_s is not None:
            errors.append(abs(account.ttft_s - (stamps.written[0] - stamps.received)))
    return errors


def _behind(seen: Seen) -> list[float]:
    """The end counts from the request's receipt, since the program's clock has another start."""
    late = []
    for index, account in seen.told.streams.items():
        stamps = seen.stamps.get(index)
        if stamps is not None and stamps.done is not None and account.total_s is not None:
            late.append(stamps.received + account.total_s - stamps.done)
    return late


def _exact(seen: Seen) -> int | None:
    said = {
        index: account
        for index, account in seen.told.streams.items()
        if account.text is not None or account.chars is not None
    }
    if not said:
        return None
    exact = 0
    for index, account in said.items():
        text = seen.workload.text(index)
        exact += account.chars == len(text) and account.text in (None, text)
    return exact
