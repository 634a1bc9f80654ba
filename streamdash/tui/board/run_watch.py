"""Notices what becomes of a run while it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState


class RunWatch:
    """Reports once when all streams have ended, and once when the recording has failed.

    `problem` returns why the run is not recorded, or None.
    """

    def __init__(self, run: Run, problem: Callable[[], str | None] | None) -> None:
        self._run = run
        self._problem = problem
        self._ended: list[StreamState] = []
        """The states whose end has been reported."""
        self.unrecorded = False
        """Whether a problem has been reported."""

    def new_end(self) -> bool:
        """Whether all started streams have ended; True only once until a stream is launched."""
        states = self._run.present_states
        if self._run.live or states == self._ended:
            return False
        if not any(state.status.final for state in states):
            return False
        self._ended = [*states]
        return True

    def new_problem(self) -> str | None:
        """Why the run is no longer recorded; None if it is, or if that has been reported."""
        if self._problem is None or self.unrecorded:
            return None
        problem = self._problem()
        self.unrecorded = problem is not None
        return problem
