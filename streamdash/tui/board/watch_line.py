"""The line above the title while a watched prompt file is broken or waits for consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.tui.widgets.part_line import PartLine
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from streamdash.watching.file_watch import FileWatch

_PROBLEM_LIMIT = 400


class WatchLine(PartLine):
    """Shows the first problem of the file, or the question; without either it is not there."""

    def __init__(self, watch: FileWatch) -> None:
        super().__init__(id="watch")
        self._watch = watch
        self.display = False

    def show_watch(self, *, typing: bool) -> None:
        """Show what is the matter now; while text is typed, `y` and `n` belong to the text."""
        parts = self._parts_now(typing=typing)
        self.display = bool(parts)
        self.show(parts)

    async def on_click(self) -> None:
        """Show all problems."""
        if self._watch.problems:
            await self.run_action("screen.file")

    def _parts_now(self, *, typing: bool) -> list[Part]:
        watch = self._watch
        if watch.problems:
            first = clean_line(watch.problems[0], _PROBLEM_LIMIT)
            more = len(watch.problems) - 1
            return [
                Part(f"! {first}", 1, "bad", flexible=True),
                Part(f"+{more} more" if more else "", 0, "bad", short=f"+{more}"),
                Part("W shows all", 0, "key", short="W", at_right=True),
            ]
        if watch.asking and watch.question is not None:
            name = clean_line(watch.watched.name, 60)
            asked = f"{name}: send {watch.question.estimate}?"
            keys = "esc, then y sends, n does not" if typing else "y sends  n does not"
            short = "esc, y, n" if typing else "y/n"
            return [
                Part(asked, 1, "warn", flexible=True),
                Part(keys, 0, "key", short=short, at_right=True),
            ]
        return []


def standing_part(watch: FileWatch) -> Part:
    """What the title line says of a watch that has nothing to ask or to complain about."""
    if watch.declined:
        return Part("edit not sent (W)", 0, "warn", short="edit (W)", at_right=True)
    return Part(f"watching {clean_line(watch.watched.name, 40)}", 4, "quiet", at_right=True)
