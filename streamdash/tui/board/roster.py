"""Shows on the board which streams a run has, while streams are added, changed and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.streams.run import Run
    from streamdash.streams.spec import StreamSpec
    from streamdash.tui.board.drawer.drawer import Drawer
    from streamdash.tui.board.grid.pane_grid import PaneGrid
    from streamdash.tui.names import StreamNames


class Roster:
    """Compares the run with what the board shows, in every frame.

    Whoever calls `Run.add`, `Run.change` or `Run.remove` has to tell the board nothing: the app
    wakes the frame clock, and the next frame shows the streams as they are by then. `names` are
    those outside blind mode. A replay leaves the current pane as it is.
    """

    def __init__(
        self, run: Run, grid: PaneGrid, drawer: Drawer, names: StreamNames, *, replay: bool
    ) -> None:
        self._run = run
        self._grid = grid
        self._drawer = drawer
        self._names = names
        self._replay = replay
        self._present: Sequence[int] = run.present
        self._specs: Sequence[StreamSpec] = self._specs_now()

    def _specs_now(self) -> Sequence[StreamSpec]:
        return [state.spec for state in self._run.states]

    def follow(self) -> bool:
        """Give added streams a pane and drop removed ones; returns whether there were any."""
        present = self._run.present
        if present == self._present:
            return False
        self._present, self._specs = present, self._specs_now()
        self._grid.follow_run(to_added=not self._replay)
        self._names.follow(present)
        self._drawer.follow_run()
        return True

    def relabel(self) -> None:
        """Show the labels and models of changed streams."""
        before, specs = self._specs, self._specs_now()
        if specs != before:
            self._specs = specs
            # a follow-up changes neither
            if [(one.label, one.target) for one in before] != [
                (one.label, one.target) for one in specs
            ]:
                self._grid.relabel()
