"""The event loop of a run: it ends on signals even if its threads are still waiting."""

from __future__ import annotations

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from streamdash.cli.exit_codes import SIGNAL_CODES
from streamdash.cli.shutdown import end_at_once
from streamdash.output.whole_file import discard_unfinished

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from streamdash.cli.exit_codes import ExitCode
    from streamdash.streams.run import Run

SHUTDOWN_S = 3.0
"""After SIGTERM or SIGHUP the program has this long to shut down before it is forced to exit."""

T = TypeVar("T")


class _AbandonedThreads(ThreadPoolExecutor):
    """Threads that the loop's end does not wait for: a name server may take half a minute."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=True)


def run_in_loop(work: Coroutine[object, object, T]) -> T:
    """Run `work` like `asyncio.run`, but without waiting for threads at the end."""
    with asyncio.Runner() as runner:
        runner.get_loop().set_default_executor(_AbandonedThreads())
        return runner.run(work)


def cancel_on_signals(run: Run) -> list[ExitCode]:
    """Cancel the run on SIGINT, SIGTERM and SIGHUP; the list gets the exit code of the first.

    A second signal ends the program at once. After SIGINT there is no time limit, because a person
    who reads the results in a pager may want to read on.
    """
    received: list[ExitCode] = []
    loop = asyncio.get_running_loop()

    def cancel(number: signal.Signals) -> None:
        code = SIGNAL_CODES[number]
        if received:
            _force_exit(code)
        received.append(code)
        run.cancel_all()
        if number is not signal.SIGINT:
            loop.call_later(SHUTDOWN_S, _force_exit, code)

    for number in SIGNAL_CODES:
        # under nohup, which ignores SIGHUP, the run goes on
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, cancel, number)
    return received


def _force_exit(code: ExitCode) -> None:
    discard_unfinished()
    end_at_once(code)
