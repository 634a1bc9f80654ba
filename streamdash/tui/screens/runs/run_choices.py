"""The recorded runs to choose from, and those that match what was typed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from streamdash.models.fuzzy import match, words_of
from streamdash.output.safe_text import clean_line
from streamdash.recording.library import list_runs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from streamdash.recording.library import RunFile

DESCRIPTION_MOST = 160


class RunChoice(NamedTuple):
    """A recorded run in the list."""

    number: int
    """The number by which `replay` and `report` find it."""
    run: RunFile
    when: str
    """Its start in local time, as `2026-01-31 18:20:33`."""
    description: str
    ending: str
    searched: str


class FoundRuns(NamedTuple):
    """The runs that match `query`."""

    query: str
    rows: Sequence[RunChoice]


def run_choices(folder: Path, own: Path | None) -> list[RunChoice]:
    """The recordings in `folder` as `runs` lists them, newest first, without the file `own`."""
    own_name = None if own is None else os.path.realpath(own)
    runs = enumerate(list_runs(folder), start=1)
    return [
        _choice(number, run)
        for number, run in runs
        if own_name is None or os.path.realpath(run.path) != own_name
    ]


def _choice(number: int, run: RunFile) -> RunChoice:
    when = f"{(run.started or run.written).astimezone():%Y-%m-%d %H:%M:%S}"
    description = clean_line(run.description, DESCRIPTION_MOST)
    ending = clean_line(run.ending, 80)
    searched = f"{description} #{number} {when} {ending}"
    return RunChoice(number, run, when, description, ending, searched)


def find_runs(query: str, choices: Sequence[RunChoice]) -> FoundRuns:
    """The run with the typed number, those with all typed words, then those with their letters.

    Runs with the words are listed newest first, the others best match first.
    """
    words = words_of(query)
    if not words:
        return FoundRuns(query, choices)
    number = query.strip().removeprefix("#")
    ranked = []
    for place, choice in enumerate(choices):
        hit = match(words, choice.searched)
        if hit is None:
            continue
        lower = choice.searched.lower()
        if number == str(choice.number):
            rank = (0, 0, place)
        elif all(word in lower for word in words):
            rank = (1, 0, place)
        else:
            rank = (2, -hit.score, place)
        ranked.append((rank, choice))
    return FoundRuns(query, [choice for _, choice in sorted(ranked, key=lambda one: one[0])])
