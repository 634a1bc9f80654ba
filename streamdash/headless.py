"""The front end without a terminal: the same run, its results on standard output."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import TYPE_CHECKING, Literal, TextIO, get_args

from streamdash.output.background_writer import BackgroundWriter
from streamdash.output.safe_text import clean, clean_line
from streamdash.reporting.csv_table import csv_table
from streamdash.reporting.figures import clock
from streamdash.reporting.markdown import markdown_report
from streamdash.reporting.result import result_of, results_of, run_result
from streamdash.reporting.result_json import result_json, run_json
from streamdash.reporting.text_table import text_table
from streamdash.streams.events import Delta, End, Event, Status, Wire
from streamdash.streams.state import STAGES

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState

Format = Literal["text", "json", "jsonl", "csv", "markdown", "events"]
FORMATS: tuple[Format, ...] = get_args(Format)

AT_THE_END = frozenset({"json", "csv", "markdown"})
"""What is printed when all has ended, and nothing before."""
FLUSH_S = 0.02
"""Output gathers this long before it is written, by a thread, so that a slow reader of the pipe
delays nobody's time stamps."""
PROGRESS_S = 0.2
ERASE = "\r\x1b[K"
LABEL_CELLS = 40


class Headless:
    """Prints a run in one of the formats while it goes on and when it has ended."""

    def __init__(
        self,
        style: Format,
        out: TextIO,
        err: TextIO,
        *,
        width: int | None = None,
        progress: bool = False,
    ) -> None:
        self._style: Format = style
        self._stream = out
        self._err = err
        self._width = width
        self._progress = progress
        self._terminal = out.isatty()
        self._ascii = "utf" not in (out.encoding or "").lower().replace("-", "")
        self._half_lines: dict[int, str] = {}
        self._read: dict[int, tuple[StreamState, int, int]] = {}
        """How many characters of which state's answer and refusal have been read."""
        self._numbers: dict[int, tuple[StreamState, int]] = {}
        """The number of the last wire event, and whose it was."""
        self._at_line_start = True
        self._run: Run | None = None
        self._out: BackgroundWriter | None = None
        self._told: BackgroundWriter | None = None
        self._standing = ""
        """What takes the line of progress away that stands on the terminal."""

    async def show(self, run: Run, started: str) -> None:
        """Start `run` and print it; raises OSError where that could not be written."""
        self._run = run
        self._out = out = BackgroundWriter(self._stream, gather_s=FLUSH_S, lost=run.cancel_all)
        self._told = told = BackgroundWriter(self._err)
        run.start()
        ticker = asyncio.create_task(self._tick(run, told)) if self._progress else None
        try:
            await run.wait()
        finally:
            if ticker is not None:
                ticker.cancel()
                self._complain("")
            await told.aclose()
        self._conclude(run, started)
        await out.aclose()
        if out.error is not None:
            raise out.error

    def on_event(self, state: StreamState, event: Event, at: float) -> None:
        """See `streams.runner.Listener`."""
        kind = type(event)
        if kind is Wire:
            if self._style == "events":
                self._print_wire(state, event, at)  # type: ignore[arg-type]  # by its kind
        elif isinstance(event, Delta):
            if self._style == "text" and event.channel in ("answer", "refusal"):
                self._print_text(state)
        elif kind is End:
            self._ended(state)

    def _print_wire(self, state: StreamState, wire: Wire, at: float) -> None:
        # not from the state, which may be ahead of what is to be heard
        known, number = self._numbers.get(state.index, (state, 0))
        number = number + 1 if known is state else 1
        self._numbers[state.index] = (state, number)
        origin = state.attempt_at if state.sent_at is None else state.sent_at
        fields = {
            "label": state.spec.label,
            "stream": state.index,
            "number": number,
            "t_s": None if origin is None else at - origin,
            "type": wire.type,
            "raw": wire.decoded(),
        }
        try:
            self._put_json(fields)
        except RecursionError:
            # a value is read that is nested too deeply to be written: it stays a text, as one
            # does that is nested too deeply to be read
            self._put_json({**fields, "raw": wire.raw})

    def _print_text(self, state: StreamState) -> None:
        # from the state, where the halves of a pair that arrive apart have been joined
        known, start, refused = self._read.get(state.index, (state, 0, 0))
        if known is not state:
            start = refused = 0
        text = state.text.since(start)
        refusal = state.refusal.since(refused)
        self._read[state.index] = (state, start + len(text), refused + len(refusal))
        if refusal and not refused and not state.text.value().endswith("\n"):
            # a refusal begins a line of its own behind the answer that it breaks off
            text += "\n" if state.text.chars else ""
        text += refusal
        if self._terminal:
            # before lines are told apart: some characters become ends of lines
            text = clean(text)
        if self._single:
            again = "" if known is state or self._at_line_start else "\n"
            self._put(again + text if text else "")
            return
        ended = "\n" if state.ended_at is not None else ""
        *lines, half = (self._half_lines.pop(state.index, "") + text + ended).split("\n")
        if half:
            self._half_lines[state.index] = half
        if ended and lines[-1] == "":
            lines.pop()
        name = clean_line(state.spec.label, LABEL_CELLS)
        self._put("".join(f"[{name}] {line}\n" for line in lines))

    @property
    def _single(self) -> bool:
        return self._run is not None and len(self._run.states) == 1

    def _ended(self, state: StreamState) -> None:
        if self._style == "text":
            self._print_text(state)
        if self._run is None:
            return
        if self._style == "jsonl" and len(self._run.past[state.index]) + 1 >= max(
            1, self._run.plan.repeat if state.status is not Status.CANCELLED else 1
        ):
            self._put_json(result_json(result_of(self._run, state.index)))
        # without an attempt it is the endpoint's fault, which was told before anything started
        if state.error is not None and state.attempts:
            label = clean_line(state.spec.label, LABEL_CELLS)
            words = clean_line(state.error.message, 400)
            self._complain(f"streamdash: {label}: {state.status} ({state.error.kind}): {words}")

    def _conclude(self, run: Run, started: str) -> None:
        results = results_of(run)
        if self._style == "text":
            newline = "" if self._at_line_start else "\n"
            table = text_table(results, self._width)
            self._put(f"{newline}=== All streams complete ===\n{table}\n")
        elif self._style == "json":
            self._put_json(run_json(run_result(run, started)))
        elif self._style == "csv":
            self._put(csv_table(results))
        elif self._style == "markdown":
            self._put(markdown_report(results, run.plan.title))

    def _put_json(self, value: object) -> None:
        try:
            line = json.dumps(value, ensure_ascii=self._ascii, allow_nan=False, default=str) + "\n"
        except ValueError:
            # a server's NaN is no JSON: strict readers of our output would refuse all of it
            value = json.loads(json.dumps(value, default=str), parse_constant=lambda _name: None)
            line = json.dumps(value, ensure_ascii=self._ascii) + "\n"
        if self._terminal and clean(line) != line:
            line = json.dumps(value, default=str) + "\n"
        self._put(line)

    def _put(self, text: str) -> None:
        if text and self._out is not None:
            if self._terminal:
                text = clean(text)
            self._at_line_start = text.endswith("\n")
            self._out.put(text)

    def _complain(self, line: str) -> None:
        """Write a line, or none, in place of the line of progress."""
        if self._told is not None:
            erase, self._standing = self._standing, ""
            self._told.put(erase + (line and line + "\n"))

    async def _tick(self, run: Run, told: BackgroundWriter) -> None:
        while True:
            await asyncio.sleep(PROGRESS_S)
            told.put(ERASE + progress_line(run))
            self._standing = ERASE


def progress_line(run: Run) -> str:
    """`3 streaming · 5 done · 1,234 chars · 2.3 s`."""
    counts = Counter(state.stage for state in run.states)
    words = [f"{counts[stage]} {stage}" for stage in STAGES if stage in counts]
    chars = sum(state.text.chars for state in run.states)
    return " · ".join([*words, f"{chars:,} chars", clock(run.clock() - run.started_at)])
