"""The streams' names on the screen, and their order."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from streamdash.output.safe_text import clean_line
from streamdash.streams.flags import depends_on_dialect
from streamdash.tui.text.glyphs import glyphs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from streamdash.reporting.result import StreamResult
    from streamdash.streams.spec import StreamSpec
    from streamdash.streams.state import StreamState

LIMIT = 200


def shown_label(spec: StreamSpec) -> str:
    """The stream's label without joiners that join nothing, whose width terminals disagree on."""
    line = clean_line(spec.label, LIMIT)
    return line if line.isascii() else "".join(glyph.shown for glyph in glyphs(line, 2 * LIMIT))


def neutral_flags(flags: Iterable[str]) -> list[str]:
    """The flags that do not reveal a stream's dialect."""
    return [flag for flag in flags if not depends_on_dialect(flag)]


class PaneName(NamedTuple):
    """How a pane calls its stream: in full, and without the endpoint's prefix.

    `model` is empty if the label already says it.
    """

    label: str
    short_label: str
    target: str
    model: str


class StreamNames:
    """Shows each of `count` streams under its own label, in its own place; all text is clean."""

    blind = False
    """Whether labels, models and all that reveals them are hidden."""

    revealed = False
    """Whether the letters of blind mode are shown beside the labels."""

    def __init__(self, count: int) -> None:
        self.order: Sequence[int] = range(count)
        """The streams' indices, by place."""

    def follow(self, present: Sequence[int]) -> None:
        """Show these streams, in ascending order, as some were added to the run or removed."""
        self.order = present

    def place(self, index: int) -> int:
        """The place of stream `index`; for a removed one, that of the stream after it."""
        return bisect_left(self.order, index)

    def step(self, index: int, by: int) -> int:
        """The stream `by` places after stream `index`, around the end; there must be one."""
        order, place = self.order, self.place(index)
        removed = place == len(order) or order[place] != index
        return order[(place + by - (removed and by > 0)) % len(order)]

    def nearest(self, index: int) -> int:
        """Stream `index`; if it was removed, the stream after it, or the last one.

        It is `index` itself if there is no stream at all.
        """
        return self.order[min(self.place(index), len(self.order) - 1)] if self.order else index

    def label(self, state: StreamState) -> str:
        return shown_label(state.spec)

    def target(self, state: StreamState) -> str:
        """`endpoint:model`; empty if the label is the same."""
        target = state.spec.target
        return "" if target == state.spec.label else clean_line(target, LIMIT)

    def pane_name(self, state: StreamState) -> PaneName:
        """The label and the target, each also without the endpoint's prefix."""
        label, target = self.label(state), self.target(state)
        prefix = clean_line(state.spec.endpoint.name, LIMIT) + ":"
        short, model = label.removeprefix(prefix), target.removeprefix(prefix)
        return PaneName(label, short, target, "" if model == short else model)

    def model(self, state: StreamState) -> str:
        """The model, by which streams of different questions are compared."""
        return clean_line(state.spec.model, LIMIT)

    def rank(self, state: StreamState) -> tuple[int, str]:
        """The sort key for an order by label."""
        return 0, self.label(state).casefold()

    def legend(self, _specs: Sequence[StreamSpec]) -> str:
        """The letters of blind mode and the labels behind them, as `A = gpt, B = claude`.

        Empty if blind mode was never on.
        """
        return ""

    def result(self, index: int, result: StreamResult) -> StreamResult:
        """The result of stream `index` as tables on the screen may show it."""
        return result
