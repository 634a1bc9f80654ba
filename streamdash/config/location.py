"""Where the user's own config is."""

from __future__ import annotations

from pathlib import Path

NAME = "config.toml"


def config_path() -> Path:
    """The path of the config in the user's config folder; it need not exist."""
    from platformdirs import user_config_dir

    return Path(user_config_dir("streamdash", appauthor=False)) / NAME
