"""The comparison of two runs in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.reporting.comparison import ALIKE, overall, rate_of
from streamdash.reporting.quantities import CHARS, TOTAL, TTFT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.comparison import Comparison, Pair, Ratio

NAME_CELLS = 60
LABEL_CELLS = 30
FEW = 3
"""With fewer measurements than this the verdict warns of chance."""


def verdict(compared: Comparison) -> list[str]:
    """A few sentences: which of the two runs is faster, and by how much."""
    before, after = (clean_line(run.name, NAME_CELLS) for run in (compared.before, compared.after))
    paired = compared.pairs
    ttft, total = overall(paired, TTFT), overall(paired, TOTAL)
    speed = overall(paired, rate_of(paired))
    if ttft is None and total is None:
        return [
            f"{after} and {before} cannot be compared: no stream with the same label was "
            "answered in both."
        ]
    sentences = [f"{_headline(ttft, total, speed, before, after)}: {_figures(ttft, total, speed)}."]
    lengths = overall(paired, CHARS)
    if lengths is not None and abs(lengths.median - 1) > 2 * ALIKE:
        word = "longer" if lengths.median > 1 else "shorter"
        sentences.append(
            f"Its answers are {_percent(lengths.median)} {word}, which the total counts and the "
            "rate does not."
        )
    sentences += _endings(paired)
    repeat = max(1, min(run.snapshot.plan.repeat for run in (compared.before, compared.after)))
    measured = max(ratio.streams for ratio in (ttft, total) if ratio is not None) * repeat
    if measured < FEW:
        sentences.append("That is few measurements: --repeat tells speed from luck.")
    return sentences


def _headline(
    ttft: Ratio | None, total: Ratio | None, speed: Ratio | None, before: str, after: str
) -> str:
    """Which run is faster, if the three numbers agree."""
    signs = {
        _sign(ttft, less_is_better=True),
        _sign(total, less_is_better=True),
        _sign(speed, less_is_better=False),
    }
    if 1 in signs and -1 in signs:
        return f"{after} is faster in one way and slower in another than {before}"
    if 1 in signs:
        return f"{after} is faster than {before}"
    if -1 in signs:
        return f"{after} is slower than {before}"
    return f"{after} is as fast as {before}"


def _sign(ratio: Ratio | None, *, less_is_better: bool) -> int:
    if ratio is None or abs(ratio.median - 1) < ALIKE:
        return 0
    return 1 if (ratio.median < 1) is less_is_better else -1


def _figures(ttft: Ratio | None, total: Ratio | None, speed: Ratio | None) -> str:
    words = []
    if ttft is not None:
        words.append(f"the first token comes {_sooner(ttft.median)}")
    if total is not None:
        words.append(f"the whole answer {_sooner(total.median)}")
    if speed is not None:
        words.append(f"the text flows {_faster(speed.median)}")
    streams = max(ratio.streams for ratio in (ttft, total) if ratio is not None)
    whose = "one stream" if streams == 1 else f"median of {streams} streams"
    return f"{_listed(words)} ({whose})"


def _sooner(ratio: float) -> str:
    if abs(ratio - 1) < ALIKE:
        return "at about the same time"
    if ratio >= 2:
        return f"after {ratio:.1f} times as long"
    return f"{_percent(ratio)} {'later' if ratio > 1 else 'sooner'}"


def _faster(ratio: float) -> str:
    if abs(ratio - 1) < ALIKE:
        return "at about the same rate"
    if ratio >= 2:
        return f"{ratio:.1f} times as fast"
    return f"{_percent(ratio)} {'faster' if ratio > 1 else 'slower'}"


def _percent(ratio: float) -> str:
    return f"{abs(ratio - 1) * 100:.0f} %"


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _endings(paired: Sequence[Pair]) -> list[str]:
    """Sentences about streams that are in one run only, or ended well in one run only."""
    sentences = []
    for pair in paired:
        if pair.before is None or pair.after is None:
            continue
        if pair.before.status.ended_well != pair.after.status.ended_well:
            label, old, new = pair.label, pair.before.status, pair.after.status
            sentences.append(f"{clean_line(label, LABEL_CELLS)} is {new}, and was {old} before.")
    alone = sum(pair.before is None or pair.after is None for pair in paired)
    if alone:
        noun = "stream is" if alone == 1 else "streams are"
        sentences.append(f"{alone} {noun} in one of the runs only.")
    return sentences
