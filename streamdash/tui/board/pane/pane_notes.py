"""The note at a transcript's end if the answer is not simply done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.streams.events import Status
from streamdash.tui.widgets.status_marks import MARKS

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState

HIDDEN = "hidden while blind"


def ending_note(state: StreamState, limit: int, *, neutral: bool = False) -> str:
    """One clean line of at most about `limit` characters; empty for a plain `done`.

    A `neutral` one leaves out the provider's own words.
    """
    sign = MARKS[state.status].sign
    reason = "" if state.finish is None or neutral else clean_line(state.finish.reason, 60)
    said = f" ({reason})" if reason else ""
    match state.status:
        case Status.FAILED | Status.TIMEOUT if state.error is not None:
            http = f" {state.error.http_status}" if state.error.http_status else ""
            head = f"{sign} {state.error.kind}{http}: "
            message = HIDDEN if neutral else state.error.message
            return head + clean_line(message, max(20, limit - len(head)))
        case Status.CANCELLED:
            return f"{sign} cancelled"
        case Status.INCOMPLETE:
            return f"{sign} incomplete: the provider stopped here{said}"
        case Status.FILTERED:
            return f"{sign} filtered{said}"
        case Status.TRUNCATED:
            return f"{sign} truncated: the stream ended without a finish reason"
        case Status.DONE if not state.text.chars:
            return f"{sign} done without any answer text{said}"
    return ""


def dropped_note(run: Run, state: StreamState) -> str:
    """What a pane shows in place of a text that is no longer in memory; empty for all others."""
    if not state.texts_dropped:
        return ""
    if state in run.texts.lost:
        return "the text of this answer is no longer kept, and no recording has it"
    return "reading this answer from the recording…"
