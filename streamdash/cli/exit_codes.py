"""The exit codes of the program, and the choice of one at the end of a run."""

from __future__ import annotations

import signal
from enum import IntEnum
from typing import TYPE_CHECKING

from streamdash.streams.events import ENDED_WELL, Status
from streamdash.streams.rounds.round import measured_states

if TYPE_CHECKING:
    from streamdash.streams.run import Run

GOOD_ENDS = ENDED_WELL | {Status.CANCELLED}


class ExitCode(IntEnum):
    """Every exit code, with the `meaning` that `--help` prints."""

    meaning: str

    def __new__(cls, value: int, meaning: str = "") -> ExitCode:
        """Attach the meaning to the member of `value`."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    GOOD = 0, "every stream ended done, incomplete, or cancelled by its user"
    BAD_END = 1, "a stream ended otherwise, or the results could not be written"
    USAGE = 2, "bad command line or prompt file"
    GATE_FAILED = 3, "a gate or a check failed"
    INTERNAL_ERROR = 70, "a fault of streamdash"
    HANGUP = 129, "the terminal has gone"
    INTERRUPTED = 130, "interrupted"
    TERMINATED = 143, "terminated"


SIGNAL_CODES = {
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
    signal.SIGHUP: ExitCode.HANGUP,
}


def exit_code(run: Run, *, gate_failed: bool) -> ExitCode:
    """Return the code of a run that has ended; a bad end counts more than a failed gate.

    Streams that the user removed do not count.
    """
    if any(
        state.status not in GOOD_ENDS
        for index in run.present
        for state in (run.states[index], *measured_states(run, index))
        if state.round is None or not state.round.warmup
    ):
        return ExitCode.BAD_END
    return ExitCode.GATE_FAILED if gate_failed else ExitCode.GOOD
