"""Exports the run as a report, or the screen as a picture, into a new file."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from streamdash.output.safe_text import clean_line
from streamdash.recording.run_title import title_of
from streamdash.streams.errors import UsageError
from streamdash.streams.frozen_run import freeze
from streamdash.tui.screens.export.earlier_answers import with_earlier_texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App

    from streamdash.recording.recording import Launch, Recording
    from streamdash.reporting.report import Style
    from streamdash.streams.frozen_run import FrozenRun
    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState

Form = Literal["text", "json", "jsonl", "csv", "markdown", "html", "junit", "svg"]
"""A style of report; `svg` is a picture of the screen."""
SAME_S = 1e-6
"""Two durations closer than this are equal."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """Writes each export into a new file that is named after the run's title.

    Only a snapshot is taken in the event loop; all other work is done in a thread.
    """

    run: Run
    started: str
    """When the run began, by the wall clock, in ISO format."""
    recorded_in: Path | None = None
    """The recording, which contains data that the states do not store."""

    def offer(self, app: App[int]) -> None:
        """Open the menu of forms, and write the chosen one into the working directory."""
        from streamdash.tui.screens.export.menu import ExportMenu

        def chosen(form: Form | None) -> None:
            if form is not None:
                # a picture of the screen must not show the menu
                app.call_after_refresh(app.run_worker, partial(self._write_and_notify, form, app))

        app.push_screen(ExportMenu(), chosen)

    async def _write_and_notify(self, form: Form, app: App[int]) -> None:
        try:
            path = await self.write(form, Path.cwd(), app)
        except Exception as error:
            reason = (isinstance(error, OSError) and error.strerror) or repr(error)
            message = clean_line(f"not exported: {reason}", 300)
            app.notify(message, severity="error", markup=False)
        else:
            app.notify(f"exported to {clean_line(str(path), 300)}", timeout=8, markup=False)

    async def write(self, form: Form, folder: Path, app: App[int]) -> Path:
        """Export into `folder`. Returns the new file's path. Raises OSError."""
        if form == "svg":
            from streamdash.tui.screens.export.screenshot import Screenshot

            shot = Screenshot(app)
            return await asyncio.to_thread(self._write_picture, shot.svg, folder)
        return await asyncio.to_thread(
            self._write_report, freeze(self.run), self.run.clock(), form, folder
        )

    def _write_picture(self, draw: Callable[[], str], folder: Path) -> Path:
        from streamdash.reporting.export import write_new

        return write_new(folder, title_of(self.run, models=False), ".svg", draw())

    def _write_report(self, run: FrozenRun, now: float, style: Style, folder: Path) -> Path:
        from streamdash.reporting.export import export_report
        from streamdash.reporting.reported_run import reported_run

        run = with_earlier_texts(run, self.recorded_in)
        recording = self._recording(run) if style == "html" else None
        report = reported_run(run, self.started, now, recording=recording)
        return export_report(report, style, folder)

    def _recording(self, run: FrozenRun) -> Recording | None:
        """The recording, with only those streams whose last launch the screen shows ended."""
        from streamdash.recording.reader import load_recording

        if self.recorded_in is None:
            return None
        try:
            recording = load_recording(str(self.recorded_in))
        except UsageError:
            return None
        streams = tuple(
            launches if launches and _is_recorded(launches[-1], state) else ()
            for launches, state in zip(recording.streams, run.states, strict=False)
        )
        return replace(recording, streams=streams)


def _is_recorded(launch: Launch, state: StreamState) -> bool:
    """Whether `launch` is the recording of `state`, which has ended; their clocks may differ."""
    if state.ended_at is None or not launch.events:
        return False
    ended_at = launch.state(state.index).ended_at
    took = math.inf if ended_at is None else ended_at - launch.launched_at
    return abs(took - (state.ended_at - state.launched_at)) < SAME_S
