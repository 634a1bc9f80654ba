"""`streamdash report`: reports a recording, or compares several with the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.cli.exit_codes import ExitCode
from streamdash.output.console import say, write_out
from streamdash.output.destination import Input
from streamdash.output.files import open_output
from streamdash.output.safe_text import clean, clean_line
from streamdash.output.terminal import table_width
from streamdash.recording.lookup import find_recording
from streamdash.recording.reader import load_recording
from streamdash.reporting.report import SUFFIXES, Style, report
from streamdash.reporting.reported_run import reported_recording

if TYPE_CHECKING:
    from streamdash.cli.commands import ReportCommand


def write_report(command: ReportCommand) -> ExitCode:
    """Write the report to the output. Raises UsageError for a recording that cannot be read."""
    # look all names up now, before another recording can become `last`
    paths = [str(find_recording(name)) for name in command.recordings]
    recordings = [load_recording(path) for path in paths]
    for recording in recordings:
        for warning in recording.warnings():
            say(f"streamdash: {clean_line(f'{recording.path}: {warning}', 400)}")
    inputs = [Input(str(one.path), "a recording that is reported") for one in recordings]
    with open_output(command.output, inputs=inputs) as out:
        sources = [reported_recording(recording) for recording in recordings]
        style = command.style or _style_of(command.output)
        text = report(sources, style, width=table_width(out))
        write_out(clean(text) if out.isatty() else text, out)
    return ExitCode.GOOD


def _style_of(path: str | None) -> Style:
    """Return the style for the suffix of an output file; text for any other suffix."""
    named = [style for style, suffix in SUFFIXES.items() if path and path.endswith(suffix)]
    return named[0] if named else "text"
