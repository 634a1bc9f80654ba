"""The preview of the chosen run."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from streamdash.recording.preview import preview_of
from streamdash.recording.reader import ReadingAbandonedError
from streamdash.streams.errors import UsageError
from streamdash.tui.screens.runs.preview_rows import heading_cells, preview_rows, problem_rows
from streamdash.tui.widgets.latest_job import LatestJob
from streamdash.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamdash.recording.preview import Preview
    from streamdash.tui.screens.runs.run_choices import RunChoice

    Previewed: TypeAlias = Preview | UsageError | None
    """What the file holds, why it cannot be read, or None if it has not been read."""


class RunPreview(RowList):
    """Reads the beginning of a recording in a thread; the one that was chosen last wins."""

    def __init__(self) -> None:
        super().__init__(id="preview")
        self._chosen: RunChoice | None = None
        self._previewed: Previewed = None
        self._reading: LatestJob[Previewed] = LatestJob(self)

    def preview(self, chosen: RunChoice | None) -> None:
        """Show this run, or nothing."""
        if chosen is self._chosen:
            return
        self._chosen, self._previewed = chosen, None
        if chosen is None:
            self._reading.drop()
        else:

            def wanted() -> bool:
                return self._chosen is chosen and self.is_attached

            self._reading.want(partial(_read, chosen.run.path, wanted), self._show_read)
        self._draw()

    def _show_read(self, previewed: Previewed) -> None:
        self._previewed = previewed
        self._draw()

    def _draw(self) -> None:
        chosen, previewed = self._chosen, self._previewed
        if chosen is None:
            self.show([], [], -1)
            return
        width = self.size.width
        if isinstance(previewed, UsageError):
            rows = problem_rows(str(previewed), width, self.room)
        else:
            rows = [] if previewed is None else preview_rows(previewed, width, self.room)
        self.show(heading_cells(chosen, width), rows, -1)

    def on_resize(self) -> None:
        """Draw what fits now."""
        self._draw()


def _read(path: Path, wanted: Callable[[], bool]) -> Previewed:
    try:
        return preview_of(path, wanted)
    except UsageError as error:
        return error
    except ReadingAbandonedError:
        return None
