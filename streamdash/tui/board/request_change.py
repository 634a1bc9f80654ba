"""Opens the form that changes a stream's request, and sends what was changed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from streamdash.promptfile.model_names import ModelNames
from streamdash.tui.screens.change.draft import Draft

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.app import App
    from textual.geometry import Region

    from streamdash.streams.run import Run
    from streamdash.tui.board.run_control import RunControl
    from streamdash.tui.names import StreamNames
    from streamdash.tui.screens.change.field_texts import FieldName


class RequestChange:
    """Changes requests of a run; what was typed and not sent is kept for each stream.

    `wake` lets the board show the effect.
    """

    def __init__(self, run: Run, control: RunControl, wake: Callable[[], object]) -> None:
        self._run = run
        self._wake = wake
        self._control = control
        self._drafts: dict[int, Draft] = {}
        self._focus: FieldName = "prompt"

    def open(
        self, app: App[Any], index: int, names: StreamNames, pane: Callable[[], Region]
    ) -> None:
        """Open the form on stream `index`, whose pane is at `pane()`."""
        # loaded here: the first frame needs no field
        from streamdash.tui.screens.change.form import ChangeForm, FormSubject

        state = self._run.states[index]
        present = [self._run.states[one].spec for one in self._run.present]
        subject = FormSubject(
            names.label(state),
            state.spec,
            ModelNames({spec.endpoint.name: spec.endpoint for spec in present}),
            known=[spec.target for spec in present],
            streams=len(present),
            blind=names.blind,
        )
        form = ChangeForm(
            subject,
            self._drafts.get(index, Draft()),
            partial(self._send, index),
            pane,
            focus=self._focus,
        )
        app.push_screen(form, partial(self._closed, index))

    async def _send(self, index: int, values: Mapping[FieldName, Any], everyone: bool) -> str:
        """Rerun the stream, or all of them, with these values; returns why not yet."""
        from streamdash.tui.screens.change.changed_spec import changed_spec

        present = self._run.present
        if index not in present:
            return "this pane has been removed; esc closes the form"
        reached = present if everyone else [index]
        specs = {one: changed_spec(self._run.states[one].spec, values) for one in reached}
        objection = await self._control.change(specs, everyone=everyone)
        self._wake()
        return objection

    def _closed(self, index: int, draft: Draft | None) -> None:
        if draft is not None:
            self._drafts[index] = draft
            self._focus = draft.field
