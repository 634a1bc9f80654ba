"""Opens recorded runs over the app's own run, each on a board of its own."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.recording.paths import runs_folder
from streamdash.recording.replay import ReplayRun
from streamdash.streams.timing.side_work import giving_way
from streamdash.tui.board.screen import Board
from streamdash.tui.earlier_texts import EarlierTexts
from streamdash.tui.names import StreamNames
from streamdash.tui.screens.export.exporter import Exporter
from streamdash.tui.screens.runs.picker import RunPicker
from streamdash.tui.shown_run import ShownRun

if TYPE_CHECKING:
    from random import Random

    from streamdash.recording.recording import Recording
    from streamdash.tui.context import ScreenContext
    from streamdash.tui.terminal.internals import OpenApp

_CLOSES = {"app.leave": ("close the recorded run", "close")}
NOTICE_S = 10.0


class RecordedRuns:
    """Lets the user choose a recorded run, and plays it over the `main` board; one at a time.

    `context` is the main board's. `written` says whether the app's own run is being recorded, so
    that its file is not offered.
    """

    def __init__(
        self,
        app: OpenApp,
        main: Board,
        context: ScreenContext,
        *,
        written: bool,
        rng: Random | None,
    ) -> None:
        self._app = app
        self._main = main
        self._context = context._replace(
            models=None, keys=context.keys.with_words(_CLOSES), recorded_in=None
        )
        self._own = context.recorded_in if written else None
        self._rng = rng
        self._run: ReplayRun | None = None
        self.board: Board | None = None
        """The board of the open run, once it can be painted."""

    def choose(self) -> None:
        """Let the user choose a run, which takes the place of one that is open."""
        self._app.push_screen(RunPicker(runs_folder(), self._own), self._open)

    def _open(self, recording: Recording | None) -> None:
        if recording is None or self._app.leaving:
            return
        self.close()
        run = self._run = ReplayRun(recording)
        run.watchers.append(lambda *_: self._context.wake())
        board = Board(
            self._context._replace(
                run=run,
                names=StreamNames(len(run.states)),
                exporter=partial(Exporter, run, recording.started, recording.path),
                earlier_texts=EarlierTexts(run.texts, recording.path),
                recorded_in=recording.path,
            ),
            ShownRun(
                run,
                recording.plan.title,
                started=recording.started,
                recorded_in=recording.path,
                timeline=run.timeline,
            ),
            rng=self._rng,
            markdown=self._main.markdown,
            close=self.close,
        )
        self._app.push_screen(board)
        board.call_after_refresh(self._start, board, run)

    def _start(self, board: Board, run: ReplayRun) -> None:
        if run is self._run and not self._app.leaving:
            self.board = board
            run.start()
            for warning in run.recording.warnings():
                said = clean_line(warning, 300)
                self._app.notify(said, severity="warning", timeout=NOTICE_S, markup=False)
            self._context.wake()

    def close(self) -> bool:
        """Go back to the main board; False if no recorded run is open."""
        run = self._run
        if run is None:
            return False
        self.end()
        # a coroutine whose worker is cancelled before its first step would never be awaited
        self._app.run_worker(partial(_put_away, run))  # type: ignore[arg-type]  # Textual takes them
        self._run = self.board = None
        while self._app.screen is not self._main:
            self._app.pop_screen()
        self._context.wake()
        return True

    def end(self) -> None:
        """Stop playing."""
        if self._run is not None:
            self._run.cancel_all()


async def _put_away(run: ReplayRun) -> None:
    """Free the memory of a run that is not shown any more, without delaying the streams."""
    await run.drain()
    await asyncio.to_thread(giving_way, run.recording.forget_events)
