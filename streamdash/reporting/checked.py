"""The verdicts of a stream's checks, with what its answer cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.reporting.pricing import cost_usd

if TYPE_CHECKING:
    from streamdash.streams.check import Verdict
    from streamdash.streams.state import StreamState


def verdicts_of(state: StreamState) -> tuple[Verdict, ...]:
    """The verdicts about an answer; see `final_verdicts`. Empty without checks."""
    if not state.spec.checks:
        return ()
    from streamdash.checks.evaluation import final_verdicts  # only where there are checks

    return final_verdicts(state, cost_usd)
