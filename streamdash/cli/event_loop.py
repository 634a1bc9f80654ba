"""How the program ends when it is told to: by a signal, beside threads and terminals that hang."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from streamdash.cli.exit_codes import SIGNAL_CODES
from streamdash.output.whole_file import discard_unfinished

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from streamdash.streams.run import Run

LEAVING_S = 3.0
"""Who was told to end has ended by then."""
STUCK_S = 0.5

T = TypeVar("T")


class _Threads(ThreadPoolExecutor):
    """Threads that nobody waits for in the end: one may wait half a minute for a name server."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=True)


def run_in_loop(work: Coroutine[object, object, T]) -> T:
    """`asyncio.run`, whose end no thread can hold up."""
    with asyncio.Runner() as runner:
        runner.get_loop().set_default_executor(_Threads())
        return runner.run(work)


def cancel_on_signals(run: Run) -> list[int]:
    """Cancel the run on SIGINT, SIGTERM and SIGHUP; the list gets the exit code of the first.

    A second one ends the program at once. After SIGINT what is printed waits for its reader as
    long as that takes: a person at a pager may want to read on.
    """
    received: list[int] = []
    loop = asyncio.get_running_loop()

    def leave(number: signal.Signals) -> None:
        code = SIGNAL_CODES[number]
        if received:
            _end_at_once(code)
        received.append(code)
        run.cancel_all()
        if number is not signal.SIGINT:
            loop.call_later(LEAVING_S, _end_at_once, code)

    for number in SIGNAL_CODES:
        # who ignores a SIGHUP for us, as nohup does, wants us to go on
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, leave, number)
    return received


def _end_at_once(code: int) -> None:
    discard_unfinished()
    os._exit(code)


def release_stuck_terminal() -> None:
    """Write no more to a terminal that takes nothing: whoever sent a signal would wait for it."""
    for stream in (sys.stdout, sys.stderr):
        descriptor = stream.fileno()
        if stream.isatty() and not select.select([], [descriptor], [], STUCK_S)[1]:
            os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
