"""`streamdash report` and `streamdash runs`: what can be made of recordings that are kept."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from streamdash.output.destination import Input
from streamdash.output.files import open_output, say, write_out
from streamdash.output.safe_text import clean, clean_line
from streamdash.output.terminal import terminal_size
from streamdash.recording.library import delete_runs, list_runs, older_than
from streamdash.recording.lookup import find_recording
from streamdash.recording.paths import runs_folder
from streamdash.recording.reader import load_recording
from streamdash.reporting.report import SUFFIXES, Style, report
from streamdash.reporting.reported_run import reported_recording
from streamdash.reporting.runs_table import runs_table
from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    import argparse


def show_report(options: argparse.Namespace) -> int:
    """Print the report of one recording, or of several held against the first."""
    # found first: whatever is done with the names next means these files
    options.recordings = [str(find_recording(name)) for name in options.recordings]
    recordings = [load_recording(name) for name in options.recordings]
    for recording in recordings:
        for warning in recording.warnings():
            say(f"streamdash: {clean_line(f'{recording.path}: {warning}', 400)}")
    inputs = [Input(str(one.path), "a recording that is reported") for one in recordings]
    with open_output(options.output, inputs=inputs) as out:
        width = terminal_size().columns if out.isatty() else None
        sources = [reported_recording(recording) for recording in recordings]
        text = report(sources, options.format or _style_of(options.output), width=width)
        write_out(clean(text) if out.isatty() else text, out)
    return 0


def _style_of(path: str | None) -> Style:
    """The style that an output file's name asks for; text where it asks for none."""
    named = [style for style, suffix in SUFFIXES.items() if path and path.endswith(suffix)]
    return named[0] if named else "text"


def show_runs(options: argparse.Namespace) -> int:
    """List the recorded runs, or those too old, and delete these once the user has seen them."""
    folder = runs_folder()
    runs = list_runs(folder)
    numbers = {run.path: number for number, run in enumerate(runs, start=1)}
    if options.prune is not None:
        runs = older_than(runs, options.prune)
    if not runs:
        say(f"streamdash: no {'run that old' if options.prune else 'recorded run'} in {folder}")
        return 0
    write_out(runs_table(runs, [numbers[run.path] for run in runs]) + "\n")
    if options.prune is None:
        return 0
    if not options.yes:
        if not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
            raise UsageError("nobody can be asked here; --prune with --yes deletes without asking")
        if not _agreed(f"delete these {len(runs)} recordings? [y/N] "):
            return 0
    problems = delete_runs(runs)
    for problem in problems:
        say(f"streamdash: {problem}")
    say(f"streamdash: deleted {len(runs) - len(problems)} of {len(runs)}")
    return 1 if problems else 0


def _agreed(question: str) -> bool:
    """Ask at the terminal; standard output may be the file that the list goes to."""
    sys.stderr.write(question)
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        # the end of input: the line with the question is still open
        say("")
    return answer.strip().lower() in ("y", "yes")
