"""`streamdash runs`: lists the recorded runs, and deletes old ones."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from streamdash.cli.exit_codes import ExitCode
from streamdash.output.console import say, write_out
from streamdash.recording.library import delete_runs, list_runs, older_than
from streamdash.recording.paths import runs_folder
from streamdash.reporting.runs_table import runs_table
from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from streamdash.cli.commands import RunsCommand


def show_runs(command: RunsCommand) -> ExitCode:
    """List the recorded runs, or only those to prune, which are deleted if the user agrees."""
    folder = runs_folder()
    runs = list_runs(folder)
    numbers = {run.path: number for number, run in enumerate(runs, start=1)}
    if command.prune is not None:
        runs = older_than(runs, command.prune)
    if not runs:
        say(f"streamdash: no {'run that old' if command.prune else 'recorded run'} in {folder}")
        return ExitCode.GOOD
    write_out(runs_table(runs, [numbers[run.path] for run in runs]) + "\n")
    if command.prune is None or not (command.yes or _agreed(len(runs))):
        return ExitCode.GOOD
    problems = delete_runs(runs)
    for problem in problems:
        say(f"streamdash: {problem}")
    say(f"streamdash: deleted {len(runs) - len(problems)} of {len(runs)}")
    return ExitCode.BAD_END if problems else ExitCode.GOOD


def _agreed(count: int) -> bool:
    """Ask whether to delete. Raises UsageError where there is no terminal to ask at.

    Standard output may be the file that the list goes to, so the question goes to standard error.
    """
    if not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("no terminal to ask at; --prune with --yes deletes without a question")
    sys.stderr.write(f"delete these {count} recordings? [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        # at the end of input the cursor is still on the question's line
        say("")
    return answer.strip().lower() in ("y", "yes")
