"""What the board's keys for requests do; the modules behind it are loaded at the first key."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from streamdash.output.safe_text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from streamdash.streams.spec import StreamSpec
    from streamdash.tui.board.request.request_editing import RequestEditing
    from streamdash.tui.board.run_control import RunControl
    from streamdash.tui.board.screen import Board
    from streamdash.tui.context import ScreenContext
    from streamdash.tui.terminal.internals import OpenApp

NOTICE_S = 8.0


class BoardRequests:
    """Opens one request in the user's editor, or writes all into a prompt file.

    `wake` lets the board show the effect.
    """

    def __init__(
        self,
        board: Board,
        context: ScreenContext,
        control: RunControl,
        wake: Callable[[], object],
        *,
        replay: bool,
    ) -> None:
        self._board = board
        self._context = context
        self._control = control
        self._wake = wake
        self._replay = replay
        self._editing: RequestEditing | None = None

    def edit(self) -> None:
        """Edit the current stream's request, or say why it cannot be."""
        board = self._board
        if not self._context.run.present:
            board.notify("there is no request to edit", severity="warning", markup=False)
        elif self._replay:
            said = "a replay sends nothing: w writes its requests as a prompt file"
            board.notify(said, severity="warning", markup=False)
        elif board.names.blind:
            said = "the request names the model: b ends blind mode"
            board.notify(said, severity="warning", markup=False)
        else:
            board.run_worker(self._edit(board.grid.current))

    async def _edit(self, index: int) -> None:
        if self._editing is None:
            from streamdash.tui.board.request.request_editing import RequestEditing

            app = cast("OpenApp", self._board.app)
            self._editing = RequestEditing(app, self._context, self._change)
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

        writer = BoardWriter(self._context, replay=self._replay)
        board.app.push_screen(WriteScreen(writer, writer.default_name()), written)
