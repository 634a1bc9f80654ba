"""The gate of checks: every answer passes, or enough of each model's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.cli.commands import GateLimits
    from streamdash.streams.run import Run
    from streamdash.streams.spec import StreamSpec

MODEL_CELLS = 60


def require_checks(limits: GateLimits, specs: Iterable[StreamSpec]) -> None:
    """Raise UsageError if a pass rate is wanted of streams without a check."""
    if limits.min_pass_rate is not None and not any(spec.checks for spec in specs):
        raise UsageError("--min-pass-rate: no stream of this run has a check")


def check_failures(run: Run, least: float | None) -> list[str]:
    """One sentence for each model whose answers failed; with `least`, if too few of them passed."""
    checked = [index for index in run.present if run.states[index].spec.checks]
    if not checked:
        return []
    from streamdash.reporting.pass_rates import pass_rates, percent
    from streamdash.reporting.result import result_of

    rates = pass_rates([result_of(run, index, earlier=False) for index in checked])
    if not rates:
        return ["every answer with checks was cancelled; there is none to judge"]
    sentences = []
    for rate in rates:
        if rate.passed == rate.n or (least is not None and rate.rate >= least):
            continue
        model = clean_line(rate.model, MODEL_CELLS)
        answers = "answer passed its" if rate.n == 1 else "answers passed their"
        sentence = f"{model}: {rate.passed} of {rate.n} {answers} checks"
        if least is not None:
            sentence += f" ({percent(rate.rate)}), less than {100 * least:g} %"
        sentences.append(sentence)
    return sentences
