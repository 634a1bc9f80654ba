"""The verdicts of a stream's checks, loaded only where streams have any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.reporting.pricing import cost_usd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.checks.evaluation import Evaluation
    from streamdash.streams.check import Verdict
    from streamdash.streams.spec import StreamSpec
    from streamdash.streams.state import StreamState


def verdicts_of(state: StreamState) -> tuple[Verdict, ...]:
    """The verdicts about an answer; see `final_verdicts`. Empty without checks."""
    if not state.spec.checks:
        return ()
    from streamdash.checks.evaluation import final_verdicts

    return final_verdicts(state, cost_usd)


def evaluation_of(state: StreamState) -> Evaluation:
    """An evaluation that follows the answer while it streams."""
    from streamdash.checks.evaluation import Evaluation

    return Evaluation(state, cost_usd)


def load_engines(specs: Iterable[StreamSpec]) -> None:
    """Compile what recorded checks need, which takes too long for the event loop."""
    checked = [spec for spec in specs if spec.checks]
    if checked:
        from streamdash.checks.evaluation import compile_checks

        compile_checks(checked)
