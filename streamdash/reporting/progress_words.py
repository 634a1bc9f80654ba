"""How far a run is, in one line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from streamdash.reporting.figures import clock
from streamdash.streams.stages import STAGES

if TYPE_CHECKING:
    from streamdash.streams.run import Run


def progress_words(run: Run) -> str:
    """`3 streaming · 5 done · 1,234 chars · 2.3 s`."""
    states = run.present_states
    counts = Counter(state.stage for state in states)
    words = [f"{counts[stage]} {stage}" for stage in STAGES if stage in counts]
    chars = sum(state.text.chars for state in states)
    return " · ".join([*words, f"{chars:,} chars", clock(run.clock() - run.started_at)])
