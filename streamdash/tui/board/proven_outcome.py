"""The outcome of a run in rounds in a few words: what its rounds prove about the first token."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

from streamdash.output.safe_text import clean_line
from streamdash.reporting.figures import duration
from streamdash.reporting.models.answers import answered
from streamdash.reporting.models.rows import model_rows
from streamdash.reporting.paired.comparisons import missing_pairs
from streamdash.reporting.paired.estimate import LEAST_PAIRS
from streamdash.reporting.paired.sentences import counted
from streamdash.reporting.quantities import TTFT
from streamdash.reporting.result import paired_rounds, results_of, rounds_begun
from streamdash.reporting.winners import rivals
from streamdash.tui.names import LIMIT
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.models.rows import ModelRow
    from streamdash.reporting.result import RunSnapshot, StreamResult
    from streamdash.tui.names import StreamNames

_RANK = 1
_LEAST = 16


class _Front(NamedTuple):
    """Who is best in the median TTFT, with all that are not proven to be slower."""

    leaders: Sequence[str]
    """The best one first."""
    field: int
    """How many compete."""
    median: float
    """Seconds, of the best one."""
    missing: int
    """How many rounds are missing to tell the best one from any other; 0 if enough ran."""


def proven_outcome(run: RunSnapshot, names: StreamNames) -> list[Part]:
    """Who is proven to be first; else that nobody is, and without rivals the medians.

    The run must be one that no event changes any more. It takes tenths of a second with many
    streams and rounds. It is empty if no round of any stream ended well.
    """
    results = results_of(run)
    front = _front(run, results, names)
    if front is not None:
        return _parts(front)
    medians = [value for one in results if one.stats and (value := TTFT.typical(one)) is not None]
    if not medians:
        return []
    low, high = duration(min(medians)), duration(max(medians))
    span = low if low == high else f"{low} to {high}"
    return [Part(f"median TTFT {span}", _RANK, "figures", short=span)]


def _front(run: RunSnapshot, results: Sequence[StreamResult], names: StreamNames) -> _Front | None:
    """The streams of the one question, or the models where there are several questions.

    None if nothing competes, or if models are hidden or do not tell the rivals apart.
    """
    measured = (
        [index for index in one if _median(results[index]) < inf] for one in rivals(results)
    )
    groups = [group for group in measured if len(group) > 1]
    if len(groups) == 1:
        return _streams_in_front(run, results, groups[0], names)
    if not groups or names.blind:
        return None
    if any(len({results[i].target for i in group}) < len(group) for group in groups):
        return None
    return _models_in_front(run, results)


def _streams_in_front(
    run: RunSnapshot, results: Sequence[StreamResult], group: Sequence[int], names: StreamNames
) -> _Front:
    best = min(group, key=lambda index: _median(results[index]))
    paired = paired_rounds(run, results)
    compared = paired.against(best, (index for index in group if index != best), TTFT.field)
    level = [one.streams[1] for one in compared if one.verdict != "slower"]
    unknown = [missing_pairs(one) for one in compared if one.verdict == "unknown"]
    return _Front(
        [names.label(run.states[run.present[index]]) for index in (best, *level)],
        len(group),
        _median(results[best]),
        min(unknown) if len(unknown) == len(compared) else 0,
    )


def _models_in_front(run: RunSnapshot, results: Sequence[StreamResult]) -> _Front | None:
    answers = answered(results, TTFT)

    names = {one.target: one.model for one in results}
    if len({*names.values()}) < len(names):
        # endpoints with the same model
        names = {target: target for target in names}

    def verdicts(reference: str | None) -> Sequence[ModelRow]:
        found = model_rows(
            answers, TTFT, reference=reference, seed=run.plan.seed, lag_p99_s=run.lag.p99_s
        )
        return found.rows if found is not None else ()

    rows = verdicts(None)
    if not rows:
        return None
    best = min(rows, key=lambda row: 1.0 if row.verdict == "reference" else row.ratio or inf)
    level = [
        row.model for row in verdicts(best.model) if row.verdict in ("tie", "mixed", "unknown")
    ]
    missing = 0
    if all(row.verdict in ("reference", "unknown") for row in rows):
        missing = max(1, LEAST_PAIRS - rounds_begun(run))
    models = [clean_line(names[one], LIMIT) for one in (best.model, *level)]
    return _Front(models, len(rows), best.median, missing)


def _median(result: StreamResult) -> float:
    """The median TTFT of the stream's rounds; infinite if there is none, or if it is `never`."""
    value = TTFT.typical(result) if result.stats else None
    return inf if value is None else value


def _parts(front: _Front) -> list[Part]:
    leaders = front.leaders
    if front.missing:
        words = f"TTFT not proven: {counted(front.missing, 'more round')} needed"
        return [Part(words, _RANK, "figures", short="TTFT not proven")]
    if len(leaders) == 1:
        words = f"{leaders[0]} first"
        first = f"{words}, median TTFT {duration(front.median)}"
        return [
            Part(first, _RANK, "good", short=words, flexible=True, least=_LEAST),
            Part("proven", 4, "quiet"),
        ]
    if len(leaders) == front.field:
        return [Part("TTFT not told apart", _RANK, "figures", short="not told apart")]
    named = len(leaders) == 2
    words = " and ".join(leaders) if named else f"{len(leaders)} of {front.field}"
    short = f"{len(leaders)} in front"
    return [Part(f"{words} in front, not told apart", _RANK, "figures", short=short)]
