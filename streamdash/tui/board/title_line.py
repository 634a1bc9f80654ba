"""The line below the panes: the run's title, its progress, then its outcome, and warnings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.recording.run_title import run_title
from streamdash.reporting.figures import clock
from streamdash.tui.widgets.latest_job import LatestJob
from streamdash.tui.widgets.part_line import PartLine
from streamdash.tui.widgets.parts import Part
from streamdash.tui.widgets.round_parts import rounds_parts
from streamdash.tui.widgets.status_marks import count_parts

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.streams.spec import StreamSpec
    from streamdash.streams.state import StreamState
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
        self._title = title
        self._own_title = ""
        self._titled: tuple[list[StreamSpec], bool] | None = None
        """The requests and whether they are hidden, for which `_own_title` was worked out."""
        self._playback = playback
        self._watch = watch
        self._since: float | None = None
        self._panes = range(0)
        self._outcome: list[Part] = []
        self._job: LatestJob[list[Part]] = LatestJob(self)
        self._outcome_of: tuple[list[StreamState], StreamNames, list[object]] | None = None
        """The states, the names and what the checks say, for which `_outcome` was worked out."""

    def retitle(self, title: str) -> None:
        """Change the title that the user gave; with an empty one the streams make their own."""
        self._title = title

    def begin_anew(self) -> None:
        """Restart the time at the next launch."""
        self._since = None

    def show_run(self, shown: range, names: StreamNames) -> None:
        """Draw the current numbers; `shown` are the places of the panes on the screen.

        When no stream is live, the outcome takes the room of the title if there is too little.
        """
        self._panes = shown
        states = self._run.present_states
        streams = len(states)
        outcome = self._outcome_parts(names)
        parts = [
            Part(self._shown_title(names), 4 if outcome else 1, "title", flexible=True, least=8),
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
        """What failed and who was first, once no stream is live; worked out after each change.

        What rounds prove takes a while, and is shown by the next call once it is there.
        """
        states = self._run.present_states
        if self._run.live or not any(state.ended_at is not None for state in states):
            return []
        checked: list[object] = [(one.spec.checks, one.checked) for one in states]
        current = (states, names, checked)
        if current != self._outcome_of:
            self._outcome_of = current
            # loaded here: the first frame does not show it
            from streamdash.tui.board.outcome import check_parts, failure_parts, outcome_parts

            if self._run.plan.in_rounds:
                from streamdash.streams.frozen_run import freeze
                from streamdash.tui.board.proven_outcome import proven_outcome

                self._outcome = [*check_parts(self._run), *failure_parts(self._run)]
                self._job.want(partial(proven_outcome, freeze(self._run), names), self._show_proof)
            else:
                self._outcome = outcome_parts(self._run, names)
        return self._outcome

    def _show_proof(self, outcome: list[Part]) -> None:
        if outcome and self._outcome_of is not None:
            from streamdash.tui.board.outcome import check_parts

            self._outcome = [*check_parts(self._run), *outcome]
            # no frame is due, as nothing is live
            self.show_run(self._panes, self._outcome_of[1])

    def _shown_title(self, names: StreamNames) -> str:
        """The user's title, else one for the streams as they are asked now."""
        title = self._title
        if not title:
            current = ([state.spec for state in self._run.present_states], names.blind)
            if current != self._titled:
                self._titled = current
                self._own_title = run_title(current[0], with_models=not names.blind)
            title = self._own_title
        return clean_line(title, TITLE_LIMIT) or "streamdash"

    def _elapsed(self) -> float | None:
        """Seconds from the launch of the live streams, or of those that were live last."""
        states = self._run.present_states
        launches = [state.launched_at for state in states if state.ended_at is None]
        if self._run.live and launches:
            self._since = min(launches) if self._since is None else min(self._since, *launches)
            now = self._run.clock()
            return max(state.until(now) for state in states) - self._since
        ended = [(state.ended_at, state) for state in states if state.ended_at is not None]
        if not ended or self._since is None:
            return None
        end, last = max(ended, key=lambda one: one[0])
        # the streams that were launched last may have been removed
        return end - (self._since if end >= self._since else last.launched_at)


def _page_part(shown: range, streams: int) -> Part:
    span = f"{shown.start + 1}–{shown.stop}" if len(shown) > 1 else f"{shown.start + 1}"
    panes = "panes" if len(shown) > 1 else "pane"
    return Part(f"{panes} {span} of {streams}", 0, "note", short=f"{span}/{streams}", at_right=True)
