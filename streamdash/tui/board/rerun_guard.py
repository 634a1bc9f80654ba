"""Protects live answers from a rerun by a single key."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.streams.state import StreamState

CONFIRM_S = 5.0
"""How long the same key can confirm a rerun."""


class RerunGuard:
    """Lets a rerun cancel live answers only when it is requested twice within `CONFIRM_S`."""

    def __init__(self) -> None:
        self._requested: frozenset[StreamState] = frozenset()
        self._requested_at = 0.0

    def objection(self, states: Iterable[StreamState]) -> str:
        """Why `states` may not be rerun yet, for the user; empty if they may."""
        live = frozenset(state for state in states if not state.status.final and state.attempts)
        before, before_at = self._requested, self._requested_at
        self._requested, self._requested_at = live, monotonic()
        if not live or (live <= before and self._requested_at - before_at < CONFIRM_S):
            return ""
        answers = "the answer is" if len(live) == 1 else f"{len(live)} answers are"
        return f"{answers} still coming: the same key again cancels and reruns"
