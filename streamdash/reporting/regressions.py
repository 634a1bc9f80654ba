"""The gate against a run of before: what has become slower by more than is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.reporting.comparison import Number, pairs, rate_field, value
from streamdash.reporting.text_table import rate, seconds
from streamdash.streams.events import ENDED_WELL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamdash.reporting.comparison import Pair
    from streamdash.reporting.result import Result

LABEL_CELLS = 40
CANCELLED = "cancelled"
_TIMES = (Number("ttft_s", "TTFT", seconds, -1), Number("total_s", "total", seconds, -1))
_RATES = {
    "chars_per_s": Number("chars_per_s", "chars/s", rate, 1),
    "tokens_per_s": Number("tokens_per_s", "tok/s", rate, 1),
}


def regressions(
    results: Sequence[Result], baseline: Sequence[Result], fraction: float
) -> list[str]:
    """A sentence for each number that is worse than the baseline's by more than `fraction`.

    Compared are TTFT, total and rate (tokens, else characters a second) of the streams with the
    same label; with repetitions their medians. What the user cancelled counts nowhere. A number
    that one side lacks is a sentence too, and so is a stream that the baseline lacks or that did
    not end well there: a gate that looks at nothing must not hold. A rate that both sides lack is
    none, as of answers that come in one piece.
    """
    compared = [
        pair
        for pair in pairs(baseline, results)
        if pair.after is not None and not _cancelled(pair.after)
    ]
    if not compared:
        return ["no stream of this run can be compared with the baseline"]
    return [sentence for pair in compared for sentence in _worse(pair, fraction)]


def _cancelled(result: Result) -> bool:
    """Whether its user ended the stream, with repetitions each of them."""
    runs = result.get("runs")
    ends = runs if isinstance(runs, list) and runs else [result]
    return all(end["status"] == CANCELLED for end in ends)


def _worse(pair: Pair, fraction: float) -> Iterator[str]:
    label = clean_line(pair.label, LABEL_CELLS)
    if pair.before is None:
        yield f"{label}: is not in the baseline"
        return
    if pair.before["status"] not in ENDED_WELL:
        yield f"{label}: is {pair.before['status']} in the baseline and has no numbers there"
        return
    for number in (*_TIMES, _RATES[rate_field([pair])]):
        before, after = value(pair.before, number.field), value(pair.after, number.field)
        if before is not None and before <= 0:
            before = None
        if before is None or after is None:
            if number.better < 0 or (before, after) != (None, None):
                yield f"{label}: {_missing(number, before, after)}"
            continue
        change = after / before - 1
        if change * -number.better > fraction:
            side = "over" if change > 0 else "under"
            yield (
                f"{label}: {number.title} {number.written(after)} is {abs(change) * 100:.1f} % "
                f"{side} the baseline's {number.written(before)} (allowed: {fraction * 100:g} %)"
            )


def _missing(number: Number, before: float | None, after: float | None) -> str:
    if before is not None:
        return f"no {number.title}; the baseline's is {number.written(before)}"
    if after is not None:
        return f"{number.title} {number.written(after)}; the baseline has none"
    return f"no {number.title}, and none in the baseline"
