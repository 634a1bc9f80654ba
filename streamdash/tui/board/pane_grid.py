"""The panes' container: which of them are on the screen, where, and which one is current."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region
from textual.layout import Layout, WidgetPlacement
from textual.message import Message

from streamdash.tui.board.grid_plan import neighbour, plan_grid
from streamdash.tui.board.pane import Pane
from streamdash.tui.board.pane_frame import PaneStyles
from streamdash.tui.terminal.coverage import is_covered
from streamdash.tui.terminal.frame_clock import UNFINISHED
from streamdash.tui.terminal.lazy_styles import LazyStyles
from streamdash.tui.transcript.styles import STYLE_CLASSES, TRANSCRIPT_CSS, resolve

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar

    from textual import events
    from textual.app import ComposeResult
    from textual.geometry import Size
    from textual.layout import ArrangeResult
    from textual.strip import Strip
    from textual.widget import Widget

    from streamdash.streams.run import Run
    from streamdash.tui.board.grid_plan import GridPlan
    from streamdash.tui.names import StreamNames
    from streamdash.tui.terminal.direct_rows import DirectRows
    from streamdash.tui.transcript.styles import TranscriptStyles

CHROME_ROWS = 2
"""Rows of the screen that are not the grid's when nothing else is open."""
WIDE_PANE = 36
"""From this width on a pane has air beside its text."""
_NUMBER_KEYS = 9
TICK_S = 0.1
"""How often running clocks and live numbers move where few are seen; text moves every frame."""
PHASES = 3
"""The panes tick in turns, so that no frame has to draw the numbers of all of them."""
SLICE_S = 0.002
"""How long the panes may be painted at a stretch."""
STEADY = 4
"""Panes on the screen of which each moves its numbers whenever it has new text."""
TICKING = 8
"""So many panes tick at once; more of them take more turns, and tick more rarely."""


class _Places(Layout):
    """Puts each pane of the shown page where the grid says; the others are nowhere."""

    name = "panes"

    def __init__(self, places: Callable[[Size], list[tuple[Pane, Region]]]) -> None:
        self._places = places

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        parent.pre_layout(self)
        placements = []
        for pane, region in self._places(size):
            if pane in children:
                placements.append(WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, pane))
        return placements


class PaneGrid(LazyStyles):
    """Shows the panes that fit, turns pages, zooms one; a pane is made when it is first shown.

    A pane's index is its stream's; its place is where the names have it stand.
    """

    DEFAULT_CSS = TRANSCRIPT_CSS
    LAZY_CLASSES: ClassVar = frozenset(
        {
            *STYLE_CLASSES,
            "grid--frame",
            "grid--current",
            "grid--bar",
            "grid--bar-current",
            "grid--label",
            "grid--label-current",
            "grid--target",
            "grid--figures",
            "grid--key",
            "grid--button",
            "grid--on-bar",
            "grid--quiet",
            "grid--wait",
            "grid--live",
            "grid--good",
            "grid--warn",
            "grid--bad",
        }
    )

    class Turned(Message):
        """Other panes are shown, or another one is current."""

    def __init__(self, run: Run, glass: DirectRows, names: StreamNames) -> None:
        super().__init__()
        self._run = run
        self._glass = glass
        self._names = names
        self._panes: dict[int, Pane] = {}
        self._places = _Places(self.places)
        self._look: PaneStyles | None = None
        self._inks: TranscriptStyles | None = None
        self._plan = plan_grid(80, 24, len(run.states))
        self.current = 0
        """The index of the pane that keys act on."""
        self.zoomed = False
        self._tick_at = 0.0
        self._phase = 0
        self._phases = PHASES
        self._ticking = False
        self.unpainted: list[Pane] = []
        """Panes that the frame has not come to yet."""
        self._left = False

    @property
    def layout(self) -> Layout:
        return self._places

    def compose(self) -> ComposeResult:
        size = self.app.size
        self._plan = self._plan_of(size.width, size.height - CHROME_ROWS)
        yield from self._missing()

    def render(self) -> str:
        """Nothing but the background."""
        return ""

    def render_lines(self, crop: Region) -> list[Strip]:
        """The background where no pane is."""
        return [] if is_covered(self, self.shown_panes) else super().render_lines(crop)

    # -- which panes ------------------------------------------------------------------------

    @property
    def plan(self) -> GridPlan:
        return self._plan

    @property
    def page(self) -> int:
        """The page that the current pane is on; it is the one shown."""
        return self._plan.page_of(self._place)

    @property
    def _place(self) -> int:
        """Where the current pane stands."""
        return self._names.place(self.current)

    @property
    def shown(self) -> range:
        """The places of the panes on the screen."""
        if self.zoomed and self._plan.panes:
            return range(self._place, self._place + 1)
        return self._plan.on_page(self.page)

    @property
    def shown_panes(self) -> list[Pane]:
        order = self._names.order
        panes = (self._panes.get(order[place]) for place in self.shown)
        return [pane for pane in panes if pane is not None]

    @property
    def panes(self) -> list[Pane]:
        """All panes that have been made."""
        return list(self._panes.values())

    @property
    def current_pane(self) -> Pane | None:
        return self._panes.get(self.current)

    def places(self, size: Size) -> list[tuple[Pane, Region]]:
        """Where the shown panes go in an area of `size`."""
        if self.zoomed:
            pane = self.current_pane
            return [] if pane is None else [(pane, Region(0, 0, size.width, size.height))]
        plan = self._plan_of(size.width, size.height)
        page = plan.page_of(self._place)
        return [
            (self._panes[index], Region(*cell))
            for place, cell in zip(plan.on_page(page), plan.cells(page), strict=True)
            if (index := self._names.order[place]) in self._panes
        ]

    def _plan_of(self, width: int, height: int) -> GridPlan:
        usual = self.app.size.height - CHROME_ROWS
        return plan_grid(width, height, len(self._run.states), usual)

    def _missing(self) -> list[Pane]:
        """New panes for what is shown and has none yet; all shown ones take their new place."""
        missing = []
        dense = self._plan.dense and not self.zoomed
        wide = self.zoomed or self._plan.width // self._plan.columns >= WIDE_PANE
        first = self._plan.on_page(self.page).start
        for place in self.shown:
            index = self._names.order[place]
            pane = self._panes.get(index)
            if pane is None:
                pane = self._panes[index] = Pane(
                    self._run,
                    index,
                    names=lambda: self._names,
                    look=self.look,
                    inks=self.inks,
                    glass=self._glass,
                )
                missing.append(pane)
            number = place - first
            pane.place(number=str(number + 1) if number < _NUMBER_KEYS else "", dense=dense)
            pane.current = index == self.current
            pane.zoomed = self.zoomed
            pane.set_class(wide, "-wide", update=pane.is_attached)
        return missing

    def arrange_panes(self) -> None:
        """Show what the size, the page and the zoom ask for."""
        self.unpainted = []
        missing = self._missing()
        if missing:
            self.mount_all(missing)
        else:
            # a child's layout request clears the arrangement that its parent has kept
            for pane in self.shown_panes[:1]:
                pane.refresh(layout=True)
        # Textual moves the focus from a widget that is no longer shown to some other one
        self.call_after_refresh(self._keep_focus)
        self.post_message(self.Turned())

    def on_resize(self, event: events.Resize) -> None:
        before = self._plan
        self._plan = self._plan_of(event.size.width, event.size.height)
        if self._plan != before:
            self.arrange_panes()

    def paint(self, at: float) -> int:
        """Draw what is new in the shown panes; as `FrameClock` has it, whether more is left.

        After `SLICE_S` the streams have their turn: a screen full of panes takes longer than a
        time stamp may be late.
        """
        if not self.unpainted:
            self.unpainted = self.shown_panes[::-1]
            self._left = False
            self._ticking = at >= self._tick_at
            if self._ticking:
                self._tick_at = at + TICK_S / PHASES
                self._phases = max(PHASES, -(-len(self.shown) // TICKING))
                self._phase = (self._phase + 1) % self._phases
        now = self._run.clock()
        until = perf_counter() + SLICE_S
        while self.unpainted:
            self._left |= self._paint_pane(self.unpainted.pop(), now)
            if perf_counter() >= until and self.unpainted:
                return UNFINISHED
        # what was painted first may have gone on while the frame gave way
        return self._left or any(pane.behind for pane in self.shown_panes)

    def give_up(self) -> None:
        """Another screen is painted now: the frame that was begun is no longer wanted."""
        self.unpainted = []

    def _paint_pane(self, pane: Pane, now: float) -> bool:
        """Paint one pane; where that fails, it says so and leaves the others alone."""
        if pane.broken:
            return False
        try:
            tick = self._ticking and pane.index % self._phases == self._phase
            # a few panes can afford that their numbers keep up with every word
            tick = tick or (len(self.shown) <= STEADY and pane.behind)
            return pane.paint(now, tick=tick)
        except Exception as error:
            pane.fail(error)
            return False

    def call(self, names: StreamNames) -> None:
        """Show every stream under another name, in another place; the current one stays so."""
        self._names = names
        for pane in self._panes.values():
            pane.rename()
        self.arrange_panes()

    # -- moving -----------------------------------------------------------------------------

    def choose(self, index: int) -> None:
        """Make a pane current, turning to its page."""
        if not 0 <= index < self._plan.panes:
            return
        old, page = self.current_pane, self.page
        moved = index != self.current
        self.current = index
        if moved and (self.zoomed or page != self.page):
            self.arrange_panes()
        if old is not None and moved:
            old.current = False
        if self.current_pane is not None:
            self.current_pane.current = True
        self._focus()
        if moved:
            self.post_message(self.Turned())

    def _keep_focus(self) -> None:
        """Bring the keyboard back to the current pane, unless it is outside the grid."""
        focused = self.screen.focused
        if focused is None or self in focused.ancestors:
            self._focus()

    def _focus(self) -> None:
        """Give the current pane's transcript the keyboard."""
        # a screen that closes while the app ends finds the board gone
        if self.current_pane is not None and self.is_attached:
            # at once: a key that is pressed next already belongs there
            self.screen.set_focus(self.current_pane.transcript, scroll_visible=False)

    def step(self, by: int) -> None:
        """To the next or previous pane, around the end."""
        if self._plan.panes:
            self.choose(self._names.step(self.current, by))

    def reach(self, dx: int, dy: int) -> None:
        """To the pane beside the current one; at the edge of a page to the next page."""
        if not self._plan.panes:
            return
        if self.zoomed:
            self.step(dx + dy)
            return
        cells = self._plan.cells(self.page)
        first = self._plan.on_page(self.page).start
        place = neighbour(cells, self._place - first, dx, dy)
        if place is not None:
            self.choose(self._names.order[first + place])
        elif self._plan.pages > 1:
            self.turn(dx + dy)

    def turn(self, by: int) -> None:
        """To the first pane of the next or previous page."""
        if self._plan.pages > 1:
            page = (self.page + by) % self._plan.pages
            self.choose(self._names.order[self._plan.on_page(page).start])

    def nth(self, number: int) -> None:
        """To the pane that shows this number, counted from 1."""
        page = self._plan.on_page(self.page)
        if number <= len(page):
            self.choose(self._names.order[page[number - 1]])

    def zoom(self, zoomed: bool) -> None:
        """Give the current pane the whole area, or take it back."""
        if zoomed != self.zoomed and self._plan.panes:
            self.zoomed = zoomed
            self.arrange_panes()

    # -- how they look ----------------------------------------------------------------------

    def look(self) -> PaneStyles:
        """The styles of all panes as they go out."""
        if self._look is None:
            self._look = PaneStyles(self._ink, heavy=self.app.no_color)
        return self._look

    def inks(self) -> TranscriptStyles:
        """What all transcripts are drawn with."""
        if self._inks is None:
            self._inks = resolve(self)
        return self._inks

    def _ink(self, tone: str) -> Style:
        """A tone's style behind the line filters, which need not run on every strip then."""
        segments = [Segment(" ", self.get_component_rich_style(f"grid--{tone}"))]
        for line_filter in self.get_line_filters():
            segments = line_filter.apply(segments, self.background_colors[1])
        return segments[0].style or Style.null()

    def notify_style_update(self) -> None:
        """The theme changed: resolve the styles again."""
        super().notify_style_update()
        self._look = self._inks = None
        for pane in self._panes.values():
            pane.restyle()
            pane.transcript.refresh()
