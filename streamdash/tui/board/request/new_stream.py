"""Adds a stream to the board: a chosen model, and the rest of the request as in a pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.promptfile.cases.filled_prompts import FilledPrompt
from streamdash.promptfile.labels import label_on
from streamdash.promptfile.model_references import Target
from streamdash.promptfile.planned_streams import PlannedStream
from streamdash.promptfile.stream_specs import stream_specs

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from streamdash.promptfile.layers import Layer
    from streamdash.streams.spec import StreamSpec
    from streamdash.tui.board.board_parts import BoardParts
    from streamdash.tui.context import ScreenContext

TITLE = "Model of a new stream"


def open_picker(
    board: BoardParts,
    context: ScreenContext,
    picked: Callable[[Target | None], Awaitable[None]],
) -> None:
    """Let the user choose a model, or say why not now. A replay, which has none, offers nothing."""
    if context.models is None:
        return
    if context.names.blind:
        board.warn("a new pane would name its model: b ends blind mode")
        return
    from streamdash.tui.screens.models.picker import ModelPicker

    models = context.models.with_models_of(state.spec for state in context.run.present_states)
    board.app.push_screen(ModelPicker(models, title=TITLE), picked)


def asked_as(spec: StreamSpec, target: Target, taken: Collection[str]) -> StreamSpec:
    """The request of `spec` to another model, under a label that tells it from those `taken`.

    It has the same conversation up to the last question, system prompt and parameters.
    """
    before = Target(spec.endpoint, spec.model)
    return spec._replace(
        label=label_on(spec.label, before, target, taken),
        endpoint=target.endpoint,
        model=target.model,
    ).with_default_limit()


def first_request(target: Target, defaults: Layer) -> StreamSpec:
    """The request of a board's first stream, which has no question yet."""
    return stream_specs([PlannedStream(1, defaults, FilledPrompt(defaults), target)])[0]
