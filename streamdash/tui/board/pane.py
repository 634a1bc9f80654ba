"""One stream on the board: a frame with its label, status and numbers around its transcript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from streamdash.streams.events import Status
from streamdash.tui.board.conversation import conversation, marked, unsent_note
from streamdash.tui.board.pane_frame import (
    Heading,
    heading_strip,
    numbers_strip,
    question_strips,
    side_strip,
)
from streamdash.tui.board.pane_notes import ending_note
from streamdash.tui.board.pane_numbers import LiveRate, final_parts, live_parts
from streamdash.tui.names import neutral_flags
from streamdash.tui.transcript.transcript import Transcript
from streamdash.tui.widgets.parts import Part
from streamdash.tui.widgets.status_marks import CANCEL, MARKS, RERUN, Mark, mark_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult

    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState
    from streamdash.tui.board.pane_frame import PaneStyles
    from streamdash.tui.names import StreamNames
    from streamdash.tui.terminal.direct_rows import DirectRows
    from streamdash.tui.transcript.styles import TranscriptStyles
    from streamdash.tui.transcript.transcript import TextStyle

ANSWER: TextStyle = "answer"
REASONING: TextStyle = "reasoning"
TOOL: TextStyle = "tool"
_BROKEN = Mark("!", "bad")
_SCROLLED = Part("end follows", 3, "warn", short="end")
_TOP, _BOTTOM, _SIDE = range(3)
QUESTION_ROWS = 3
"""Of the zoomed pane, at most."""


class PaneTranscript(Transcript):
    """A transcript whose failure to draw stays its own pane's."""

    def __init__(
        self,
        failed: Callable[[Exception], object],
        inks: Callable[[], TranscriptStyles],
        glass: DirectRows,
    ) -> None:
        super().__init__(inks, direct_rows=glass)
        self._failed = failed

    def render_lines(self, crop: Region) -> list[Strip]:
        """The finished strips; blank ones where drawing fails."""
        try:
            return super().render_lines(crop)
        except Exception as error:
            self._failed(error)
            return [Strip.blank(crop.width)] * crop.height


class Pane(Widget):
    """Shows stream `index` of a run, and follows it through reruns.

    `paint` is called on the frame clock; nothing is drawn that has not changed.
    """

    ALLOW_SELECT = False

    class Pressed(Message):
        """The header's button was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    class Chosen(Message):
        """The frame was clicked; `twice` asks for more of it."""

        def __init__(self, index: int, *, twice: bool) -> None:
            super().__init__()
            self.index = index
            self.twice = twice

    def __init__(
        self,
        run: Run,
        index: int,
        *,
        names: Callable[[], StreamNames],
        look: Callable[[], PaneStyles],
        inks: Callable[[], TranscriptStyles],
        glass: DirectRows,
    ) -> None:
        super().__init__()
        self.index = index
        self.number = ""
        """The key that focuses this pane."""
        self.dense = False
        self.transcript = PaneTranscript(
            lambda error: self.call_later(self.fail, error), inks, glass
        )
        self._run = run
        self._names = names
        self._look = look
        self._glass = glass
        self._current = False
        self._state: StreamState | None = None
        self._revision = -1
        self._read = {"answer": 0, "reasoning": 0, "refusal": 0, "tool": 0}
        self._rate = LiveRate()
        self._asked = False
        """Whether the transcript has begun with the conversation before the answer."""
        self._question_rows = 0
        """Rows under the heading that repeat the question, while the pane is zoomed."""
        self._question: list[Strip] | None = None
        self._zoomed = False
        self._broken = ""
        self._note = ""
        self._ended = False
        """Whether the end is on the screen, which comes behind the last of the text."""
        self._stage = ""
        """The stage that heading and numbers were drawn for last."""
        self._heading = self._now_heading()
        self._parts: Sequence[Part] = ()
        self._rows: list[Strip | None] = [None, None, None]
        self._button = range(0)

    def compose(self) -> ComposeResult:
        yield self.transcript

    # -- what it shows ----------------------------------------------------------------------

    @property
    def state(self) -> StreamState:
        return self._run.states[self.index]

    @property
    def current(self) -> bool:
        """Whether keys act on this pane."""
        return self._current

    @current.setter
    def current(self, current: bool) -> None:
        if current != self._current:
            self._current = current
            self.restyle()

    def place(self, *, number: str, dense: bool) -> None:
        """Take a new place in the grid."""
        if (number, dense) != (self.number, self.dense):
            self.number, self.dense = number, dense
            self._show_heading()
            self.restyle()

    @property
    def zoomed(self) -> bool:
        """Whether the pane has the whole area, and room for the question under its heading."""
        return self._zoomed

    @zoomed.setter
    def zoomed(self, zoomed: bool) -> None:
        if zoomed != self._zoomed:
            self._zoomed = zoomed
            self._lay_question()

    def on_resize(self) -> None:
        """Wrap the question at the new width."""
        self._lay_question()

    def _lay_question(self) -> None:
        """Make room for as many rows as the question has, if any."""
        self._question = None
        count = len(self._question_strips()) if self._zoomed else 0
        if count != self._question_rows:
            self._question_rows = count
            if count:
                self.styles.padding = (1 + count, 2, 1, 2)
            else:
                self.styles.clear_rule("padding")
                self.refresh(layout=True)

    def _question_strips(self) -> list[Strip]:
        width, height = self.outer_size
        if self._question is None:
            question = self.state.spec.question
            self._question = question_strips(
                marked(question) if question else "",
                width,
                self._look(),
                current=self._current,
                most=min(QUESTION_ROWS, height // 6),
            )
        return self._question

    def paint(self, now: float, *, tick: bool) -> bool:
        """Draw what is new; True if more is left. On a `tick` the running numbers move too."""
        state = self.state
        if state is not self._state:
            self._begin(state)
        changed = state.revision != self._revision
        if changed:
            self._revision = state.revision
            self._read_on(state)
        left = self.transcript.paint()
        if state.status.final and not left:
            if not self._ended:
                # all that was said is there: now the end's note and its numbers, in this frame
                self._ended = True
                self._end(state)
                left = self.transcript.paint()
        elif (tick and not self._ended) or state.stage != self._stage:
            self._tick(state, now)
        return left

    @property
    def behind(self) -> bool:
        """Whether something has happened since the last paint."""
        state = self.state
        return not self.broken and (state is not self._state or state.revision != self._revision)

    def fail(self, error: Exception) -> None:
        """This pane cannot be painted: say so in it, and leave it until its stream is rerun."""
        if self.broken:
            return
        self._broken = f"cannot paint: {type(error).__name__}"
        self._parts = (Part(self._broken, 0, "bad"),)
        self._show_heading()
        self.restyle()

    @property
    def broken(self) -> bool:
        """Whether a paint of this state has failed."""
        return bool(self._broken) and self._state is self.state

    def rename(self) -> None:
        """Say again who this is, and only what may be told: the names have changed."""
        self._show_heading()
        state = self._state
        if state is None or state is not self.state or self._broken:
            return
        neutral = self._names().blind
        if not state.status.final:
            self._tick(state, self._run.clock())
        elif neutral_flags(state.flags) != state.flags:
            self._show_parts(final_parts(state, neutral=neutral))
        if self._note and self._note != self._now_note(state):
            self._read_again()

    def _begin(self, state: StreamState) -> None:
        if self._state is not None:
            self._read_again()
        self._state = state
        self._rate = LiveRate()
        self._broken = ""
        self._ended = False
        self._stage = state.stage
        self._lay_question()
        self._show_heading()
        self._show_parts(self._live_parts(state, self._run.clock(), None))

    def _read_again(self) -> None:
        """Empty the transcript; the next paint fills it from the state's beginning."""
        self.transcript.clear()
        self._revision = -1
        self._read = dict.fromkeys(self._read, 0)
        self._note = ""
        self._ended = False
        self._asked = False

    def _read_on(self, state: StreamState) -> None:
        if not self._asked:
            self._asked = True
            for text, passage_style in conversation(state.spec, self._run.earlier[self.index]):
                self.transcript.append(text, style=passage_style)
        read = self._read
        for channel, buffer, style in (
            ("reasoning", state.reasoning, REASONING),
            ("answer", state.text, ANSWER),
            ("refusal", state.refusal, ANSWER),
            ("tool", state.tool, TOOL),
        ):
            start = read[channel]
            if buffer.chars > start:
                text = buffer.since(start)
                read[channel] = start + len(text)
                self.transcript.append(text, style=style)

    def _tick(self, state: StreamState, now: float) -> None:
        self._stage = state.stage
        chars = state.text.chars or state.reasoning.chars
        per_s = self._rate.sample(now, chars) if state.status is Status.STREAMING else None
        self._show_parts(self._live_parts(state, now, per_s))
        self._show_heading()

    def _end(self, state: StreamState) -> None:
        self._note = self._now_note(state)
        if self._note:
            style: TextStyle = "error" if state.error is not None else "note"
            self.transcript.append(self._note, style=style)
        unsent = unsent_note(self._run.unsent[self.index])
        if unsent:
            # a section of the same style goes on where it ended
            begin = "\n" if self._note and state.error is None else ""
            self.transcript.append(begin + unsent, style="note")
        self._show_parts(final_parts(state, neutral=self._names().blind))
        self._show_heading()

    def _now_note(self, state: StreamState) -> str:
        # an error names its URL, which may be long, before what the server says
        limit = max(120, 4 * self.size.width - 8)
        return ending_note(state, limit, neutral=self._names().blind)

    def _live_parts(self, state: StreamState, now: float, chars_per_s: float | None) -> list[Part]:
        parts = live_parts(state, now, chars_per_s, neutral=self._names().blind)
        waiting = len(self._run.waiting[self.index])
        if waiting:
            words = "a follow-up waits" if waiting == 1 else f"{waiting} follow-ups wait"
            parts.append(Part(words, 1, "warn", short=f"›{waiting}"))
        return parts

    # -- how it is drawn --------------------------------------------------------------------

    def restyle(self) -> None:
        """Draw the frame anew, all of it."""
        self._rows = [None, None, None]
        self._question = None
        self.refresh()

    def _now_heading(self) -> Heading:
        state = self.state
        names = self._names()
        stage, mark = state.stage, mark_of(state)
        if state.status.final and not self._ended and state is self._state and not self._broken:
            # the rest of its text is on its way to the screen
            stage, mark = Status.STREAMING.value, MARKS[Status.STREAMING]
        return Heading(
            label=names.label(state),
            target=names.target(state),
            number=self.number,
            mark=_BROKEN if self._broken else mark,
            status=stage,
            button=RERUN if state.status.final else CANCEL,
        )

    def _show_heading(self) -> None:
        heading = self._now_heading()
        if heading != self._heading:
            self._heading = heading
            self._redraw_row(_TOP)

    def _show_parts(self, parts: Sequence[Part]) -> None:
        if parts != self._parts:
            self._parts = parts
            self._redraw_row(_BOTTOM)

    def on_transcript_follow_changed(self) -> None:
        """A reader has scrolled up, or come back."""
        self._redraw_row(_BOTTOM)

    def _redraw_row(self, row: int) -> None:
        self._rows[row] = None
        if self.is_mounted:
            width, height = self.outer_size
            line = 0 if row == _TOP else height - 1
            if width and self._glass.put(self, [(line, self._row(row, width))]):
                left, top = self.content_offset
                # a region of a refresh counts from the content's corner, the frame is outside it
                self.refresh(Region(-left, line - top, width, 1))

    def _row(self, row: int, width: int) -> Strip:
        """The top, bottom or side row for this width, drawn if it has changed."""
        strip = self._rows[row]
        if strip is None or strip.cell_length != width:
            look = self._look()
            current, dense = self._current, self.dense
            if row == _TOP:
                strip, self._button = heading_strip(
                    self._heading, width, look, current=current, dense=dense
                )
            elif row == _BOTTOM:
                parts = self._parts if self.transcript.following else [*self._parts, _SCROLLED]
                strip = numbers_strip(parts, width, look, current=current, dense=dense)
            else:
                strip = side_strip(width, look, current=current, dense=dense)
            self._rows[row] = strip
        return strip

    def render_lines(self, crop: Region) -> list[Strip]:
        """The frame; Textual's own border drawing costs more than both rows together."""
        width, height = self.outer_size
        side = self._row(_SIDE, width)
        strips = [side] * crop.height
        rows = self._question_strips()[: self._question_rows] if self._question_rows else []
        for y, strip in enumerate(rows, start=1):
            if crop.y <= y < crop.bottom:
                strips[y - crop.y] = strip
        if crop.y <= 0 < crop.bottom:
            strips[-crop.y] = self._row(_TOP, width)
        if crop.y <= height - 1 < crop.bottom:
            strips[height - 1 - crop.y] = self._row(_BOTTOM, width)
        if crop.column_span == (0, width):
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    # -- the mouse --------------------------------------------------------------------------

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Choose this pane at once, wherever it was touched."""
        self.post_message(self.Chosen(self.index, twice=False))

    def on_click(self, event: events.Click) -> None:
        """Press the button, or ask for more on the second click in the header."""
        if event.screen_offset.y != self.region.y:
            return
        if event.screen_offset.x - self.region.x in self._button:
            self.post_message(self.Pressed(self.index))
        elif event.chain == 2:
            self.post_message(self.Chosen(self.index, twice=True))
