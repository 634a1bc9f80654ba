"""What the program's exit says: how the streams ended, and whether the gates held."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from streamdash.output.files import say
from streamdash.output.safe_text import clean_line
from streamdash.streams.errors import UsageError
from streamdash.streams.events import ENDED_WELL, Status
from streamdash.streams.metrics import measure

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState

GOOD_ENDS = ENDED_WELL | {Status.CANCELLED}
BAD_END = 1
GATE_FAILED = 3
INTERNAL_ERROR = 70
USUAL_REGRESSION = 0.2
SIGNAL_CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


def exit_code(run: Run, options: argparse.Namespace) -> int:
    """0 if every stream ended well and every gate held; says which gate failed and by how much."""
    states = [
        state for past, state in zip(run.past, run.states, strict=True) for state in (*past, state)
    ]
    # what the user cancelled counts nowhere
    counted = [state for state in states if state.status is not Status.CANCELLED]
    failed = [*_too_slow(counted, options), *_regressed(run, options)]
    for sentence in failed:
        say(f"streamdash: gate failed: {sentence}")
    if any(state.status not in GOOD_ENDS for state in states):
        return BAD_END
    return GATE_FAILED if failed else 0


def load_baseline(options: argparse.Namespace) -> None:
    """Put the results of the baseline's recording in place of its name.

    Raises UsageError before anything is sent, not when the run has ended; for an allowed
    regression without a baseline, too.
    """
    if options.baseline is None:
        if options.max_regression is not None:
            raise UsageError("--max-regression compares with a recording: give --baseline, too")
    else:
        from streamdash.recording.lookup import find_recording
        from streamdash.recording.reader import load_recording
        from streamdash.reporting.reported_run import reported_recording

        path = str(find_recording(options.baseline))
        options.baseline = reported_recording(load_recording(path)).results


def _too_slow(states: list[StreamState], options: argparse.Namespace) -> Iterator[str]:
    if not states and (options.max_ttft, options.max_total) != (None, None):
        yield "every stream was cancelled; there is no number to judge"
    for state in states:
        metrics = measure(state)
        label = clean_line(state.spec.label, 40)
        for name, value, limit, missing in (
            ("ttft", metrics.ttft_s, options.max_ttft, "no token came"),
            ("total", metrics.total_s, options.max_total, "it never ended"),
        ):
            if limit is None:
                continue
            if value is None:
                yield f"{label}: no {name}: {missing}; the limit is {limit:g} s"
            elif value > limit:
                yield (
                    f"{label}: {name} {value:.3f} s is {value - limit:.3f} s over the limit of "
                    f"{limit:g} s"
                )


def _regressed(run: Run, options: argparse.Namespace) -> Iterator[str]:
    if options.baseline is None:
        return
    from streamdash.reporting.regressions import regressions
    from streamdash.reporting.result import results_of

    fraction = options.max_regression
    allowed = USUAL_REGRESSION if fraction is None else fraction
    yield from regressions(results_of(run), options.baseline, allowed)
