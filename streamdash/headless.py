"""The front end without a terminal: prints a run, with one printer per format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Literal, Never, TextIO, TypeVar, get_args

from streamdash.output.progress import Messages
from streamdash.output.result_writer import ResultWriter
from streamdash.output.safe_text import clean, clean_line
from streamdash.recording.run_title import title_of
from streamdash.reporting.csv_table import csv_table
from streamdash.reporting.markdown import markdown_report
from streamdash.reporting.models.table import model_tables, models_text
from streamdash.reporting.progress_words import progress_words
from streamdash.reporting.result import paired_rounds, result_of, results_of, run_result
from streamdash.reporting.result_json import result_json, run_json
from streamdash.reporting.text_table import text_table
from streamdash.streams.events import Delta, End, Status, Wire
from streamdash.streams.rounds.round import round_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamdash.streams.events import Event
    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState

Format = Literal["text", "json", "jsonl", "csv", "markdown", "events", "junit"]
FORMATS: tuple[Format, ...] = get_args(Format)

AT_THE_END = frozenset({"json", "csv", "markdown", "junit"})
"""Formats that print nothing before all streams have ended."""
JUDGED_LATER_CHARS = 1 << 16
"""Longer answers with checks are printed as JSON lines when no stream is live any more."""
LABEL_CELLS = 40

E = TypeVar("E")


class Headless:
    """A `streams.listener.Listener` that prints a run in one format, and its errors to `err`."""

    def __init__(
        self,
        style: Format,
        out: TextIO,
        err: TextIO,
        *,
        width: int | None = None,
        progress: bool = False,
    ) -> None:
        """`width` is that of the table, None for any; `progress` shows a progress line."""
        self._out = ResultWriter(out)
        self._printer = printer = _PRINTERS[style](self._out, width)
        # looked up once: `on_event` is called for every event
        self._prints, self._print_event = printer.prints, printer.print_event
        self._err = err
        self._progress = progress
        self._messages: Messages | None = None

    async def show(self, run: Run, started: str) -> None:
        """Start `run` and print it to its end. Raises OSError if it could not be written."""
        self._printer.begin(run)
        self._out.open(lost=run.cancel_all)
        self._messages = messages = Messages(self._err)
        run.start()
        if self._progress:
            messages.show_progress(lambda: progress_words(run))
        try:
            await run.wait()
        finally:
            await messages.aclose()
        self._printer.print_run(started)
        await self._out.aclose()

    def on_event(self, state: StreamState, event: Event, at: float) -> None:
        """See `streams.listener.Listener`."""
        kind = type(event)
        if kind is self._prints:
            self._print_event(state, event, at)
        elif kind is End:
            self._printer.print_ended(state)
            self._say_error(state)

    def _say_error(self, state: StreamState) -> None:
        # without an attempt the endpoint is at fault, and was reported before the start
        if state.error is None or not state.attempts or self._messages is None:
            return
        label = clean_line(state.spec.label, LABEL_CELLS)
        reason = clean_line(state.error.message, 400)
        self._messages.say(f"streamdash: {label}: {state.status} ({state.error.kind}): {reason}")


class Printer(Generic[E]):
    """Prints a run in one format; a subclass overrides the moments at which it prints."""

    prints: type[E] | None = None
    """The kind of event that `print_event` gets."""

    run: Run

    def __init__(self, out: ResultWriter, width: int | None) -> None:
        self.out = out
        self.width = width

    def begin(self, run: Run) -> None:
        """Take the run that is to be printed, before its first event."""
        self.run = run

    def print_event(self, state: StreamState, event: E, at: float) -> None:
        """Print an event of the kind `prints`."""

    def print_ended(self, state: StreamState) -> None:
        """Print the part that is due when a stream has ended."""

    def print_run(self, started: str) -> None:
        """Print the part that is due when all streams have ended."""


class TextPrinter(Printer[Delta]):
    """Answers line by line under their labels, a single answer raw; then the table."""

    prints = Delta

    def __init__(self, out: ResultWriter, width: int | None) -> None:
        super().__init__(out, width)
        self._half_lines: dict[int, str] = {}
        self._printed: dict[int, tuple[StreamState, int, int]] = {}
        """The state of each stream, with the characters printed of its answer and refusal."""

    def print_event(self, state: StreamState, event: Delta, at: float) -> None:
        """Print the new text if the delta belongs to the answer or the refusal."""
        if event.channel in ("answer", "refusal"):
            self._print_new(state)

    def print_ended(self, state: StreamState) -> None:
        """Print the rest, including an unfinished last line."""
        self._print_new(state)

    def _print_new(self, state: StreamState) -> None:
        # the state has joined surrogate halves that arrived in two deltas
        last, start, refused = self._printed.get(state.index, (state, 0, 0))
        if last is not state:
            start = refused = 0
        text = state.text.since(start)
        refusal = state.refusal.since(refused)
        self._printed[state.index] = (state, start + len(text), refused + len(refusal))
        if refusal and not refused and not state.text.value().endswith("\n"):
            # a refusal starts a new line after the answer that it breaks off
            text += "\n" if state.text.chars else ""
        text += refusal
        if self.out.terminal:
            # before the text is split: cleaning turns some characters into line ends
            text = clean(text)
        if len(self.run.present) == 1:
            separator = "" if last is state or self.out.at_line_start else "\n"
            self.out.put(separator + text if text else "")
        else:
            self._put_lines(state, text)

    def _put_lines(self, state: StreamState, text: str) -> None:
        ended = "\n" if state.ended_at is not None else ""
        *lines, half = (self._half_lines.pop(state.index, "") + text + ended).split("\n")
        if half:
            self._half_lines[state.index] = half
        if ended and lines[-1] == "":
            lines.pop()
        label = clean_line(state.spec.label, LABEL_CELLS)
        if state.round is not None:
            label += f" {round_words(state.round, self.run.plan)}"
        self.out.put("".join(f"[{label}] {line}\n" for line in lines))

    def print_run(self, started: str) -> None:
        """Print the table."""
        newline = "" if self.out.at_line_start else "\n"
        results = results_of(self.run)
        paired = paired_rounds(self.run, results)
        table = text_table(results, self.width, lag_p99_s=self.run.lag.p99_s, paired=paired)
        blocks = [table, *models_text(self.run, results, self.width)]
        self.out.put(f"{newline}=== All streams complete ===\n" + "\n\n".join(blocks) + "\n")


class EventsPrinter(Printer[Wire]):
    """Every wire event as it arrives, one JSON object per line."""

    prints = Wire

    def __init__(self, out: ResultWriter, width: int | None) -> None:
        super().__init__(out, width)
        self._numbers: dict[int, tuple[StreamState, int]] = {}
        """The state of each stream, with the number of its last event."""

    def print_event(self, state: StreamState, event: Wire, at: float) -> None:
        """Print the event with its number and its time since the request was sent."""
        # not the state's number, which may be ahead of the events that are announced
        last, number = self._numbers.get(state.index, (state, 0))
        number = number + 1 if last is state else 1
        self._numbers[state.index] = (state, number)
        origin = state.attempt_at if state.sent_at is None else state.sent_at
        fields = {
            "label": state.spec.label,
            "stream": state.index,
            **_round_fields(state),
            "number": number,
            "t_s": None if origin is None else at - origin,
            "type": event.type,
            "raw": event.decoded(),
        }
        try:
            self.out.put_json(fields)
        except RecursionError:
            # JSON that can be read but is nested too deeply to be written stays text
            self.out.put_json({**fields, "raw": event.raw})


def _round_fields(state: StreamState) -> dict[str, object]:
    """The round of an event, and the warm-up round, one of which is null; empty without rounds."""
    if state.round is None:
        return {}
    number, warmup = state.round
    return {"round": None if warmup else number, "warmup": number if warmup else None}


class JsonLinesPrinter(Printer[Never]):
    """The result of each stream as it ends, one JSON object per line."""

    def __init__(self, out: ResultWriter, width: int | None) -> None:
        super().__init__(out, width)
        self._printed: set[int] = set()

    def print_ended(self, state: StreamState) -> None:
        """Print the result after the stream's last round, or when it was cancelled."""
        if state.index in self.run.removed:
            return
        if state.spec.checks and state.text.chars > JUDGED_LATER_CHARS:
            return  # the time that its checks take would make the stamps of others late
        begun, most = state.round, self.run.plan.repeat
        if state.status is Status.CANCELLED or (
            begun is None or (not begun.warmup and begun.number == most)
        ):
            self._print(state.index)

    def print_run(self, started: str) -> None:
        """Print the streams that are left: of fewer rounds than allowed, or long to judge."""
        for state in self.run.present_states:
            if state.index not in self._printed:
                self._print(state.index)

    def _print(self, index: int) -> None:
        self._printed.add(index)
        self.out.put_json(result_json(result_of(self.run, index)))


class JsonPrinter(Printer[Never]):
    """One JSON object at the end."""

    def print_run(self, started: str) -> None:
        """Print the object."""
        self.out.put_json(run_json(run_result(self.run, started)))


class CsvPrinter(Printer[Never]):
    """The table as CSV."""

    def print_run(self, started: str) -> None:
        """Print the table."""
        self.out.put(csv_table(results_of(self.run)))


class MarkdownPrinter(Printer[Never]):
    """The table and the answers as Markdown."""

    def print_run(self, started: str) -> None:
        """Print the report."""
        run = self.run
        results = results_of(run)
        report = markdown_report(
            results,
            title_of(run),
            lag_p99_s=run.lag.p99_s,
            paired=paired_rounds(run, results),
            models=model_tables(run, results),
        )
        self.out.put(report)


class JunitPrinter(Printer[Never]):
    """JUnit XML, as CI systems read it."""

    def print_run(self, started: str) -> None:
        """Print the report."""
        from streamdash.reporting.junit import JunitRun, junit

        found = JunitRun("", results_of(self.run), started)
        self.out.put(junit([found], self.run.plan.title))


_PRINTERS: dict[Format, Callable[[ResultWriter, int | None], Printer[Any]]] = {
    "text": TextPrinter,
    "json": JsonPrinter,
    "jsonl": JsonLinesPrinter,
    "csv": CsvPrinter,
    "markdown": MarkdownPrinter,
    "events": EventsPrinter,
    "junit": JunitPrinter,
}
