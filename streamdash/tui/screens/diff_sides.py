"""The answers that a diff can compare: those of all streams, and the earlier ones of one pane."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.streams.launches import launch_words, launches_of

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState
    from streamdash.tui.context import ScreenContext
    from streamdash.tui.names import StreamNames


class Side(NamedTuple):
    """One answer: an earlier one, or the current one of a `stream`, whichever that is."""

    stream: int
    earlier: StreamState | None = None

    def state(self, run: Run) -> StreamState:
        """The answer as it is now."""
        return self.earlier or run.states[self.stream]

    def title(self, run: Run, names: StreamNames) -> str:
        """The label, and which of the stream's answers it is: `PY 2/3`."""
        state = self.state(run)
        words = "" if names.blind else launch_words(run, state)
        return " ".join(filter(None, [names.label(state), words]))


def sides_of(context: ScreenContext, index: int) -> list[Side]:
    """Pane `index`, the panes after it around the end, then its own earlier answers, newest first.

    Blind mode has no earlier answers, which could name the model.
    """
    run, names = context.run, context.names
    streams = (names.step(index, by) for by in range(len(names.order)))
    earlier = [] if names.blind else reversed(launches_of(run, index)[:-1])
    return [*map(Side, streams), *(Side(index, state) for state in earlier)]
