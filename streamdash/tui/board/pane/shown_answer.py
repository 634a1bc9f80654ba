"""Which answer of its stream a pane shows: the current one, or an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.launches import launch_words, launches_of

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.streams.state import StreamState


class ShownAnswer:
    """Walks through the answers of stream `index`.

    An earlier answer stays while the stream goes on, until the user acts on the stream.
    """

    def __init__(self, run: Run, index: int) -> None:
        self._run = run
        self._index = index
        self._earlier: StreamState | None = None
        self._acts = 0
        """The user's acts on the stream when the earlier answer was chosen."""

    @property
    def state(self) -> StreamState:
        """The answer that is shown."""
        if self._earlier is not None and self._run.acts[self._index] != self._acts:
            self._earlier = None
        return self._earlier or self._run.states[self._index]

    @property
    def is_earlier(self) -> bool:
        """Whether another answer than the current one is shown."""
        return self.state is not self._run.states[self._index]

    @property
    def words(self) -> str:
        """`2/3` for the second of three answers; empty if there is one only."""
        return launch_words(self._run, self.state)

    def walk(self, by: int) -> bool:
        """Show the answer `by` places later, or earlier if negative; False if there is none."""
        launches = launches_of(self._run, self._index)
        shown = self.state
        # an answer that is no longer kept came before all others
        place = launches.index(shown) if shown in launches else -1
        place = max(0, place + by)
        if place >= len(launches) or launches[place] is shown:
            return False
        self._acts = self._run.acts[self._index]
        self._earlier = None if place == len(launches) - 1 else launches[place]
        return True

    def return_to_current(self) -> None:
        """Show the current answer."""
        self._earlier = None
