"""Reads an edited prompt file, in a thread."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from streamdash.streams.errors import UsageError
from streamdash.streams.timing.side_work import giving_way
from streamdash.watching.file_contents import contents_of
from streamdash.watching.request_estimate import RequestEstimate, estimate_requests
from streamdash.watching.update import requests_of, update_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamdash.streams.run import Run
    from streamdash.streams.spec import RunPlan
    from streamdash.watching.file_contents import Contents
    from streamdash.watching.update import FileStream, Update


class LoadedFile(NamedTuple):
    """A prompt file's plan, and what its user should know about it."""

    plan: RunPlan
    warnings: tuple[str, ...] = ()


class WatchedFile(NamedTuple):
    """A prompt file, and how to load it."""

    path: str
    load: Callable[[list[str]], LoadedFile]
    """Adds the paths of all other files that it reads to the list; raises UsageError."""
    files: tuple[str, ...] = ()
    """The other files that were read the first time."""
    warnings: tuple[str, ...] = ()
    """What its user has been told already."""

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return os.path.basename(self.path)


class Reading(NamedTuple):
    """A file as it was read: an update, or its problems."""

    contents: Contents
    """Of all files that it was made from."""
    problems: tuple[str, ...] = ()
    update: Update | None = None
    warnings: tuple[str, ...] = ()
    estimate: RequestEstimate = RequestEstimate(0)


def read_edited(
    watched: WatchedFile, seen: Contents, streams: Sequence[FileStream], run: Run
) -> Reading | None:
    """The file as it is now; None if it and all files with a part in it hold what they did.

    `seen` are their contents as they were read last, `streams` those of the file before the edit.
    """
    return giving_way(lambda: _read(watched, seen, streams, run))


def _read(
    watched: WatchedFile, seen: Contents, streams: Sequence[FileStream], run: Run
) -> Reading | None:
    known = [path for path, _ in seen]
    now = contents_of(known)
    if now == seen:
        return None
    files: list[str] = []
    try:
        loaded = watched.load(files)
    except UsageError as error:
        # a file that could not be reached through a broken one is watched all the same
        return Reading(_joined(now, [*known, *files]), problems=error.problems)
    contents = _joined(now, [watched.path, *files])
    update = update_of(streams, loaded.plan)
    estimate = RequestEstimate(0)
    if update.to_send:
        estimate = estimate_requests(update.to_send, requests_of(run, update))
    return Reading(contents, update=update, warnings=loaded.warnings, estimate=estimate)


def _joined(before: Contents, paths: Sequence[str]) -> Contents:
    """The contents of these paths, where possible as they were `before` they were loaded.

    A file that was changed while it was loaded is so found to differ the next time.
    """
    known = dict(before)
    paths = tuple(dict.fromkeys(paths))
    fresh = dict(contents_of(path for path in paths if path not in known))
    return tuple((path, known[path] if path in known else fresh[path]) for path in paths)
