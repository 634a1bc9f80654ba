"""What every test may rely on: nothing of the developer's machine shows through."""

from __future__ import annotations

import os

import pytest

_FOREIGN = ("OPENAI_", "ANTHROPIC_", "NO_COLOR", "TEXTUAL", "COLUMNS", "LINES", "XDG_")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the developer's keys, proxies and terminal settings."""
    for name in list(os.environ):
        upper = name.upper()
        if upper.startswith(_FOREIGN) or upper.endswith(("_PROXY", "_API_KEY")):
            monkeypatch.delenv(name)
