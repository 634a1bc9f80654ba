"""The line below the panes: the run's title, its progress, then its outcome, and warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.reporting.figures import clock
from streamdash.tui.widgets.part_line import PartLine
from streamdash.tui.widgets.parts import Part
from streamdash.tui.widgets.round_parts import rounds_parts
from streamdash.tui.widgets.status_marks import count_parts

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.tui.board.playback import Playback
    from streamdash.tui.board.run_watch import RunWatch
    from streamdash.tui.names import StreamNames
    from streamdash.tui.terminal.direct_rows import DirectRows

DEMO = "demo: canned answers from the embedded server"
DEMO_SHORT = "demo: canned answers"
ROOMY = 130
"""Below this width the demo's sentence is shortened to make room for the counts."""
TITLE_LIMIT = 80
_BLIND = Part("blind", 0, "warn", at_right=True)
_NOT_RECORDED = Part("! not recorded", 0, "warn", at_right=True)


class TitleLine(PartLine):
    """Shows the progress of a run."""

    def __init__(
        self,
        run: Run,
        title: str,
        direct_rows: DirectRows,
        *,
        playback: Playback | None,
        watch: RunWatch,
    ) -> None:
        super().__init__(direct_rows=direct_rows)
        self._run = run
        self.standing: tuple[Part, ...] = ()
        """Further parts, which stay until they are replaced."""
        self.retitle(title)
        self._playback = playback
        self._watch = watch
        self._since: float | None = None
        self._outcome: list[Part] = []
        self._outcome_of: object = None
        """What the outcome was worked out from."""
        """The streams' states and the names for which `_outcome` was worked out."""

    def retitle(self, title: str) -> None:
        """Change the run's title."""
        self._title = clean_line(title, TITLE_LIMIT) or "streamdash"

    def begin_anew(self) -> None:
        """Restart the time at the next launch."""
        self._since = None

    def show_run(self, shown: range, names: StreamNames) -> None:
        """Draw the current numbers; `shown` are the places of the panes on the screen.

        When no stream is live, the outcome takes the room of the title if there is too little.
        """
        states = self._run.present_states
        streams = len(states)
        outcome = self._outcome_parts(names)
        parts = [
            Part(self._title, 4 if outcome else 1, "title", flexible=True, least=8),
            Part(f"{streams} stream{'' if streams == 1 else 's'}", 5, "quiet"),
            *rounds_parts(self._run),
            *count_parts(states),
        ]
        elapsed = self._elapsed()
        if elapsed is not None:
            parts.append(Part(clock(elapsed), 2))
        parts += outcome
        if 0 < len(shown) < streams:
            parts.append(_page_part(shown, streams))
        parts += self.standing
        if self._playback is not None:
            parts.append(self._playback.part())
        if names.blind:
            parts.append(_BLIND)
        if self._watch.unrecorded:
            parts.append(_NOT_RECORDED)
        if any(state.spec.endpoint.demo for state in states):
            said = DEMO if self.size.width >= ROOMY else DEMO_SHORT
            parts.append(Part(said, 0, "quiet", short=DEMO_SHORT, at_right=True))
        self.show(parts)

    def _outcome_parts(self, names: StreamNames) -> list[Part]:
        """What failed and who was first, once no stream is live; worked out after each change."""
        states = self._run.present_states
        if self._run.live or not any(state.ended_at is not None for state in states):
            return []
        current = (states, names, [(one.spec.checks, one.checked) for one in states])
        if current != self._outcome_of:
            # loaded here: the first frame does not show it
            from streamdash.tui.board.outcome import outcome_parts

            self._outcome, self._outcome_of = outcome_parts(self._run, names), current
        return self._outcome

    def _elapsed(self) -> float | None:
        """Seconds from the launch of the live streams, or of those that were live last."""
        states = self._run.present_states
        launches = [state.launched_at for state in states if state.ended_at is None]
        if self._run.live and launches:
            self._since = min(launches) if self._since is None else min(self._since, *launches)
            now = self._run.clock()
            return max(state.until(now) for state in states) - self._since
        ends = [state.ended_at for state in states if state.ended_at is not None]
        return max(ends) - self._since if ends and self._since is not None else None


def _page_part(shown: range, streams: int) -> Part:
    span = f"{shown.start + 1}–{shown.stop}" if len(shown) > 1 else f"{shown.start + 1}"
    panes = "panes" if len(shown) > 1 else "pane"
    return Part(f"{panes} {span} of {streams}", 0, "note", short=f"{span}/{streams}", at_right=True)
