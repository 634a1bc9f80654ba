"""A run whose requests a test changes in the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamdash.demo.scripted_provider import ScriptedProviders
from streamdash.streams.live import live_run
from streamdash.streams.spec import RunPlan
from streamdash.tui.screens.change.field_row import FieldRow
from streamdash.tui.screens.change.field_texts import SEVERAL_LINES
from streamdash.tui.screens.change.form import ChangeForm
from tests.tui.screen import until
from tests.tui.scripted_run import spec

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from streamdash.streams.run import Run
    from streamdash.streams.spec import StreamSpec
    from streamdash.tui.app import StreamdashApp


def run_of(*specs: StreamSpec, repeat: int = 1) -> tuple[Run, ScriptedProviders]:
    """A run of these streams, whose answers the test supplies."""
    provider = ScriptedProviders()
    return live_run(RunPlan(specs=specs, title="Test", repeat=repeat), provider), provider


def asking(label: str, **settings: Any) -> StreamSpec:
    """A stream with these settings."""
    return spec(label)._replace(**settings)


async def ended(run: Run, provider: ScriptedProviders) -> None:
    """Wait for all requests, and answer them."""
    await until(lambda: all(state.attempts for state in run.states))
    for state in run.states:
        provider[state.spec.label].say(f"answer of {state.spec.label}")
        provider[state.spec.label].finish()
    await until(lambda: not run.live)


def form_of(app: StreamdashApp) -> ChangeForm:
    assert isinstance(app.screen, ChangeForm)
    return app.screen


async def opened(app: StreamdashApp, pilot: Pilot[int]) -> ChangeForm:
    """Open the form on the current pane."""
    await pilot.press("c")
    await until(lambda: isinstance(app.screen, ChangeForm) and app.screen.focused is not None)
    await pilot.pause()
    return form_of(app)


async def closed(app: StreamdashApp) -> None:
    await until(lambda: not isinstance(app.screen, ChangeForm))


def row(app: StreamdashApp, field: str) -> FieldRow:
    return form_of(app).query_one(f"#{field}", FieldRow)


def focused(app: StreamdashApp) -> str:
    """The name of the field that has the keyboard."""
    return next(one.field for one in form_of(app).query(FieldRow) if one.editor.has_focus)


async def go_to(app: StreamdashApp, pilot: Pilot[int], field: str) -> None:
    """Press tab until the field has the keyboard."""
    for _ in range(12):
        if focused(app) == field:
            return
        await pilot.press("tab")
    raise AssertionError(f"tab does not lead to {field}")


async def write(app: StreamdashApp, pilot: Pilot[int], field: str, text: str) -> None:
    """Replace the text of a field by typing."""
    await go_to(app, pilot, field)
    clearing = ["f7", "backspace"] if field in SEVERAL_LINES else ["end", "ctrl+u"]
    await pilot.press(*clearing, *(_KEYS.get(char, char) for char in text))


_KEYS = {" ": "space", "\n": "ctrl+j", ":": "colon", ".": "full_stop", "-": "minus"}
