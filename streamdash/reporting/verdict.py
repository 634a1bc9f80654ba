"""The comparison of two runs in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.reporting.comparison import ALIKE, overall, pairs, rate_field
from streamdash.streams.events import ENDED_WELL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.comparison import Pair, Ratio
    from streamdash.reporting.reported_run import ReportedRun

NAME_CELLS = 60
LABEL_CELLS = 30
FEW = 3
"""Below so many measurements luck may have decided."""


class Comparison:
    """A run held against another one."""

    def __init__(self, before: ReportedRun, after: ReportedRun) -> None:
        self.before = before
        self.after = after
        self.pairs = pairs(before.results, after.results)

    @property
    def sentences(self) -> list[str]:
        """Which is faster and by how much."""
        repeat = min(self.before.board.plan.repeat, self.after.board.plan.repeat)
        before, after = (clean_line(one.name, NAME_CELLS) for one in (self.before, self.after))
        return verdict(self.pairs, before, after, repeat=max(1, repeat))


def verdict(paired: Sequence[Pair], before: str, after: str, *, repeat: int = 1) -> list[str]:
    """Which of the runs called `before` and `after` is faster and by how much: a few sentences."""
    ttft, total = overall(paired, "ttft_s"), overall(paired, "total_s")
    speed = overall(paired, rate_field(paired))
    if ttft is None and total is None:
        return [
            f"{after} and {before} cannot be compared: no stream with the same label was "
            "answered in both."
        ]
    sentences = [f"{_headline(ttft, total, speed, before, after)}: {_figures(ttft, total, speed)}."]
    lengths = overall(paired, "chars")
    if lengths is not None and abs(lengths.median - 1) > 2 * ALIKE:
        word = "longer" if lengths.median > 1 else "shorter"
        sentences.append(
            f"Its answers are {_percent(lengths.median)} {word}, which the total counts and the "
            "rate does not."
        )
    sentences += _endings(paired)
    measured = max(ratio.streams for ratio in (ttft, total) if ratio is not None) * repeat
    if measured < FEW:
        sentences.append("That is few measurements: --repeat tells speed from luck.")
    return sentences


def _headline(
    ttft: Ratio | None, total: Ratio | None, speed: Ratio | None, before: str, after: str
) -> str:
    """Who won, as far as the three numbers agree."""
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
    """Streams that ended well in one run only, and those that only one run has."""
    sentences = []
    for pair in paired:
        if pair.before is None or pair.after is None:
            continue
        old, new = str(pair.before["status"]), str(pair.after["status"])
        if (old in ENDED_WELL) != (new in ENDED_WELL):
            sentences.append(
                f"{clean_line(pair.label, LABEL_CELLS)} is {new}, and was {old} before."
            )
    alone = sum(pair.before is None or pair.after is None for pair in paired)
    if alone:
        noun = "stream is" if alone == 1 else "streams are"
        sentences.append(f"{alone} {noun} in one of the runs only.")
    return sentences
