"""Opens the form that changes a stream's request, and sends what was changed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from streamdash.promptfile.model_names import ModelNames
from streamdash.tui.screens.change.draft import Draft

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.geometry import Region

    from streamdash.models.model_sources import ModelSources
    from streamdash.tui.board.run_control import RunControl
    from streamdash.tui.context import ScreenContext
    from streamdash.tui.screens.change.field_texts import FieldName
    from streamdash.tui.screens.change.subject import FormSubject
    from streamdash.tui.screens.models.picker import ModelPicker
    from streamdash.tui.terminal.internals import OpenApp


class RequestChange:
    """Changes requests of a run; what was typed and not sent is kept for each stream."""

    def __init__(self, control: RunControl) -> None:
        self._control = control
        self._drafts: dict[int, Draft] = {}
        self._focus: FieldName = "prompt"

    def open(
        self, app: OpenApp, context: ScreenContext, index: int, pane: Callable[[], Region]
    ) -> None:
        """Open the form on stream `index`, whose pane is at `pane()`."""
        # loaded here: the first frame needs no field
        from streamdash.tui.screens.change.form import ChangeForm

        form = ChangeForm(
            _subject(context, index),
            self._drafts.get(index, Draft()),
            partial(self._send, app, context, index),
            pane,
            focus=self._focus,
        )
        app.push_screen(form, partial(self._closed, index))

    async def _send(
        self,
        app: OpenApp,
        context: ScreenContext,
        index: int,
        values: Mapping[FieldName, Any],
        everyone: bool,
    ) -> str:
        """Rerun the stream, or all of them, with these values; returns why not yet."""
        from streamdash.tui.screens.change.changed_spec import changed_spec

        run = context.run
        if app.leaving:
            return "streamdash is about to end"
        if index not in run.present:
            return "this pane has been removed: esc closes the form"
        reached = run.present if everyone else [index]
        specs = {one: changed_spec(run.states[one].spec, values) for one in reached}
        objection = await self._control.change(specs, everyone=everyone)
        context.wake()
        return objection

    def _closed(self, index: int, draft: Draft | None) -> None:
        if draft is not None:
            self._drafts[index] = draft
            self._focus = draft.field


def _subject(context: ScreenContext, index: int) -> FormSubject:
    """The stream, with the models that the run knows."""
    from streamdash.tui.screens.change.subject import FormSubject

    run, models = context.run, context.models
    spec = run.states[index].spec
    others = [run.states[one].spec for one in run.present]
    subject = FormSubject(
        context.names.label(run.states[index]),
        spec,
        ModelNames({one.endpoint.name: one.endpoint for one in others}),
        known=[one.target for one in others],
        streams=len(others),
        blind=context.names.blind,
    )
    if models is None:
        return subject
    known = [target.reference for target in (*models.planned, *models.configured)]
    return subject._replace(
        names=models.names.with_endpoints(subject.names.endpoints),
        known=list(dict.fromkeys([*models.names.aliases, *subject.known, *known])),
        caution=models.lists.caution,
        picker=partial(_picker, models, subject.label),
    )


def _picker(models: ModelSources, label: str, current: str) -> ModelPicker:
    from streamdash.tui.screens.models.picker import ModelPicker

    return ModelPicker(models, title=f"Model of {label}", current=current)
