"""The runs that a report shows: recordings, or the run on the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from streamdash.reporting.phases import first_send, track_of_launch, track_of_state
from streamdash.reporting.repetitions import numbered
from streamdash.reporting.result import results_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from streamdash.recording.recording import Recording
    from streamdash.reporting.phases import Track
    from streamdash.reporting.result import RunSnapshot, StreamResult
    from streamdash.streams.spec import StreamSpec


@dataclass(frozen=True, slots=True)
class ReportedRun:
    """One run, with its results and the tracks that the page draws."""

    name: str
    """The recording's file name, or empty."""
    started: str
    """By the wall clock, in ISO format."""
    snapshot: RunSnapshot
    results: tuple[StreamResult, ...]
    tracks: tuple[Track | None, ...]
    """One per result: its last launch, counted from the run's first send; None if it had none."""
    warnings: tuple[str, ...] = ()

    @property
    def when(self) -> str:
        """The start of the run, for people; `started` unchanged if that is not a time."""
        try:
            return f"{datetime.fromisoformat(self.started):%Y-%m-%d %H:%M:%S %Z}".strip()
        except ValueError:
            return self.started


def reported_recording(recording: Recording) -> ReportedRun:
    """A recorded run."""
    snapshot = recording.board()
    tracks = [
        track_of_launch(launches[-1]) if (launches := recording.streams[index]) else None
        for index in snapshot.present
    ]
    return ReportedRun(
        recording.path.name,
        recording.started,
        snapshot,
        tuple(results_of(snapshot)),
        _from_first_send(tracks),
        tuple(recording.warnings()),
    )


def reported_run(
    run: RunSnapshot,
    started: str,
    now: float,
    *,
    name: str = "",
    recording: Recording | None = None,
) -> ReportedRun:
    """The run on the screen at the time `now` of its clock.

    Its recording, as far as it is written, has the curves, which states do not hold.
    """
    tracks: list[Track | None] = []
    for index in run.present:
        state = run.states[index]
        launches = recording.streams[index : index + 1] if recording is not None else ()
        if launches and launches[0]:
            tracks.append(track_of_launch(launches[0][-1]))
        else:
            tracks.append(track_of_state(state, now) if state.attempts else None)
    return ReportedRun(name, started, run, tuple(results_of(run)), _from_first_send(tracks))


def _from_first_send(tracks: Sequence[Track | None]) -> tuple[Track | None, ...]:
    """The tracks on one clock, which starts with the first request of all."""
    begin = first_send(tracks)
    return tuple(None if track is None else track.since(begin) for track in tracks)


class ReportedStream(NamedTuple):
    """A stream of one of the reported runs."""

    run: int
    """The run's index."""
    result: StreamResult
    spec: StreamSpec
    track: Track | None


def streams_by_label(runs: Sequence[ReportedRun]) -> list[tuple[str, list[ReportedStream]]]:
    """The streams of all runs, grouped by label; equal labels of one run are numbered."""
    groups: dict[tuple[str, int], list[ReportedStream]] = {}
    for place, run in enumerate(runs):
        streams = zip(run.snapshot.present, numbered(run.results), run.tracks, strict=True)
        for index, (key, result), track in streams:
            spec = run.snapshot.states[index].spec
            stream = ReportedStream(place, result, spec, track)
            groups.setdefault(key, []).append(stream)
    return [(label, streams) for (label, _), streams in groups.items()]


def with_unique_names(runs: Sequence[ReportedRun]) -> list[ReportedRun]:
    """The runs under different names: equal names are numbered."""
    return [replace(run, name=name) for run, name in zip(runs, _names(runs), strict=True)]


def _names(runs: Iterable[ReportedRun]) -> Iterable[str]:
    seen: dict[str, int] = {}
    for run in runs:
        seen[run.name] = count = seen.get(run.name, 0) + 1
        yield run.name if count == 1 else f"{run.name} ({count})"


def letter(place: int) -> str:
    """A short name for the run at an index: A, B, ... Z, A1."""
    name = chr(ord("A") + place % 26)
    return name if place < 26 else f"{name}{place // 26}"
