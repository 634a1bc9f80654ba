"""Writes the board as a prompt file."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from streamdash.output.destination import Input
from streamdash.output.new_file import check_new_file, write_file
from streamdash.promptfile.own_settings import NO_SETTINGS
from streamdash.promptfile.writing.board_file import board_file
from streamdash.providers.catalog import builtin_endpoints
from streamdash.recording.run_title import title_of
from streamdash.reporting.export import safe_name
from streamdash.streams.errors import UsageError
from streamdash.streams.timing.side_work import giving_way

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.streams.spec import RunPlan
    from streamdash.tui.context import ScreenContext

SUFFIX = ".toml"


class BoardWriter:
    """Writes the present streams, as they are asked now, in the order of the run.

    That order gives no names away in blind mode, where the board's own is shuffled.
    """

    def __init__(self, context: ScreenContext, *, replay: bool) -> None:
        self._run = context.run
        self._own = context.own or NO_SETTINGS
        self._replay = replay
        self._inputs = (
            [] if context.recorded_in is None
            else [Input(str(context.recorded_in), "the recording of this run")]
        )  # fmt: skip

    def default_name(self) -> str:
        """A free name in the working directory, after the run's title."""
        stem = safe_name(title_of(self._run, models=False), "board")
        name, number = f"{stem}{SUFFIX}", 1
        while os.path.lexists(name):
            number += 1
            name = f"{stem}-{number}{SUFFIX}"
        return name

    async def write(self, name: str, *, replace: bool) -> str:
        """Write the file; returns a sentence that says where it is and what it leaves out.

        Raises FileTakenError for a file that `replace` would replace, else UsageError.
        """
        path = _path(name)
        check_new_file(path, replace=replace, inputs=self._inputs)
        work = partial(self._write, _present(self._run), path, replace=replace)
        return await asyncio.to_thread(giving_way, work)

    def _write(self, plan: RunPlan, path: str, *, replace: bool) -> str:
        written = board_file(plan, builtin_endpoints(os.environ), self._own, recorded=self._replay)
        place = write_file(path, written.text, replace=replace, inputs=self._inputs)
        return "; ".join((f"written to {Path(place).absolute()}", *written.notes))


def _present(run: Run) -> RunPlan:
    """The plan of the streams that are on the board, as they are asked now."""
    return run.plan._replace(specs=tuple(run.states[index].spec for index in run.present))


def _path(name: str) -> str:
    """The path that the typed name means. Raises UsageError."""
    path = os.path.expanduser(name.strip())
    if not path or path.endswith("/"):
        return path
    stem, suffix = os.path.splitext(path)
    if suffix.lower() == SUFFIX:
        return path
    if suffix.lower() in (".yaml", ".yml", ".json", ".jsonl", ".md", ".txt"):
        raise UsageError(f"the file is TOML: name it {os.path.basename(stem)}{SUFFIX}")
    # a folder or device is refused under its own name
    other = os.path.exists(path) and not os.path.isfile(path)
    return path if other else path + SUFFIX
