"""How much of a run's earlier answers stays in memory: the newest ones, up to a total."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING
from weakref import WeakSet

from streamdash.streams.metrics import measure

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from streamdash.streams.events import Channel
    from streamdash.streams.state import StreamState

TEXTS_KEPT_BYTES = 64 << 20
"""Memory for the texts of all earlier answers of a run."""
ANSWERS_KEPT = 1_000
"""Earlier answers that a stream keeps, with or without their texts."""
ANSWERS_KEPT_IN_ALL = 20_000
ANSWERS_KEPT_LEAST = 5


def answers_kept(streams: int) -> int:
    """The earlier answers that each of so many streams keeps; a recording keeps all of them."""
    share = ANSWERS_KEPT_IN_ALL // max(1, streams)
    return max(ANSWERS_KEPT_LEAST, min(ANSWERS_KEPT, share))


class KeptTexts:
    """Holds the texts of earlier answers, and drops the oldest when they exceed `limit` bytes.

    A dropped answer keeps its numbers. Its texts are in the recording, if there is one, from which
    `restore` takes them back.
    """

    def __init__(self, limit: int = TEXTS_KEPT_BYTES) -> None:
        self._limit = limit
        self._bytes: dict[StreamState, int] = {}
        """The memory of each answer with texts, in the order in which they are dropped."""
        self.total = 0
        """Bytes of all texts that are held."""
        self.on_drop: Callable[[StreamState], object] | None = None
        """Called with an answer before its texts are dropped."""
        self.lost: WeakSet[StreamState] = WeakSet()
        """Answers whose texts are in no recording either."""

    def hold(self, states: Iterable[StreamState]) -> None:
        """Count these earlier answers, of which some may be counted already."""
        for state in states:
            if not state.texts_dropped and state not in self._bytes:
                self._add(state)
        # the newest stays, however large it is
        self._drop_oldest({next(reversed(self._bytes), None)})

    def forget(self, state: StreamState) -> None:
        """Count an answer no more, because nothing refers to it."""
        self.total -= self._bytes.pop(state, 0)

    def restore(
        self,
        found: Mapping[StreamState, Mapping[Channel, str]],
        spared: Collection[StreamState] = (),
    ) -> None:
        """Give these answers their texts back, as the newest of all.

        Those whose texts have other lengths than were counted are `lost`. Room is made for them,
        but none of the `spared` answers, which are being read, is dropped for it.
        """
        spared = {*spared, *found}
        for state, texts in found.items():
            buffers = state.buffers
            if any(len(texts.get(name, "")) != buffer.chars for name, buffer in buffers.items()):
                self.lost.add(state)
            elif state.texts_dropped:
                for name, buffer in buffers.items():
                    buffer.restore(texts.get(name, ""))
                state.texts_dropped = False
                self._add(state)
                self._drop_oldest(spared)

    def _add(self, state: StreamState) -> None:
        # worked out now and once: tables ask for the numbers of all answers
        state.measured = state.measured or measure(state)
        times = state.delta_times
        size = sum(buffer.pack() for buffer in state.buffers.values())
        size += times.itemsize * len(times)
        self._bytes[state] = size
        self.total += size

    def _drop_oldest(self, spared: Collection[StreamState | None]) -> None:
        if self.total <= self._limit:
            return
        for state in [one for one in self._bytes if one not in spared]:
            if self.total <= self._limit:
                return
            self.forget(state)
            if self.on_drop is not None:
                self.on_drop(state)
            state.texts_dropped = True
            state.delta_times = array("d")
            for buffer in state.buffers.values():
                buffer.drop()
