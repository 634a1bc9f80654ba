"""The command `streamdash`: picks the command of the command line, and ends with its exit code."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

from streamdash import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping, Sequence


def run() -> NoReturn:
    """Run `main` and end the process with its exit code."""
    sentence = unsupported(sys.platform)
    if sentence is not None:
        # nothing else is loaded yet: it would fail at the first module that Windows lacks
        sys.exit(sentence)
    from streamdash.cli.shutdown import exit_process
    from streamdash.output.standard_streams import fill_gaps

    fill_gaps()
    try:
        code = main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    exit_process(code)


def unsupported(platform: str) -> str | None:
    """Return why the program cannot run on a `sys.platform`, in one line; None where it can."""
    if platform != "win32":
        return None
    return "streamdash runs on Linux and macOS; on Windows, run it in WSL"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    from streamdash.cli.exit_codes import ExitCode

    environ = dict(os.environ)
    try:
        if words == ["--version"]:
            # a shell prompt may ask for it, so it comes before anything else is loaded
            from streamdash.output.console import write_out

            write_out(f"streamdash {__version__}\n")
            return ExitCode.GOOD
        if words[:2] == ["completion", "words"]:
            # it runs at each press of the tab key
            from streamdash.cli.completion.command import print_words

            return print_words(words[2:], environ)
        from streamdash.streams.timing import gc_tuning

        gc_tuning.collect_rarely()
        quieten_libraries()
        return _run_command(words, environ)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # the reader of the output closed the pipe
        return ExitCode.BAD_END
    except Exception as error:
        return _failed(error, environ)


def _run_command(words: list[str], environ: MutableMapping[str, str]) -> int:
    """Parse and run; each command loads only what it needs."""
    from streamdash.cli import arguments

    match words:
        case ["endpoints", *rest]:
            own = arguments.parse_endpoints(rest)
            from streamdash.cli.endpoints import show_endpoints

            return show_endpoints(own, environ)
        case ["models", *rest]:
            models_command = arguments.parse_models(rest)
            from streamdash.cli.models import show_models

            return show_models(models_command, environ)
        case ["config", *rest]:
            config_command = arguments.parse_config(rest)
            from streamdash.cli.config import show_config

            return show_config(config_command)
        case ["completion", *rest]:
            shell = arguments.parse_completion(rest)
            from streamdash.cli.completion.command import print_script

            return print_script(shell)
        case ["replay", *rest]:
            replay_command = arguments.parse_replay(rest)
            from streamdash.cli.replay import replay

            return replay(replay_command, environ)
        case ["report", *rest]:
            report_command = arguments.parse_report(rest)
            from streamdash.cli.report import write_report

            return write_report(report_command)
        case ["runs", *rest]:
            runs_command = arguments.parse_runs(rest)
            from streamdash.cli.runs import show_runs

            return show_runs(runs_command)
        case _:
            run_command = arguments.parse_run(words)
            from streamdash.cli.run import run_streams

            return run_streams(run_command, environ)


def _failed(error: Exception, environ: Mapping[str, str]) -> int:
    """Report the error, as the user's mistake or as a bug, and return the exit code."""
    from streamdash.cli.exit_codes import ExitCode
    from streamdash.output.console import OutputError, say
    from streamdash.streams.errors import UsageError

    if isinstance(error, OutputError):
        say(f"streamdash: cannot write: {error}")
        return ExitCode.BAD_END
    if isinstance(error, UsageError):
        from streamdash.config.key_material import without_keys

        for problem in error.problems:
            # names in it may contain newlines
            say(f"streamdash: {without_keys(' '.join(problem.splitlines()))}")
        return ExitCode.USAGE
    from streamdash.cli.crash_report import crash_report

    say(crash_report(error, environ))
    return ExitCode.INTERNAL_ERROR


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


if __name__ == "__main__":
    run()
