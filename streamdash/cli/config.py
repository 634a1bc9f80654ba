"""`streamdash config`: where the user's own config is, what it sets, and a first one."""

from __future__ import annotations

import os
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from streamdash.cli.exit_codes import ExitCode
from streamdash.cli.own_config import read_own_config
from streamdash.config.env_files import count_variables
from streamdash.config.listing import settings
from streamdash.config.location import config_path
from streamdash.config.own_config import shortened
from streamdash.output.console import say, write_out
from streamdash.streams.errors import UsageError
from streamdash.tui.key_tables import key_actions

if TYPE_CHECKING:
    from streamdash.cli.commands import ConfigCommand

MOST_MISTAKES = 20
TEMPLATE = Path(__file__).parent.parent / "config" / "template.toml"


def show_config(command: ConfigCommand) -> ExitCode:
    """Print the config's path and values; with `init`, write a commented config first."""
    path = Path(command.config) if command.config is not None else config_path()
    if command.init:
        _write_template(path)
        write_out(f"wrote {path}\n")
        return ExitCode.GOOD
    config = read_own_config(path, named=command.config is not None)
    write_out(f"config  {path}{'' if config.exists else '  (no such file; --init writes one)'}\n\n")
    counts = {name: count_variables(name) for name in config.env_files}
    rows = settings(config, counts, chain.from_iterable(key_actions().values()))
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for name, value, origin in rows:
        write_out(f"{name:<{widths[0]}}  {value:<{min(60, widths[1])}}  {origin}\n")
    for line in shortened([mistake.line for mistake in config.mistakes], MOST_MISTAKES):
        say(f"streamdash: {line}")
    return ExitCode.USAGE if config.mistakes else ExitCode.GOOD


def _write_template(path: Path) -> None:
    """Write the commented config, never over an existing file. Raises UsageError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:
            file.write(TEMPLATE.read_bytes())
    except FileExistsError:
        raise UsageError(f"{path} exists already; it is not replaced") from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
