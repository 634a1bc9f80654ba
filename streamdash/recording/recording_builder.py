"""Builds a recording out of the lines of its file, one after the other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from streamdash.recording.event_json import VERSION, UnreadableError, error_of, event_of, seconds
from streamdash.recording.recording import Launch, RecordedLag, Recording, RosterChange
from streamdash.recording.spec_json import number, spec_from_json, table, text, whole
from streamdash.streams.errors import UsageError
from streamdash.streams.events import End, Event, Flag, Status, Wire
from streamdash.streams.flags import FlagName
from streamdash.streams.rounds.round import Round
from streamdash.streams.spec import RunPlan, StreamSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from streamdash.streams.errors import ErrorInfo

PROBLEMS_SHOWN = 5
MOST_STREAMS = 10_000
"""More than any run has."""
_HEADER_START = b'{"type":"run"'


@dataclass(slots=True)
class _OpenLaunch:
    """A launch whose lines are being read."""

    spec: StreamSpec
    launched_at: float
    series: int
    events: list[tuple[Event, float]]
    round: Round | None = None
    changed: bool = False
    wire_type: str = ""
    error: ErrorInfo | None = None
    ended: bool = False


class RecordingBuilder:
    """Collects the lines of a recording, one after the other."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._header: Mapping[str, object] = {}
        self._plan = RunPlan(specs=())
        self._started_at = 0.0
        self._launches: list[list[_OpenLaunch]] = []
        self._specs: list[StreamSpec] = []
        """The first request of each stream."""
        self._roster: list[RosterChange] = []
        self._removed: set[int] = set()
        self._last_at = 0.0
        self._lag = RecordedLag()
        self._finished = False
        self._torn = True
        self._problems: list[str] = []

    def header(self, line: bytes) -> None:
        """Read the first line. Raises UsageError unless it begins a recording."""
        self._torn = not line.endswith(b"\n")
        try:
            header = _object(line)
        except UnreadableError:
            if self._torn and line[: len(_HEADER_START)] == _HEADER_START[: len(line)]:
                return
            raise UsageError(f"{self._path}: is not a recording of streamdash") from None
        version = whole(header.get("version"))
        if header.get("type") != "run" or version is None:
            raise UsageError(f"{self._path}: is not a recording of streamdash")
        if version > VERSION:
            raise UsageError(
                f"{self._path}: was written by a newer streamdash (format {version}, this one "
                f"reads {VERSION})"
            )
        streams = header.get("streams")
        specs = streams[:MOST_STREAMS] if isinstance(streams, list) else []
        self._header = header
        self._plan = RunPlan(
            specs=tuple(map(spec_from_json, specs)),
            title=text(header.get("title")),
            concurrency=_small(header.get("concurrency"), 0),
            repeat=_small(header.get("repeat"), 1),
            warmup=_small(header.get("warmup"), 0),
            order="turns" if header.get("order") == "turns" else "together",
            until=number(header.get("until")),
            seed=max(0, whole(header.get("seed")) or 0),
            reference=text(header.get("reference")) or None,
        )
        self._started_at = self._last_at = max(0.0, number(header.get("t")) or 0.0)
        self._launches = [[] for _ in specs]
        self._specs = [*self._plan.specs]

    def line(self, line: bytes, count: int) -> None:
        """Read a further line; if it is invalid, note that and ignore it."""
        self._torn = not line.endswith(b"\n")
        try:
            fields = _object(line)
            at = seconds(fields, "t")
            if fields.get("type") == "run-end":
                self._finished = True
                lag = table(fields.get("lag"))
                self._lag = RecordedLag(number(lag.get("p99_s")), number(lag.get("max_s")))
            else:
                self._stream_line(fields, at)
            self._last_at = max(self._last_at, at)
        except UnreadableError as error:
            if not self._torn:
                self._problems.append(f"line {count}: {error}")

    def _stream_line(self, fields: Mapping[str, object], at: float) -> None:
        index, kind = whole(fields.get("s")), fields.get("type")
        if kind == "added" and index == len(self._launches) < MOST_STREAMS:
            self._specs.append(spec_from_json(fields.get("asked")))
            self._launches.append([])
            self._roster.append(RosterChange(self._not_before(at), index, removed=False))
            return
        if index is None or not 0 <= index < len(self._launches) or kind == "added":
            raise UnreadableError("'s' is no stream of this run")
        if kind == "removed":
            if index not in self._removed:
                self._removed.add(index)
                self._roster.append(RosterChange(self._not_before(at), index, removed=True))
            return
        if kind == "launch":
            self._begin_launch(index, fields, at)
            return
        if kind == "relabelled":
            self._relabel(index, text(fields.get("label")))
            return
        if not self._launches[index]:
            self._launches[index].append(_OpenLaunch(self._specs[index], at, 0, []))
        launch = self._launches[index][-1]
        if launch.ended:
            return
        if kind == "error":
            launch.error = error_of(fields)
        elif kind == "wire" or "wire_t" in fields:
            self._wire(launch, fields, at)
        if kind == "wire":
            return
        event = event_of(fields)
        if isinstance(event, End):
            launch.ended = True
            event = End(event.status, launch.error)
        if event is not None:
            launch.events.append((event, at))

    def _not_before(self, at: float) -> float:
        """`at`, or the time of the last change of the roster if that is later."""
        return max(at, self._roster[-1].at) if self._roster else at

    def _begin_launch(self, index: int, fields: Mapping[str, object], at: float) -> None:
        asked = fields.get("asked")
        first = self._specs[index]
        launch = _OpenLaunch(
            first if asked is None else _follow_up(asked, first),
            at,
            whole(fields.get("launch")) or 0,
            [],
            self._round(fields),
            changed=fields.get("changed") is True,
        )
        self._launches[index].append(launch)

    def _relabel(self, index: int, label: str) -> None:
        """Give the stream's last answer, or the stream that has none yet, another label."""
        if not self._launches[index]:
            self._specs[index] = self._specs[index]._replace(label=label)
        else:
            launch = self._launches[index][-1]
            launch.spec = launch.spec._replace(label=label)

    def _round(self, fields: Mapping[str, object]) -> Round | None:
        """The round of a launch; version 1 counted repetitions from 0 in every run."""
        if "repetition" in fields and self._plan.repeat > 1:
            repetition = whole(fields["repetition"]) or 0
            return Round(max(0, repetition) + 1)
        count = whole(fields.get("round"))
        if count is None or count < 1 or not self._plan.in_rounds:
            return None
        return Round(count, warmup=fields.get("warmup") is True)

    def _wire(self, launch: _OpenLaunch, fields: Mapping[str, object], at: float) -> None:
        if "wire_type" in fields:
            launch.wire_type = text(fields["wire_type"])
        if "wire_t" in fields:
            at = seconds(fields, "wire_t")
        wire = Wire(launch.wire_type, None, fields.get("chunk") is not False)
        launch.events.append((wire, at))

    def recording(self) -> Recording:
        """Everything that was read."""
        streams = []
        for index, launches in enumerate(self._launches):
            if not launches and not self._finished:
                launches = [_OpenLaunch(self._specs[index], self._started_at, 0, [])]
            streams.append(tuple(self._closed(launches)))
        return Recording(
            path=self._path,
            streamdash=text(self._header.get("streamdash")),
            started=text(self._header.get("started")),
            plan=self._plan._replace(specs=tuple(self._specs)),
            started_at=self._started_at,
            last_at=self._last_at,
            streams=tuple(streams),
            roster=tuple(self._roster),
            lag=self._lag,
            finished=self._finished,
            torn=self._torn,
            problems=self._first_problems(),
        )

    def _closed(self, launches: list[_OpenLaunch]) -> Iterable[Launch]:
        """The launches, each with an end; a launch that was cut off ends with its last event."""
        for place, launch in enumerate(launches):
            events = launch.events
            if not launch.ended:
                following = launches[place + 1 : place + 2]
                at = following[0].launched_at if following else self._last_at
                at = max(at, events[-1][1] if events else launch.launched_at)
                events.append((Flag(FlagName.UNFINISHED), at))
                events.append((End(Status.TRUNCATED, launch.error), at))
            yield Launch(
                launch.spec,
                launch.launched_at,
                launch.series,
                tuple(events),
                launch.ended,
                launch.round,
                launch.changed,
            )

    def _first_problems(self) -> tuple[str, ...]:
        more = len(self._problems) - PROBLEMS_SHOWN
        shown = self._problems[:PROBLEMS_SHOWN]
        return (*shown, f"and {more} lines more") if more > 0 else tuple(shown)


def _object(line: bytes) -> Mapping[str, object]:
    """The JSON object of one line. Raises UnreadableError."""
    try:
        value = _DECODER.decode(line.decode())
    except (ValueError, RecursionError):
        raise UnreadableError("is no JSON") from None
    if not isinstance(value, dict):
        raise UnreadableError("is no JSON object")
    return value


def _follow_up(asked: object, first: StreamSpec) -> StreamSpec:
    """The spec of a follow-up, with its turn counted if an older version recorded it."""
    spec = spec_from_json(asked)
    if "turn" in table(asked):
        return spec
    before = max(1, _questions(first))
    return spec._replace(turn=max(1, 1 + _questions(spec) - before))


def _questions(spec: StreamSpec) -> int:
    return sum(message.get("role") == "user" for message in spec.messages)


def _no_number(word: str) -> float:
    raise ValueError(word)


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def _small(value: object, least: int) -> int:
    count = whole(value)
    return least if count is None else max(least, min(count, 1_000_000))
