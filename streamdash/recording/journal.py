"""Records a run while it happens: one JSON object per line, each in one `os.write`.

Every line has `type` and `t`, seconds since the run's start. All but `run` and `run-end` have
`s`, the stream's index in the run. The lines of one stream are in order. A reader must ignore
types and fields that it does not know.

The first line is `run`: the format's version, the start by the wall clock, and the spec of each
stream. Headers are recorded by name only.

    {"type":"run","version":2,"streamdash":"0.1.0","started":"2026-01-31T18:20:33.250+00:00",\
"t":4.7e-07,"title":"Two","repeat":3,"warmup":1,"order":"together","until":null,"seed":7,\
"reference":null,"concurrency":0,"streams":[{"label":"PY","endpoint":\
{"name":"lab","api":"openai","base_url":"http://127.0.0.1:8000/v1","headers":["x-team"],\
"demo":false},"model":"qwen3","messages":[{"role":"user","content":"What is Python?"}],\
"system":null,"max_tokens":100,"temperature":null,"top_p":null,"seed":null,"stop":[],\
"reasoning_effort":null,"stream":true,"cache":"as-is","params":{},"limits":{"connect_s":10.0,"ttft_s":120.0,\
"stall_s":60.0,"total_s":600.0,"retries":2},"turn":1}]}

`launch`: the stream begins, with new numbers. `launch` counts from 0 and grows when the user reruns
the stream or asks a follow-up; all rounds of one launch share it. `round` counts the rounds from 1,
and is missing in runs without rounds and in reruns of one stream; `warmup` is true in warm-up
rounds, which are counted apart. (Version 1 had a `repetition` from 0 instead.) After a follow-up
question, or a change of the request, `asked` is the new spec, in the form of the header; its `turn`
counts the questions of the conversation. `changed` is true in the first launch after a change:
rounds before it do not count any more.

    {"t":0.0001,"s":0,"type":"launch","launch":0,"round":1,"warmup":true}

`added`: the run has a further stream from now on, whose index is the next one; `asked` is its spec.
`removed`: the user took the stream out of the run, and it is in no result any more.

    {"t":3.2000,"s":1,"type":"added","asked":{"label":"GO"}}
    {"t":5.1000,"s":1,"type":"launch","launch":1,"changed":true,"asked":{"label":"JS"}}
    {"t":7.5000,"s":1,"type":"removed"}

`relabelled`: the stream's current answer has another label.

    {"t":8.0000,"s":0,"type":"relabelled","label":"Python"}

`primed`: with `cache = "warm"` a request was sent before the stream's first one; it is part of no
number. `fresh_line`: with `cache = "cold"` the attempt sends this line in front of the prompt.

    {"t":0.3001,"s":0,"type":"primed","took_s":0.3,"max_tokens":16,"usage":{"input":12,"output":1,\
"reasoning":null,"cached":0,"cache_write":null,"cache_write_1h":null},"error":null}
    {"t":0.0002,"s":0,"type":"fresh_line","text":"5f3b... (This line only ...)"}

`attempt` to `headers`: an HTTP request begins, has a connection, sends its first byte, and has a
response. `dns_s` and `connect_s` are null if the connection was reused.

    {"t":0.0002,"s":0,"type":"attempt","number":1}
    {"t":0.0012,"s":0,"type":"connected","reused":false,"dns_s":null,"connect_s":0.0008}
    {"t":0.0013,"s":0,"type":"sent"}
    {"t":0.0500,"s":0,"type":"headers","http_status":200,"request_id":"req_1",\
"content_type":"text/event-stream"}

`wire`: a server-sent event that brought no text. It has `wire_type` if that differs from the type
of the stream's wire event before it, and `chunk` is false if the event carried no data.

    {"t":0.0502,"s":0,"type":"wire","wire_type":"chat.completion.chunk"}
    {"t":0.9000,"s":0,"type":"wire","wire_type":"[DONE]","chunk":false}

`identity`: the ids in the answer.

    {"t":0.0503,"s":0,"type":"identity","response_id":"chatcmpl-1","response_model":"qwen3"}

`delta`: text, on the channel `answer`, `reasoning`, `refusal` or `tool`. `wire_t` is the time of
the server-sent event that brought it (with `wire_type` as above); only the first delta of an
event has it. Texts are raw and may hold half of a surrogate pair.

    {"t":0.4001,"s":0,"type":"delta","channel":"answer","text":"Python is","wire_t":0.4}
    {"t":0.4002,"s":0,"type":"delta","channel":"reasoning","text":"\\ud83d"}

`usage`: the provider's own counts, as `streams.events.Usage` defines them; a null or missing field
leaves a count as it was. `finish`: why the provider stopped, in its own word, and our status for
it. `terminal`: the dialect's last event. `flag`: a name from `streams.flags`.

    {"t":0.8001,"s":0,"type":"usage","input":12,"output":80,"reasoning":null,"cached":0,\
"cache_write":null,"cache_write_1h":null}
    {"t":0.8002,"s":0,"type":"finish","reason":"stop","outcome":"done"}
    {"t":0.9001,"s":0,"type":"terminal"}
    {"t":0.9002,"s":0,"type":"flag","name":"lag"}

`retry`: the attempt failed, the next one starts after `wait_s`.

    {"t":0.0600,"s":0,"type":"retry","wait_s":0.5,"error":{"kind":"server",\
"message":"HTTP 500","http_status":500}}

`end`: the stream is over. If an error ended it, the line before is its `error`.

    {"t":1.2000,"s":0,"type":"error","kind":"disconnected","message":"connection reset",\
"http_status":200}
    {"t":1.2000,"s":0,"type":"end","status":"failed"}

`run-end`: the last line, missing if the program was killed. `lag` is how late the event loop was.

    {"t":1.2500,"type":"run-end","statuses":{"failed":1},"lag":{"p99_s":0.001,"max_s":0.002}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakSet

from streamdash import __version__
from streamdash.recording.event_json import VERSION, error_fields, fields_of
from streamdash.recording.line_writer import LineWriter
from streamdash.recording.paths import chosen_path, make_private_folder, new_path
from streamdash.recording.record_file import RecordFile
from streamdash.recording.spec_json import spec_to_json
from streamdash.recording.stream_lines import StreamLines
from streamdash.streams.errors import UsageError
from streamdash.streams.events import Delta, End, Event, Wire

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from streamdash.streams.run import Run, RunChange
    from streamdash.streams.state import StreamState


class Journal:
    """A `streams.listener.Listener` that appends every event to a file.

    Nothing here raises because of the disk: the first error ends the writing.
    """

    def __init__(self, path: Path, *, new: bool = False) -> None:
        """With `new` the path must not exist yet, not even as a link."""
        self.path = path
        self._file = RecordFile(path, new=new)
        self._lines = LineWriter(self._file)
        self._run: Run | None = None
        self._streams: list[StreamLines] = []
        self._over: WeakSet[StreamState] = WeakSet()

    @property
    def problem(self) -> str | None:
        """Why the run is not, or no longer, recorded, in one line; None if all is well."""
        return self._file.problem

    def begin(self, run: Run, started: datetime) -> None:
        """Write the header; `started` is the launch's time by the wall clock, with its zone."""
        self._lines.begin(run.started_at)
        self._streams = [StreamLines(index) for index in range(len(run.states))]
        plan = run.plan
        self._lines.write_json(
            {
                "type": "run",
                "version": VERSION,
                "streamdash": __version__,
                "started": started.isoformat(timespec="milliseconds"),
                "t": self._lines.since_origin(run.started_at),
                "title": plan.title,
                "repeat": plan.repeat,
                "warmup": plan.warmup,
                "order": plan.order,
                "until": plan.until,
                "seed": plan.seed,
                "reference": plan.reference,
                "concurrency": plan.concurrency,
                "streams": [spec_to_json(spec) for spec in plan.specs],
            }
        )
        self._run = run
        run.watchers.append(self._note_change)

    def _note_change(self, change: RunChange, index: int) -> None:
        if change == "added":
            self._streams.append(StreamLines(index))
        stream, run = self._streams[index], self._run
        if change == "changed":
            stream.changed = True
        elif run is not None and self._file.is_open:
            fields: dict[str, object] = {"type": change}
            if change == "added":
                fields["asked"] = spec_to_json(run.plan.specs[index])
            elif change == "relabelled":
                fields["label"] = run.states[index].spec.label
            self._lines.write_waiting(stream)
            self._lines.write_fields(stream, run.clock(), fields)
            self._file.sync()

    def on_event(self, state: StreamState, event: Event, at: float) -> None:
        """See `streams.listener.Listener`."""
        if self._run is None or not self._file.is_open:
            return
        stream = self._streams[state.index]
        if stream.state is not state:
            if state in self._over:
                return
            self._begin_launch(stream, state, self._run)
        elif stream.over:
            return
        kind = type(event)
        if kind is Wire:
            if stream.wire is not None:
                self._lines.write_waiting(stream)
            stream.wire = event  # type: ignore[assignment]  # the type was compared, for speed
            stream.wire_at = at
        elif kind is Delta:
            self._lines.write_delta(stream, event, at)  # type: ignore[arg-type]
        else:
            self._write_milestone(stream, event, at)

    def _begin_launch(self, stream: StreamLines, state: StreamState, run: Run) -> None:
        self._lines.write_waiting(stream)
        stream.state, stream.over, stream.wire_type = state, False, ""
        fields: dict[str, object] = {"launch": state.series}
        if state.round is not None:
            fields["round"] = state.round.number
            if state.round.warmup:
                fields["warmup"] = True
        if stream.changed:
            stream.changed = False
            fields["changed"] = True
        if state.spec is not run.plan.specs[state.index]:
            fields["asked"] = spec_to_json(state.spec)
        self._lines.write_fields(stream, state.launched_at, {"type": "launch", **fields})

    def _write_milestone(self, stream: StreamLines, event: Event, at: float) -> None:
        self._lines.write_waiting(stream)
        if type(event) is not End:
            self._lines.write_fields(stream, at, fields_of(event))
            return
        if event.error is not None:
            self._lines.write_fields(stream, at, {"type": "error", **error_fields(event.error)})
        self._lines.write_fields(stream, at, fields_of(event))
        stream.over = True
        if stream.state is not None:
            self._over.add(stream.state)
        self._file.sync()

    def close(self) -> None:
        """Write the last line and close the file; a second call does nothing."""
        run, self._run = self._run, None
        if run is not None and self._file.is_open:
            for stream in self._streams:
                self._lines.write_waiting(stream)
            statuses: dict[str, int] = {}
            for state in run.present_states:
                statuses[state.status] = statuses.get(state.status, 0) + 1
            end = self._lines.since_origin(run.clock())
            lag = {"p99_s": run.lag.p99_s, "max_s": run.lag.max_s}
            self._lines.write_json({"t": end, "type": "run-end", "statuses": statuses, "lag": lag})
        self._file.close()


def open_journal(record: str | None, started: datetime) -> Journal:
    """A journal in the file that the user named, else in a new one in the folder of runs.

    Raises UsageError if the named file cannot be written; a failure of a new one becomes
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
