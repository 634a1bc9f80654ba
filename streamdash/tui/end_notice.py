"""Tells the user, who may be elsewhere, that a long run has ended."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.reporting.figures import clock
from streamdash.streams.events import Status
from streamdash.tui.terminal.notice_codes import BELL, desktop_notice

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamdash.config.own_config import Notice
    from streamdash.streams.run import Run

LONG_S = 10.0
"""Shorter runs end before anyone looks away."""
FRESH_S = 2.0
"""Seconds after an end within which a notice is of use; later the user has come back."""
_TITLE_CELLS = 60


class EndNotice:
    """Sends one notice each time that all streams have ended after `LONG_S` or more.

    The time counts from the launch of the first stream while no other was live. There is none for
    an end that the user caused. `write` takes the bytes for the terminal between two frames.
    """

    def __init__(self, run: Run, kind: Notice, title: str, write: Callable[[str], object]) -> None:
        self._run = run
        self._kind = kind
        self._title = title
        self._write = write
        self._since: float | None = None

    @property
    def awaited(self) -> bool:
        """Whether the end of live streams may send one."""
        return self._kind != "off" and self._run.live

    def follow(self) -> None:
        """See what became of the run since the last frame, and send the notice if it is time."""
        if self._kind == "off":
            return
        run = self._run
        if run.live:
            if self._since is None:
                states = run.present_states
                launches = [state.launched_at for state in states if state.ended_at is None]
                self._since = min(launches, default=run.clock())
            return
        if self._since is None:
            return
        since, self._since = self._since, None
        states = run.present_states
        ends = [(state.ended_at, state.status) for state in states if state.ended_at is not None]
        if not ends:
            return
        ended_at, status = max(ends, key=lambda end: end[0])
        taken = ended_at - since
        late = run.clock() - ended_at > FRESH_S
        if status is not Status.CANCELLED and taken >= LONG_S and not late:
            self._write(self._bytes(taken))

    def _bytes(self, taken: float) -> str:
        if self._kind == "bell":
            return BELL
        counts = Counter(state.status for state in self._run.present_states)
        ends = ", ".join(f"{count} {status}" for status, count in counts.items())
        title = clean_line(self._title, _TITLE_CELLS)
        text = f"{title}: {ends}" if title else ends
        return desktop_notice("streamdash", f"{text} after {clock(taken)}", os.environ)
