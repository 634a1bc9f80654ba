"""Takes a parsed command line to a run, shows it, and says how it ended."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from streamdash.cli.event_loop import cancel_on_signals, run_in_loop
from streamdash.cli.exit_codes import BAD_END, exit_code, load_baseline
from streamdash.output.destination import Input, identity, refusal, spare
from streamdash.output.files import open_output, say
from streamdash.output.safe_text import clean_line
from streamdash.output.standard_streams import progress_fits, terminal_opens
from streamdash.output.terminal import draws_screens, terminal_size
from streamdash.promptfile import Overrides, load_plan
from streamdash.providers.api_keys import read_key
from streamdash.providers.catalog import builtin_endpoints, check_base_urls
from streamdash.providers.foreign_keys import foreign_keys
from streamdash.providers.registry import Providers
from streamdash.recording.journal import open_journal
from streamdash.recording.run_title import run_title, short_question
from streamdash.reporting.pricing import load_prices
from streamdash.streams.errors import StreamError, UsageError
from streamdash.streams.live import live_run

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import TextIO

    from streamdash.headless import Format
    from streamdash.providers.registry import EmbeddedServer
    from streamdash.recording.journal import Journal
    from streamdash.recording.recording import Recording
    from streamdash.streams.listener import Listener
    from streamdash.streams.run import Run
    from streamdash.streams.spec import RunPlan

DEMO = Path(__file__).parent.parent / "demo" / "demo.toml"
"""The prompt file that runs when none is given."""


def launch(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Run what the command line asks for; returns the exit code."""
    asked_of: list[str] = []
    plan = _plan(options, environ, asked_of)
    inputs = _inputs(options, asked_of)
    load_baseline(options)
    screen = _wants_screen(options)
    if not screen and not all(spec.messages for spec in plan.specs):
        raise UsageError("no prompt: give one with -p TEXT, in a FILE, or on standard input with -")
    for warning in key_warnings(plan, environ):
        say(f"streamdash: {warning}")
    notices = tuple(foreign_keys((spec.endpoint for spec in plan.specs), environ))
    for notice in notices:
        say(f"streamdash: {notice}")
    started = datetime.now(UTC)
    with _output(options, inputs, screen=screen) as out:
        journal = None
        if not options.no_record:
            _spare_what_is_written(options)
            journal = open_journal(options.record, started)
        return _run(options, plan, environ, started, journal, out, notices)


def _run(
    options: argparse.Namespace,
    plan: RunPlan,
    environ: Mapping[str, str],
    started: datetime,
    journal: Journal | None,
    out: TextIO | None,
    notices: tuple[str, ...],
) -> int:
    """Run the plan, printing into `out` or, where that is None, on the screen."""
    begun = False

    def make(listeners: tuple[Listener, ...]) -> Run:
        nonlocal begun
        if journal is not None:
            listeners = (journal, *listeners)
        load_prices(spec.endpoint for spec in plan.specs)
        run = live_run(plan, Providers(environ, demo=_demo_server), listeners=listeners)
        if journal is not None:
            journal.begin(run, started)
            begun = True
        return run

    try:
        return _show(
            make,
            options,
            out,
            started=started.isoformat(timespec="milliseconds"),
            journal=journal,
            notices=notices,
        )
    finally:
        if journal is not None:
            journal.close()
            if journal.problem is not None:
                say(f"streamdash: {journal.problem}")
            elif out is None and begun:
                say(f"recorded in {journal.path}")


def _inputs(options: argparse.Namespace, asked_of: Iterable[str]) -> list[Input]:
    """What is read, or written by something else: no results may replace it."""
    found = [Input(path, "a file that the prompt file takes in") for path in asked_of]
    if options.file == "-":
        found.insert(0, Input(0, "the prompt itself, which standard input reads"))
    elif options.file is not None:
        found.insert(0, Input(options.file, "the prompt file itself"))
    found += _baseline(options)
    if options.record is not None:
        found.append(Input(options.record, "the recording of this run"))
    return found


def _baseline(options: argparse.Namespace) -> list[Input]:
    if options.baseline is None:
        return []
    from streamdash.recording.lookup import find_recording

    return [Input(str(find_recording(options.baseline)), "the baseline")]


def _spare_what_is_written(options: argparse.Namespace) -> None:
    """Raise UsageError where the recording and what is printed would go into one file."""
    if options.record is None:
        return
    streams = [Input(1, "where standard output goes"), Input(2, "where standard error goes")]
    spare(f"--record {options.record}", identity(options.record), streams)


def _output(
    options: argparse.Namespace, inputs: Iterable[Input], *, screen: bool
) -> contextlib.AbstractContextManager[TextIO | None]:
    """Where the results go, ready to be written before anything is sent; None for a screen."""
    if screen:
        return contextlib.nullcontext()
    plain = options.format in (None, "text", "csv", "markdown")
    errors = "replace" if plain else "backslashreplace"
    return open_output(options.output, errors=errors, inputs=inputs)


def replay(options: argparse.Namespace) -> int:
    """Play a recording as the command line asks; returns the exit code the run had."""
    from streamdash.recording.lookup import find_recording
    from streamdash.recording.reader import load_recording
    from streamdash.recording.replay import ReplayRun

    options.recording = str(find_recording(options.recording))
    recording = load_recording(options.recording)
    inputs = [Input(str(recording.path), "the recording that is played")]
    inputs += _baseline(options)
    load_baseline(options)
    for warning in recording.warnings():
        say(f"streamdash: {clean_line(warning, 400)}")
    screen = _wants_screen(options)
    speed = options.speed if options.speed is not None else float(screen)

    def make(listeners: tuple[Listener, ...]) -> Run:
        return ReplayRun(recording, speed=speed, listeners=listeners)

    with _output(options, inputs, screen=screen) as out:
        return _show(make, options, out, started=recording.started, played=recording)


def _show(
    make: Callable[[tuple[Listener, ...]], Run],
    options: argparse.Namespace,
    out: TextIO | None,
    *,
    started: str,
    journal: Journal | None = None,
    played: Recording | None = None,
    notices: tuple[str, ...] = (),
) -> int:
    if out is None:
        # nothing is there to collect before the first frame, which switches it on again
        gc.disable()
        from streamdash.cli.front_end import show_dashboard

        return show_dashboard(lambda: make(()), options, started, journal, played, notices)
    return run_in_loop(_headless(make, options, out, started))


def _wants_screen(options: argparse.Namespace) -> bool:
    if options.headless or options.format or options.output is not None:
        return False
    if not sys.stdout.isatty() or not _has_keyboard(options):
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


def _has_keyboard(options: argparse.Namespace) -> bool:
    """Whether keys can be read: from standard input, or from the terminal behind it."""
    if options.file != "-":
        return sys.stdin is not None and sys.stdin.isatty()
    return terminal_opens()


def _plan(options: argparse.Namespace, environ: Mapping[str, str], files: list[str]) -> RunPlan:
    """The plan of the command line; `files` gets those that its prompts are taken from."""
    overrides = Overrides(
        models=tuple(options.model),
        prompt=options.prompt,
        set=tuple(options.settings),
        only=tuple(options.only),
        connect_timeout=options.connect_timeout,
        ttft_timeout=options.ttft_timeout,
        stall_timeout=options.stall_timeout,
        timeout=options.timeout,
        retries=options.retries,
    )
    path = options.file
    if path is None and not overrides.replace_models:
        if options.prompt is not None:
            raise UsageError('which models? as in: -m openai:gpt-4o-mini -p "..."')
        path = str(DEMO)
    stdin = sys.stdin.buffer if path == "-" and sys.stdin is not None else None
    plan = load_plan(
        path,
        overrides,
        endpoints=builtin_endpoints(environ),
        stdin=stdin,
        files=files,
        warn=lambda line: say(f"streamdash: {line}"),
    )
    check_base_urls(spec.endpoint for spec in plan.specs)
    return plan._replace(
        title=_title(plan, options.prompt),
        concurrency=options.concurrency,
        repeat=options.repeat,
    )


def _title(plan: RunPlan, prompt: str | None) -> str:
    """The plan's title; with the prompt's beginning where the command line gave another one."""
    if not plan.title or prompt is None:
        return plan.title or run_title(plan.specs)
    opening = short_question(prompt)
    return f"{plan.title} · {opening}"


def key_warnings(plan: RunPlan, environ: Mapping[str, str]) -> Iterator[str]:
    """One line an endpoint whose key is missing or broken: its streams will fail, others not."""
    seen: set[str] = set()
    for spec in plan.specs:
        if spec.endpoint.name in seen:
            continue
        seen.add(spec.endpoint.name)
        try:
            read_key(spec.endpoint, environ)
        except StreamError as error:
            yield error.message


def _demo_server() -> EmbeddedServer:
    from streamdash.demo.server import DemoServer

    return DemoServer()


async def _headless(
    make: Callable[[tuple[Listener, ...]], Run],
    options: argparse.Namespace,
    out: TextIO,
    started: str,
) -> int:
    from streamdash.headless import AT_THE_END, Headless

    style: Format = options.format or "text"
    fits = progress_fits(out, between=style not in AT_THE_END)
    front = Headless(
        style,
        out,
        sys.stderr,
        width=terminal_size().columns if out.isatty() else None,
        progress=fits and draws_screens(os.environ),
    )
    run = make((front,))
    received = cancel_on_signals(run)
    try:
        await front.show(run, started)
    except OSError as error:
        gone = isinstance(error, BrokenPipeError)
        if options.output is not None and not gone:
            raise refusal(options.output, error.strerror or str(error)) from None
        if not gone:
            say(f"streamdash: cannot write: {error.strerror}")
        # of a broken pipe nothing is said: whoever read it has enough of it
        return received[0] if received else BAD_END
    finally:
        await run.drain()
    return received[0] if received else exit_code(run, options)
