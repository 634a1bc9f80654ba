"""The gates of a run: its times, its checks, and a baseline that it must not be slower than."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.cli.check_gate import check_failures
from streamdash.output.destination import Input
from streamdash.output.safe_text import clean_line
from streamdash.streams.errors import UsageError
from streamdash.streams.events import Status
from streamdash.streams.metrics import measure
from streamdash.streams.rounds.round import measured_states

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamdash.cli.commands import GateLimits
    from streamdash.reporting.result import StreamResult
    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState

DEFAULT_REGRESSION = 0.2
"""The fraction by which a number may be worse than the baseline's."""
LABEL_CELLS = 40


class Baseline(NamedTuple):
    """A recorded run that another is compared with."""

    path: str
    results: Sequence[StreamResult]


class Gates(NamedTuple):
    """The limits of the command line, with the baseline loaded."""

    limits: GateLimits
    baseline: Baseline | None

    def inputs(self) -> list[Input]:
        """List the files that are read for the gates."""
        return [] if self.baseline is None else [Input(self.baseline.path, "the baseline")]

    def failures(self, run: Run) -> list[str]:
        """Return one sentence for each gate that the run failed, with the amount."""
        return [
            *self._too_slow(run),
            *self._regressions(run),
            *check_failures(run, self.limits.min_pass_rate),
        ]

    def _too_slow(self, run: Run) -> Iterator[str]:
        limits = self.limits
        if limits[:4] == (None,) * 4:
            return
        judged = list(_not_cancelled(run))
        if not judged:
            yield "every stream was cancelled; there is no number to judge"
        for state in judged:
            metrics = measure(state)
            label = clean_line(state.spec.label, LABEL_CELLS)
            for name, value, limit, missing in (
                ("ttft", metrics.ttft_s, limits.max_ttft_s, "no token came"),
                ("total", metrics.total_s, limits.max_total_s, "it never ended"),
                ("felt ttft", metrics.felt_ttft_s, limits.max_felt_ttft_s, "no token came"),
                ("felt total", metrics.felt_total_s, limits.max_felt_total_s, "it never began"),
            ):
                if limit is None:
                    continue
                if value is None:
                    yield f"{label}: no {name}: {missing}; the limit is {limit:g} s"
                elif value > limit:
                    yield (
                        f"{label}: {name} {value:.3f} s is {value - limit:.3f} s over the limit "
                        f"of {limit:g} s"
                    )

    def notes(self, run: Run) -> list[str]:
        """One line for each stream that meets `--max-ttft` only by its last attempt alone."""
        limit = self.limits.max_ttft_s
        if limit is None or self.limits.max_felt_ttft_s is not None:
            return []
        lines = []
        for state in _not_cancelled(run):
            numbers = measure(state)
            if numbers.attempts < 2 or numbers.ttft_s is None or numbers.felt_ttft_s is None:
                continue
            if numbers.ttft_s <= limit < numbers.felt_ttft_s:
                lines.append(
                    f"{clean_line(state.spec.label, LABEL_CELLS)}: ttft {numbers.ttft_s:.3f} s "
                    f"counts from attempt {numbers.attempts} only; felt from the first one it is "
                    f"{numbers.felt_ttft_s:.3f} s (--max-felt-ttft limits that)"
                )
        return lines

    def _regressions(self, run: Run) -> Sequence[str]:
        if self.baseline is None:
            return ()
        from streamdash.reporting.regressions import regressions
        from streamdash.reporting.result import results_of

        allowed = self.limits.max_regression
        fraction = DEFAULT_REGRESSION if allowed is None else allowed
        return regressions(results_of(run), self.baseline.results, fraction)


def load_gates(limits: GateLimits) -> Gates:
    """Load the baseline, before anything is sent.

    Raises UsageError for a baseline that cannot be read, and for an allowed regression without a
    baseline.
    """
    if limits.baseline is None:
        if limits.max_regression is not None:
            raise UsageError("--max-regression compares with a recording: give --baseline, too")
        return Gates(limits, None)
    from streamdash.recording.lookup import find_recording
    from streamdash.recording.reader import load_recording
    from streamdash.reporting.reported_run import reported_recording

    try:
        path = str(find_recording(limits.baseline))
        recording = load_recording(path)
    except UsageError as error:
        raise UsageError(f"--baseline: {error}") from None
    return Gates(limits, Baseline(path, reported_recording(recording).results))


def _not_cancelled(run: Run) -> Iterator[StreamState]:
    """The answers that gates judge: those of all rounds that count, stream by stream."""
    for index in run.present:
        for state in measured_states(run, index):
            if state.status is not Status.CANCELLED:
                yield state
