"""The front end with a terminal: the screen, and what it leaves behind on the ordinary one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from typing import TYPE_CHECKING, cast

from streamdash.cli.event_loop import release_stuck_terminal, run_in_loop
from streamdash.cli.exit_codes import SIGNAL_CODES, exit_code
from streamdash.output.terminal import terminal_size
from streamdash.tui.app import StreamdashApp

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from streamdash.recording.journal import Journal
    from streamdash.recording.recording import Recording
    from streamdash.recording.replay import ReplayRun
    from streamdash.streams.run import Run


def show_dashboard(
    make: Callable[[], Run],
    options: argparse.Namespace,
    started: str,
    journal: Journal | None,
    played: Recording | None,
    notices: tuple[str, ...] = (),
) -> int:
    """Show the run that `make` gives until its user leaves; returns the exit code.

    `make` is called in the event loop; where it plays a recording, that is `played`. `notices`
    are shown as it begins. Whatever broke the screen is raised once it has gone.
    """
    with terminal(options):
        run, app = run_in_loop(_shown(make, options, started, journal, played, notices))
    app.clipboards.wait()
    if app.return_value:
        release_stuck_terminal()
    if app.crash is not None:
        raise app.crash
    from streamdash.reporting.result import results_of
    from streamdash.reporting.text_table import text_table

    legend = app.board.names.legend(run.plan.specs)
    with contextlib.suppress(OSError):
        sys.stdout.write(text_table(results_of(run), terminal_size().columns) + "\n")
        if legend:
            sys.stdout.write(f"blind: {legend}\n")
        sys.stdout.flush()
    return app.return_value or exit_code(run, options)


async def _shown(
    make: Callable[[], Run],
    options: argparse.Namespace,
    started: str,
    journal: Journal | None,
    played: Recording | None,
    notices: tuple[str, ...],
) -> tuple[Run, StreamdashApp]:
    run = make()
    kept = played or journal
    app = StreamdashApp(
        run,
        title=run.plan.title,
        plain=options.plain,
        problem=None if journal is None else lambda: journal.problem,
        timeline=None if played is None else cast("ReplayRun", run).timeline,
        started=started,
        recorded_in=kept.path if kept is not None else None,
        notices=notices,
    )
    for number, code in SIGNAL_CODES.items():
        asyncio.get_running_loop().add_signal_handler(number, app.exit, code)
    try:
        await app.run_async()
    finally:
        await run.drain()
    return run, app


@contextlib.contextmanager
def terminal(options: argparse.Namespace) -> Iterator[None]:
    """Make sure that keys come from the terminal and the screen goes to it.

    Textual reads standard input and paints on standard error; either may be something else.
    """
    saved: list[tuple[int, int]] = []
    for descriptor, needed in ((0, options.file == "-"), (2, not sys.stderr.isatty())):
        if needed:
            saved.append((descriptor, os.dup(descriptor)))
            device = os.open("/dev/tty", os.O_RDWR)
            os.dup2(device, descriptor)
            os.close(device)
    try:
        yield
    finally:
        for descriptor, copy in saved:
            os.dup2(copy, descriptor)
            os.close(copy)
