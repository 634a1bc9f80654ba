"""The command `streamdash`: arguments -> run -> front end; the one place that picks the parts."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from streamdash.arguments import endpoints_parser, replay_parser, run_parser

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    quieten_libraries()
    from streamdash.streams.errors import UsageError

    try:
        if arguments[:1] == ["endpoints"]:
            endpoints_parser().parse_args(arguments[1:])
            from streamdash.endpoints import show_endpoints

            return show_endpoints(os.environ, sys.stdout)
        if arguments[:1] == ["replay"]:
            options = replay_parser().parse_args(arguments[1:])
            from streamdash.launch import replay

            return replay(options)
        options = run_parser().parse_args(arguments)
        from streamdash.launch import launch

        return launch(options, os.environ)
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
