"""The command `streamdash`: arguments -> run -> front end; the one place that picks the parts."""

from __future__ import annotations

import gc
import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from streamdash import __version__
from streamdash.output.standard_streams import fill_gaps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if arguments == ["--version"]:
            # a shell prompt may ask for it: at once, before the rest is loaded
            from streamdash.output.files import write_out

            write_out(f"streamdash {__version__}\n")
            return 0
        # loading makes objects that stay, and a chunk some dozen that go at once: with the usual
        # thresholds the collector would look through the first for the second again and again
        gc.set_threshold(10_000, 20, 100)
        environ = dict(os.environ)
        quieten_libraries()
        return _command(arguments, environ)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # whoever read our output has enough of it
        return 1
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> int:
    """Say what went wrong: the user's mistake, or ours."""
    from streamdash.output.files import Unwritten, say
    from streamdash.streams.errors import UsageError

    if isinstance(error, Unwritten):
        say(f"streamdash: cannot write: {error}")
        return 1
    if isinstance(error, UsageError):
        for problem in error.problems:
            # a name in it may hold newlines
            say(f"streamdash: {' '.join(problem.splitlines())}")
        return 2
    from streamdash.cli.crash_report import crash_report
    from streamdash.cli.exit_codes import INTERNAL_ERROR

    say(crash_report(error, os.environ))
    return INTERNAL_ERROR


def _command(arguments: list[str], environ: Mapping[str, str]) -> int:
    """Parse and carry out; each command loads only what it needs."""
    from streamdash.cli import arguments as parsers

    rest = arguments[1:]
    match arguments[:1]:
        case ["endpoints"]:
            parsers.endpoints_parser().parse_args(rest)
            from streamdash.cli.endpoints import show_endpoints
            from streamdash.output.files import write_out

            listed = io.StringIO()
            code = show_endpoints(environ, listed)
            write_out(listed.getvalue())
            return code
        case ["replay"]:
            options = parsers.replay_parser().parse_args(rest)
            from streamdash.cli.run import replay

            return replay(options)
        case ["report"]:
            options = parsers.report_parser().parse_args(rest)
            from streamdash.cli.report import show_report

            return show_report(options)
        case ["runs"]:
            options = parsers.runs_parser().parse_args(rest)
            from streamdash.cli.report import show_runs

            return show_runs(options)
        case _:
            options = parsers.run_parser().parse_args(arguments)
            from streamdash.cli.run import launch

            return launch(options, environ)


def quieten_libraries() -> None:
    """Keep libraries from writing to the terminal, where they would paint over the screen."""
    import logging
    import warnings

    # importing aiohttp would read the files that the last three name, and hang where one is a FIFO
    names = ("OPENAI_LOG", "ANTHROPIC_LOG", "SSLKEYLOGFILE", "SSL_CERT_FILE", "SSL_CERT_DIR")
    for name in names:
        os.environ.pop(name, None)
    logging.getLogger().addHandler(logging.NullHandler())
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def run() -> NoReturn:
    """Be the process of the command: its exit code is `main`'s."""
    fill_gaps()
    try:
        code = main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            # nobody can be told that nobody can be told: then the code is what it was
            code = code or int(stream is sys.stdout)
            # or the interpreter tries once more, and complains
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    if sys.warnoptions:
        sys.exit(code)
    # Taking the interpreter apart costs half a second, and waits for threads that may wait for a
    # name server or for a terminal that nobody reads. All that must be written has been.
    os._exit(code)


if __name__ == "__main__":
    run()
