"""The command `streamdash`: arguments -> run -> front end; the one place that picks the parts."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from streamdash import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        # a shell prompt may ask for it: at once, before anything is loaded
        print(f"streamdash {__version__}")  # noqa: T201
        return 0
    quieten_libraries()
    from streamdash.streams.errors import UsageError

    try:
        return _command(arguments)
    except UsageError as error:
        for problem in error.problems:
            print(f"streamdash: {problem}", file=sys.stderr)  # noqa: T201
        return 2
    except BrokenPipeError:
        # whoever read our output has enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def _command(arguments: list[str]) -> int:
    """Parse and carry out; each command loads only what it needs."""
    from streamdash import arguments as parsers

    rest = arguments[1:]
    match arguments[:1]:
        case ["endpoints"]:
            parsers.endpoints_parser().parse_args(rest)
            from streamdash.endpoints import show_endpoints

            return show_endpoints(os.environ, sys.stdout)
        case ["replay"]:
            options = parsers.replay_parser().parse_args(rest)
            from streamdash.launch import replay

            return replay(options)
        case ["report"]:
            options = parsers.report_parser().parse_args(rest)
            from streamdash.kept import show_report

            return show_report(options)
        case ["runs"]:
            options = parsers.runs_parser().parse_args(rest)
            from streamdash.kept import show_runs

            return show_runs(options)
        case _:
            options = parsers.run_parser().parse_args(arguments)
            from streamdash.launch import launch

            return launch(options, os.environ)


def quieten_libraries() -> None:
    """Keep libraries from writing to the terminal, where they would paint over the screen."""
    import logging
    import warnings

    for name in ("OPENAI_LOG", "ANTHROPIC_LOG"):
        os.environ.pop(name, None)
    logging.getLogger().addHandler(logging.NullHandler())
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


if __name__ == "__main__":
    sys.exit(main())
