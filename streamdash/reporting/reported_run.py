"""The runs that a report is made of: recordings, or a run on the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from streamdash.reporting.comparison import numbered
from streamdash.reporting.phases import first_send, track_of_launch, track_of_state
from streamdash.reporting.result import result_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from streamdash.recording.recording import Recording
    from streamdash.reporting.phases import Track
    from streamdash.reporting.result import Result, RunSnapshot
    from streamdash.streams.spec import StreamSpec


@dataclass(frozen=True, slots=True)
class ReportedRun:
    """One run, and what a report shows of it beyond its numbers."""

    name: str
    """What the report calls it: the recording's file name."""
    started: str
    """By the wall clock, in ISO format."""
    board: RunSnapshot
    results: tuple[Result, ...]
    tracks: tuple[Track | None, ...]
    """Of each stream's last launch, from the run's first send on; None where it had none."""
    warnings: tuple[str, ...] = ()

    @property
    def when(self) -> str:
        """When it started, for people; as it is written where it is no time."""
        try:
            return f"{datetime.fromisoformat(self.started):%Y-%m-%d %H:%M:%S %Z}".strip()
        except ValueError:
            return self.started


def recording_report(recording: Recording) -> ReportedRun:
    """A recording as a source."""
    board = recording.board()
    tracks = [track_of_launch(launches[-1]) if launches else None for launches in recording.streams]
    return ReportedRun(
        recording.path.name,
        recording.started,
        board,
        _results(board),
        _together(tracks),
        tuple(recording.warnings()),
    )


def run_report(
    run: RunSnapshot,
    started: str,
    now: float,
    *,
    name: str = "",
    recording: Recording | None = None,
) -> ReportedRun:
    """A run on the screen as a source, at its clock's time `now`.

    Its recording, as far as it has been written, tells what its states forget: the curves.
    """
    tracks: list[Track | None] = []
    for index, state in enumerate(run.states):
        launches = recording.streams[index : index + 1] if recording is not None else ()
        if launches and launches[0]:
            tracks.append(track_of_launch(launches[0][-1]))
        else:
            tracks.append(track_of_state(state, now) if state.attempts else None)
    return ReportedRun(name, started, run, _results(run), _together(tracks))


def _together(tracks: Sequence[Track | None]) -> tuple[Track | None, ...]:
    """The tracks on one clock, which begins when the first request went out."""
    begin = first_send(tracks)
    return tuple(None if track is None else track.since(begin) for track in tracks)


def _results(board: RunSnapshot) -> tuple[Result, ...]:
    return tuple(result_of(board, index) for index in range(len(board.states)))


class Slot(NamedTuple):
    """A stream in one of the sources."""

    place: int
    """Of the source among all."""
    result: Result
    spec: StreamSpec
    track: Track | None


def by_label(sources: Sequence[ReportedRun]) -> list[tuple[str, list[Slot]]]:
    """The streams of all sources, those that belong together by their label side by side."""
    groups: dict[tuple[str, int], list[Slot]] = {}
    for place, source in enumerate(sources):
        for index, (key, result) in enumerate(numbered(source.results)):
            spec = source.board.states[index].spec
            slot = Slot(place, result, spec, source.tracks[index])
            groups.setdefault(key, []).append(slot)
    return [(label, slots) for (label, _), slots in groups.items()]


def with_unique_names(sources: Sequence[ReportedRun]) -> list[ReportedRun]:
    """The sources with names that differ: equal ones are counted."""
    return [
        replace(source, name=name) for source, name in zip(sources, _names(sources), strict=True)
    ]


def _names(sources: Iterable[ReportedRun]) -> Iterable[str]:
    seen: dict[str, int] = {}
    for source in sources:
        seen[source.name] = count = seen.get(source.name, 0) + 1
        yield source.name if count == 1 else f"{source.name} ({count})"


def letter(place: int) -> str:
    """What a source is called where there is no room for its name: A, B, ... Z, A1."""
    name = chr(ord("A") + place % 26)
    return name if place < 26 else f"{name}{place // 26}"
