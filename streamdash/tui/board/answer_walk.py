"""Walks through the answers of the current pane, and reads back those that were dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamdash.streams.state import StreamState
    from streamdash.tui.board.grid.pane_grid import PaneGrid
    from streamdash.tui.earlier_texts import EarlierTexts


def walk(grid: PaneGrid, by: int) -> str:
    """Show an earlier or later answer; returns why there is none, or an empty string."""
    pane = grid.current_pane
    if pane is None:
        return "there is no stream to show"
    if grid.names.blind:
        return "earlier answers could name the model: b ends blind mode"
    if pane.answer.walk(by):
        return ""
    if not pane.answer.words:
        return "this pane has had one answer only"
    if by > 0:
        return "this is the newest answer"
    kept = " that is kept" if pane.answer.state.series > 0 else ""
    return f"this is the oldest answer{kept}"


async def bring_texts(
    grid: PaneGrid, texts: EarlierTexts, state: StreamState, wake: Callable[[], None]
) -> None:
    """Read the texts of an answer back, and show it again."""
    await texts.bring([state])
    for pane in grid.panes:
        pane.show_found(state)
    wake()
