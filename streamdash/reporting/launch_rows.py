"""The answers of one stream as rows: why each was asked for, and its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.reporting.figures import count, duration
from streamdash.reporting.repetitions import every_answer
from streamdash.reporting.request_changes import cause_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamdash.reporting.result import StreamResult

LAUNCH_TITLES = ("answer", "turn", "asked as", "model", "status", "TTFT", "total", "chars")
NO_TEXT = "The text of this answer is no longer kept."


def launch_rows(result: StreamResult) -> Iterator[tuple[str, ...]]:
    """One row per answer, oldest first; an unknown number is `-`."""
    for one in (answer.result for answer in every_answer([result])):
        metrics = one.metrics
        yield (
            _number(one),
            str(one.turn),
            cause_words(one),
            one.target or "-",
            one.status.value,
            duration(metrics.ttft_s) or "-",
            duration(metrics.total_s) or "-",
            count(metrics.chars) or "-",
        )


def launch_title(result: StreamResult) -> str:
    """`Answer 2 (rerun)`; the first answer of a stream needs no reason."""
    reason = "" if result.cause in ("start", "round") else f" ({cause_words(result)})"
    return f"Answer {_number(result)}{reason}"


def _number(result: StreamResult) -> str:
    """The number of the launch, and that of the round if it has one."""
    return f"{result.launch}" + (f", round {result.round}" if result.round is not None else "")
