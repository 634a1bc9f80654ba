"""The styles that all panes are drawn with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.style import Style

    from streamdash.tui.transcript.styles import TranscriptStyles


class PaneStyles:
    """Styles by tone, each resolved once until the theme changes.

    `widgets.status_marks` maps a status to its tone, and `pane_styles.tcss` gives the tone its
    colour.

    If `heavy`, the current pane has heavier lines, because colours cannot mark it.
    """

    def __init__(
        self,
        resolve: Callable[[str], Style],
        resolve_transcript: Callable[[], TranscriptStyles],
        *,
        heavy: bool = False,
    ) -> None:
        self._resolve = resolve
        self._resolve_transcript = resolve_transcript
        self._by_tone: dict[str, Style] = {}
        self._transcript: TranscriptStyles | None = None
        self.heavy = heavy

    def __getitem__(self, tone: str) -> Style:
        style = self._by_tone.get(tone)
        if style is None:
            style = self._by_tone[tone] = self._resolve(tone)
        return style

    def transcript(self) -> TranscriptStyles:
        """The styles of all transcripts."""
        if self._transcript is None:
            self._transcript = self._resolve_transcript()
        return self._transcript

    def reset(self) -> None:
        """Drop every style; each is resolved again when next needed."""
        self._by_tone.clear()
        self._transcript = None
