"""A screen with a list of what fits a typed text, for the user to choose from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from streamdash.tui.screens.front_screen import FrontScreen, T
from streamdash.tui.terminal.internals import bound_action
from streamdash.tui.widgets.keys import Key, bindings

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar

    from textual import events
    from textual.binding import BindingType
    from textual.widgets import Input

    from streamdash.tui.widgets.entry import Entry
    from streamdash.tui.widgets.key_line import KeyLine

CLOSE = Key("escape", "back", "esc", "back", "close", 0)
MOVES = (
    Key("up", "move(-1)", "", ""),
    Key("down", "move(1)", "↑↓", "move", "move", 2),
    Key("pageup", "page(-1)", "", ""),
    Key("pagedown", "page(1)", "", ""),
    Key("ctrl+home", "first", "", ""),
    Key("ctrl+end", "last", "", ""),
)


class PickedList(Protocol):
    """A list of which one row is chosen; a place beyond its ends is the nearest row."""

    def choose(self, place: int) -> None: ...

    def move(self, by: int) -> None: ...

    def page(self, by: int) -> None: ...

    def last(self) -> None: ...


class ListPicker(FrontScreen[T]):
    """Lets the user type, move in the list, and choose a row.

    Keys may come faster than the rows of what was typed, which they are about: they wait for them.
    A subclass makes `entry`, `choices` and `keys`, and calls `act_on_rows` whenever it has listed
    rows.
    """

    AUTO_FOCUS = "Entry"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings((CLOSE, *MOVES))]
    entry: Entry
    choices: PickedList
    keys: KeyLine

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[tuple[str, Callable[[], object]]] = []
        """What was typed, and what a key after it does, in the order of the keys."""

    @property
    def listed(self) -> str | None:
        """The text whose rows the list shows; None before there are any."""
        raise NotImplementedError

    def search(self) -> None:
        """Look for the rows of what is typed."""
        raise NotImplementedError

    def pick(self) -> None:
        """Choose the row under the cursor."""
        raise NotImplementedError

    def act_on_rows(self) -> None:
        """Do what waited for the rows, if they are those of what is typed by now."""
        if self.listed == self.entry.value:
            waiting, self._waiting = self._waiting, []
            for typed, act in waiting:
                if typed == self.listed:
                    act()

    def _when_listed(self, act: Callable[[], object]) -> None:
        """Act as soon as the list shows what is typed; never if something else is typed first."""
        if self.listed == self.entry.value:
            act()
        else:
            self._waiting.append((self.entry.value, act))

    async def on_key(self, event: events.Key) -> None:
        """Act at once: Textual would let `enter` overtake the keys that move."""
        action = bound_action(self, event.key)
        if action is not None and await self.app.run_action(action, self):
            event.stop()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.search()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_pick()

    def action_pick(self) -> None:
        self._when_listed(self.pick)

    def action_back(self) -> None:
        self.dismiss(None)

    def action_move(self, by: int) -> None:
        self._when_listed(partial(self.choices.move, by))

    def action_page(self, by: int) -> None:
        self._when_listed(partial(self.choices.page, by))

    def action_first(self) -> None:
        self._when_listed(partial(self.choices.choose, 0))

    def action_last(self) -> None:
        self._when_listed(self.choices.last)

    async def on_key_line_clicked(self, event: KeyLine.Clicked) -> None:
        if event.action:
            await self.run_action(event.action)
