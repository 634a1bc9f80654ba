"""The grid of panes: the keys that choose a pane, turn the pages and zoom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.board.grid.grid_plan import neighbour
from streamdash.tui.board.grid.pane_area import PaneArea
from streamdash.tui.board.keys import GRID_KEYS
from streamdash.tui.widgets.keys import bindings

if TYPE_CHECKING:
    from typing import ClassVar

    from textual.binding import BindingType
    from textual.geometry import Region

    from streamdash.tui.board.pane.invitation import EndpointCheck


class PaneGrid(PaneArea):
    """Moves between the panes of the area."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(GRID_KEYS)]

    def invite_by(self, check: EndpointCheck) -> None:
        """Show in panes without a question who will answer and, once known, whether it can."""
        # loaded here: few boards begin without a question
        from streamdash.tui.board.pane.invitation import Invitations

        self._invitations = Invitations(check, self._invite)
        self._invitations.begin(self._run.plan.specs)
        self._invite()

    def _invite(self) -> None:
        for pane in self._panes.values():
            pane.invite()
        self.post_message(self.Turned())

    def choose(self, index: int) -> None:
        """Make a pane current, turn to its page and give it the keyboard."""
        if index not in self.names.order:
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
        self.focus_current()
        if moved:
            self.post_message(self.Turned())

    def pane_region(self) -> Region:
        """The place of the current pane on the screen, or that of the grid without one."""
        return (self.current_pane or self).region

    def follow_run(self, *, to_added: bool) -> None:
        """Show streams that were added to the run, and drop removed ones.

        The first added stream becomes current, unless a bar has the keyboard, or not `to_added`.
        The stream after a current one that was removed becomes current.
        """
        before, size = {*self.names.order}, self.size
        self.names.follow(self._run.present)
        added = [index for index in self.names.order if index not in before]
        dropped = [self._panes.pop(index) for index in self._run.removed & self._panes.keys()]
        held = to_added and self._has_keyboard
        self.current = added[0] if added and held else self.names.nearest(self.current)
        self.zoomed = self.zoomed and bool(self.names.order)
        self.plan = self._plan_of(size.width, size.height)
        for pane in self._panes.values():
            pane.current = pane.index == self.current
        self.arrange_panes()
        for pane in dropped:
            pane.remove()

    def relabel(self) -> None:
        """Show other labels in the same panes."""
        self._place_panes()
        for pane in self._panes.values():
            pane.rename()

    def zoom(self, zoomed: bool) -> None:
        """Give the current pane the whole area, or take it back."""
        if zoomed != self.zoomed and self.plan.panes:
            self.zoomed = zoomed
            self.arrange_panes()

    def action_zoom(self) -> None:
        self.zoom(not self.zoomed)

    def action_question(self) -> None:
        """Show question and settings above the answers, or fold them, in all panes."""
        self.views.question = not self.views.question
        self.arrange_panes()

    def action_step(self, by: int) -> None:
        """Go to the next or previous pane, around the end."""
        if self.plan.panes:
            self.choose(self.names.step(self.current, by))

    def action_reach(self, dx: int, dy: int) -> None:
        """Go to the pane beside the current one; from the edge of a page to the next page."""
        if not self.plan.panes:
            return
        if self.zoomed:
            self.action_step(dx + dy)
            return
        cells = self.plan.cells(self.page)
        first = self.plan.on_page(self.page).start
        place = neighbour(cells, self._place - first, dx, dy)
        if place is not None:
            self.choose(self.names.order[first + place])
        elif self.plan.pages > 1:
            self.action_turn(dx + dy)

    def action_turn(self, by: int) -> None:
        """Go to the first pane of the next or previous page."""
        if self.plan.pages > 1:
            page = (self.page + by) % self.plan.pages
            self.choose(self.names.order[self.plan.on_page(page).start])

    def action_nth(self, number: int) -> None:
        """Go to the pane that shows this number, counted from 1."""
        page = self.plan.on_page(self.page)
        if number <= len(page):
            self.choose(self.names.order[page[number - 1]])
