"""Cancels, reruns and prompts the streams of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.board.rerun_guard import RerunGuard

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamdash.streams.run import Run
    from streamdash.streams.spec import StreamSpec
    from streamdash.tui.board.drawer import Drawer
    from streamdash.tui.board.title_line import TitleLine


class RunControl:
    """Does what keys, clicks and the prompt bar request, and returns sentences for the user.

    A launch restarts the title's clock if no stream is live, and hides the summary, which will be
    out of date. A replay is rerun without confirmation.
    """

    def __init__(self, run: Run, title_line: TitleLine, drawer: Drawer, *, replay: bool) -> None:
        self._run = run
        self._title_line = title_line
        self._drawer = drawer
        self._replay = replay
        self._guard = RerunGuard()

    async def rerun(self, indices: Sequence[int], *, everyone: bool) -> str:
        """Rerun these streams, or open the prompt bar if one has no prompt.

        `everyone` is rerun together and in all rounds, a single stream once. Returns why a rerun
        needs confirmation first, or an empty string.
        """
        states = self._run.states
        if not states:
            return ""
        if not self._replay:
            if any(not states[index].spec.messages for index in indices):
                await self._drawer.action_prompt()
                return ""
            objection = self._guard.objection(
                (states[index] for index in indices),
                (index for index in indices if self._run.awaits_round(index)),
            )
            if objection:
                return objection
        self._before_launch()
        if everyone:
            self._run.rerun_all()
        else:
            for index in indices:
                self._run.rerun(index)
        return ""

    def ask(self, text: str, indices: Sequence[int], *, with_cut: bool) -> str:
        """Put `text` to these streams; returns which answers it waits for, or an empty string."""
        self._before_launch()
        waiting = self._run.ask(text, indices, with_cut=with_cut)
        self._drawer.close_bar()
        if not waiting:
            return ""
        answers = "the answer" if len(waiting) == 1 else f"{len(waiting)} answers"
        return f"the follow-up waits for the end of {answers}"

    def change(self, specs: Mapping[int, StreamSpec]) -> None:
        """Run these streams again with other requests; live ones are cancelled first."""
        self._before_launch()
        self._run.change(specs)

    def _before_launch(self) -> None:
        if not self._run.live:
            self._title_line.begin_anew()
        self._drawer.hide_summary()
