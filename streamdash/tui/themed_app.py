"""The app's colours: its theme, readable on every background, or none at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textual.filter import NoColor

from streamdash.output.safe_text import clean_line
from streamdash.tui.contrast import readable_variables
from streamdash.tui.terminal.driver import TerminalDriver
from streamdash.tui.terminal.internals import OpenApp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.filter import LineFilter
    from textual.theme import Theme

    from streamdash.tui.preferences import Preferences


class ThemedApp(OpenApp):
    """Has the theme of the preferences, and reports each other one that the user picks.

    With `plain`, or `NO_COLOR` in the environment, it has the terminal's default colours only.
    """

    def __init__(self, preferences: Preferences) -> None:
        colourless = preferences.plain or bool(os.environ.get("NO_COLOR"))
        super().__init__(driver_class=TerminalDriver, ansi_color=True if colourless else None)
        self._colourless = colourless
        self._theme_chosen = preferences.theme_chosen
        self.unknown_theme: str | None = None
        """The theme of the preferences, if there is none of that name."""
        theme = preferences.theme
        if colourless:
            self.theme = "ansi-dark"
            self.no_color = True
        elif theme is not None and theme in self.available_themes:
            self.theme = theme
        else:
            self.unknown_theme = theme
        if preferences.plain:
            self.animation_level = "none"

    def keep_theme_changes(self) -> None:
        """Report themes that are picked from now on."""
        self.theme_changed_signal.subscribe(self, self._keep_theme)

    def _keep_theme(self, theme: Theme) -> None:
        """Keep a theme that was picked; without colours none can be."""
        if self._theme_chosen is None or self._colourless:
            return
        problem = self._theme_chosen(theme.name)
        if problem is not None:
            self.notify(clean_line(problem, 300), severity="warning", markup=False)

    def search_themes(self) -> None:
        """Choose a theme from a palette."""
        from textual.theme import ThemeProvider

        from streamdash.tui.screens.palette import Palette

        self.push_screen(Palette(providers=[ThemeProvider], placeholder="Search for themes…"))

    def get_css_variables(self) -> dict[str, str]:
        """Textual's variables for the theme, with colours that can be read."""
        self.theme_variables = readable_variables(super().get_css_variables())
        return self.theme_variables

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Without colours every segment has the terminal's default ones."""
        return [NoColor()] if self._colourless else super().get_line_filters()
