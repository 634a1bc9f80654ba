"""Takes a parsed command line to a run, shows it, and says how it ended."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from streamdash.exitcode import BAD_END, exit_code, load_baseline
from streamdash.leaving import cancel_on_signals, in_loop
from streamdash.output import say, writing
from streamdash.promptfile import Overrides, load_plan
from streamdash.providers.catalog import builtin_endpoints, check_base_urls
from streamdash.providers.foreign_keys import foreign_keys
from streamdash.providers.keys import read_key
from streamdash.providers.source import Providers
from streamdash.recording.journal import open_journal
from streamdash.recording.pricing import load_prices
from streamdash.streams.errors import StreamError, UsageError
from streamdash.streams.run import Run
from streamdash.streams.spec import TITLE_QUESTION, run_title
from streamdash.streams.text import clean_line
from streamdash.terminal import draws_screens, terminal_size

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Mapping

    from streamdash.headless import Format
    from streamdash.providers.source import EmbeddedServer
    from streamdash.recording.journal import Journal
    from streamdash.recording.recorded import Recording
    from streamdash.streams.runner import Listener
    from streamdash.streams.spec import RunPlan

DEMO = Path(__file__).parent / "demo" / "demo.toml"
"""The prompt file that runs when none is given."""


def launch(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Run what the command line asks for; returns the exit code."""
    plan = _plan(options, environ)
    _spare_the_prompt_file(options)
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
    journal = None if options.no_record else open_journal(options.record, started)

    begun = False

    def make(listeners: tuple[Listener, ...]) -> Run:
        nonlocal begun
        if journal is not None:
            listeners = (journal, *listeners)
        load_prices(spec.endpoint for spec in plan.specs)
        run = Run(plan, Providers(environ, demo=_demo_server), listeners=listeners)
        if journal is not None:
            journal.begin(run, started)
            begun = True
        return run

    try:
        return _show(
            make,
            options,
            screen=screen,
            started=started.isoformat(timespec="milliseconds"),
            journal=journal,
            notices=notices,
        )
    finally:
        if journal is not None:
            journal.close()
            if journal.problem is not None:
                say(f"streamdash: {journal.problem}")
            elif screen and begun:
                say(f"recorded in {journal.path}")


def _spare_the_prompt_file(options: argparse.Namespace) -> None:
    """Raise UsageError where the results would replace what was asked."""
    if options.file is None or options.output is None:
        return
    with contextlib.suppress(OSError):
        if os.path.samefile(options.file, options.output):
            raise UsageError(f"-o {options.output}: is the prompt file itself; name another file")


def replay(options: argparse.Namespace) -> int:
    """Play a recording as the command line asks; returns the exit code the run had."""
    from streamdash.recording.lookup import find_recording
    from streamdash.recording.reader import load_recording
    from streamdash.recording.replay import ReplayRun

    options.recording = str(find_recording(options.recording))
    recording = load_recording(options.recording)
    load_baseline(options)
    for warning in recording.warnings():
        say(f"streamdash: {clean_line(warning, 400)}")
    screen = _wants_screen(options)
    speed = options.speed if options.speed is not None else float(screen)

    def make(listeners: tuple[Listener, ...]) -> Run:
        return ReplayRun(recording, speed=speed, listeners=listeners)

    return _show(make, options, screen=screen, started=recording.started, played=recording)


def _show(
    make: Callable[[tuple[Listener, ...]], Run],
    options: argparse.Namespace,
    *,
    screen: bool,
    started: str,
    journal: Journal | None = None,
    played: Recording | None = None,
    notices: tuple[str, ...] = (),
) -> int:
    if screen:
        # nothing is there to collect before the first frame, which switches it on again
        gc.disable()
        from streamdash.dashboard import show_dashboard

        return show_dashboard(lambda: make(()), options, started, journal, played, notices)
    return in_loop(_headless(make, options, started))


def _wants_screen(options: argparse.Namespace) -> bool:
    if options.headless or options.format or options.output:
        return False
    if not (sys.stdout.isatty() and _has_keyboard(options)):
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
    return os.path.exists("/dev/tty")


def _plan(options: argparse.Namespace, environ: Mapping[str, str]) -> RunPlan:
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
    opening = clean_line(" ".join(prompt[: 8 * TITLE_QUESTION].split()), TITLE_QUESTION)
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
    make: Callable[[tuple[Listener, ...]], Run], options: argparse.Namespace, started: str
) -> int:
    from streamdash.headless import Headless

    style: Format = options.format or "text"
    errors = "replace" if style in ("text", "csv", "markdown") else "backslashreplace"
    with writing(options.output, errors=errors) as out:
        quiet = style == "text" and out.isatty()
        front = Headless(
            style,
            out,
            sys.stderr,
            width=terminal_size().columns if out.isatty() else None,
            progress=sys.stderr.isatty() and not quiet and draws_screens(os.environ),
        )
        run = make((front,))
        received = cancel_on_signals(run)
        try:
            await front.show(run, started)
        except OSError as error:
            if options.output:
                raise
            if not isinstance(error, BrokenPipeError):
                say(f"streamdash: cannot write: {error.strerror}")
            # of a broken pipe nothing is said: whoever read it has enough of it
            return received[0] if received else BAD_END
        finally:
            await run.drain()
    return received[0] if received else exit_code(run, options)
