"""The numbers of one stream of a run, with its live rate, rounds, checks and waiting follow-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from streamdash.tui.board.pane.number_places import GAP
from streamdash.tui.board.pane.pane_checks import with_checks
from streamdash.tui.board.pane.pane_numbers import LiveRate, final_numbers, live_numbers
from streamdash.tui.board.pane.pane_rounds import PaneRounds
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState
    from streamdash.tui.board.pane.number_places import Numbers
    from streamdash.tui.board.pane.pane_checks import PaneChecks


class StreamNumbers:
    """Works out what the line under the transcript of stream `index` says.

    If `neutral`, the line omits what a provider or a dialect is known by.
    """

    def __init__(self, run: Run, index: int, checks: PaneChecks) -> None:
        self._run = run
        self._index = index
        self._rate = LiveRate()
        self._rounds = PaneRounds(run, index)
        self._checks = checks

    def begin(self) -> None:
        """Forget the rate of the last answer."""
        self._rate = LiveRate()

    def live(self, state: StreamState, now: float, *, neutral: bool) -> Numbers:
        """The numbers of a live stream; each call adds a sample to its rate."""
        per_s = None
        if state.status is Status.STREAMING:
            per_s = self._rate.sample(now, state.text.chars or state.reasoning.chars)
        return self._with_run(state, live_numbers(state, now, per_s, neutral=neutral), now)

    def final(self, state: StreamState, *, neutral: bool) -> Numbers:
        """The numbers of a stream that has ended."""
        return self._with_run(state, final_numbers(state, neutral=neutral), self._run.clock())

    def _with_run(self, state: StreamState, numbers: Numbers, now: float) -> Numbers:
        """The same numbers, and what the run says of the stream in front of their extras."""
        parts, cells = self._rounds.parts(state), self._rounds.cells
        parts += self._checks.parts(state, now)
        cells = with_checks(cells, state)
        waiting = 0 if state.status.final else len(self._run.waiting[self._index])
        if waiting:
            words = "a follow-up waits" if waiting == 1 else f"{waiting} follow-ups wait"
            parts.append(Part(words, 1, "warn", short=f"›{waiting}"))
            cells = (cells[0] + GAP + len(words), cells[-1] + GAP + 2)
        return numbers._replace(extras=(*parts, *numbers.extras), kept_free=cells)
