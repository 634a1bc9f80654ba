"""The main screen: what its keys and clicks do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.app import SystemCommand
from textual.binding import Binding

from streamdash.tui.board.answer_walk import bring_texts, walk
from streamdash.tui.board.board_parts import BoardParts
from streamdash.tui.board.keys import BOARD_KEYS, PART_KEYS, key_sections, palette_keys, part_of
from streamdash.tui.board.rerun_guard import CONFIRM_S
from streamdash.tui.screens.opening import CannotOpenError
from streamdash.tui.widgets.keys import bindings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import ClassVar

    from textual.binding import BindingType
    from textual.widget import Widget

    from streamdash.tui.board.drawer.prompt_bar import PromptBar
    from streamdash.tui.board.drawer.summary import SummaryRows
    from streamdash.tui.board.keys import PartName
    from streamdash.tui.board.pane.pane import Pane
    from streamdash.tui.board.playback import Move
    from streamdash.tui.names import StreamNames
    from streamdash.tui.screens.opening import ScreenName
    from streamdash.tui.terminal.internals import OpenApp
    from streamdash.tui.widgets.key_line import KeyLine


class Board(BoardParts):
    """Does what keys, clicks and the palette ask of the board."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(BOARD_KEYS),
        # these keys work as well while neither the grid nor the drawer has the keyboard
        *bindings(
            key._replace(action=f"in_part({key.action!r})", toggles=key.name) for key in PART_KEYS
        ),
        Binding("y", "consent(True)", show=False, priority=True),
        Binding("n", "consent(False)", show=False, priority=True),
    ]

    async def action_in_part(self, action: str) -> None:
        """Run an action of the grid, of the drawer, or of the board itself."""
        parts: dict[PartName, Widget] = {"grid": self.grid, "drawer": self._drawer, "board": self}
        if action == "summary" and self.warn(self._control.unasked_note):
            return
        await self.app.run_action(action, parts[part_of(action)])

    async def on_key_line_clicked(self, event: KeyLine.Clicked) -> None:
        await self.action_in_part(event.action)

    def action_enter(self) -> None:
        """Go to the next match of an open search, else zoom."""
        if self._drawer.searching:
            self._drawer.action_find(1)
        else:
            self.grid.action_zoom()

    def action_back(self) -> None:
        """Close the last thing opened: selection, bar, summary, zoom, revealed names."""
        if self.get_selected_text() is not None:
            self.clear_selection()
        elif self._drawer.keyboard != "panes":
            self._drawer.close_bar()
        elif self._drawer.summary_shown:
            self._drawer.close_summary()
        elif self.grid.zoomed:
            self.grid.zoom(False)
        elif self.names.revealed:
            self._use_names(self._shared.names)
        elif self._close is not None:
            self._close()
        self.wake()

    def action_reasoning(self, everywhere: bool) -> None:
        self.grid.views.toggle_reasoning(self.grid, everywhere=everywhere)
        self.wake()

    def action_markdown(self, everywhere: bool) -> None:
        self.grid.views.toggle_markdown(self.grid, everywhere=everywhere)
        self.wake()

    def action_copy(self) -> None:
        pane = self.grid.current_pane
        if pane is None or not pane.state.text.chars:
            self.warn(self._control.unasked_note or "no answer to copy yet")
        elif pane.state.texts_dropped:
            self.warn("this answer is not in memory")
        else:
            self._shared.copy(pane.state.text.value())

    def action_answer(self, by: int) -> None:
        objection = walk(self.grid, by)
        if objection:
            self.notify(objection, markup=False)
        self.wake()

    def on_pane_judged(self) -> None:
        self.wake()

    async def on_pane_texts_wanted(self, event: Pane.TextsWanted) -> None:
        work = bring_texts(self.grid, self._shared.earlier_texts, event.state, self.wake)
        self.run_worker(work)

    def on_pane_grid_turned(self) -> None:
        self._drawer.follow_grid()
        self.wake()

    def on_drawer_changed(self) -> None:
        self.wake()

    def on_summary_rows_picked(self, event: SummaryRows.Picked) -> None:
        # a stream may have been removed since the row was drawn
        for index in self.names.order[event.place : event.place + 1]:
            self.grid.choose(index)
        self.wake()

    def on_pane_chosen(self, event: Pane.Chosen) -> None:
        self.grid.choose(event.index)
        if event.twice:
            self.grid.action_zoom()
        self.wake()

    def commands(self) -> Iterable[SystemCommand]:
        """The commands for the palette."""
        for key in palette_keys(replay=self._shown.replay, chosen=self._shared.keys):
            does = key.does[0].upper() + key.does[1:] + (f" ({key.shown})" if key.shown else "")
            yield SystemCommand(key.command, does, partial(self.action_in_part, key.action))

    def action_open(self, name: ScreenName) -> None:
        """Open a screen on the current stream, or say why it cannot open."""
        if self.warn(self._control.unasked_note):
            return
        context = self._shared._replace(names=self.names)
        try:
            current, earlier = self.grid.current, self.grid.earlier_shown
            self._front.open(cast("OpenApp", self.app), name, context, current, earlier)
        except CannotOpenError as error:
            self.warn(str(error))
        else:
            self.wake()

    def action_help(self) -> None:
        from streamdash.tui.screens.help import HelpScreen

        replay, chosen = self._shown.replay, self._shared.keys
        self.app.push_screen(HelpScreen(key_sections(replay=replay, chosen=chosen)))

    def action_export(self) -> None:
        if not self.warn(self._control.unasked_note):
            self._shared.exporter().offer(cast("OpenApp", self.app))

    def action_blind(self) -> None:
        """Hide which stream is which; the next time reveal it."""
        from streamdash.tui.blind_names import next_names

        if len(self.names.order) < 2:
            self.notify("one stream alone: there is nothing to hide", markup=False)
            return
        names = next_names(self.names, self._rng)
        if names.blind:
            self.clear_selection()
        self._use_names(names)
        if names.blind:
            # the stream that was current would give its pane away
            self.grid.choose(names.order[0])

    def _use_names(self, names: StreamNames) -> None:
        """Show the streams under these names everywhere."""
        self.names = names
        self.grid.use_names(names)
        if self._drawer.summary_shown:
            self._drawer.show_summary()
        self.wake()

    def _reached(self, everyone: bool) -> Sequence[int]:
        """The indices of all streams, or of the current one."""
        streams = self._run.present
        return [index for index in streams if everyone or index == self.grid.current]

    def action_cancel(self, everyone: bool) -> None:
        self._cancel(self._reached(everyone))

    def _cancel(self, indices: Sequence[int]) -> None:
        self.warn(self._control.cancel(indices))
        self.wake()

    async def action_rerun(self, everyone: bool) -> None:
        await self._rerun(self._reached(everyone), everyone=everyone)

    def action_remove(self) -> None:
        self.warn(self._control.remove(self._reached(everyone=False)), CONFIRM_S)
        self.wake()

    async def on_pane_pressed(self, event: Pane.Pressed) -> None:
        """Rerun the stream if it has ended, else cancel it."""
        if self._run.states[event.index].status.final:
            await self._rerun([event.index])
        else:
            self._cancel([event.index])

    async def _rerun(self, indices: Sequence[int], *, everyone: bool = False) -> None:
        """Rerun these streams, or say why not yet; a click while the app ends comes too late."""
        if not cast("OpenApp", self.app).leaving:
            self.warn(await self._control.rerun(indices, everyone=everyone), CONFIRM_S)
            self.wake()

    # -- requests ---------------------------------------------------------------------------

    def action_add(self) -> None:
        self._requests.add()

    def action_change(self) -> None:
        self._requests.change()

    def action_edit(self) -> None:
        self._requests.edit()

    def action_write(self) -> None:
        self._requests.write()

    def on_prompt_bar_asked(self, event: PromptBar.Asked) -> None:
        if not cast("OpenApp", self.app).leaving:
            indices = self._reached(event.everyone)
            waits = self._control.ask(event.text, indices, with_cut=event.with_cut)
            if waits:
                self.notify(waits, markup=False)
            self.wake()

    # -- the watched file -------------------------------------------------------------------

    def follow_file(self) -> None:
        """Follow the prompt file from now on, if it is watched."""
        if self._follower is not None:
            self._follower.start(self._control)

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool:
        """Leave `y` and `n` to others while there is nothing to consent to."""
        return action != "consent" or (self._follower is not None and self._follower.asks)

    def action_consent(self, consent: bool) -> None:
        if self._follower is not None:
            self._follower.watch.answer(consent)

    def action_file(self) -> None:
        """Show what is wrong with the watched file."""
        if self._follower is not None:
            self._follower.open()
        else:
            self.notify("no file is watched: start with --watch", markup=False)

    def action_play(self, move: Move) -> None:
        """Move the time of a replay."""
        if self._playback is not None and not self._playback.move(move):
            self.notify("nothing is left to play", markup=False)
        self.wake()
