"""The inspector: the wire events of one stream, live."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from streamdash.output.safe_text import clean_line
from streamdash.reporting.figures import count, duration
from streamdash.streams.metrics import measure
from streamdash.tui.screens.front_screen import FrontScreen
from streamdash.tui.screens.inspector.event_json import EventJson
from streamdash.tui.screens.inspector.event_list import EventList
from streamdash.tui.screens.inspector.keys import KEYS
from streamdash.tui.terminal.coverage import Backing, is_covered
from streamdash.tui.terminal.frame_clock import Frame
from streamdash.tui.widgets.entry import Entry
from streamdash.tui.widgets.key_line import KeyLine
from streamdash.tui.widgets.keys import bindings
from streamdash.tui.widgets.part_line import PartLine
from streamdash.tui.widgets.parts import Part
from streamdash.tui.widgets.status_marks import mark_of

if TYPE_CHECKING:
    from typing import ClassVar

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.geometry import Region
    from textual.widgets import Input

    from streamdash.streams.state import StreamState
    from streamdash.tui.context import ScreenContext

UNKNOWN = "the recording has this event's name and time, but not its content"
WIDE = 110
"""From this screen width on, the event is beside the list; else it is below."""
TICK_S = 0.1
"""Seconds between two updates of the list."""


class _Shown(NamedTuple):
    """Identifies the event that is shown as JSON."""

    state: int
    number: int


class _Rule(Widget):
    """A thin line between the list and the event."""

    ALLOW_SELECT = False

    def render_line(self, y: int) -> Strip:
        """One row of the line."""
        glyph = "─" if self.size.width > 1 else "│"
        return Strip([Segment(glyph * self.size.width, self.rich_style)])


class Inspector(FrontScreen[int | None]):
    """Lists the wire events of stream `index`, and shows the chosen one as JSON.

    The result is the stream that is shown last.
    """

    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "EventList"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(KEYS)]

    def __init__(self, context: ScreenContext, index: int) -> None:
        super().__init__()
        self._run = context.run
        self._names = context.names
        self._chosen_keys = context.keys
        self._index = index
        self._state: StreamState | None = None
        self._shown: _Shown | None = None
        self._tick_at = 0.0

    def compose(self) -> ComposeResult:
        self._title = PartLine(id="title")
        self._list = EventList()
        self._event = EventJson(id="event")
        self._entry = Entry("only events that contain…", id="search")
        self._entry.display = False
        self._keys = KeyLine(id="keys")
        yield self._title
        self._both = Backing(id="both")
        with self._both:
            yield self._list
            yield _Rule(id="rule")
            yield self._event
        yield self._entry
        yield self._keys

    def render_lines(self, crop: Region) -> list[Strip]:
        """The background, if the parts leave any of it visible."""
        parts = [self._title, self._both, self._entry, self._keys]
        return [] if is_covered(self, parts) else super().render_lines(crop)

    def on_mount(self) -> None:
        self._keys.show_keys([key for key in self._chosen_keys.apply(KEYS) if key.brief])
        self._update()

    def on_resize(self) -> None:
        self.set_class(self.size.width >= WIDE, "-beside")

    # -- painting ---------------------------------------------------------------------------

    def paint(self, at: float) -> Frame:
        """List new events, a few times a second."""
        due = at >= self._tick_at and self._list.is_mounted
        if due:
            self._tick_at = at + TICK_S
            self._update()
        behind = self._state is not None and self._list.behind
        # what woke the clock is shown at the next tick, for which nothing else may wake it
        return Frame.MORE if behind or not due else Frame.IDLE

    def _update(self) -> None:
        if not self._names.order:
            self.close_soon()
            return
        # the stream after one that was removed
        self._index = self._names.nearest(self._index)
        state = self._run.states[self._index]
        if state is not self._state:
            self._state = state
            self._list.show_state(state)
        else:
            self._list.update_events()
        self._show_title(state)
        self._show_event()

    def _show_title(self, state: StreamState) -> None:
        mark = mark_of(state)
        recent = len(state.wire)
        events = f"{count(state.wire_count)} event{'' if state.wire_count == 1 else 's'}"
        if recent < state.wire_count:
            events += f", the last {count(recent)} kept"
        if self._list.needle:
            events = f"{count(self._list.listed)} of {events}"
        metrics = measure(state) if state.status.final else None
        parts = [
            Part(clean_line(state.spec.label, 80), 0, "title", flexible=True, least=8),
            Part(clean_line(state.spec.target, 80), 4, "quiet", flexible=True),
            Part(f"{mark.sign} {state.stage}", 1, mark.tone, short=mark.sign),
            Part(events, 2),
        ]
        if state.headers is not None:
            parts.append(Part(f"HTTP {state.headers.http_status}", 5, "quiet"))
            if state.headers.request_id:
                parts.append(Part(clean_line(state.headers.request_id, 60), 7, "quiet"))
        if metrics is not None and metrics.ttft_s is not None:
            parts.append(Part(f"ttft {duration(metrics.ttft_s)}", 6, "quiet"))
        if self._list.following:
            parts.append(Part("following", 3, "note", at_right=True))
        self._title.show(parts)

    def _show_event(self) -> None:
        entry = self._list.chosen
        if entry is None:
            if self._shown is not None or not self._list.listed:
                self._shown = None
                self._event.show_note(self._empty_note())
            return
        shown = _Shown(id(self._state), entry.number)
        if shown != self._shown:
            self._shown = shown
            if entry.wire.raw is None:
                self._event.show_note(UNKNOWN)
            else:
                self._event.show_raw(entry.wire.decoded())

    def _empty_note(self) -> str:
        if self._list.needle:
            return "no event contains this"
        return "no event yet"

    # -- keys -------------------------------------------------------------------------------

    def action_back(self) -> None:
        """Close the search if it is open, else the inspector."""
        if self._entry.display:
            self._entry.display = False
            self._entry.value = ""
            self.set_focus(self._list)
        else:
            self.dismiss(self._index)

    def action_search(self) -> None:
        self._entry.display = True
        self.set_focus(self._entry)

    def action_follow(self) -> None:
        self._list.follow(not self._list.following)

    def action_stream(self, by: int) -> None:
        """Inspect another stream."""
        if self._names.order:
            self._index = self._names.step(self._index, by)
        self._list.following = True
        self._update()

    def action_read(self, by: int) -> None:
        """Scroll the event."""
        self._event.scroll_relative(y=by * max(1, self._event.size.height - 2), animate=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._list.show_only(event.value)
        self._update()

    def on_input_submitted(self) -> None:
        self.set_focus(self._list)

    def on_event_list_moved(self) -> None:
        if self._state is not None:
            self._show_title(self._state)
            self._show_event()

    async def on_key_line_clicked(self, event: KeyLine.Clicked) -> None:
        if event.action:
            await self.run_action(event.action)
