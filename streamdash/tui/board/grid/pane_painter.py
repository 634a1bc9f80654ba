"""Paints the panes of one frame, in slices between which the streams are read."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from streamdash.tui.terminal.frame_clock import Frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.streams.run import Run
    from streamdash.tui.board.pane.pane import Pane

TICK_S = 0.1
"""How often a pane's clock and live numbers change; its text changes in every frame."""
PHASES = 3
"""Panes take turns to tick, so that no frame has to draw the numbers of all of them."""
SLICE_S = 0.002
"""Seconds of painting before the streams are read again; more would make time stamps late."""
STEADY = 4
"""Up to this many panes update their numbers with every new text, not only on a tick."""
TICKING = 8
"""The most panes that tick in one frame; more panes take more turns and tick less often."""


class PanePainter:
    """Paints panes on the frame clock. A frame that takes too long is resumed in a later call."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.unpainted: list[Pane] = []
        """Panes of the current frame that are not painted yet, the next one last."""
        self._more = False
        self._tick_at = 0.0
        self._phase = 0
        self._phases = PHASES
        self._ticking = False
        self._steady = False

    def paint(self, panes: Sequence[Pane], at: float) -> Frame:
        """Paint all changes in `panes`, or resume an unfinished frame."""
        if not self.unpainted:
            self._begin(panes, at)
        now = self._run.clock()
        until = perf_counter() + SLICE_S
        while self.unpainted:
            self._more |= self._paint_pane(self.unpainted.pop(), now)
            if perf_counter() >= until and self.unpainted:
                return Frame.RESUME
        # a pane painted in an early slice may have new text by now
        more = self._more or any(pane.behind for pane in panes)
        return Frame.MORE if more else Frame.IDLE

    def drop(self) -> None:
        """Drop the rest of a frame, because other panes or another screen are painted next."""
        self.unpainted = []

    def _begin(self, panes: Sequence[Pane], at: float) -> None:
        self.unpainted = [*reversed(panes)]
        self._more = False
        self._steady = len(panes) <= STEADY
        self._ticking = at >= self._tick_at
        if self._ticking:
            self._tick_at = at + TICK_S / PHASES
            self._phases = max(PHASES, -(-len(panes) // TICKING))
            self._phase = (self._phase + 1) % self._phases

    def _paint_pane(self, pane: Pane, now: float) -> bool:
        """Paint one pane; True if it has more. A failure is shown in that pane only."""
        if pane.broken:
            return False
        try:
            tick = self._ticking and pane.index % self._phases == self._phase
            return pane.paint(now, tick=tick or (self._steady and pane.behind))
        except Exception as error:
            pane.fail(error)
            return False
