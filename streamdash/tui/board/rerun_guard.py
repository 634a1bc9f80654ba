"""Protects live answers from a rerun or a removal by a single key."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.streams.state import StreamState

CONFIRM_S = 5.0
"""How long the same key can confirm."""


class RerunGuard:
    """Lets a key cancel live answers only when it is pressed twice within `CONFIRM_S`.

    `then` is what the key does after that, as `reruns`.
    """

    def __init__(self, then: str) -> None:
        self._then = then
        self._requested: frozenset[StreamState | int] = frozenset()
        self._requested_at = 0.0

    def objection(self, states: Iterable[StreamState], between_rounds: Iterable[int] = ()) -> str:
        """Why `states` may not be cancelled yet, for the user; empty if they may.

        A stream that waits `between_rounds` would leave its rounds, so it is protected as well.
        """
        live = frozenset(state for state in states if not state.status.final and state.attempts)
        waiting = frozenset(between_rounds)
        before, before_at = self._requested, self._requested_at
        self._requested, self._requested_at = live | waiting, monotonic()
        if not self._requested:
            return ""
        if self._requested <= before and self._requested_at - before_at < CONFIRM_S:
            return ""
        if waiting:
            return f"more rounds are to come: the same key again ends them and {self._then}"
        answers = "the answer is" if len(live) == 1 else f"{len(live)} answers are"
        return f"{answers} still coming: the same key again cancels and {self._then}"
