"""Results of streams whose rounds have given times."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from streamdash.reporting.result import stream_result
from streamdash.reporting.spread import stats_of
from streamdash.streams.events import Status
from streamdash.streams.flags import FlagName
from streamdash.streams.state import StreamState
from tests.streams.scripted import spec

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from streamdash.reporting.result import StreamResult


def in_rounds(
    label: str,
    times: Sequence[float | None],
    *,
    rates: Sequence[float] = (),
    cached: Collection[int] = (),
    cancelled: Collection[int] = (),
    waits: float = 0.0,
) -> StreamResult:
    """A stream with these TTFTs, one a round; None is a round that failed.

    The whole answer takes four times as long, felt times are longer by `waits`, and rounds are
    numbered from 1 in `cached` and `cancelled`.
    """
    blank = stream_result(StreamState(spec(label), 0, 0.0))
    runs = []
    for number, time in enumerate(times, start=1):
        metrics = blank.metrics
        if time is not None:
            metrics = metrics._replace(
                ttft_s=time,
                ttfa_s=time,
                total_s=4 * time,
                felt_ttft_s=time + waits,
                felt_total_s=4 * time + waits,
                chars_per_s=rates[number - 1] if rates else None,
                flags=(FlagName.CACHED,) if number in cached else (),
            )
        status = Status.FAILED if time is None else Status.DONE
        if number in cancelled:
            status = Status.CANCELLED
        runs.append(replace(blank, status=status, metrics=metrics, round=number))
    stats, apart = stats_of(runs)
    return replace(runs[-1], runs=tuple(runs), stats=stats, stats_cached=apart)
