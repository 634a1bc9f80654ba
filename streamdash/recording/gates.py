"""The gate against a run of before: what has become slower by more than is allowed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from streamdash.recording.comparison import GOOD_ENDS, Number, pairs, rate_field, value
from streamdash.recording.table import rate, seconds
from streamdash.streams.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamdash.recording.comparison import Pair
    from streamdash.recording.result import Result

LABEL_CELLS = 40
_TIMES = (Number("ttft_s", "TTFT", seconds, -1), Number("total_s", "total", seconds, -1))
_RATES = {
    "chars_per_s": Number("chars_per_s", "chars/s", rate, 1),
    "tokens_per_s": Number("tokens_per_s", "tok/s", rate, 1),
}


def parse_fraction(text: str) -> float:
    """`20%` or `0.2` as 0.2. Raises ValueError that says what would be right."""
    words = text.strip()
    share = words.endswith("%")
    try:
        number = float(words.removesuffix("%"))
    except ValueError:
        number = math.nan
    if share:
        number /= 100
    if not math.isfinite(number) or number < 0:
        raise ValueError(f"{text!r} is no share; write it as 20% or 0.2")
    if number > 1 and not share:
        raise ValueError(f"{text!r} is more than the whole; did you mean {words}%?")
    return number


def regressions(
    results: Sequence[Result], baseline: Sequence[Result], fraction: float
) -> list[str]:
    """A sentence for each number that is worse than the baseline's by more than `fraction`.

    Compared are TTFT, total and rate (tokens, else characters a second) of the streams with the
    same label whose baseline ended well; with repetitions their medians. That no stream could be
    compared is a sentence too: a gate that looks at nothing must not hold.
    """
    paired = [pair for pair in pairs(baseline, results) if pair.after is not None]
    compared = [
        pair for pair in paired if pair.before is not None and pair.before["status"] in GOOD_ENDS
    ]
    if not compared:
        return ["no stream of this run is in the baseline and ended well there"]
    return [sentence for pair in compared for sentence in _worse(pair, fraction)]


def _worse(pair: Pair, fraction: float) -> Iterator[str]:
    label = clean_line(pair.label, LABEL_CELLS)
    for number in (*_TIMES, _RATES[rate_field([pair])]):
        before, after = value(pair.before, number.field), value(pair.after, number.field)
        if before is None or before <= 0:
            continue
        if after is None:
            if number.better < 0:
                yield f"{label}: no {number.title}; the baseline's is {number.written(before)}"
            continue
        change = after / before - 1
        if change * -number.better > fraction:
            side = "over" if change > 0 else "under"
            yield (
                f"{label}: {number.title} {number.written(after)} is {abs(change) * 100:.1f} % "
                f"{side} the baseline's {number.written(before)} (allowed: {fraction * 100:g} %)"
            )
