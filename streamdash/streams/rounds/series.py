"""Brings streams through their rounds together: the next begins when the one before has ended."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from streamdash.streams.timing.start_gate import StartGate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from streamdash.streams.rounds.round import Round

    RoundOrder = Callable[[Round | None, Sequence[int]], Sequence[int]]


class OpenRound:
    """A round that has begun, for the streams that take part, in the order in which they send.

    `at_once` streams send at the same moment; 0 stands for all.
    """

    def __init__(
        self, begun: Round | None, order: Sequence[int], *, at_once: int, turns: bool, first: bool
    ) -> None:
        self.round = begun
        self.order = tuple(order)
        self.first = first
        """Whether it is the first of its series."""
        self._turns = {index: asyncio.Event() for index in order} if turns else {}
        self._queue = [*order]
        together = order[: at_once or None]
        self._gate = StartGate(together) if len(together) > 1 and not turns else None
        self._together = frozenset(together)
        self._call_next()

    def gate(self, index: int) -> StartGate | None:
        """The gate through which the stream sends; None if it waits for no other."""
        return self._gate if index in self._together else None

    async def turn(self, index: int) -> None:
        """Wait until it is the stream's turn to send; without turns, return at once."""
        if index in self._turns:
            await self._turns[index].wait()

    def leave(self, index: int) -> None:
        """Note that the stream's part in the round is over; noting it again changes nothing."""
        if self._gate is not None:
            self._gate.count(index)
        if index in self._queue:
            self._queue.remove(index)
            self._call_next()

    def _call_next(self) -> None:
        if self._queue and self._turns:
            self._turns[self._queue[0]].set()


class Series:
    """The rounds of the streams of one launch. Each stream waits in `next_round` for the others.

    A stream that leaves takes no part in later rounds, and the others no longer wait for it.
    """

    def __init__(
        self,
        indices: Iterable[int],
        rounds: Sequence[Round | None],
        order: RoundOrder,
        *,
        enough: Callable[[Sequence[int]], bool],
        at_once: int = 0,
        turns: bool = False,
    ) -> None:
        """`order` puts the streams of a round in order; `enough` may end the series before it."""
        self._members = dict.fromkeys(indices)
        self._rounds: Iterator[Round | None] = iter(rounds)
        self._single = len(rounds) == 1
        self._order = order
        self._enough = enough
        self._at_once = at_once
        self._turns = turns
        self._waiting: dict[int, asyncio.Future[OpenRound | None]] = {}
        self._current: OpenRound | None = None

    async def next_round(self, index: int) -> OpenRound | None:
        """The next round, once all streams have ended the one before; None after the last.

        After a single round no stream waits for the others.
        """
        if self._single and self._current is not None:
            return None
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[OpenRound | None] = loop.create_future()
        self._waiting[index] = waiting
        # not at once: the last stream to come would go on before those that wait
        loop.call_soon(self._begin_if_all_wait)
        return await waiting

    def leave(self, index: int) -> None:
        """Take the stream out of the series; doing that again changes nothing."""
        self._members.pop(index, None)
        self._waiting.pop(index, None)
        if self._current is not None:
            self._current.leave(index)
        self._begin_if_all_wait()

    def _begin_if_all_wait(self) -> None:
        if not self._members or len(self._waiting) < len(self._members):
            return
        waiting, self._waiting = self._waiting, {}
        members = [*self._members]
        opened = self._open(members)
        # the streams continue in the order in which they are woken
        for index in members if opened is None else opened.order:
            if not waiting[index].done():
                waiting[index].set_result(opened)

    def _open(self, members: Sequence[int]) -> OpenRound | None:
        if self._current is not None and self._enough(members):
            return None
        for begun in self._rounds:
            order = self._order(begun, members)
            first = self._current is None
            opened = OpenRound(begun, order, at_once=self._at_once, turns=self._turns, first=first)
            self._current = opened
            return opened
        return None
