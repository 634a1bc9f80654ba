"""The prompt file of the demo, and the command lines that run it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamdash.config.own_config import OwnConfig
    from streamdash.promptfile import Overrides

DEMO = Path(__file__).parent.parent / "demo" / "demo.toml"
DEMO_NAME = "demo"
"""The FILE that stands for the demo, which no config changes."""


def runs_demo(file: str | None, overrides: Overrides, config: OwnConfig) -> bool:
    """Whether a command line names the demo, or neither a file nor a prompt nor models."""
    if file is not None:
        return file == DEMO_NAME
    return not (overrides.replace_models or overrides.prompt is not None or config.settings.models)
