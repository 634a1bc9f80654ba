"""Protects live answers from a rerun by a single key."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamdash.streams.state import StreamState

CONFIRM_S = 5.0
"""How long the same key can confirm a rerun."""


class RerunGuard:
    """Lets a rerun cancel live answers only when it is requested twice within `CONFIRM_S`."""

    def __init__(self) -> None:
        self._requested: frozenset[StreamState] = frozenset()
        self._requested_at = 0.0

    def allows(self, live: frozenset[StreamState]) -> bool:
        """Whether a rerun may cancel these answers now; a refusal counts as the first request."""
        before, before_at = self._requested, self._requested_at
        self._requested, self._requested_at = live, monotonic()
        return live <= before and self._requested_at - before_at < CONFIRM_S if live else True
