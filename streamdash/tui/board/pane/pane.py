"""One stream on the board: a frame with its label, status and numbers around its transcript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from streamdash.streams.events import Status
from streamdash.tui.board.pane.framed_transcript import FramedTranscript
from streamdash.tui.board.pane.number_places import Numbers
from streamdash.tui.board.pane.pane_checks import PaneChecks
from streamdash.tui.board.pane.pane_frame import Heading
from streamdash.tui.board.pane.pane_notes import dropped_note, ending_note
from streamdash.tui.board.pane.pane_place import PanePlace
from streamdash.tui.board.pane.preface import MARGIN, SPACED_HEIGHT, place_preface
from streamdash.tui.board.pane.shown_answer import ShownAnswer
from streamdash.tui.board.pane.stream_numbers import StreamNumbers
from streamdash.tui.board.pane.transcript_feed import TranscriptFeed
from streamdash.tui.names import neutral_flags
from streamdash.tui.widgets.parts import Part
from streamdash.tui.widgets.status_marks import CANCEL, LEAVING, MARKS, RERUN, Mark, mark_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual import events

    from streamdash.streams.run import Run
    from streamdash.streams.spec import StreamSpec
    from streamdash.streams.state import StreamState
    from streamdash.tui.board.grid.pane_views import PaneViews
    from streamdash.tui.board.pane.conversation import Passage
    from streamdash.tui.board.pane.pane_styles import PaneStyles
    from streamdash.tui.names import StreamNames
    from streamdash.tui.terminal.direct_rows import DirectRows

_BROKEN = Mark("!", "bad")


class Pane(FramedTranscript):
    """Shows an answer of stream `index` of a run: the current one, unless `answer` says otherwise.

    `paint` is called on the frame clock and draws only what has changed.
    """

    class Pressed(Message):
        """The button in the heading was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    class Chosen(Message):
        """The pane was clicked; `twice` if it was a double click on the heading."""

        def __init__(self, index: int, *, twice: bool) -> None:
            super().__init__()
            self.index = index
            self.twice = twice

    class TextsWanted(Message):
        """The texts of this earlier answer are no longer in memory."""

        def __init__(self, state: StreamState) -> None:
            super().__init__()
            self.state = state

    class Judged(Message):
        """The checks of a long answer are decided."""

    def __init__(
        self,
        run: Run,
        index: int,
        *,
        names: Callable[[], StreamNames],
        styles: PaneStyles,
        direct_rows: DirectRows,
        views: PaneViews,
        invite: Callable[[StreamSpec], Iterable[Passage]],
    ) -> None:
        super().__init__(styles, direct_rows, views)
        self.index = index
        self.answer = ShownAnswer(run, index)
        """Which of the stream's answers is shown."""
        self._run, self._names, self._views = run, names, views
        self._feed = TranscriptFeed(run, index, self.transcript, invite)
        self._checks = PaneChecks(self, lambda: self.post_message(self.Judged()))
        self._numbers = StreamNumbers(run, index, self._checks)
        self._broken = ""
        self._stage = ""
        """The stage that heading and numbers were drawn for last."""
        self._place = PanePlace()
        self._show_heading()

    @property
    def state(self) -> StreamState:
        """The state of the answer that is shown."""
        return self.answer.state

    def place(self, place: PanePlace) -> None:
        """Move to a new place in the grid, or fill the whole area."""
        before, self._place = self._place, place
        if place != before:
            self._rows.dense, self._rows.end_key = place.dense, place.end_key
            self._lay_preface()
            self._show_heading()
            self.restyle()

    def _lay_preface(self) -> None:
        """Give question and settings as many rows above the transcript as they need."""
        place = self._place
        passages = place_preface(self.state.spec, place, blind=self._names().blind)
        width, height = place.zoomed or (0, 0)
        margin = MARGIN if place.wide else 1
        if passages != self._rows.preface:
            self.refresh()
        rows = self._rows.lay_preface(passages, width, margin)
        above = 1 + rows + (rows > 0 and height >= SPACED_HEIGHT)
        if self.styles.padding.top != above or self.styles.padding.left != margin:
            self.styles.padding = (above, margin, 1, margin)

    def paint(self, now: float, *, tick: bool) -> bool:
        """Paint all changes; True if more is left. A `tick` also updates the running numbers."""
        state, feed = self.state, self._feed
        if state is not feed.state or (feed.without_texts and not state.texts_dropped):
            self._begin(state)
        elif self.answer.is_earlier:
            # its button belongs to the stream, which goes on
            self._show_heading()
        elif feed.ended and self._checks.are_edited(state):
            feed.restart()
        more = feed.advance(state)
        if state.status.final and not more and not self._checks.judging(state):
            if not feed.ended:
                # the text is complete: the note and the final numbers come in the same frame
                more = feed.end(state, self._ending_note(state))
                self.show_numbers(self._numbers.final(state, neutral=self._names().blind))
                self._show_heading()
        elif (tick and not feed.ended) or state.stage != self._stage:
            self._tick(state, now)
        return more

    @property
    def behind(self) -> bool:
        """Whether something has happened since the last paint."""
        return not self.broken and self._feed.is_behind(self.state)

    def show_found(self, state: StreamState) -> None:
        """Show this answer again, whose texts were looked for."""
        if state is self._feed.state:
            self._feed.restart()

    def fail(self, error: Exception) -> None:
        """Show that painting failed; the pane is not painted again until a rerun."""
        if self.broken:
            return
        self._broken = f"cannot paint: {type(error).__name__}"
        self.show_numbers(Numbers(notes=(Part(self._broken, 0, "bad"),)))
        self._show_heading()
        self.restyle()

    @property
    def broken(self) -> bool:
        """Whether painting this state has failed."""
        return bool(self._broken) and self._feed.state is self.state

    def invite(self) -> None:
        """Show again what the pane says before anything is asked, if that is so."""
        if not self.state.spec.messages and self.state is self._feed.state:
            self._feed.restart()

    def rename(self) -> None:
        """Show label, numbers and note again under the current names."""
        self._show_heading()
        self.invite()
        self._lay_preface()
        state = self.state
        if state is not self._feed.state or self._broken:
            return
        if not state.status.final:
            self._tick(state, self._run.clock())
        elif neutral_flags(state.flags) != state.flags:
            self.show_numbers(self._numbers.final(state, neutral=self._names().blind))
        if self._feed.note and self._feed.note != self._ending_note(state):
            self._feed.restart()

    def _begin(self, state: StreamState) -> None:
        self._feed.follow(state)
        if state.texts_dropped:
            self.post_message(self.TextsWanted(state))
        self._rows.earlier = self.answer.is_earlier
        self._numbers.begin()
        self._broken = ""
        self._lay_preface()
        self._tick(state, self._run.clock())

    def _tick(self, state: StreamState, now: float) -> None:
        self._stage = state.stage
        self.show_numbers(self._numbers.live(state, now, neutral=self._names().blind))
        self._show_heading()

    def _ending_note(self, state: StreamState) -> str:
        # an error puts its URL, which may be long, before the server's message
        limit = max(120, 4 * self.size.width - 8)
        note = ending_note(state, limit, neutral=self._names().blind)
        failed = self._checks.note(state, self._run.clock())
        return "\n".join(filter(None, [dropped_note(self._run, state), note, failed]))

    def _show_heading(self) -> None:
        self.show_heading(self._heading())

    def _heading(self) -> Heading:
        state, feed, names = self.state, self._feed, self._names()
        stage, mark = state.stage, mark_of(state)
        if state.status.final and not feed.ended and state is feed.state and not self._broken:
            # the rest of the text is not painted yet
            stage, mark = Status.STREAMING.value, MARKS[Status.STREAMING]
        if self.index in self._views.leaving:
            stage, mark = LEAVING
        return Heading(
            name=names.pane_name(state),
            number=self._place.number,
            mark=_BROKEN if self._broken else mark,
            status=stage,
            button=RERUN if self._run.states[self.index].status.final else CANCEL,
            slots=self._place.slots,
            answer="" if names.blind else self.answer.words,
            earlier=self.answer.is_earlier,
        )

    # -- the mouse --------------------------------------------------------------------------

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.post_message(self.Chosen(self.index, twice=False))

    def on_click(self, event: events.Click) -> None:
        """Press the button, or zoom on a double click; only the heading takes clicks."""
        if event.screen_offset.y != self.region.y:
            return
        if event.screen_offset.x - self.region.x in self._rows.button:
            self.post_message(self.Pressed(self.index))
        elif event.chain == 2:
            self.post_message(self.Chosen(self.index, twice=True))
