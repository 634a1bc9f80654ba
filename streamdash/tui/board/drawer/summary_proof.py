"""What the summary says beside the numbers: the best medians, a verdict per model, sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from streamdash.reporting.models.table import model_tables
from streamdash.reporting.paired.sentences import sentences
from streamdash.reporting.quantities import TOTAL, TTFT
from streamdash.reporting.result import paired_rounds, results_of
from streamdash.reporting.winners import winners
from streamdash.streams.flags import is_ttft_late

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamdash.reporting.models.table import ModelTable
    from streamdash.reporting.result import RunSnapshot, StreamResult

RACED = {quantity.title: quantity for quantity in (TTFT, TOTAL)}
"""The columns whose best cells are marked."""


class SummaryProof(NamedTuple):
    """What the answers prove; it takes tenths of a second with many streams and rounds."""

    best: Mapping[str, frozenset[int]] | None
    """The rows of the best results by column; None without rounds, where the numbers decide."""
    models: Sequence[ModelTable] = ()
    sentences: Sequence[str] = ()
    """What the rounds of each stream say against the reference."""


def unproven(*, in_rounds: bool) -> SummaryProof:
    """What is shown until the proof is worked out: of rounds, nobody is best."""
    return SummaryProof(dict.fromkeys(RACED, frozenset()) if in_rounds else None)


def proof_of(run: RunSnapshot, results: Sequence[StreamResult], *, blind: bool) -> SummaryProof:
    """What a run proves that no event changes any more; `results` are those of the summary's rows.

    If `blind`, models have no verdict, as it would name them.
    """
    models = () if blind else model_tables(run, results_of(run))
    if not run.plan.in_rounds:
        return SummaryProof(None, models)
    paired = paired_rounds(run, results)
    lag_p99_s = run.lag.p99_s
    best = {title: winners(results, one, lag_p99_s, paired) for title, one in RACED.items()}
    return SummaryProof(best, models, sentences(paired))


def with_medians(result: StreamResult) -> StreamResult:
    """The result with the medians of its rounds for numbers; itself without rounds."""
    medians: dict[str, Any] = {
        number: spread.median for number, spread in result.stats.items() if spread
    }
    if not medians:
        return result
    # a late stamp is one round's, and marks no median
    flags = tuple(
        flag for flag in result.flags if not (is_ttft_late([flag]) and result.stats["ttft_s"])
    )
    return replace(result, metrics=result.metrics._replace(**medians, flags=flags))
