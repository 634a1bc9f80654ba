"""Reads variables from files, for programs whose environment does not hold them."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from streamdash.config.key_material import without_keys
from streamdash.promptfile.input_text import UnreadableFile, read_file
from streamdash.promptfile.problems import printable
from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def with_env_files(
    environ: Mapping[str, str], named: Iterable[str], configured: Iterable[str] = ()
) -> tuple[dict[str, str], list[str]]:
    """The environment and the variables of files, with a warning for each unreadable file.

    What the environment has wins; of the files the first one that has a variable. Raises UsageError
    for a file of `named`, which the command line gives; only `configured` files may be unreadable.
    """
    variables = dict(environ)
    warnings: list[str] = []
    for path in named:
        found, problem = _read(path)
        if problem is not None:
            raise UsageError(f"--env-file {problem}")
        _add(variables, found)
    for path in configured:
        found, problem = _read(path)
        if problem is not None:
            warnings.append(without_keys(f"env_files: {problem}"))
        _add(variables, found)
    return variables, warnings


def count_variables(path: str) -> int | None:
    """The number of variables in a file; None if it cannot be read."""
    found, problem = _read(path)
    return None if problem is not None else len(found)


def _add(variables: dict[str, str], found: Mapping[str, str]) -> None:
    for name, value in found.items():
        variables.setdefault(name, value)


def _read(path: str) -> tuple[dict[str, str], str | None]:
    """The variables of a file, and why it cannot be read. No value is expanded or shown."""
    try:
        text = read_file(path)
    except UnreadableFile as error:
        at = printable(path) if error.line is None else f"{printable(path)}:{error.line}"
        return {}, f"{at}: {error.sentence.replace('a prompt comes', 'variables come')}"
    from dotenv import dotenv_values

    values = dotenv_values(stream=StringIO(text), interpolate=False)
    return {name: value for name, value in values.items() if value is not None}, None
