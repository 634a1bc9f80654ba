"""Textual's private API behind public names, where its public API does not suffice.

The driver, the direct rows, the key codes and the lazy styles beside this file rely on further
private names. `tests/tui/terminal/test_internals.py` checks that all of them exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.driver import Driver
    from textual.widget import Widget
    from textual.widgets import OptionList


class OpenApp(App[int]):
    """An app that handles unexpected errors itself."""

    @property
    def driver(self) -> Driver | None:
        """The terminal's driver; None before the app runs."""
        return self._driver

    @property
    def leaving(self) -> bool:
        """Whether the app is about to end, so that further input comes too late."""
        return self._exit or self._closing

    def set_clipboard(self, text: str) -> None:
        """Make `text` the value of `clipboard`, without sending it to the terminal."""
        self._clipboard = text

    def _handle_exception(self, error: Exception) -> None:
        # Textual would print the traceback with its local variables, which may contain keys
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            # the test pilot raises the error again
            self._exception_event.set()
        self.crashed(self._exception)

    def crashed(self, error: Exception) -> None:
        """Called after an error that nothing handled, with the first such error."""
        raise NotImplementedError


def screen_update(app: App[int]) -> RenderableType:
    """The whole visible screen, with the screens behind a translucent one."""
    compositor, behind = app.screen._compositor, app._background_screens
    return compositor.render_update(full=True, screen_stack=behind) or ""


def is_laid_out(options: OptionList) -> bool:
    """Whether every option has its line. Textual's page keys fail before that."""
    if not options.scrollable_content_region:
        return False
    options._update_lines()
    return len(options._index_to_line) == len(options.options)


def bound_action(widget: Widget, key: str) -> str | None:
    """The action that the widget itself binds to a key, without priority."""
    bindings = widget._bindings.key_to_bindings.get(key, ())
    return next((binding.action for binding in bindings if not binding.priority), None)
