"""Finished rows written straight to the terminal, past Textual's compositor."""

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
    """Writes single rows of widgets, where no other widget covers them.

    For one changed row, Textual marks a region, wakes a timer, gets all lines of every widget in
    that region, and cuts them at each other's edges. For an uncovered row the result is the row
    itself, which `put` writes. Textual stores no copy of the screen and gets the rows from the
    widgets again when it paints, so both ways show the same. The caller must `refresh` the rows
    that `put` refuses.

    Private names of Textual: `App._driver.write`, in order with Textual's own frames;
    `App._batch_count` and `App._sync_available`; `Screen._layout_required`; `Screen._compositor`
    with `_dirty_regions`, the regions still to paint after a layout, and `visible_widgets`, the
    regions and clips of the last layout from front to back, in a new dictionary after each.
    If one of them is missing, `put` refuses all rows.
    """

    def __init__(self) -> None:
        self._shown = False
        self._driver: Driver | None = None
        self._console: Console | None = None
        self._visible: Mapping[Widget, tuple[Region, Region]] = {}
        self._open_rows: dict[Widget, tuple[Region, list[bool]]] = {}
        self._rows: dict[tuple[int, int], str] = {}
        self._before = self._after = ""

    def show(self) -> None:
        """Write rows from now on: Textual has painted the whole screen."""
        self._shown = True

    def cover(self) -> None:
        """Write no rows until `show`: another screen is in front."""
        self._shown = False

    def begin(self, screen: Screen[None]) -> None:
        """Begin a frame of `screen`; `put` refuses all rows if it is not in front and painted."""
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
        # Textual leaves the cursor in the focused field, where input methods open their pop-ups
        self._after = f"\x1b[{y + 1};{x + 1}H" + (_SYNC_END if sync else "")
        self._console = app.console
        self._driver = driver

    def put(self, widget: Widget, rows: Iterable[tuple[int, Strip]]) -> list[int]:
        """Write numbered rows of the widget when the frame ends. Returns the refused numbers."""
        console = self._console
        if self._driver is None or console is None or widget not in self._visible:
            return [number for number, _ in rows]
        found = self._open_rows.get(widget)
        if found is None:
            found = self._open_rows[widget] = self._find_open_rows(widget)
        (x, y, width, height), is_open = found
        refused = []
        for number, strip in rows:
            if number < height and is_open[number] and strip.cell_length == width:
                self._rows[x, y + number] = settle_row(strip.render(console), x)
            else:
                refused.append(number)
        return refused

    def end(self) -> None:
        """Write all rows of the frame in one piece."""
        driver, self._driver = self._driver, None
        if self._rows and driver is not None:
            rows = [f"\x1b[{y + 1};{x + 1}H{text}" for (x, y), text in self._rows.items()]
            self._rows.clear()
            # the rows are settled already
            write = getattr(driver, "write_settled", driver.write)
            write("".join((self._before, *rows, self._after)))
            driver.flush()

    def _find_open_rows(self, widget: Widget) -> tuple[Region, list[bool]]:
        """The region of the widget, and for each of its rows whether all of it is visible."""
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
