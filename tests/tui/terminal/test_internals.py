"""The private names of Textual that `streamdash.tui.terminal` relies on exist."""

from __future__ import annotations

import inspect
from importlib import import_module
from importlib.metadata import version

from textual.app import App
from textual.command import CommandPalette
from textual.dom import DOMNode
from textual.drivers.linux_driver import LinuxDriver
from textual.widgets import OptionList

from streamdash.tui.terminal.internals import OpenApp

CLASSES: dict[type, tuple[str, ...]] = {
    App: ("_handle_exception",),
    DOMNode: ("_attach",),
    OptionList: ("_index_to_line", "_update_lines"),
    CommandPalette: ("_GATHER_COMMANDS_GROUP", "_action_command_list", "_gather_commands"),
    LinuxDriver: (
        "_get_terminal_size",
        "_query_in_band_window_resize",
        "_run_input_thread",
        "_sigcont_application",
        "_sigtstp_application",
    ),
}
"""What the classes have, and so do subclasses that override it."""
MODULES = {
    "textual._ansi_sequences": ("ANSI_SEQUENCES_KEYS",),
    "textual._keyboard_protocol": ("FUNCTIONAL_KEYS",),
    "textual._xterm_parser": ("XTermParser",),
}
PARSER = ("_parse_extended_key", "_sequence_to_key_events", "parse_mouse_code")
APP = (
    "_background_screens",
    "_batch_count",
    "_bindings",
    "_clipboard",
    "_closing",
    "_driver",
    "_exception",
    "_exception_event",
    "_exit",
    "_return_code",
    "_sync_available",
)
"""What a running app has."""
SCREEN = ("_compositor", "_layout_required")
COMPOSITOR = ("_dirty_regions", "render_update", "visible_widgets")
DRIVER = ("_app", "_auto_restart", "_loop", "_must_signal_resume", "_size")
"""What a driver sets when it is made."""


async def test_every_private_name_of_textual_that_we_rely_on_exists() -> None:
    missing = [f"{owner.__name__}.{name}" for owner, names in CLASSES.items()
               for name in names if not hasattr(owner, name)]  # fmt: skip
    for module, names in MODULES.items():
        missing += [
            f"{module}.{name}" for name in names if not hasattr(import_module(module), name)
        ]
    parser = import_module("textual._xterm_parser").XTermParser
    missing += [f"XTermParser.{name}" for name in PARSER if not hasattr(parser, name)]
    made = "".join(inspect.getsource(cls) for cls in LinuxDriver.__mro__ if cls is not object)
    missing += [f"LinuxDriver.{name}" for name in DRIVER if f"self.{name}" not in made]
    app = OpenApp()
    async with app.run_test():
        missing += [f"App.{name}" for name in APP if not hasattr(app, name)]
        missing += [f"Screen.{name}" for name in SCREEN if not hasattr(app.screen, name)]
        compositor = app.screen._compositor
        missing += [f"Compositor.{name}" for name in COMPOSITOR if not hasattr(compositor, name)]
        if not hasattr(app.screen, "_component_styles"):
            missing.append("Widget._component_styles")
    assert not missing, f"Textual {version('textual')} has no {', '.join(missing)}"
