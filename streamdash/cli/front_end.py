"""Chooses between the dashboard and printed results, shows a run there, and judges how it ended."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from streamdash.cli.commands import STANDARD_INPUT
from streamdash.cli.event_loop import cancel_on_signals, run_in_loop
from streamdash.cli.exit_codes import ExitCode, exit_code
from streamdash.output.console import say
from streamdash.output.destination import refusal
from streamdash.output.files import open_output
from streamdash.output.progress import progress_fits
from streamdash.output.safe_text import clean_line
from streamdash.output.standard_streams import terminal_opens
from streamdash.output.terminal import draws_screens, table_width
from streamdash.streams.timing import gc_tuning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import TextIO

    from streamdash.cli.commands import Display
    from streamdash.cli.gates import Gates
    from streamdash.config.own_config import OwnConfig
    from streamdash.headless import Format
    from streamdash.models.model_sources import ModelSources
    from streamdash.output.destination import Input
    from streamdash.streams.listener import Listener
    from streamdash.streams.run import Run
    from streamdash.tui.board.pane.invitation import EndpointCheck
    from streamdash.watching.reading import WatchedFile


class RunSource(NamedTuple):
    """Makes the run of a front end, and describes it."""

    make: Callable[[tuple[Listener, ...]], Run]
    """Called in the event loop, with the listeners of the front end."""
    started: str
    """When the run began, by the wall clock in ISO format."""
    recording: Path | None = None
    """The file that the run is recorded in or played from."""
    problem: Callable[[], str | None] | None = None
    """Returns why the run is not, or no longer, recorded."""
    notices: tuple[str, ...] = ()
    """Sentences that the dashboard shows as the streams begin."""
    models: ModelSources | None = None
    """The models that the dashboard can give to streams."""
    check: EndpointCheck | None = None
    """Looks up whether endpoints could answer; a replay asks none."""
    watched: WatchedFile | None = None
    """The prompt file that the dashboard follows; None if it follows none."""


class FrontEnd(NamedTuple):
    """The display of a run: the dashboard or printed results."""

    display: Display
    on_screen: bool
    prompt_on_stdin: bool
    config: OwnConfig
    """The user's own config, of which the dashboard takes its looks."""

    def open_results(self, inputs: Iterable[Input]) -> AbstractContextManager[TextIO | None]:
        """Open the output of the results, before anything is sent; None for the dashboard.

        `inputs` are files that must not be replaced. Raises UsageError.
        """
        if self.on_screen:
            return contextlib.nullcontext()
        display = self.display
        for_people = display.format in (None, "text", "csv", "markdown")
        errors = "replace" if for_people else "backslashreplace"
        return open_output(display.output, errors=errors, inputs=inputs)

    def show(self, source: RunSource, gates: Gates, out: TextIO | None) -> ExitCode:
        """Show the run to its end, into `out` if there is one, and say which gates failed."""
        if out is None:
            gc_tuning.pause()
            from streamdash.cli.dashboard import show_dashboard

            run, code = show_dashboard(
                source,
                plain=self.display.plain,
                config=self.config,
                prompt_on_stdin=self.prompt_on_stdin,
            )
        else:
            run, code = run_in_loop(_print(source, self.display, out))
        if code is not None:
            return code
        for sentence in gates.notes(run):
            say(f"streamdash: {sentence}")
        failures = gates.failures(run)
        for sentence in failures:
            say(f"streamdash: gate failed: {sentence}")
        return exit_code(run, gate_failed=bool(failures))


def choose_front_end(display: Display, file: str | None, config: OwnConfig) -> FrontEnd:
    """Choose the dashboard where the command line and the terminal allow it.

    `file` is the prompt file, if there is one; standard input is no keyboard where the prompt is
    read from it.
    """
    prompt_on_stdin = file == STANDARD_INPUT
    on_screen = display.wants_screen and _screen_fits(prompt_on_stdin=prompt_on_stdin)
    return FrontEnd(display, on_screen, prompt_on_stdin, config)


def _screen_fits(*, prompt_on_stdin: bool) -> bool:
    """Whether a screen can be painted here and keys read; says so where only TERM prevents it."""
    if not sys.stdout.isatty():
        return False
    keyboard = sys.stdin is not None and sys.stdin.isatty()
    if not (terminal_opens() if prompt_on_stdin else keyboard):
        return False
    # the screen is painted on standard error, or on the terminal behind it
    if not (sys.stderr.isatty() or terminal_opens()):
        return False
    if draws_screens(os.environ):
        return True
    term = os.environ.get("TERM")
    name = f"TERM={clean_line(term, 40)}" if term else "TERM is not set: such a terminal"
    say(f"streamdash: {name} draws no screen; the answers come as text")
    return False


async def _print(source: RunSource, display: Display, out: TextIO) -> tuple[Run, ExitCode | None]:
    """Print the run; the code is that of a signal or of an output that takes nothing more."""
    from streamdash.headless import AT_THE_END, Headless

    style: Format = display.format or "text"
    headless = Headless(
        style,
        out,
        sys.stderr,
        width=table_width(out),
        progress=progress_fits(out, between=style not in AT_THE_END) and draws_screens(os.environ),
    )
    run = source.make((headless,))
    received = cancel_on_signals(run)
    try:
        await headless.show(run, source.started)
    except BrokenPipeError:
        # the reader closed the pipe on purpose, so no message is needed
        return run, received[0] if received else ExitCode.BAD_END
    except OSError as error:
        if display.output is not None:
            raise refusal(display.output, error.strerror or str(error)) from None
        say(f"streamdash: cannot write: {error.strerror}")
        return run, received[0] if received else ExitCode.BAD_END
    finally:
        await run.drain()
    return run, received[0] if received else None
