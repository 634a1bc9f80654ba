"""What a title line says about the rounds of a run: which one runs, and how many are left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.rounds.round import current_round, round_words
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from streamdash.streams.run import Run


def rounds_parts(run: Run) -> list[Part]:
    """`round 3 of 10`, `warm-up 1 of 2`, `until ±5 %`; how many there were once all have ended."""
    plan = run.plan
    current = current_round(run.present_states)
    if not plan.in_rounds or current is None:
        return []
    short = round_words(current, plan)
    if current.warmup:
        words = f"warm-up {current.number} of {plan.warmup}"
    elif run.live or current.number == plan.repeat:
        words = f"round {current.number} of {plan.repeat}"
    else:
        words = f"ended after round {current.number} of {plan.repeat}"
    parts = [Part(words, 1, "note", short=short)]
    if plan.until is not None and run.live:
        parts.append(Part(f"until ±{plan.until * 100:g} %", 4, "quiet"))
    return parts
