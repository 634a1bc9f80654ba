"""How streams are called on the screen, and in what order they stand there."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    """The stream's label; joiners that join nothing are left out, as their width is disputed."""
    line = clean_line(spec.label, LIMIT)
    return line if line.isascii() else "".join(glyph.shown for glyph in glyphs(line, 2 * LIMIT))


def neutral_flags(flags: Iterable[str]) -> list[str]:
    """The flags that a stream of any dialect may have."""
    return [flag for flag in flags if not depends_on_dialect(flag)]


class StreamNames:
    """Each of `count` streams under its own name, in its own place; all text is clean."""

    blind = False
    """Whether nothing may be shown that tells who a stream is."""

    told = False
    """Whether it is being told who was who."""

    def __init__(self, count: int) -> None:
        self.order: Sequence[int] = range(count)
        """The streams' indices by place."""

    def place(self, index: int) -> int:
        """Where stream `index` stands."""
        return index

    def step(self, index: int, by: int) -> int:
        """The stream so many places further, around the end."""
        return self.order[(self.place(index) + by) % len(self.order)]

    def label(self, state: StreamState) -> str:
        return shown_label(state.spec)

    def target(self, state: StreamState) -> str:
        """`endpoint:model`; empty where the label says the same."""
        target = state.spec.target
        return "" if target == state.spec.label else clean_line(target, LIMIT)

    def rank(self, state: StreamState) -> tuple[int, str]:
        """What streams are sorted by where the label decides."""
        return 0, self.label(state).casefold()

    def legend(self, _specs: Sequence[StreamSpec]) -> str:
        """Who was who, on one line; empty where nobody was anybody else."""
        return ""

    def result(self, index: int, result: StreamResult) -> StreamResult:
        """Stream `index`'s result as a table on the screen may show it."""
        return result
