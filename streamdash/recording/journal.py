"""Writes a run down while it happens: one JSON object a line, in one `os.write`.

Every line has `type`. All but `run` and `run-end` have `s`, the stream's index in the run, and
all have `t`, seconds since the run's start; the lines of a stream stand in their order. A reader
must leave out a type that it does not know, and fields that it does not know.

The first line is `run`: the format's version, when the run started by the wall clock, and what
was asked of each stream. Of headers that were sent there are only the names.

    {"type":"run","version":1,"streamdash":"0.1.0","started":"2026-01-31T18:20:33.250+00:00",\
"t":4.7e-07,"title":"Two","repeat":1,"concurrency":0,"streams":[{"label":"PY","endpoint":\
{"name":"lab","api":"openai","base_url":"http://127.0.0.1:8000/v1","headers":["x-team"],\
"demo":false},"model":"qwen3","messages":[{"role":"user","content":"What is Python?"}],\
"system":null,"max_tokens":100,"temperature":null,"top_p":null,"seed":null,"stop":[],\
"reasoning_effort":null,"stream":true,"params":{},"limits":{"connect_s":10.0,"ttft_s":120.0,\
"stall_s":60.0,"total_s":600.0,"retries":2},"turn":1}]}

`launch`: the stream begins, and its numbers begin anew. `launch` counts from 0 and grows when the
user reruns the stream, `repetition` counts the repetitions of `--repeat`. After a follow-up
question `asked` holds what is asked now, in the form of the header; its `turn` says which question
of the conversation that is.

    {"t":0.0001,"s":0,"type":"launch","launch":0,"repetition":0}

One HTTP request, its connection, its first byte out, the answer's headers. `dns_s` and
`connect_s` are null where the connection was there already.

    {"t":0.0002,"s":0,"type":"attempt","number":1}
    {"t":0.0012,"s":0,"type":"connected","reused":false,"dns_s":null,"connect_s":0.0008}
    {"t":0.0013,"s":0,"type":"sent"}
    {"t":0.0500,"s":0,"type":"headers","http_status":200,"request_id":"req_1",\
"content_type":"text/event-stream"}

`wire`: a server-sent event that brought no text; `wire_type` stands only where it is another than
that of the stream's wire event before, `chunk` is false where the event carried no data.

    {"t":0.0502,"s":0,"type":"wire","wire_type":"chat.completion.chunk"}
    {"t":0.9000,"s":0,"type":"wire","wire_type":"[DONE]","chunk":false}

`identity`: who answered.

    {"t":0.0503,"s":0,"type":"identity","response_id":"chatcmpl-1","response_model":"qwen3"}

`delta`: text, on the channel `answer`, `reasoning`, `refusal` or `tool`. `wire_t` is the time of
the server-sent event that brought it (with `wire_type` as above); further deltas of the same
event have none. Texts are raw: half of a surrogate pair stays one.

    {"t":0.4001,"s":0,"type":"delta","channel":"answer","text":"Python is","wire_t":0.4}
    {"t":0.4002,"s":0,"type":"delta","channel":"reasoning","text":"\\ud83d"}

`usage`: the provider's own counts, as `streams.events.Usage` defines them; null says nothing new,
as does a missing field. `finish`: why the provider stopped, in its word and in ours. `terminal`:
the dialect's last event. `flag`: a mark on the numbers.

    {"t":0.8001,"s":0,"type":"usage","input":12,"output":80,"reasoning":null,"cached":0,\
"cache_write":null,"cache_write_1h":null}
    {"t":0.8002,"s":0,"type":"finish","reason":"stop","outcome":"done"}
    {"t":0.9001,"s":0,"type":"terminal"}
    {"t":0.9002,"s":0,"type":"flag","name":"lag"}

`retry`: the attempt failed, the next one starts after `wait_s`.

    {"t":0.0600,"s":0,"type":"retry","wait_s":0.5,"error":{"kind":"server",\
"message":"HTTP 500","http_status":500}}

`error` says what went wrong, `end` that the stream is over; the line before the `end` of a failed
stream is its `error`.

    {"t":1.2000,"s":0,"type":"error","kind":"disconnected","message":"connection reset",\
"http_status":200}
    {"t":1.2000,"s":0,"type":"end","status":"failed"}

The last line, missing after a kill; `lag` is how late the event loop was:

    {"t":1.2500,"type":"run-end","statuses":{"failed":1},"lag":{"p99_s":0.001,"max_s":0.002}}
"""

from __future__ import annotations

import json
import math
import os
import stat
from json.encoder import encode_basestring_ascii as quoted
from typing import TYPE_CHECKING
from weakref import WeakSet

from streamdash import __version__
from streamdash.recording.disk_sync import Syncer
from streamdash.recording.event_json import VERSION, error_fields, fields_of
from streamdash.recording.paths import (
    chosen_path,
    foreign_folder,
    make_private_folder,
    new_path,
)
from streamdash.recording.spec_json import spec_to_json
from streamdash.streams.errors import UsageError
from streamdash.streams.events import Delta, End, Event, Wire

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState

CLOSE_S = 2.0
"""How long leaving the program waits for the disk."""
_ORIGIN_STEP = 2.0**-20


class _Slot:
    """What was last written of one stream."""

    __slots__ = ("head", "index", "launch", "over", "state", "wire", "wire_at", "wire_type")

    def __init__(self, index: int) -> None:
        self.index = index
        self.head = f',"s":{index},"type":"'
        self.launch = -1
        self.state: StreamState | None = None
        self.over = False
        self.wire: Wire | None = None
        """A wire event whose line waits: a delta that follows takes it along."""
        self.wire_at = 0.0
        self.wire_type = ""


class Journal:
    """A `streams.runner.Listener` that appends every event to a file readable by its owner only.

    Nothing here raises because of the disk: the first error ends the writing, and `problem` says
    so in one line.
    """

    def __init__(self, path: Path, *, new: bool = False) -> None:
        """`new` says that nothing may be there yet, not even a link."""
        self.path = path
        self._problem: str | None = None
        self._syncer: Syncer | None = None
        self._fd: int | None = None
        self._run: Run | None = None
        self._slots: list[_Slot] = []
        self._over: WeakSet[StreamState] = WeakSet()
        self._origin = 0.0
        try:
            self._syncer = Syncer(_opened(path, new=new))
        except (OSError, ValueError) as error:
            self._give_up(error)

    @property
    def problem(self) -> str | None:
        """Why the run is not, or no longer, recorded; None if all is well."""
        if self._problem is None and self._syncer is not None and self._syncer.error is not None:
            self._give_up(self._syncer.error)
        return self._problem

    def begin(self, run: Run, started: datetime) -> None:
        """Write what is asked. `started` is the wall clock's time of the launch, with its zone."""
        if self._syncer is None:
            return
        self._fd = self._syncer.fd
        # A time less this multiple of 2**-20 s has no more bits than a float holds, so `t` is
        # exact, and numbers computed from a recording are those of the run to the last digit.
        self._origin = math.floor(run.started_at / _ORIGIN_STEP) * _ORIGIN_STEP
        self._slots = [_Slot(index) for index in range(len(run.states))]
        plan = run.plan
        self._write_json(
            {
                "type": "run",
                "version": VERSION,
                "streamdash": __version__,
                "started": started.isoformat(timespec="milliseconds"),
                "t": run.started_at - self._origin,
                "title": plan.title,
                "repeat": plan.repeat,
                "concurrency": plan.concurrency,
                "streams": [spec_to_json(spec) for spec in plan.specs],
            }
        )
        self._run = run

    def heard(self, state: StreamState, event: Event, at: float) -> None:
        """See `streams.runner.Listener`."""
        if self._fd is None or self._run is None:
            return
        slot = self._slots[state.index]
        if slot.state is not state:
            if state in self._over:
                return
            self._begin_launch(slot, state, self._run)
        elif slot.over:
            return
        kind = type(event)
        if kind is Wire:
            if slot.wire is not None:
                self._write_waiting(slot)
            slot.wire = event  # type: ignore[assignment]  # the type was compared, for speed
            slot.wire_at = at
        elif kind is Delta:
            self._write_delta(slot, event, at)  # type: ignore[arg-type]
        else:
            self._write_milestone(slot, event, at)

    def _begin_launch(self, slot: _Slot, state: StreamState, run: Run) -> None:
        self._write_waiting(slot)
        slot.state, slot.over, slot.wire_type = state, False, ""
        repetition = len(run.past[state.index])
        slot.launch += not repetition or slot.launch < 0
        fields: dict[str, object] = {"launch": slot.launch, "repetition": repetition}
        if state.spec is not run.plan.specs[state.index]:
            fields["asked"] = spec_to_json(state.spec)
        self._write_fields(slot, state.launched_at, {"type": "launch", **fields})

    def _write_delta(self, slot: _Slot, delta: Delta, at: float) -> None:
        channel, text = delta
        wire = slot.wire
        tail = "}\n"
        if wire is not None:
            if not wire.chunk:
                self._write_waiting(slot)
            else:
                tail = f',"wire_t":{slot.wire_at - self._origin!r}}}\n'
                if wire.type != slot.wire_type:
                    slot.wire_type = wire.type
                    tail = f',"wire_type":{quoted(wire.type)}' + tail
                slot.wire = None
        self._write(
            f'{{"t":{at - self._origin!r}{slot.head}delta","channel":"{channel}",'
            f'"text":{quoted(text)}{tail}'
        )

    def _write_waiting(self, slot: _Slot) -> None:
        """The line of a wire event that brought no delta, if one waits."""
        wire, slot.wire = slot.wire, None
        if wire is None:
            return
        line = f'{{"t":{slot.wire_at - self._origin!r}{slot.head}wire"'
        if wire.type != slot.wire_type:
            slot.wire_type = wire.type
            line += f',"wire_type":{quoted(wire.type)}'
        if not wire.chunk:
            line += ',"chunk":false'
        self._write(line + "}\n")

    def _write_milestone(self, slot: _Slot, event: Event, at: float) -> None:
        self._write_waiting(slot)
        if type(event) is not End:
            self._write_fields(slot, at, fields_of(event))
            return
        if event.error is not None:
            self._write_fields(slot, at, {"type": "error", **error_fields(event.error)})
        self._write_fields(slot, at, fields_of(event))
        slot.over = True
        if slot.state is not None:
            self._over.add(slot.state)
        if self._syncer is not None:
            self._syncer.sync()

    def _write_fields(self, slot: _Slot, at: float, fields: dict[str, object]) -> None:
        self._write_json({"t": at - self._origin, "s": slot.index, **fields})

    def _write_json(self, value: dict[str, object]) -> None:
        self._write(json.dumps(value, separators=(",", ":"), default=str) + "\n")

    def _write(self, line: str) -> None:
        fd = self._fd
        if fd is None:
            return
        data = line.encode("ascii")
        try:
            written = os.write(fd, data)
            while written < len(data):
                written += os.write(fd, data[written:])
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError | ValueError) -> None:
        self._fd = None
        if self._problem is None:
            why = error.strerror if isinstance(error, OSError) else str(error)
            what = "not recorded" if self._run is None else "recording stopped"
            self._problem = f"{what}: {why or error}: {self.path}"

    def close(self) -> None:
        """Write the last line and let go of the file; a second time does nothing."""
        run = self._run
        if run is not None and self._fd is not None:
            for slot in self._slots:
                self._write_waiting(slot)
            statuses: dict[str, int] = {}
            for state in run.states:
                statuses[state.status] = statuses.get(state.status, 0) + 1
            end = run.clock() - self._origin
            lag = {"p99_s": run.lag.p99_s, "max_s": run.lag.max_s}
            self._write_json({"t": end, "type": "run-end", "statuses": statuses, "lag": lag})
        self._fd = None
        syncer, self._run = self._syncer, None
        if syncer is not None:
            syncer.close(CLOSE_S)


def _opened(path: Path, *, new: bool) -> int:
    """A new or empty file, ready to be appended to; raises OSError or ValueError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    if new:
        if foreign_folder(path.parent):
            raise ValueError("the folder belongs to another user")
        flags |= os.O_EXCL | os.O_NOFOLLOW
    fd = os.open(path, flags, 0o600)
    try:
        status = os.fstat(fd)
        if stat.S_ISREG(status.st_mode):
            if status.st_size:
                raise ValueError("the file exists and is not empty")
            os.fchmod(fd, 0o600)
        elif os.isatty(fd):
            raise ValueError("it is a terminal")
    except (OSError, ValueError):
        os.close(fd)
        raise
    return fd


def open_journal(record: str | None, started: datetime) -> Journal:
    """The journal of a run: in the file the user named, else a new one among the user's runs.

    Raises UsageError where nothing can be written to the named file; all else is
    `Journal.problem`.
    """
    if record is None:
        path = new_path(started)
        make_private_folder(path.parent)
        return Journal(path, new=True)
    journal = Journal(chosen_path(record))
    if journal.problem is not None:
        raise UsageError(journal.problem)
    return journal
