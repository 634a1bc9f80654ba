"""`streamdash completion`: prints the script of a shell, and the words that it asks for."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from streamdash.cli.commands import Shell
from streamdash.cli.exit_codes import ExitCode
from streamdash.output.console import write_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCRIPTS = Path(__file__).parent / "scripts"


def print_script(shell: Shell) -> ExitCode:
    """Print the script that completes `streamdash` in this shell."""
    write_out((SCRIPTS / f"streamdash.{shell}").read_text(encoding="utf-8"))
    return ExitCode.GOOD


def print_words(words: Sequence[str], environ: Mapping[str, str]) -> ExitCode:
    """Print what fits at the end of a command line, in the form that the shell's script reads.

    `words` are the shell and the words after `streamdash`, quoted as they were typed; the last one
    ends at the cursor. The first line printed is `files` if files fit as well, else `words`. On any
    failure nothing is printed: an error would be painted into the line that the user edits.
    """
    with suppress(Exception):
        shell: Shell = next(one for one in get_args(Shell) if one == words[0])
        write_out(_words(shell, words[1:], environ))
    return ExitCode.GOOD


def _words(shell: Shell, raw: Sequence[str], environ: Mapping[str, str]) -> str:
    from streamdash.cli.completion.candidates import candidates
    from streamdash.cli.completion.cursor import find_cursor
    from streamdash.cli.completion.shell_words import line_for, unquoted

    cursor = find_cursor([unquoted(word) for word in raw])
    found = candidates(cursor, environ)
    lines = ["files" if found.files else "words"]
    typed = raw[-1] if raw else ""
    for text, about in found.words:
        line = line_for(shell, f"{cursor.prefix}{text}", about, typed)
        if line is not None:
            lines.append(line)
    return "\n".join(lines) + "\n"
