"""The interface that drives the streams of a run: live providers or a recording implement it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from streamdash.streams.rounds.round import Round

    Perform = Callable[[int], Coroutine[object, object, None]]


class Lag(Protocol):
    """How late the event loop was while streams were live, in seconds; None if not measured."""

    @property
    def p99_s(self) -> float | None: ...

    @property
    def max_s(self) -> float | None: ...


class Performer(Protocol):
    """Brings the streams of one `RunStreams` to their ends.

    A run decides which streams start, and owns and cancels their tasks.
    """

    @property
    def lag(self) -> Lag: ...

    def launch(self, indices: Sequence[int], rounds: Sequence[Round | None]) -> Perform:
        """Give these streams states to begin with, all at once.

        `rounds` has at least one item; None is a launch outside the rounds. Returns the coroutine
        function that takes one of the streams through them. It leaves the state in a final status
        unless it is cancelled, which takes the stream out of the later rounds, too.
        """

    def release(self, index: int) -> None:
        """Fold the stream's held-back events, because the user is about to end it."""

    def withdraw(self, index: int) -> None:
        """Let the others of its launch no longer wait for the stream, whose task is cancelled."""

    async def aclose(self) -> None:
        """Close everything the streams share, once all their tasks have ended."""
