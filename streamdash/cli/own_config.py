"""Loads the user's own config and the files of variables for a command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from streamdash.config.own_config import OwnConfig
from streamdash.output.console import say

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from streamdash.cli.commands import ConfigOptions


def load_config(options: ConfigOptions, environ: MutableMapping[str, str]) -> OwnConfig:
    """The config of the command line; variables of files are added to `environ`.

    Raises UsageError where a file that the command line names cannot be read. Other mistakes are
    in the config: the command reports those that hurt it.
    """
    config = _read(options)
    if options.env_files or config.env_files:
        from streamdash.config.env_files import with_env_files

        variables, warnings = with_env_files(environ, options.env_files, config.env_files)
        environ.update(variables)
        for line in warnings:
            say(f"streamdash: {line}")
    return config


def _read(options: ConfigOptions) -> OwnConfig:
    if options.no_config:
        return OwnConfig()
    from streamdash.config.location import config_path

    path = Path(options.config) if options.config is not None else config_path()
    if options.config is None and not path.exists() and not path.is_symlink():
        return OwnConfig(path)
    return read_own_config(path, named=options.config is not None)


def read_own_config(path: Path, *, named: bool) -> OwnConfig:
    """The config at `path` with checked keys; see `read_config`."""
    from streamdash.config.schema import read_config

    config = read_config(path, named=named)
    if not config.keys:
        return config
    from streamdash.config.keymap import with_checked_keys
    from streamdash.tui.key_tables import key_actions

    return with_checked_keys(config, key_actions())
