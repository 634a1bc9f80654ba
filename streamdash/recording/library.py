"""The recordings in a folder: lists them without reading them whole, and deletes old ones."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from streamdash.recording.paths import SUFFIX
from streamdash.recording.run_head import is_head, open_run, read_line, streams_in
from streamdash.recording.run_title import run_title, titled_with_models
from streamdash.recording.spec_json import spec_from_json, table, text, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from streamdash.streams.spec import StreamSpec

HEAD_MOST = 32 << 20
"""Bytes of the first line that are read at most."""
TAIL = 1 << 16
"""Bytes at the end of a file in which its last line is looked for."""
OPENING = 1 << 18
"""Bytes after the header in which the first question of a run is looked for."""
_AGE = re.compile(r"([0-9]{1,6})\s*([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class RunFile(NamedTuple):
    """One recording, from its first and last line."""

    path: Path
    started: datetime | None
    title: str
    description: str
    """The title with the models, which a title made of the question names anyway."""
    streams: int
    statuses: dict[str, int] | None
    """How many streams ended in each status; None if the run did not come to its end."""
    size: int
    """In bytes."""
    written: datetime
    """When the file was last written to."""

    @property
    def ending(self) -> str:
        """`5 done, 1 failed`, or `unfinished`."""
        if self.statuses is None:
            return "unfinished"
        return ", ".join(f"{count} {status}" for status, count in self.statuses.items())


def list_runs(folder: Path) -> list[RunFile]:
    """The recordings in `folder`, newest first; other files are ignored."""
    try:
        paths = [path for path in folder.iterdir() if path.suffix == SUFFIX]
    except OSError:
        return []
    found = [run for run in map(_run_file, paths) if run is not None]
    return sorted(found, key=lambda run: (run.started or run.written, run.path), reverse=True)


def _run_file(path: Path) -> RunFile | None:
    try:
        with open_run(path) as file:
            status = os.fstat(file.fileno())
            head = read_line(file.readline(HEAD_MOST))
            specs = [spec_from_json(stream) for stream in streams_in(head)]
            title = text(head.get("title"))
            description = (
                titled_with_models(title, specs) if title else _title_of(specs, file.read(OPENING))
            )
            file.seek(max(0, status.st_size - TAIL))
            last = read_line(file.read().rstrip(b"\n").rpartition(b"\n")[2])
    except OSError:
        return None
    if not is_head(head) or whole(head.get("version")) is None:
        return None
    counts = table(last.get("statuses"))
    ended = last.get("type") == "run-end"
    statuses = {key: count for key, known in counts.items() if (count := whole(known)) is not None}
    return RunFile(
        path,
        _moment(text(head.get("started"))),
        title or description,
        description,
        # streams may have been added and removed
        sum(statuses.values()) if ended else len(specs),
        statuses if ended else None,
        status.st_size,
        _written(status.st_mtime),
    )


def _written(mtime: float) -> datetime:
    try:
        return datetime.fromtimestamp(mtime, UTC)
    except (ValueError, OverflowError, OSError):
        # A file system can store years that no calendar has.
        return datetime.fromtimestamp(0, UTC)


def _title_of(specs: Sequence[StreamSpec], opening: bytes) -> str:
    """A title for a run without one.

    A run that began with the prompt bar has its first question in a line after the header.
    """
    title = run_title(specs)
    if any(spec.question for spec in specs):
        return title
    for line in opening.split(b"\n")[: len(specs) * 8 + 8]:
        asked = read_line(line).get("asked")
        if asked is not None:
            first = spec_from_json(asked)
            return run_title([spec._replace(messages=first.messages) for spec in specs])
    return title


def _moment(words: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(words)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        # The first and the last possible day have no local time in some zones.
        return moment.astimezone()
    except (ValueError, OverflowError):
        return None


def parse_age(words: str) -> timedelta:
    """Reads `45m`, `12h`, `30d` or `2w`. Raises ValueError that says how to write it."""
    match = _AGE.fullmatch(words.strip().lower())
    if match is None:
        raise ValueError(f"{words!r} is no age; write it as 30d, 12h, 45m or 2w")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def older_than(
    runs: Iterable[RunFile], age: timedelta, now: datetime | None = None
) -> list[RunFile]:
    """The runs not written to for longer than `age`, which pruning deletes."""
    now = now or datetime.now(UTC)
    return [run for run in runs if now - run.written > age]


def delete_runs(runs: Iterable[RunFile]) -> list[str]:
    """Delete the files of these runs; returns one line for each that cannot be deleted."""
    problems = []
    for run in runs:
        try:
            os.unlink(run.path)
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.append(f"{run.path}: {error.strerror}")
    return problems
