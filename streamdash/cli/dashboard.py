"""The dashboard on the terminal, and the table that it leaves on the ordinary screen."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from typing import TYPE_CHECKING

from streamdash.cli.event_loop import run_in_loop
from streamdash.cli.exit_codes import SIGNAL_CODES, ExitCode
from streamdash.cli.shutdown import release_stuck_terminal
from streamdash.output.terminal import terminal_size
from streamdash.recording.replay import ReplayRun
from streamdash.tui.app import StreamdashApp
from streamdash.tui.preferences import Preferences
from streamdash.tui.shown_run import ShownRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from streamdash.cli.front_end import RunSource
    from streamdash.config.own_config import OwnConfig
    from streamdash.streams.run import Run


def show_dashboard(
    source: RunSource, *, plain: bool, config: OwnConfig, prompt_on_stdin: bool
) -> tuple[Run, ExitCode | None]:
    """Show the run until its user leaves; the code is that of a signal or of ctrl+c.

    An error that broke the screen is raised once the screen has gone.
    """
    with _terminal(prompt_on_stdin=prompt_on_stdin):
        run, app = run_in_loop(_shown(source, plain=plain, config=config))
    app.clipboards.wait()
    if app.return_value:
        release_stuck_terminal()
    if app.crash is not None:
        raise app.crash
    _print_table(run, app.board.names.legend(run.plan.specs))
    return run, ExitCode(app.return_value) if app.return_value else None


async def _shown(source: RunSource, *, plain: bool, config: OwnConfig) -> tuple[Run, StreamdashApp]:
    run = source.make(())
    file_watch = None
    if source.watched is not None:
        from streamdash.watching.file_watch import FileWatch

        file_watch = FileWatch(source.watched, run)
    shown = ShownRun(
        run,
        title=run.plan.title,
        started=source.started,
        recorded_in=source.recording,
        problem=source.problem,
        timeline=run.timeline if isinstance(run, ReplayRun) else None,
        notices=source.notices,
        models=source.models,
        check=source.check,
        file_watch=file_watch,
    )
    preferences = Preferences(
        plain=plain,
        markdown=config.markdown and not plain,
        theme=config.theme,
        theme_chosen=_theme_keeper(config),
        keys=config.keys,
        own=config.settings,
        notice=config.notice,
    )
    app = StreamdashApp(shown, preferences)
    for number, code in SIGNAL_CODES.items():
        asyncio.get_running_loop().add_signal_handler(number, app.exit, code)
    try:
        await app.run_async()
    finally:
        if file_watch is not None:
            file_watch.close()
        await run.drain()
    return run, app


def _theme_keeper(config: OwnConfig) -> Callable[[str], str | None] | None:
    """What keeps a chosen theme in the config; None with `--no-config`."""
    path = config.path
    if path is None:
        return None

    def keep(theme: str) -> str | None:
        from streamdash.config.theme_line import keep_theme

        return keep_theme(path, theme)

    return keep


def _print_table(run: Run, legend: str) -> None:
    """Print the results, and which stream each letter of blind mode was.

    Nothing is printed if the user removed all streams.
    """
    if not run.present:
        return
    from streamdash.reporting.models.table import models_text
    from streamdash.reporting.result import paired_rounds, results_of
    from streamdash.reporting.text_table import text_table

    with contextlib.suppress(OSError):
        columns = terminal_size().columns
        results = results_of(run)
        paired = paired_rounds(run, results)
        table = text_table(results, columns, lag_p99_s=run.lag.p99_s, paired=paired)
        blocks = [table, *models_text(run, results, columns)]
        sys.stdout.write("\n\n".join(blocks) + "\n")
        if legend:
            sys.stdout.write(f"blind: {legend}\n")
        sys.stdout.flush()


@contextlib.contextmanager
def _terminal(*, prompt_on_stdin: bool) -> Iterator[None]:
    """Connect standard input and standard error with the terminal, for keys and the screen.

    Textual reads standard input and paints on standard error; either may be redirected.
    """
    saved: list[tuple[int, int]] = []
    for descriptor, needed in ((0, prompt_on_stdin), (2, not sys.stderr.isatty())):
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
