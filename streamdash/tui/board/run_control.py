"""Adds, reruns, prompts and removes the streams of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.board.rerun_guard import RerunGuard
from streamdash.tui.widgets.chosen_keys import DEFAULT_KEYS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from streamdash.promptfile.layers import Layer
    from streamdash.promptfile.model_references import Target
    from streamdash.streams.run import Run
    from streamdash.streams.spec import StreamSpec
    from streamdash.tui.board.drawer.drawer import Drawer
    from streamdash.tui.board.title_line import TitleLine
    from streamdash.tui.widgets.chosen_keys import ChosenKeys


def nothing_asked(run: Run) -> bool:
    """Whether the run has streams and none of them has a prompt yet."""
    return bool(run.states) and not any(state.spec.messages for state in run.states)


class RunControl:
    """Does what keys, clicks and the prompt bar request, and returns sentences for the user.

    A launch restarts the title's clock if no stream is live, and hides the summary, which will be
    out of date. A replay is rerun without confirmation.
    """

    def __init__(
        self,
        run: Run,
        title_line: TitleLine,
        drawer: Drawer,
        *,
        replay: bool,
        chosen: ChosenKeys = DEFAULT_KEYS,
    ) -> None:
        self._run = run
        self._chosen = chosen
        self._title_line = title_line
        self._drawer = drawer
        self._replay = replay
        self._guard = RerunGuard("reruns")
        self._removal_guard = RerunGuard("removes")

    @property
    def unasked_note(self) -> str:
        """What to say where nothing has been asked yet; empty if something has."""
        if self._replay or not nothing_asked(self._run):
            return ""
        key = self._chosen.shown("prompt", "p")
        return "nothing has been asked yet" + (f": {key} opens the prompt" if key else "")

    def cancel(self, indices: Sequence[int]) -> str:
        """Cancel these streams, if they have a prompt; returns why none can be, or nothing."""
        note = self.unasked_note
        if not note:
            for index in indices:
                if self._replay or self._run.states[index].spec.messages:
                    self._run.cancel(index)
        return note

    async def rerun(self, indices: Sequence[int], *, everyone: bool) -> str:
        """Rerun these streams, or open the prompt bar if one has no prompt.

        `everyone` is rerun together and in all rounds, a single stream once. Returns why a rerun
        needs confirmation first, or an empty string.
        """
        states = self._run.states
        if not indices:
            return ""
        if not self._replay:
            if any(not states[index].spec.messages for index in indices):
                await self._drawer.action_prompt()
                return ""
            objection = self._objection(self._guard, indices)
            if objection:
                return objection
        self.before_launch()
        if everyone:
            self._run.rerun_all()
        else:
            for index in indices:
                self._run.rerun(index)
        return ""

    def add(self, target: Target, index: int, defaults: Layer) -> bool:
        """Add a stream that asks a model what stream `index` asks, and launch it.

        Returns whether it waits for a prompt. The first stream of all has `defaults`.
        """
        from streamdash.tui.board.request.new_stream import asked_as, first_request

        present = self._run.present_states
        if present:
            taken = [state.spec.label for state in present]
            spec = asked_as(self._run.states[index].spec, target, taken)
        else:
            spec = first_request(target, defaults)
        self.before_launch()
        self._run.add([spec])
        return not spec.messages

    async def change(self, specs: Mapping[int, StreamSpec], *, everyone: bool) -> str:
        """Rerun streams with these requests; if none is another one, this is a plain rerun.

        Returns why they are not sent yet, or an empty string.
        """
        states = self._run.states
        missing = sum(not spec.messages for spec in specs.values())
        if missing:
            return f"{missing} of the streams ha{'s' if missing == 1 else 've'} no prompt yet"
        if all(states[index].spec == spec for index, spec in specs.items()):
            return await self.rerun(list(specs), everyone=everyone)
        objection = self._objection(self._guard, specs)
        if not objection:
            self.change_now(specs)
        return objection

    def change_now(self, specs: Mapping[int, StreamSpec]) -> None:
        """Rerun streams with these requests; live ones are cancelled first."""
        self.before_launch()
        self._run.change(specs)

    def remove(self, indices: Sequence[int]) -> str:
        """Take these streams out of the run, live ones only when that is requested twice.

        Returns why a removal needs confirmation first, or an empty string. Nothing is removed from
        a replay.
        """
        if self._replay:
            return ""
        objection = self._objection(self._removal_guard, indices)
        if not objection:
            for index in indices:
                self._run.remove(index)
        return objection

    def _objection(self, guard: RerunGuard, indices: Collection[int]) -> str:
        """Why these streams may not be touched yet; empty if they may."""
        return guard.objection(
            (self._run.states[index] for index in indices),
            (index for index in indices if self._run.awaits_round(index)),
        )

    def ask(self, text: str, indices: Sequence[int], *, with_cut: bool) -> str:
        """Put `text` to these streams; returns which answers it waits for, or an empty string."""
        self.before_launch()
        waiting = self._run.ask(text, indices, with_cut=with_cut)
        self._drawer.close_bar()
        if not waiting:
            return ""
        answers = "the answer" if len(waiting) == 1 else f"{len(waiting)} answers"
        return f"the follow-up waits for the end of {answers}"

    def before_launch(self) -> None:
        """Prepare the board for streams that begin anew."""
        if not self._run.live:
            self._title_line.begin_anew()
        self._drawer.hide_summary()
