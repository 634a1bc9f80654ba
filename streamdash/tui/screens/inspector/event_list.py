"""The inspector's list: every wire event of one stream, a row each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip

from streamdash.output.safe_text import clean_line
from streamdash.reporting.figures import duration
from streamdash.tui.screens.inspector.event_fields import describe
from streamdash.tui.screens.inspector.json_text import json_text
from streamdash.tui.widgets.parts import cut
from streamdash.tui.widgets.row_scroll import RowScroll

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from textual import events
    from textual.binding import BindingType

    from streamdash.streams.state import StreamState
    from streamdash.streams.wire_log import WireEntry

_FIELD_LIMIT = 400
_ROWS_KEPT = 1_000
_NUMBER, _TIME, _GAP, _FINISH = 6, 9, 8, 12
_TYPE_LEAST, _TYPE_MOST = 14, 44
_ID_WIDTH, _MODEL_WIDTH = 16, 20
_DELTA_LEAST = 16
_MIN_WITH_FINISH, _MIN_WITH_ID, _MIN_WITH_MODEL = 90, 120, 150


class EventList(RowScroll):
    """Rows of the events that a filter lets through; follows the last one until moved away."""

    LAZY_CLASSES: ClassVar = frozenset(
        {
            "wire--heading",
            "wire--figures",
            "wire--type",
            "wire--delta",
            "wire--quiet",
            "wire--finish",
            "wire--cursor",
            "wire--on-cursor",
        }
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home,g", "first", show=False),
        Binding("end,G", "last", show=False),
    ]

    class Moved(Message):
        """Another event is chosen, or following began or ended."""

    def __init__(self) -> None:
        super().__init__()
        self._state: StreamState | None = None
        self.needle = ""
        """Only events that contain this are listed."""
        self._seen = 0
        self._entries: list[WireEntry] = []
        self._gaps: dict[int, float] = {}
        self._cursor = -1
        self._widest_type = _TYPE_LEAST
        self._rows: dict[tuple[int, bool], Strip] = {}
        self._shape: object = None
        self.following = True

    # -- what it lists ----------------------------------------------------------------------

    def show_state(self, state: StreamState) -> None:
        """List the events of `state` from its first kept one."""
        self._state = state
        self._restart()

    def show_only(self, needle: str) -> None:
        """List only events that contain this text anywhere, in any case."""
        self.needle = needle.casefold()
        chosen = self.chosen
        self._restart()
        if not self.following and chosen is not None:
            numbers = [entry.number for entry in self._entries]
            self._cursor = numbers.index(chosen.number) if chosen.number in numbers else 0
        self.post_message(self.Moved())

    def _restart(self) -> None:
        self._seen = 0
        self._entries = []
        self._gaps = {}
        self._cursor = -1
        self._widest_type = _TYPE_LEAST
        self.take_new()

    @property
    def chosen(self) -> WireEntry | None:
        """The event under the cursor."""
        return self._entries[self._cursor] if 0 <= self._cursor < len(self._entries) else None

    @property
    def listed(self) -> int:
        return len(self._entries)

    @property
    def behind(self) -> bool:
        """Whether events have come that are not listed yet."""
        return self._state is not None and self._seen != self._state.wire_count

    def take_new(self) -> bool:
        """List what has come since the last call; True if anything has changed."""
        state = self._state
        if state is None or not state.wire or state.wire_count == self._seen:
            return False
        oldest = state.wire[0].number
        kept = len(self._entries)
        if self._entries and self._entries[0].number < oldest:
            self._entries = [entry for entry in self._entries if entry.number >= oldest]
        dropped = kept - len(self._entries)
        wire = state.wire
        for place in range(max(0, self._seen + 1 - oldest), len(wire)):
            entry = wire[place]
            before = wire[place - 1].at if place else state.sent_at
            if before is not None:
                self._gaps[entry.number] = entry.at - before
            if self._matches(entry):
                self._entries.append(entry)
                self._widest_type = max(self._widest_type, min(_TYPE_MOST, len(entry.wire.type)))
        for number in [number for number in self._gaps if number < oldest]:
            del self._gaps[number]
        self._seen = state.wire_count
        self._settle(dropped)
        return True

    def _matches(self, entry: WireEntry) -> bool:
        return not self.needle or self.needle in (
            f"{entry.wire.type}\n{json_text(entry.wire.decoded())}".casefold()
        )

    def _settle(self, dropped: int) -> None:
        """Keep the cursor on its event, or on the last one while following."""
        self.set_rows(len(self._entries) + 1)
        if self.following:
            self._cursor = len(self._entries) - 1
        else:
            self._cursor = max(0, self._cursor - dropped)
            if dropped:
                self.scroll_to(y=max(0, self.scroll_offset.y - dropped), animate=False)
        self._reveal()

    # -- moving -----------------------------------------------------------------------------

    def choose(self, place: int) -> None:
        """Put the cursor on a row; on the last one it follows."""
        if not self._entries:
            return
        self._cursor = min(max(0, place), len(self._entries) - 1)
        self.following = self._cursor == len(self._entries) - 1
        self._reveal()
        self.refresh()
        self.post_message(self.Moved())

    def follow(self, following: bool) -> None:
        """Go with the newest event, or stay."""
        if following:
            self.choose(len(self._entries) - 1)
        self.following = following
        self.post_message(self.Moved())

    def _reveal(self) -> None:
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
        self.choose(len(self._entries) - 1)

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the pointer."""
        if event.y > 0 and event.y - 1 + self.scroll_offset.y < len(self._entries):
            self.choose(event.y - 1 + self.scroll_offset.y)

    # -- how it is drawn --------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """The heading, or the event that is scrolled to this place."""
        width = self.size.width
        base = self.base_style
        if y == 0:
            return self._strip(self._heading(width), width, base, base)
        place = y - 1 + self.scroll_offset.y
        if place >= len(self._entries):
            return Strip.blank(width, base)
        return self._row(self._entries[place], width, chosen=place == self._cursor)

    def _row(self, entry: WireEntry, width: int, *, chosen: bool) -> Strip:
        """An event's row, as it was drawn before: most rows only move."""
        shape = (width, self._widest_type, self._state)
        if shape != self._shape or len(self._rows) > _ROWS_KEPT:
            self._shape, self._rows = shape, {}
        row = self._rows.get((entry.number, chosen))
        if row is None:
            base = self.base_style
            over = self.get_component_rich_style("wire--cursor") if chosen else base
            row = self._strip(self._cells(entry, width), width, base, over)
            self._rows[entry.number, chosen] = row
        return row

    def notify_style_update(self) -> None:
        """The theme changed."""
        super().notify_style_update()
        self._rows = {}

    def _strip(
        self, cells: Sequence[tuple[str, str]], width: int, base: Style, over: Style
    ) -> Strip:
        back = Style(bgcolor=over.bgcolor, reverse=over.reverse)
        segments = [Segment(" ", base + back)]
        for text, tone in cells:
            if over is not base and tone == "quiet":
                tone = "on-cursor"
            segments.append(Segment(text, self.get_component_rich_style(f"wire--{tone}") + back))
        return Strip(segments).adjust_cell_length(width, base + back)

    def _heading(self, width: int) -> list[tuple[str, str]]:
        titles = ("#", "since send", "gap", "type", "id", "model", "delta", "finish")
        return [(text, "heading") for text, _ in self._columns(titles, width)]

    def _cells(self, entry: WireEntry, width: int) -> list[tuple[str, str]]:
        row = [clean_line(text, _FIELD_LIMIT) for text in describe(entry.wire.decoded())]
        sent_at = self._state.sent_at if self._state is not None else None
        gap = self._gaps.get(entry.number)
        return self._columns(
            (
                str(entry.number),
                "" if sent_at is None else f"{entry.at - sent_at:.3f}s",
                "" if gap is None else duration(gap),
                clean_line(entry.wire.type, _FIELD_LIMIT),
                *row,
            ),
            width,
        )

    def _columns(self, texts: Sequence[str], width: int) -> list[tuple[str, str]]:
        """Each text in its column's cells, for the columns that this width has room for."""
        number, at, gap, kind, id_, model, delta, finish = texts
        room = width - 2 - _NUMBER - _TIME - _GAP - 6
        apart = width >= _MIN_WITH_FINISH
        if apart:
            room -= _FINISH + 2
        else:
            delta = f"{delta}  {finish}".strip()
        wide_type = min(self._widest_type, max(_TYPE_LEAST, room - _DELTA_LEAST))
        columns = [
            (number.rjust(_NUMBER), "quiet"),
            (_right(at, _TIME + 2), "figures"),
            (_right(gap, _GAP + 2), "quiet"),
            (f"  {_left(kind, wide_type)}", "type"),
        ]
        room -= wide_type + 2
        if width >= _MIN_WITH_ID and room - _ID_WIDTH > _DELTA_LEAST:
            columns.append((f"  {_left(id_, _ID_WIDTH)}", "quiet"))
            room -= _ID_WIDTH + 2
        if width >= _MIN_WITH_MODEL and room - _MODEL_WIDTH > _DELTA_LEAST:
            columns.append((f"  {_left(model, _MODEL_WIDTH)}", "quiet"))
            room -= _MODEL_WIDTH + 2
        columns.append((f"  {_left(delta, max(4, room))}", "delta"))
        if apart:
            columns.append((f"  {_left(finish, _FINISH)}", "finish"))
        return columns

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.set_rows(len(self._entries) + 1)
        self._reveal()


def _left(text: str, width: int) -> str:
    text = cut(text, width)
    return text + " " * (width - cell_len(text))


def _right(text: str, width: int) -> str:
    text = cut(text, width)
    return " " * (width - cell_len(text)) + text
