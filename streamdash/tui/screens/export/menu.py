"""The menu of the forms of an export."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets.option_list import Option

from streamdash.tui.screens.export.exporter import Form
from streamdash.tui.screens.front_screen import FrontScreen
from streamdash.tui.widgets.options import Options

if TYPE_CHECKING:
    from typing import ClassVar

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widgets import OptionList


class _Entry(NamedTuple):
    """The key of a form, and a description of it."""

    key: str
    what: str


ENTRIES: dict[Form, _Entry] = {
    "text": _Entry("t", "the table"),
    "json": _Entry("j", "every number and answer"),
    "jsonl": _Entry("l", "the same, one stream per line"),
    "csv": _Entry("c", "every number, for a spreadsheet"),
    "markdown": _Entry("m", "the table and the answers"),
    "html": _Entry("h", "a page: table, race, answers"),
    "junit": _Entry("x", "JUnit XML, for CI systems"),
    "svg": _Entry("s", "a picture of the screen"),
}


class ExportMenu(ModalScreen[Form | None], FrontScreen[Form | None]):
    """A menu over the board; its result is the chosen form, None if it was closed."""

    CSS_PATH = "menu.tcss"
    AUTO_FOCUS = "Options"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,e,q", "dismiss(None)", show=False),
        *(Binding(entry.key, f"dismiss('{form}')", show=False) for form, entry in ENTRIES.items()),
    ]

    def compose(self) -> ComposeResult:
        options = Options(*(Option(_row(form, entry), id=form) for form, entry in ENTRIES.items()))
        options.border_title = "Export"
        options.border_subtitle = "into this folder"
        yield options

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(list(ENTRIES)[event.option_index])


def _row(form: Form, entry: _Entry) -> Content:
    return Content.assemble(
        (entry.key, "bold $text-accent"), f"  {form:<10}", (entry.what, "$text-muted")
    )
