"""The values and services that the board and the screens over it share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from streamdash.tui.widgets.chosen_keys import DEFAULT_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.app import App

    from streamdash.models.model_sources import ModelSources
    from streamdash.promptfile.own_settings import OwnSettings
    from streamdash.streams.run import Run
    from streamdash.tui.earlier_texts import EarlierTexts
    from streamdash.tui.names import StreamNames
    from streamdash.tui.terminal.terminal_programs import TerminalPrograms
    from streamdash.tui.widgets.chosen_keys import ChosenKeys


class ExportOffer(Protocol):
    """Exports the run to a file."""

    def offer(self, app: App[int]) -> None:
        """Let the user choose a format, then write the file."""


class ScreenContext(NamedTuple):
    """The run and the services of the app that a screen works with."""

    run: Run
    names: StreamNames
    """The streams' current names and order; blind mode replaces the context."""
    wake: Callable[[], None]
    """Requests a frame from the frame clock."""
    copy: Callable[[str], None]
    """Copies a text to the clipboard."""
    exporter: Callable[[], ExportOffer]
    """Makes an export of the run in its current state."""
    earlier_texts: EarlierTexts
    """Brings texts of earlier answers back from the recording."""
    programs: TerminalPrograms
    """Runs other programs in the terminal."""
    models: ModelSources | None = None
    """The models that streams can be given; None in a replay, which sends nothing."""
    keys: ChosenKeys = DEFAULT_KEYS
    """The keys that the user has changed."""
    own: OwnSettings | None = None
    """The user's config, as far as prompt files build on it."""
    recorded_in: Path | None = None
    """The run's recording."""
