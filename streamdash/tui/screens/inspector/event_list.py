"""The inspector's list: one row for each wire event of a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message
from textual.strip import Strip

from streamdash.tui.screens.inspector.event_columns import event_cells, heading_cells
from streamdash.tui.screens.inspector.keys import LIST_KEYS
from streamdash.tui.screens.inspector.matching_events import MatchingEvents
from streamdash.tui.widgets.keys import bindings
from streamdash.tui.widgets.row_scroll import RowScroll
from streamdash.tui.widgets.table_cells import row_strip

if TYPE_CHECKING:
    from typing import ClassVar

    from rich.style import Style
    from textual import events
    from textual.binding import BindingType

    from streamdash.streams.state import StreamState
    from streamdash.streams.wire_log import WireEntry

_CACHED_ROWS = 1_000


class EventList(RowScroll):
    """Rows of the events that contain the searched text.

    It follows the last event until the reader moves to another one.
    """

    LAZY_CLASSES: ClassVar = frozenset(
        {
            "event-list--heading",
            "event-list--figures",
            "event-list--type",
            "event-list--delta",
            "event-list--quiet",
            "event-list--finish",
            "event-list--cursor",
            "event-list--on-cursor",
        }
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(LIST_KEYS)]

    class Moved(Message):
        """Another event is chosen, or following began or ended."""

    def __init__(self) -> None:
        super().__init__()
        self._events = MatchingEvents()
        self._cursor = -1
        self._rows: dict[tuple[int, bool], Strip] = {}
        self._shape: object = None
        self.following = True

    # -- the events -------------------------------------------------------------------------

    def show_state(self, state: StreamState) -> None:
        """List the events that `state` stores."""
        self._restart(state, self.needle)

    def show_only(self, needle: str) -> None:
        """List only events that contain this text anywhere, ignoring case."""
        chosen = self.chosen
        self._restart(self._events.state, needle)
        if not self.following and chosen is not None:
            numbers = [entry.number for entry in self._events.entries]
            self._cursor = numbers.index(chosen.number) if chosen.number in numbers else 0
        self.post_message(self.Moved())

    def _restart(self, state: StreamState | None, needle: str) -> None:
        self._events.restart(state, needle)
        self._cursor = -1
        self.update_events()

    @property
    def needle(self) -> str:
        """The text that listed events contain; empty if all are listed."""
        return self._events.needle

    @property
    def chosen(self) -> WireEntry | None:
        """The event under the cursor."""
        entries = self._events.entries
        return entries[self._cursor] if 0 <= self._cursor < len(entries) else None

    @property
    def listed(self) -> int:
        """How many events are listed."""
        return len(self._events.entries)

    @property
    def behind(self) -> bool:
        """Whether events have arrived that are not listed yet."""
        return self._events.behind

    def update_events(self) -> None:
        """List the events that have arrived since the last call."""
        dropped = self._events.update()
        if dropped is None:
            return
        self.set_rows(self.listed + 1)
        if self.following:
            self._cursor = self.listed - 1
        else:
            # the cursor stays on its event
            self._cursor = max(0, self._cursor - dropped)
            if dropped:
                self.scroll_to(y=max(0, self.scroll_offset.y - dropped), animate=False)
        self._reveal_cursor()

    # -- moving -----------------------------------------------------------------------------

    def choose(self, place: int) -> None:
        """Put the cursor on a row; on the last one the list follows."""
        if not self.listed:
            return
        self._cursor = min(max(0, place), self.listed - 1)
        self.following = self._cursor == self.listed - 1
        self._reveal_cursor()
        self.refresh()
        self.post_message(self.Moved())

    def follow(self, following: bool) -> None:
        """Follow the newest event, or stop."""
        if following:
            self.choose(self.listed - 1)
        self.following = following
        self.post_message(self.Moved())

    def _reveal_cursor(self) -> None:
        height = max(1, self.size.height - 1)
        top = self.scroll_offset.y
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, force=True, immediate=True)
        elif self._cursor >= top + height:
            self.scroll_to(y=self._cursor - height + 1, animate=False, force=True, immediate=True)

    def action_move(self, by: int) -> None:
        self.choose(self._cursor + by)

    def action_page(self, by: int) -> None:
        self.choose(self._cursor + by * max(1, self.size.height - 2))

    def action_first(self) -> None:
        self.choose(0)

    def action_last(self) -> None:
        self.choose(self.listed - 1)

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the pointer."""
        if event.y > 0 and event.y - 1 + self.scroll_offset.y < self.listed:
            self.choose(event.y - 1 + self.scroll_offset.y)

    # -- drawing ----------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """The heading, or the event that is scrolled to line `y`."""
        width = self.size.width
        base = self.base_style
        if y == 0:
            cells = heading_cells(width, self._events.type_width)
            return row_strip(cells, width, self._style_of, base, gap=0)
        place = y - 1 + self.scroll_offset.y
        if place >= self.listed:
            return Strip.blank(width, base)
        return self._row(self._events.entries[place], width, chosen=place == self._cursor)

    def _row(self, entry: WireEntry, width: int, *, chosen: bool) -> Strip:
        """An event's row; most rows only move, so they are cached."""
        state, type_width = self._events.state, self._events.type_width
        shape = (width, type_width, state)
        if shape != self._shape or len(self._rows) > _CACHED_ROWS:
            self._shape, self._rows = shape, {}
        row = self._rows.get((entry.number, chosen))
        if row is None:
            sent_at = state.sent_at if state is not None else None
            gap_s = self._events.gaps.get(entry.number)
            row = self._rows[entry.number, chosen] = row_strip(
                event_cells(entry, sent_at, gap_s, width, type_width),
                width,
                self._style_of,
                self.base_style,
                cursor=self._style_of("cursor") if chosen else None,
                gap=0,
            )
        return row

    def _style_of(self, tone: str) -> Style:
        return self.get_component_rich_style(f"event-list--{tone}")

    def notify_style_update(self) -> None:
        """Forget the drawn rows, whose styles have changed."""
        super().notify_style_update()
        self._rows = {}

    def on_resize(self) -> None:
        """Keep the cursor visible."""
        self.set_rows(self.listed + 1)
        self._reveal_cursor()
