"""The leaderboard: streams ranked by one number, above the latency ladder, live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.metrics import total_of
from streamdash.tui.screens.front_screen import LOW_ROWS, FrontScreen
from streamdash.tui.screens.leaderboard.bundle import BUNDLED, HEIGHTS, bundle_row, spans_of
from streamdash.tui.screens.leaderboard.keys import KEYS, keys_for
from streamdash.tui.screens.leaderboard.ladder import (
    BARS,
    LEGEND,
    axis_row,
    kinds_in,
    ladder_row,
    scale_of,
)
from streamdash.tui.screens.leaderboard.model_verdicts import (
    BLIND,
    NO_VERDICT,
    Verdicts,
    model_rows,
)
from streamdash.tui.screens.leaderboard.rank_columns import COLUMNS, TTFT_PLACE
from streamdash.tui.screens.leaderboard.rank_table import rank_table, telling
from streamdash.tui.screens.leaderboard.ranking import ranked
from streamdash.tui.screens.leaderboard.ranks import Ranks
from streamdash.tui.screens.leaderboard.standings import Standings
from streamdash.tui.terminal.frame_clock import Frame
from streamdash.tui.widgets.key_line import KeyLine
from streamdash.tui.widgets.keys import bindings
from streamdash.tui.widgets.part_line import PartLine
from streamdash.tui.widgets.parts import Part
from streamdash.tui.widgets.round_parts import rounds_parts
from streamdash.tui.widgets.row_list import RowList
from streamdash.tui.widgets.status_marks import count_parts
from streamdash.tui.widgets.table_cells import Cell

if TYPE_CHECKING:
    from typing import ClassVar

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from streamdash.tui.context import ScreenContext

TICK_S = 0.2
"""Seconds between two drawings."""
_TABLE_SHARE = 0.5
"""The most of the screen that the table takes."""
_CHROME = 3
"""Rows of the screen outside both lists: title, legend, keys."""


class Leaderboard(FrontScreen[int | None]):
    """Ranks a run's streams; its result is the index of the stream to go to, or None."""

    CSS_PATH: ClassVar = ["../../widgets/row_list.tcss", "screen.tcss"]
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(KEYS)]

    def __init__(self, context: ScreenContext, index: int) -> None:
        super().__init__()
        self._run = context.run
        self._chosen_keys = context.keys
        self._names = context.names
        self._standings = Standings(context.run, priced=not context.names.blind)
        self._column = TTFT_PLACE
        self._reverse = False
        self._bundled = False
        self._verdicts = Verdicts(context.run)
        self._by_model = False
        self._tick_at = 0.0
        self._pitch = 1
        self._drawn: list[int] = []
        self._ranks = Ranks(context.names.order, index)
        self._spans: list[tuple[range, int]] = []
        self._table_window = self._ladder_window = range(0)
        """The places in the order that each list shows."""

    def compose(self) -> ComposeResult:
        self._title = PartLine(id="title")
        self._table = RowList(id="table")
        self._legend = PartLine(id="legend")
        self._ladder = RowList(gap=0, id="ladder")
        self._keys = KeyLine(id="keys")
        yield self._title
        yield self._table
        yield self._legend
        yield self._ladder
        yield self._keys

    def on_mount(self) -> None:
        self._keys.show_keys(keys_for(self._run, self._chosen_keys))

    def on_resize(self) -> None:
        room = max(2, self.size.height - _CHROME)
        wanted = lanes = len(self._names.order) + 1
        if self._by_model:
            wanted = 1 + sum(len(table.rows) + 1 for table in self._verdicts.tables or ())
        height = min(max(2, wanted), max(room - lanes, int(room * _TABLE_SHARE)))
        if self.size.height < LOW_ROWS:
            # the ladder is hidden
            height = max(1, self.size.height - 2)
        self._table.styles.height = height
        self.call_after_refresh(self._show)

    # -- painting ---------------------------------------------------------------------------

    def paint(self, at: float) -> Frame:
        """Measure a few streams, and draw the lists a few times a second."""
        left = self._standings.refresh(at)
        if at >= self._tick_at and self._table.size.width:
            self._tick_at = at + TICK_S
            self._show()
        return Frame.MORE if left or self._drawn != self._versions() else Frame.IDLE

    def _versions(self) -> list[int]:
        """Numbers that differ from those of an earlier call if anything has changed since."""
        return [
            self._standings.measurements,
            *(state.revision for state in self._run.present_states),
        ]

    def _show(self) -> None:
        if not self._table.size.width:
            return
        self._drawn = self._versions()
        column = COLUMNS[self._column]
        self._follow_run()
        self._ranks.order = ranked(self._standings, column, self._names, reverse=self._reverse)
        self._show_title()
        if (self._by_model or self._run.plan.in_rounds) and self._verdicts.stale:
            self.run_worker(self._judge())
        if self._by_model:
            self._show_models()
        else:
            self._show_table()
        self._show_ladder()

    def _follow_run(self) -> None:
        """Rank the streams that the board has by now."""
        streams = self._names.order
        if {*streams} != self._standings.keys():
            self._standings.follow(streams)
            self._ranks.chosen = self._names.nearest(self._ranks.chosen)
            self._keys.show_keys(keys_for(self._run, self._chosen_keys))
            self.call_after_refresh(self.on_resize)

    def _show_models(self) -> None:
        blind, tables = self._names.blind, self._verdicts.tables
        if tables and not blind:
            heading, rows = model_rows(tables, self._table.size.width - 2)
        else:
            words = BLIND if blind else "…" if tables is None else NO_VERDICT
            heading, rows = [Cell(words, "quiet")], []
        self._table.show(heading, rows, -1)

    async def _judge(self) -> None:
        await self._verdicts.refresh()
        self.on_resize()

    def _show_title(self) -> None:
        column = COLUMNS[self._column]
        ranked_by = "medians of the rounds so far" if self._run.live else "medians of all rounds"
        by_rounds = self._run.plan.in_rounds and not self._by_model
        self._title.show(
            [
                Part("Leaderboard", 0, "title"),
                Part("per model" if self._by_model else f"by {column.title}", 1, "note"),
                *rounds_parts(self._run),
                *count_parts(self._run.present_states),
                Part(ranked_by if by_rounds else "", 4, "quiet", at_right=True),
            ]
        )

    def _show_table(self) -> None:
        window = self._table_window = self._ranks.window(self._table.room)
        table = rank_table(
            self._standings,
            self._ranks.order,
            window,
            self._column,
            self._names,
            reverse=self._reverse,
            width=self._table.size.width - 2,
            lag_p99_s=self._run.lag.p99_s,
            proven=self._verdicts.proven,
        )
        self._spans = table.spans
        self._table.show(table.heading, table.rows, self._ranks.cursor(window))

    def _show_ladder(self) -> None:
        now, states, order = self._run.clock(), self._run.states, self._ranks.order
        shown = [states[index] for index in order]
        bundles = {index: spans_of(self._run, index) for index in order * self._bundled}
        reach = max((span.end for spans in bundles.values() for span in spans), default=0.0)
        scale = scale_of(shown, self._names, now, self._ladder.size.width - 2, reach)
        # if there is room, a blank row separates the bars
        self._pitch = 2 if self._bundled or self._ladder.room >= 2 * len(shown) else 1
        window = self._ladder_window = self._ranks.window(max(1, self._ladder.room // self._pitch))
        rows: list[list[Cell]] = []
        for place in window:
            index = order[place]
            total = total_of(states[index])
            rows.append(ladder_row(states[index], self._names, now, scale, total))
            if self._pitch > 1:
                rows.append(bundle_row(bundles[index], scale) if self._bundled else [])
        self._ladder.show(axis_row(scale), rows, self._ranks.cursor(window) * self._pitch)
        kinds = kinds_in([states[order[place]] for place in window], now)
        legend = [
            Part(f"{BARS[kind].sign} {words}", rank, BARS[kind].tone)
            for kind, (words, rank) in LEGEND.items()
            if kind in kinds or kind in ("request", "answer")
        ]
        if self._bundled:
            legend.append(Part(f"{HEIGHTS[3]} {BUNDLED}", 2, "quiet", short="▄ rounds"))
        self._legend.show([Part("Latency ladder", 0, "title", short="Ladder"), *legend])

    # -- keys -------------------------------------------------------------------------------

    def action_back(self) -> None:
        self.dismiss(None)

    def action_go(self) -> None:
        """Close the leaderboard and make the chosen stream's pane current."""
        self.dismiss(self._ranks.chosen if self._ranks.order else None)

    def action_sort(self, by: int) -> None:
        """Sort by the next or previous column, wrapping around."""
        places = sorted({*telling(self._standings), self._column})
        self._sort(places[(places.index(self._column) + by) % len(places)])

    def _sort(self, column: int) -> None:
        self._column, self._reverse = column, False
        self._show()

    def action_reverse(self) -> None:
        self._reverse = not self._reverse
        self._show()

    def action_models(self) -> None:
        """Show the verdict per model in place of the streams, or the streams again."""
        self._by_model = not self._by_model
        self.on_resize()

    def action_bundle(self) -> None:
        """Show or hide the other rounds of each stream under its bar."""
        if self._run.plan.in_rounds:
            self._bundled = not self._bundled
            self._show()

    def action_move(self, by: int) -> None:
        if self._ranks.move(by):
            self._show()

    def action_page(self, by: int) -> None:
        self.action_move(by * max(1, self._table.room))

    def action_edge(self, last: bool) -> None:
        count = len(self._ranks.order)
        self.action_move(count if last else -count)

    # -- mouse ------------------------------------------------------------------------------

    def on_row_list_wheeled(self, event: RowList.Wheeled) -> None:
        self.action_move(event.by)

    def on_row_list_pressed(self, event: RowList.Pressed) -> None:
        in_table = event.rows is self._table
        if in_table and self._by_model:
            return
        if event.row >= 0:
            window = self._table_window if in_table else self._ladder_window
            row = event.row if in_table else event.row // self._pitch
            if row >= len(window):
                # the row was drawn for a screen of another size
                return
            self._ranks.chosen = self._ranks.order[window[row]]
            self._show()
            if event.twice:
                self.action_go()
        elif in_table:
            for span, column in self._spans:
                if event.x in span and column == self._column:
                    self.action_reverse()
                elif event.x in span:
                    self._sort(column)

    async def on_key_line_clicked(self, event: KeyLine.Clicked) -> None:
        await self.run_action(event.action)
