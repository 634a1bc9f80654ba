"""The size of a run: what is said about it, asked before it starts, and sent at once."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from streamdash.output.console import say
from streamdash.output.standard_streams import terminal_opens
from streamdash.streams.rounds.round import planned_rounds
from streamdash.streams.spec import content_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from streamdash.streams.spec import RunPlan
    from streamdash.watching.request_estimate import RequestEstimate

MANY_STREAMS = 64
"""More streams than this do not run all at once unless `--concurrency` says so."""
AT_ONCE = 8
MANY_REQUESTS = 200
"""More requests than this are not sent without a question."""
MUCH_USD = 1.0
"""Nor are requests that may cost more than this."""
_CHEAP_CHARS = 80_000
"""So much text, prompts and answers, costs less at usual prices: 20,000 tokens at $50 a million.

Below it the price table, which takes 0.2 s to load, is not asked.
"""
_USUAL_CHARS = 4_000
"""Of an answer without a limit."""


def usual_concurrency(streams: int) -> int:
    """How many of these streams run at once where nothing was said; 0 means all."""
    return AT_ONCE if streams > MANY_STREAMS else 0


def requests_in(plan: RunPlan) -> int:
    """How many requests a run sends if none is retried, with `--until` at most."""
    return len(plan.specs) * len(planned_rounds(plan))


def size_lines(plan: RunPlan) -> Iterator[str]:
    """`3 prompts x 40 cases x 2 models = 240 streams, 8 at once`, if it has cases or is large."""
    streams, rounds = len(plan.specs), len(planned_rounds(plan))
    if not plan.shape and streams <= MANY_STREAMS and not any(spec.case for spec in plan.specs):
        return
    words = f"{streams:,} stream{'' if streams == 1 else 's'}"
    if plan.shape:
        words = f"{plan.shape} = {words}"
    if rounds > 1:
        most = "at most " if plan.until is not None else ""
        words += f" x {rounds} rounds = {most}{requests_in(plan):,} requests"
    if 0 < plan.concurrency < streams:
        words += f", {plan.concurrency:,} at once"
    yield words


def agreed(plan: RunPlan, *, on_screen: bool) -> bool:
    """Whether the run may start: asks about many or dear requests, if there is a terminal.

    Without one the run starts, as a script must not wait.
    """
    estimate = _estimate(plan)
    if estimate.requests <= MANY_REQUESTS and estimate.usd <= MUCH_USD:
        return True
    with _terminal(on_screen=on_screen) as terminal:
        if terminal is None:
            say(f"streamdash: this is {estimate}")
            return True
        keyboard, screen = terminal
        screen.write(f"streamdash: send {estimate}? [y/N] ")
        screen.flush()
        answer = keyboard.readline()
        if not answer.endswith("\n"):
            # at the end of input the cursor is still on the question's line
            screen.write("\n")
    return answer.strip().lower() in ("y", "yes")


def _estimate(plan: RunPlan) -> RequestEstimate:
    from streamdash.watching.request_estimate import RequestEstimate, estimate_requests

    requests = requests_in(plan)
    rounds = len(planned_rounds(plan))
    chars = 0
    for spec in plan.specs:
        answer = _USUAL_CHARS if spec.max_tokens is None else 4 * spec.max_tokens
        texts = (spec.system or "", *(content_text(one.get("content")) for one in spec.messages))
        chars += answer + sum(map(len, texts))
    if chars * rounds <= _CHEAP_CHARS:
        return RequestEstimate(requests)
    return estimate_requests(plan.specs, requests)


@contextlib.contextmanager
def _terminal(*, on_screen: bool) -> Iterator[tuple[TextIO, TextIO] | None]:
    """The terminal's keyboard and screen; None where nobody would see the question.

    For the dashboard, standard input and standard error may be redirected.
    """
    if sys.stdin is not None and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty():
        yield sys.stdin, sys.stderr
    elif on_screen and terminal_opens():
        with open("/dev/tty") as keyboard, open("/dev/tty", "w") as screen:
            yield keyboard, screen
    else:
        yield None
