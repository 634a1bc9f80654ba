"""Asks for the name of the file that the board is written to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from streamdash.output.new_file import FileTakenError
from streamdash.output.safe_text import clean_line
from streamdash.streams.errors import UsageError
from streamdash.tui.screens.front_screen import FrontScreen
from streamdash.tui.widgets.entry import Entry

if TYPE_CHECKING:
    from typing import ClassVar

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widgets import Input

LONGEST = 1000
"""Characters of a file's name with its folders."""
_HINT = "enter writes   esc closes"


class _Writer(Protocol):
    async def write(self, name: str, *, replace: bool) -> str: ...


class WriteScreen(ModalScreen[str | None], FrontScreen[str | None]):
    """A field over the board; its result says where the file is, None if none was written.

    A name that cannot be written stays in the field, with the reason below it. A file of that name
    is replaced only by a second enter.
    """

    CSS_PATH = "write_screen.tcss"
    AUTO_FOCUS = "Entry"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(self, writer: _Writer, name: str) -> None:
        super().__init__()
        self._writer = writer
        self._default = name
        self._taken: str | None = None
        """The name whose file the next enter replaces."""
        self._writing = False

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Write the board as a prompt file"
            entry = Entry("name of the file", longest=LONGEST)
            entry.value = self._default
            yield entry
            yield Static(Content(_HINT), id="said")

    def on_input_changed(self) -> None:
        if self._taken is not None:
            self._taken = None
            self._say(_HINT)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._writing:
            return
        self._writing = True
        name = event.value
        try:
            said = await self._writer.write(name, replace=self._taken == name)
        except FileTakenError as error:
            self._taken = name
            self._say(f"{error}: enter again replaces it", wrong=True)
        except UsageError as error:
            self._say(" · ".join(error.problems), wrong=True)
        else:
            self.dismiss(said)
        finally:
            self._writing = False

    def _say(self, said: str, *, wrong: bool = False) -> None:
        line = self.query_one("#said", Static)
        line.set_class(wrong, "-wrong")
        line.update(Content(clean_line(said, 400)))
