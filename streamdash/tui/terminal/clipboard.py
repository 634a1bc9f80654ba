"""Tools that fill the clipboard and report whether they did, unlike an escape sequence."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import threading
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PATIENCE_S = 2.0
"""A tool that takes longer is stuck, because its display or server has gone."""


class Tool(NamedTuple):
    """A command that reads the text from standard input, and the name of the clipboard it fills."""

    command: Sequence[str]
    place: str
    encoding: str = "utf-8"


CLIPBOARD = "the clipboard"
TMUX = "tmux's buffer"


class Clipboard:
    """Copies texts in a thread, one at a time; of several waiting texts, only the last one."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._next: tuple[str, Callable[[list[str]], object]] | None = None
        self._thread: threading.Thread | None = None

    def copy(self, text: str, copied: Callable[[list[str]], object]) -> None:
        """Copy `text`, then call `copied` in the event loop with the filled clipboards' names."""
        self._next = text, copied
        if self._thread is None:
            self._begin(asyncio.get_running_loop())

    def wait(self, timeout_s: float = PATIENCE_S) -> None:
        """Wait for the running tool, because an exit would stop it and lose the text."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        (text, copied), self._next = self._next or ("", None), None

        def fill() -> None:
            places = fill_clipboard(text, self._environ)
            if not loop.is_closed():
                loop.call_soon_threadsafe(end, places)

        def end(places: list[str]) -> None:
            self._thread = None
            if self._next is not None:
                self._begin(loop)
            elif copied is not None:
                copied(places)

        self._thread = threading.Thread(target=fill, name="clipboard", daemon=True)
        self._thread.start()


def clipboard_tools(environ: Mapping[str, str]) -> list[list[Tool]]:
    """The tools available here, in groups; of each group, the first that works is used.

    Over SSH a desktop tool would fill the remote machine's clipboard, which is of no use.
    """
    groups: list[list[Tool]] = []
    if environ.get("TMUX") and installed("tmux", environ):
        # before tmux 3.2 there is no -w, which passes the text on to the terminal outside
        groups.append([Tool(("tmux", "load-buffer", *more, "-"), TMUX) for more in (("-w",), ())])
    if not any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")):
        groups.append(
            [tool for tool in _desktop_tools(environ) if installed(tool.command[0], environ)]
        )
    return [group for group in groups if group]


def installed(command: str, environ: Mapping[str, str]) -> bool:
    """Whether the command is on the user's path."""
    return shutil.which(command, path=environ.get("PATH")) is not None


def _desktop_tools(environ: Mapping[str, str]) -> list[Tool]:
    tools = [Tool(("pbcopy",), CLIPBOARD)]
    if environ.get("WAYLAND_DISPLAY"):
        tools.append(Tool(("wl-copy", "--type", "text/plain;charset=utf-8"), CLIPBOARD))
    if environ.get("DISPLAY"):
        tools.append(Tool(("xclip", "-selection", "clipboard", "-in"), CLIPBOARD))
        tools.append(Tool(("xsel", "--clipboard", "--input"), CLIPBOARD))
    if environ.get("WSL_DISTRO_NAME") or environ.get("WSL_INTEROP"):
        # without its byte order mark the text would be read in the system's code page
        tools.append(Tool(("clip.exe",), CLIPBOARD, "utf-16"))
    return tools


def fill_clipboard(text: str, environ: Mapping[str, str]) -> list[str]:
    """Put `text` into each clipboard that a tool reaches. Returns the names of those filled.

    Blocks up to `PATIENCE_S` for each tool that is stuck, so it must not run in the event loop.
    """
    filled: list[str] = []
    for group in clipboard_tools(environ):
        for tool in group:
            if _filled(tool, text, environ):
                filled.append(tool.place)
                break
    return filled


def _filled(tool: Tool, text: str, environ: Mapping[str, str]) -> bool:
    # pbcopy decodes its input by the locale
    variables = {**environ, "LC_CTYPE": "UTF-8"} if tool.command[0] == "pbcopy" else dict(environ)
    try:
        ended = subprocess.run(  # noqa: S603 - the commands above, found on the user's own path
            tool.command,
            input=text.encode(tool.encoding, "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=variables,
            # a desktop tool stays in the background to serve the text after this program has ended
            start_new_session=True,
            timeout=PATIENCE_S,
            check=False,
            cwd=os.sep,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return ended.returncode == 0


def copied_note(text: str, places: Sequence[str]) -> str:
    """What to say after `text` was copied to these places; without any, to the terminal."""
    chars = f"{len(text):,} chars"
    if CLIPBOARD in places:
        return f"copied {chars}"
    if places:
        return f"copied {chars} to {' and '.join(places)}"
    return f"sent {chars} to the terminal's clipboard"
