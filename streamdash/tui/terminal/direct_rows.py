"""The terminal's glass: finished rows go straight to it, past Textual's compositor."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from streamdash.tui.text.disputed_widths import settle_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.console import Console
    from textual.driver import Driver
    from textual.geometry import Region
    from textual.screen import Screen
    from textual.strip import Strip
    from textual.widget import Widget

_SYNC_START, _SYNC_END = "\x1b[?2026h", "\x1b[?2026l"


class DirectRows:
    """Writes single rows of widgets in one frame, where nothing stands in the way.

    For one changed row Textual marks a region, wakes a timer, asks every widget that the region
    touches for all its lines, and cuts them at each other's edges. All that gives is the
    widget's own row where the row lies open, and this is what `put` writes. Textual keeps no
    picture of the screen: whatever it paints later it asks the widgets for again, so both ways
    show the same. What `put` refuses is the caller's to `refresh`.

    Relied on beyond what Textual 8 documents: `App._driver.write`, in order with Textual's own
    frames; `App._batch_count` and `App._sync_available`; `Screen._layout_required`; the screen's
    compositor with `_dirty_regions`, what a layout has yet to paint, and `visible_widgets`, the
    regions and clips of the last layout from front to back, another dictionary after each.
    Without one of them nothing is written here.
    """

    def __init__(self) -> None:
        self._shown = False
        self._driver: Driver | None = None
        self._console: Console | None = None
        self._visible: Mapping[Widget, tuple[Region, Region]] = {}
        self._open_rows: dict[Widget, tuple[Region, list[bool]]] = {}
        self._rows: dict[tuple[int, int], str] = {}
        self._before = self._behind = ""

    def show(self) -> None:
        """Textual has painted the whole screen."""
        self._shown = True

    def cover(self) -> None:
        """Another screen is in front."""
        self._shown = False

    def begin(self, screen: Screen[None]) -> None:
        """A frame begins; `put` takes rows of this screen's widgets if it lies plain and open."""
        self._driver = None
        if not self._shown or sys.platform == "win32":
            return
        app = screen.app
        try:
            driver, compositor = app._driver, screen._compositor
            if (
                driver is None
                or driver.is_headless
                or driver.is_inline
                or not app.is_running
                or app.screen is not screen
                or app._batch_count
                or screen._layout_required
                or compositor._dirty_regions
            ):
                return
            visible = compositor.visible_widgets
            sync = app._sync_available
        except AttributeError:
            return
        if visible is not self._visible:
            self._visible = visible
            self._open_rows = {}
        x, y = screen.outer_size.clamp_offset(app.cursor_position)
        self._before = _SYNC_START if sync else ""
        # Textual leaves the cursor where its owner has it, for the pop-ups of input methods
        self._behind = f"\x1b[{y + 1};{x + 1}H" + (_SYNC_END if sync else "")
        self._console = app.console
        self._driver = driver

    def put(self, widget: Widget, rows: Iterable[tuple[int, Strip]]) -> list[int]:
        """Write these rows of the widget, each by its number; those that were refused."""
        console = self._console
        if self._driver is None or console is None or widget not in self._visible:
            return [number for number, _ in rows]
        known = self._open_rows.get(widget)
        if known is None:
            known = self._open_rows[widget] = self._look(widget)
        (x, y, width, height), is_open = known
        refused = []
        for number, strip in rows:
            if number < height and is_open[number] and strip.cell_length == width:
                self._rows[x, y + number] = settle_row(strip.render(console), x)
            else:
                refused.append(number)
        return refused

    def end(self) -> None:
        """Write what the frame has put, at once."""
        driver, self._driver = self._driver, None
        if self._rows and driver is not None:
            rows = [f"\x1b[{y + 1};{x + 1}H{text}" for (x, y), text in self._rows.items()]
            self._rows.clear()
            # a terminal's driver need not look through them once more
            write = getattr(driver, "write_settled", driver.write)
            write("".join((self._before, *rows, self._behind)))
            driver.flush()

    def _look(self, widget: Widget) -> tuple[Region, list[bool]]:
        """Where the widget is, and which of its rows are wholly visible."""
        region, clip = self._visible[widget]
        left, top, width, height = region
        right, bottom = left + width, top + height
        whole = clip.x <= left and right <= clip.right
        is_open = [whole and clip.y <= y < clip.bottom for y in range(top, bottom)]
        for front, (place, cut) in self._visible.items():
            if front is widget:
                break
            if place.x < right and place.right > left and place.y < bottom and place.bottom > top:
                covered = place.intersection(cut).intersection(region)
                for y in range(covered.y, covered.bottom) if covered.width else ():
                    is_open[y - top] = False
        return region, is_open
