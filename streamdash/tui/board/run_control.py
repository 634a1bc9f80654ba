"""Cancels, reruns and prompts the streams of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.board.rerun_guard import RerunGuard

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamdash.streams.run import Run


class RunControl:
    """Does what keys, clicks and the prompt bar request; the answers are sentences for the user.

    `before_launch` is called before streams are launched. A replay is rerun without confirmation.
    """

    def __init__(self, run: Run, *, replay: bool, before_launch: Callable[[], None]) -> None:
        self._run = run
        self._replay = replay
        self._before_launch = before_launch
        self._guard = RerunGuard()

    def cancel(self, index: int) -> None:
        """Cancel one stream, if there is any."""
        if self._run.states:
            self._run.cancel(index)

    def needs_prompt(self, indices: Sequence[int]) -> bool:
        """Whether one of these streams has no prompt to rerun."""
        states = self._run.states
        return not self._replay and any(not states[index].spec.messages for index in indices)

    def rerun(self, indices: Sequence[int]) -> str:
        """Rerun these streams; returns why that needs confirmation, else an empty string."""
        states = self._run.states
        objection = ""
        if not self._replay:
            objection = self._guard.objection(states[index] for index in indices)
        if not objection:
            self._before_launch()
            if len(indices) == len(states):
                self._run.rerun_all()
            else:
                for index in indices:
                    self._run.rerun(index)
        return objection

    def ask(self, text: str, indices: Sequence[int], *, with_cut: bool) -> str:
        """Put `text` to these streams; returns which answers it waits for, or an empty string."""
        self._before_launch()
        waiting = self._run.ask(text, indices, with_cut=with_cut)
        if not waiting:
            return ""
        answers = "the answer" if len(waiting) == 1 else f"{len(waiting)} answers"
        return f"the follow-up waits for the end of {answers}"
