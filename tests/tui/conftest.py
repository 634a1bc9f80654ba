"""Fixtures of all tests of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual import _wait

from streamdash.tui.transcript.transcript import Transcript
from tests.tui.transcript_screen import TranscriptApp, TranscriptScreen

LONGEST_IDLE_WAIT_S = 0.1

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _no_clipboard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the developer's clipboard alone."""
    monkeypatch.setattr(
        "streamdash.tui.terminal.clipboard.installed", lambda _name, _environ: False
    )


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exports go to the working directory, which must not be the checkout.

    Recorded runs are listed from the state folder, which must not be the developer's.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop waiting for an idle processor after 0.1 s instead of 1 s.

    A pilot waits until all messages are handled in any case. An app whose streams are live paints
    all the time and is never idle, so each key would cost a second.
    """

    async def wait_for_idle(
        min_sleep: float = _wait.SLEEP_GRANULARITY, max_sleep: float = 1
    ) -> None:
        await _wait.wait_for_idle(min_sleep, min(max_sleep, LONGEST_IDLE_WAIT_S))

    for module in ("app", "pilot"):
        monkeypatch.setattr(f"textual.{module}.wait_for_idle", wait_for_idle)


@pytest.fixture
async def screen() -> AsyncIterator[TranscriptScreen]:
    """A focused transcript of 24 columns of text, a scroll bar and 6 rows."""
    app = TranscriptApp()
    async with app.run_test(size=(25, 6)) as pilot:
        app.query_one(Transcript).focus()
        await pilot.pause()
        yield TranscriptScreen(app, pilot)
