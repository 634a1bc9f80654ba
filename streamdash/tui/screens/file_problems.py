"""All problems of a watched prompt file, one below the other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from streamdash.output.safe_text import clean_line
from streamdash.tui.screens.text_screen import TextScreen
from streamdash.tui.widgets.keys import Key, bindings
from streamdash.tui.widgets.parts import Part
from streamdash.tui.widgets.rows_view import RowsView, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from textual.binding import BindingType

    from streamdash.tui.screens.text_screen import DrawnText
    from streamdash.tui.widgets.chosen_keys import ChosenKeys
    from streamdash.watching.file_watch import FileWatch

KEYS = (
    Key("escape,enter", "back", "esc", "back", "back", 0),
    Key("W", "back", "", "", toggles="file"),
    Key("q", "app.leave", "q", "quit", "quit", 1),
)
_LONGEST = 2_000


class FileProblems(TextScreen):
    """Lists the problems, and follows the file while it is open."""

    CSS_PATH: ClassVar = ["../widgets/rows_view.tcss", "text_screen.tcss"]
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(KEYS)]

    def __init__(self, watch: FileWatch, chosen: ChosenKeys) -> None:
        super().__init__(RowsView(), chosen)
        self._watch = watch

    def update_text(self) -> None:
        problems = self._watch.problems
        if problems:
            self.draw(partial(_draw, problems, self._text.text_width), "")
        else:
            self.show_note("none any more")

    def title_parts(self, note: str) -> list[Part]:
        name = clean_line(self._watch.watched.name, 60)
        count = len(self._watch.problems)
        said = f"{count} problem{'' if count == 1 else 's'}" if count else "no problem"
        return [
            Part(f"{name}: {said}", 0, "bad" if count else "good", flexible=True),
            Part("the run is that of the last good file", 2, "quiet") if count else Part("", 9),
            Part(note, 1, "quiet", at_right=True),
        ]


def _draw(problems: Sequence[str], width: int) -> DrawnText:
    lines = [Padding(Text(clean_line(line, _LONGEST)), (0, 0, 1, 0)) for line in problems]
    return rows_of(Group(*lines), width), ""
