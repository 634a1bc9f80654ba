"""The gate of `--baseline`: which numbers became worse by more than is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.reporting.comparison import pairs, rate_of
from streamdash.reporting.overall import overall
from streamdash.reporting.paired.estimate import Resamples
from streamdash.reporting.quantities import TOTAL, TTFT
from streamdash.streams.events import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamdash.reporting.comparison import Pair
    from streamdash.reporting.quantities import Quantity
    from streamdash.reporting.result import StreamResult

LABEL_CELLS = 40
SEED = 0
"""The same rounds pass or fail the gate each time."""


def regressions(
    results: Sequence[StreamResult], baseline: Sequence[StreamResult], fraction: float
) -> list[str]:
    """A sentence for each number that is worse than the baseline's by more than `fraction`.

    Compares TTFT, total and rate (tokens, else characters per second) of the streams with the
    same label; for repeated streams their medians. Where five rounds or more were measured on
    both sides, a change must also be proved by them: its 95 % interval excludes 0. Streams that
    the user cancelled are left out. A number that one side lacks fails the gate too, and so does
    a stream that is not in the baseline or did not end well there: a gate that compares nothing
    must not pass. A rate that both sides lack does not fail it, as answers that come in one piece
    have none.
    """
    compared = [
        pair
        for pair in pairs(baseline, results)
        if pair.after is not None and not _was_cancelled(pair.after)
    ]
    if not compared:
        return ["no stream of this run can be compared with the baseline"]
    resamples = Resamples(SEED)
    return [sentence for pair in compared for sentence in _failures(pair, fraction, resamples)]


def _was_cancelled(result: StreamResult) -> bool:
    """Whether the user cancelled the stream, in all its rounds."""
    return all(run.status is Status.CANCELLED for run in result.runs or (result,))


def _failures(pair: Pair, fraction: float, resamples: Resamples) -> Iterator[str]:
    label = clean_line(pair.label, LABEL_CELLS)
    if pair.before is None:
        yield f"{label}: is not in the baseline"
        return
    if not pair.before.status.ended_well:
        yield f"{label}: is {pair.before.status} in the baseline and has no numbers there"
        return
    for quantity in (TTFT, TOTAL, rate_of([pair])):
        before, after = quantity.typical(pair.before), quantity.typical(pair.after)
        if before is not None and before <= 0:
            before = None
        if before is None or after is None:
            if quantity.better < 0 or (before, after) != (None, None):
                yield f"{label}: {_missing(quantity, before, after)}"
            continue
        change = after / before - 1
        if change * -quantity.better > fraction and not _may_be_chance(pair, quantity, resamples):
            side = "over" if change > 0 else "under"
            yield (
                f"{label}: {quantity.title} {quantity.written(after)} is "
                f"{abs(change) * 100:.1f} % {side} the baseline's {quantity.written(before)} "
                f"(allowed: {fraction * 100:g} %)"
            )


def _may_be_chance(pair: Pair, quantity: Quantity, resamples: Resamples) -> bool:
    """Whether enough rounds were measured and do not prove a change."""
    found = overall([pair], [quantity], None, resamples).get(quantity.field)
    return found is not None and found.verdict == "tie"


def _missing(quantity: Quantity, before: float | None, after: float | None) -> str:
    if before is not None:
        return f"no {quantity.title}; the baseline's is {quantity.written(before)}"
    if after is not None:
        return f"{quantity.title} {quantity.written(after)}; the baseline has none"
    return f"no {quantity.title}, and none in the baseline"
