"""What the board's keys for requests do; the modules behind it are loaded at the first key."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from streamdash.output.safe_text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from streamdash.promptfile.model_references import Target
    from streamdash.streams.spec import StreamSpec
    from streamdash.tui.board.board_parts import BoardParts
    from streamdash.tui.board.request.request_change import RequestChange
    from streamdash.tui.board.request.request_editing import RequestEditing
    from streamdash.tui.board.run_control import RunControl
    from streamdash.tui.context import ScreenContext
    from streamdash.tui.terminal.internals import OpenApp

NOTICE_S = 8.0


class BoardRequests:
    """Adds a request, changes one in a form or in the user's editor, or writes all into a file.

    `wake` lets the board show the effect.
    """

    def __init__(
        self,
        board: BoardParts,
        context: ScreenContext,
        control: RunControl,
        wake: Callable[[], object],
        *,
        replay: bool,
    ) -> None:
        self._board = board
        self._shared = context
        self._control = control
        self._wake = wake
        self._replay = replay
        self._changing: RequestChange | None = None
        self._editing: RequestEditing | None = None

    @property
    def _context(self) -> ScreenContext:
        """What the screens get that open now."""
        return self._shared._replace(names=self._board.names)

    @property
    def _app(self) -> OpenApp:
        return cast("OpenApp", self._board.app)

    def add(self) -> None:
        """Choose a model, and add a stream that asks it what the current pane asks."""
        from streamdash.tui.board.request.new_stream import open_picker

        open_picker(self._board, self._context, self._add)

    async def _add(self, target: Target | None) -> None:
        models = self._shared.models
        if target is None or models is None or self._app.leaving:
            return
        if self._control.add(target, self._board.grid.current, models.defaults):
            await self._board.show_added()
        self._wake()

    def change(self) -> None:
        """Open the form on the current stream's request, if it can be sent."""
        if self._replay or not self._shared.run.present:
            return
        if self._changing is None:
            from streamdash.tui.board.request.request_change import RequestChange

            self._changing = RequestChange(self._control)
        grid = self._board.grid
        self._changing.open(self._app, self._context, grid.current, grid.pane_region)

    def edit(self) -> None:
        """Edit the current stream's request, or say why it cannot be."""
        board = self._board
        if not self._shared.run.present:
            board.warn("there is no request to edit")
        elif self._replay:
            board.warn("a replay sends nothing: w writes its requests as a prompt file")
        elif board.names.blind:
            board.warn("the request names the model: b ends blind mode")
        else:
            board.run_worker(self._edit(board.grid.current))

    async def _edit(self, index: int) -> None:
        if self._editing is None:
            from streamdash.tui.board.request.request_editing import RequestEditing

            self._editing = RequestEditing(self._app, self._shared, self._change)
        await self._editing.edit(index)

    def _change(self, specs: Mapping[int, StreamSpec]) -> None:
        self._control.change_now(specs)
        self._wake()

    def write(self) -> None:
        """Ask for a file's name, and write the board into it."""
        from streamdash.tui.board.request.board_writer import BoardWriter
        from streamdash.tui.screens.write_screen import WriteScreen

        board = self._board

        def written(said: str | None) -> None:
            if said is not None:
                board.notify(clean_line(said, 400), timeout=NOTICE_S, markup=False)

        writer = BoardWriter(self._shared, replay=self._replay)
        board.app.push_screen(WriteScreen(writer, writer.default_name()), written)
