"""The panes' container: which of them are shown, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Region
from textual.message import Message

from streamdash.tui.board.grid.grid_plan import plan_grid
from streamdash.tui.board.grid.heading_plan import HeadingPlan
from streamdash.tui.board.grid.pane_layout import PaneLayout
from streamdash.tui.board.grid.pane_painter import PanePainter
from streamdash.tui.board.grid.pane_views import PaneViews
from streamdash.tui.board.grid.styled_area import StyledArea
from streamdash.tui.board.pane.pane import Pane
from streamdash.tui.board.pane.pane_place import PanePlace
from streamdash.tui.board.pane.preface import MARGIN
from streamdash.tui.terminal.coverage import is_covered
from streamdash.tui.widgets.chosen_keys import DEFAULT_KEYS

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.geometry import Size
    from textual.layout import Layout
    from textual.strip import Strip

    from streamdash.streams.run import Run
    from streamdash.streams.spec import StreamSpec
    from streamdash.streams.state import StreamState
    from streamdash.tui.board.grid.grid_plan import GridPlan
    from streamdash.tui.board.pane.conversation import Passage
    from streamdash.tui.board.pane.invitation import Invitations
    from streamdash.tui.names import StreamNames
    from streamdash.tui.terminal.direct_rows import DirectRows
    from streamdash.tui.terminal.frame_clock import Frame
    from streamdash.tui.widgets.chosen_keys import ChosenKeys

CHROME_ROWS = 2
"""Rows of the screen outside the grid: the title and the keys."""
FRAME_ROWS = 2
"""Rows of a pane around its content: the heading and the numbers."""
WIDE_PANE = 36
"""From this width on a pane has a margin beside its text."""
PAGE_WIDTH = 100 + 1 + 2 * MARGIN
"""The widest zoomed pane: 100 columns of text, the scroll bar, and the margins with the frame."""
TALL_TRANSCRIPT = 12
"""Panes repeat their question where this many rows remain for each transcript."""
_EMPTY = "no stream is left"
_INVITATION = f"{_EMPTY}: a adds one, q leaves"
_NUMBER_KEYS = 9


class PaneArea(StyledArea):
    """Shows the panes of a page, or the zoomed one; a pane is made when it is first shown.

    A pane's index is its stream's index; its place is its position in the order of the names.
    """

    class Turned(Message, namespace="pane_grid"):
        """Other panes are shown, or another pane is current."""

    def __init__(
        self,
        run: Run,
        direct_rows: DirectRows,
        names: StreamNames,
        *,
        markdown: bool,
        replay: bool,
        chosen: ChosenKeys = DEFAULT_KEYS,
    ) -> None:
        super().__init__()
        self._invitations: Invitations | None = None
        self._chosen = chosen
        self._run = run
        self._direct_rows = direct_rows
        self._replay = replay
        self.names = names
        self._panes: dict[int, Pane] = {}
        self._layout = PaneLayout(self.regions)
        self.plan = plan_grid(80, 24, len(names.order))
        self.painter = PanePainter(run)
        self.current = 0
        """The index of the pane that keys act on."""
        self.zoomed = False
        self.views = PaneViews(markdown=markdown)
        self._headings = HeadingPlan(run)

    @property
    def layout(self) -> Layout:
        return self._layout

    def compose(self) -> ComposeResult:
        size = self.app.size
        self.plan = self._plan_of(size.width, size.height - CHROME_ROWS)
        yield from self._place_panes()

    def render(self) -> str:
        """Nothing but the background; without streams, what to do about that."""
        if self.names.order:
            return ""
        return _EMPTY if self._replay else _INVITATION

    def render_lines(self, crop: Region) -> list[Strip]:
        """The background where no pane is."""
        return [] if is_covered(self, self.shown_panes) else super().render_lines(crop)

    def paint(self, at: float) -> Frame:
        """Paint what is new in the shown panes."""
        if not self.painter.unpainted and self._headings.is_stale(self.shown_panes):
            self._place_panes()
        return self.painter.paint(self.shown_panes, at)

    # -- which panes ------------------------------------------------------------------------

    @property
    def page(self) -> int:
        """The shown page, which is the current pane's."""
        return self.plan.page_of(self._place)

    @property
    def _place(self) -> int:
        """The current pane's place."""
        return self.names.place(self.current)

    @property
    def shown(self) -> range:
        """The places of the shown panes."""
        if self.zoomed and self.plan.panes:
            return range(self._place, self._place + 1)
        return self.plan.on_page(self.page)

    @property
    def shown_panes(self) -> list[Pane]:
        order = self.names.order
        panes = (self._panes.get(order[place]) for place in self.shown)
        return [pane for pane in panes if pane is not None]

    @property
    def panes(self) -> list[Pane]:
        """All panes that have been made."""
        return list(self._panes.values())

    @property
    def current_pane(self) -> Pane | None:
        return self._panes.get(self.current)

    @property
    def earlier_shown(self) -> StreamState | None:
        """The earlier answer that the current pane shows, if it shows one."""
        pane = self.current_pane
        return pane.state if pane is not None and pane.answer.is_earlier else None

    def regions(self, size: Size) -> list[tuple[Pane, Region]]:
        """The shown panes and their regions in an area of `size`."""
        if self.zoomed:
            pane = self.current_pane
            width = min(size.width, PAGE_WIDTH)
            page = Region((size.width - width) // 2, 0, width, size.height)
            return [] if pane is None else [(pane, page)]
        plan = self._plan_of(size.width, size.height)
        number = plan.page_of(self._place)
        return [
            (self._panes[index], Region(*cell))
            for place, cell in zip(plan.on_page(number), plan.cells(number), strict=True)
            if (index := self.names.order[place]) in self._panes
        ]

    def _plan_of(self, width: int, height: int) -> GridPlan:
        usual = self.app.size.height - CHROME_ROWS
        return plan_grid(width, height, len(self.names.order), usual)

    def _place_panes(self) -> list[Pane]:
        """Give every shown pane its place; returns those that had to be made."""
        made = []
        plan, zoomed = self.plan, self.zoomed
        dense = plan.dense and not zoomed
        width = min(plan.width, PAGE_WIDTH) if zoomed else plan.width // plan.columns
        slots = self._headings.slots(self.names, self.shown_panes, width, dense=dense)
        where = PanePlace(
            end_key=self._chosen.shown("end", "end"),
            dense=dense,
            slots=slots,
            wide=zoomed or width >= WIDE_PANE,
            zoomed=(width, plan.height) if zoomed else None,
            question=self.views.question and (zoomed or self._tall),
        )
        first = plan.on_page(self.page).start
        for place in self.shown:
            index = self.names.order[place]
            pane = self._panes.get(index)
            if pane is None:
                pane = self._panes[index] = self._new_pane(index)
                made.append(pane)
            number = place - first
            key = self._number_key(number + 1)
            pane.place(where._replace(number=key))
            pane.current = index == self.current
        return made

    def _number_key(self, number: int) -> str:
        """The key of the pane with this number on its page; empty if it has none."""
        if number > _NUMBER_KEYS:
            return ""
        return self._chosen.shown(f"pane-{number}", str(number))

    @property
    def _tall(self) -> bool:
        """Whether all panes of the grid have room for their question, whatever bar is open."""
        plan = self.plan
        height = max(plan.height, self.app.size.height - CHROME_ROWS) // plan.rows
        return not plan.dense and height - FRAME_ROWS - 1 >= TALL_TRANSCRIPT

    def _new_pane(self, index: int) -> Pane:
        return Pane(
            self._run,
            index,
            names=lambda: self.names,
            styles=self._pane_styles,
            direct_rows=self._direct_rows,
            views=self.views,
            invite=self._invitation,
        )

    def _invitation(self, spec: StreamSpec) -> list[Passage]:
        """What a pane shows before its stream is asked anything; in blind mode it would tell."""
        if self._invitations is None or self.names.blind:
            return []
        return self._invitations.passages(spec)

    def arrange_panes(self) -> None:
        """Show the panes of the current page, or the zoomed one."""
        self.painter.drop()
        made = self._place_panes()
        if made:
            self.mount_all(made)
        else:
            # a child's layout request clears the arrangement that its parent has cached
            panes = self.shown_panes
            (panes[0] if panes else self).refresh(layout=True)
        # Textual moves the focus from a widget that is no longer shown to some other one
        self.call_after_refresh(self._recover_focus)
        self.post_message(self.Turned())

    def on_resize(self, event: events.Resize) -> None:
        before = self.plan
        self.plan = self._plan_of(event.size.width, event.size.height)
        if self.plan != before:
            self.arrange_panes()

    def use_names(self, names: StreamNames) -> None:
        """Relabel and reorder the panes; the current stream stays current."""
        self.names = names
        for pane in self._panes.values():
            if names.blind:
                pane.answer.return_to_current()
            pane.rename()
        self.arrange_panes()

    def focus_current(self) -> None:
        """Give the current pane's transcript the keyboard."""
        # A screen that closes while the app ends finds the board unmounted.
        if self.current_pane is not None and self.is_attached:
            # at once, so that the next key already goes there
            self.screen.set_focus(self.current_pane.transcript, scroll_visible=False)

    def _recover_focus(self) -> None:
        """Focus the current pane again, unless a widget outside the grid has the keyboard."""
        if self._has_keyboard:
            self.focus_current()

    @property
    def _has_keyboard(self) -> bool:
        """Whether keys go to the panes, and not to a bar."""
        focused = self.screen.focused
        return focused is None or self in focused.ancestors
