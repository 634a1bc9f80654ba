"""Choosing a recorded run: a list with fuzzy search and a preview; reading the chosen one."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from textual.containers import Container

from streamdash.output.safe_text import clean_line
from streamdash.recording.reader import ReadingAbandonedError, load_recording
from streamdash.recording.recording import Recording
from streamdash.reporting.figures import count
from streamdash.streams.errors import UsageError
from streamdash.streams.timing import gc_tuning
from streamdash.tui.screens.list_picker import CLOSE, MOVES, ListPicker
from streamdash.tui.screens.runs.run_choices import find_runs, run_choices
from streamdash.tui.screens.runs.run_list import RunList
from streamdash.tui.screens.runs.run_preview import RunPreview
from streamdash.tui.widgets.entry import Entry
from streamdash.tui.widgets.key_line import KeyLine
from streamdash.tui.widgets.keys import Key
from streamdash.tui.widgets.latest_job import LatestJob
from streamdash.tui.widgets.part_line import PartLine
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import ClassVar

    from textual.app import ComposeResult

    from streamdash.tui.screens.runs.run_choices import FoundRuns, RunChoice

    Loaded: TypeAlias = Recording | UsageError | None
    """None if the reading was abandoned."""

KEYS = (CLOSE, Key("", "pick", "enter", "play this run", "play", 1), *MOVES)
BESIDE = 150
"""From this width on the preview is beside the list, else below it."""
LEAST_ROWS = 14
"""With fewer rows than this there is no preview below the list."""
LIST_SHARE = 0.55
"""The most of the rows that the list takes from a preview below it."""
CHROME = 3
"""Rows outside both: title, search, keys."""


class RunPicker(ListPicker[Recording | None]):
    """Lists the recordings in `folder` without the file `own`, and reads the chosen one.

    The result is None if the picker was closed. All files are read in threads.
    """

    CSS_PATH: ClassVar = ["../../widgets/row_list.tcss", "picker.tcss"]
    choices: RunList

    def __init__(self, folder: Path, own: Path | None) -> None:
        super().__init__()
        self._folder = folder
        self._own = own
        self._runs: Sequence[RunChoice] | None = None
        """All recorded runs, newest first; None until they are listed."""
        self._found: FoundRuns | None = None
        """What the list shows."""
        self._reading: RunChoice | None = None
        """The run that is read to be opened."""
        self._problem = ""
        """Why the chosen run cannot be opened."""
        self._listing: LatestJob[list[RunChoice]] = LatestJob(self)
        self._searching: LatestJob[FoundRuns] = LatestJob(self)
        self._loading: LatestJob[Loaded] = LatestJob(self)

    def compose(self) -> ComposeResult:
        self._title = PartLine(id="title")
        self.entry = Entry("search: title, model, number, date, status")
        self.choices = RunList()
        self._preview = RunPreview()
        self.keys = KeyLine(id="keys")
        yield self._title
        yield self.entry
        yield Container(self.choices, self._preview, id="runs")
        yield self.keys

    def on_mount(self) -> None:
        self.keys.show_keys([key for key in KEYS if key.brief])
        self._listing.want(partial(run_choices, self._folder, self._own), self._show_listed)
        self._show_title()

    def on_resize(self) -> None:
        """Put the preview beside or below the list, or leave it out."""
        super().on_resize()
        beside = self.size.width >= BESIDE
        self.set_class(beside, "-beside")
        self.set_class(not beside and self.size.height < LEAST_ROWS, "-short")
        self._fit_list()

    def _fit_list(self) -> None:
        """Leave the rows that the list does not need to a preview below it."""
        if self.has_class("-beside") or self.has_class("-short"):
            self.choices.styles.height = "1fr"
        else:
            rows = len(self._runs or ()) + 1
            self.choices.styles.height = min(rows, int((self.size.height - CHROME) * LIST_SHARE))

    # -- searching --------------------------------------------------------------------------

    def _show_listed(self, choices: list[RunChoice]) -> None:
        self._runs = choices
        self._fit_list()
        self.search()

    @property
    def listed(self) -> str | None:
        return None if self._found is None else self._found.query

    def search(self) -> None:
        """Search the runs for what is typed; the list keeps its rows until then."""
        if self._runs is not None:
            work = partial(find_runs, self.entry.value, self._runs)
            self._searching.want(work, self._show_found)

    def _show_found(self, found: FoundRuns) -> None:
        self._found = found
        self.choices.show_runs(found.rows)
        self.act_on_rows()

    def on_run_list_moved(self) -> None:
        self._problem = ""
        self._show_title()
        self._preview.preview(self.choices.chosen)

    def _show_title(self) -> None:
        parts = [Part("Open a recorded run", 0, "title", flexible=True, least=8)]
        if self._runs is None:
            parts.append(Part("looking …", 1, "quiet"))
        elif not self._runs:
            folder = clean_line(str(self._folder), 200)
            other = "no run" if self._own is None else "no other run"
            parts.append(Part(f"{other} is recorded in {folder}", 0, "warn", flexible=True))
        else:
            total = count(len(self._runs))
            words = f"{total} run{'' if total == '1' else 's'}"
            if self._found is not None and self._found.query.strip():
                words = f"{count(len(self._found.rows))} of {words}"
            parts.append(Part(words, 1))
        if self._problem:
            parts[0] = Part(self._problem, 0, "bad", flexible=True, least=8)
        if self._reading is not None:
            said = f"reading #{self._reading.number} …"
            parts.append(Part(said, 0, "note", at_right=True))
        self._title.show(parts)

    # -- keys -------------------------------------------------------------------------------

    def pick(self) -> None:
        """Read the chosen run, and close with it."""
        chosen = self.choices.chosen
        if chosen is None or self._reading is chosen:
            return
        self._reading, self._problem = chosen, ""

        def wanted() -> bool:
            return self._reading is chosen and self.is_attached

        self._loading.want(partial(_load, str(chosen.run.path), wanted), self._show_loaded)
        self._show_title()

    def _show_loaded(self, loaded: Loaded) -> None:
        self._reading = None
        if isinstance(loaded, UsageError):
            self._problem = clean_line(str(loaded), 400)
            self._show_title()
        elif loaded is not None:
            self.dismiss(loaded)

    def action_back(self) -> None:
        """Stop reading the chosen run, or close."""
        if self._reading is not None:
            self._reading = None
            self._loading.drop()
            self._show_title()
        else:
            self.dismiss(None)

    def on_run_list_picked(self) -> None:
        self.action_pick()


def _load(name: str, wanted: Callable[[], bool]) -> Loaded:
    """The whole recording, why it cannot be read, or None if it is not wanted any more."""
    with gc_tuning.loading(), contextlib.suppress(ReadingAbandonedError):
        try:
            return load_recording(name, wanted=wanted)
        except UsageError as error:
            return error
    return None
