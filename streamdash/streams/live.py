"""Performs streams live: one request after another, through the provider of each endpoint."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext, suppress
from random import Random
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from streamdash.streams.errors import ErrorInfo, StreamError
from streamdash.streams.events import End, Flag, Status
from streamdash.streams.flags import FlagName
from streamdash.streams.priming import prime
from streamdash.streams.rounds.order import balanced_orders
from streamdash.streams.rounds.precision import known_within
from streamdash.streams.rounds.series import Series
from streamdash.streams.run import DRAIN_S, Run
from streamdash.streams.run_streams import RunStreams
from streamdash.streams.runner import StreamRunner
from streamdash.streams.timing.loop_lag import LoopLag

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence

    from streamdash.streams.listener import Listener
    from streamdash.streams.performer import Perform
    from streamdash.streams.provider import Provider
    from streamdash.streams.rounds.round import Round
    from streamdash.streams.rounds.series import OpenRound, RoundOrder
    from streamdash.streams.spec import Endpoint, RunPlan
    from streamdash.streams.state import StreamState
    from streamdash.streams.timing.pause import Pause
    from streamdash.streams.timing.start_gate import StartGate


class ProviderSource(Protocol):
    """Makes providers, one for each endpoint."""

    def provider(self, endpoint: Endpoint) -> Provider: ...

    async def aclose(self) -> None: ...


def live_run(
    plan: RunPlan,
    providers: ProviderSource,
    *,
    clock: Callable[[], float] = monotonic,
    listeners: Sequence[Listener] = (),
    rng: Random | None = None,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> Run:
    """A run against real servers; `rng` and `sleep` serve the waits before retries."""
    streams = RunStreams(plan, clock, listeners)
    return Run(streams, LivePerformer(streams, providers, rng=rng, sleep=sleep))


class LivePerformer:
    """A `Performer` that sends requests; `plan.concurrency` streams run at once, if it is set."""

    def __init__(
        self,
        streams: RunStreams,
        providers: ProviderSource,
        *,
        rng: Random | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.providers = providers
        self._streams = streams
        self._plan = streams.plan
        self._rng = rng or Random()  # noqa: S311  # jitter of retries, not a secret
        self._sleep = sleep
        self._runners: dict[int, StreamRunner] = {}
        self._series: dict[int, Series] = {}
        """The series that each stream was launched in last."""
        self._performing = 0
        self._launches = 0
        self._warming: set[asyncio.Task[None]] = set()
        self._turnstile = asyncio.Lock()
        concurrency = streams.plan.concurrency
        self._slots = asyncio.Semaphore(concurrency) if concurrency > 0 else None
        self.lag = LoopLag(streams.clock, lambda: self._performing > 0, self._flag_pause)

    def launch(self, indices: Sequence[int], rounds: Sequence[Round | None]) -> Perform:
        """See `Performer`. The streams that have a slot at once send together."""
        plan = self._plan
        series = Series(
            indices,
            rounds,
            self._orders(indices),
            enough=self._is_enough,
            at_once=plan.concurrency,
            turns=plan.order == "turns",
        )
        warming = asyncio.get_running_loop().create_task(self._prepare(indices))
        self._warming.add(warming)
        warming.add_done_callback(self._warming.discard)
        for index in indices:
            self._series[index] = series
            self._streams.begin_series(index, rounds[0])
            self._streams.states[index].queue("sdk")

        async def perform(index: int) -> None:
            self._performing += 1
            try:
                await asyncio.shield(warming)
                while (opened := await series.next_round(index)) is not None:
                    await self._take_part(index, opened)
            finally:
                self._performing -= 1
                series.leave(index)

        return perform

    def _orders(self, indices: Sequence[int]) -> RoundOrder:
        """The order in which these streams send in each round.

        Measured rounds are balanced among themselves, whatever warm-up rounds come before them.
        """
        if not self._plan.in_rounds and self._plan.order == "together":
            return lambda begun, members: members
        self._launches += 1
        seed = f"{self._plan.seed} {self._launches}"
        measured = balanced_orders(indices, seed)
        warming = balanced_orders(indices, f"{seed} warm-up")

        def order(begun: Round | None, members: Collection[int]) -> Sequence[int]:
            drawn = next(warming if begun is not None and begun.warmup else measured)
            return [index for index in drawn if index in members]

        return order

    def _is_enough(self, indices: Sequence[int]) -> bool:
        until = self._plan.until
        if until is None:
            return False
        left = [index for index in indices if index not in self._streams.removed]
        return known_within(self._streams, left, until)

    async def _prepare(self, indices: Sequence[int]) -> None:
        """Do all that must come before the first stream of a launch sends."""
        await self._warm(self._streams.states[index].spec.endpoint for index in indices)
        states = [self._streams.states[index] for index in indices]
        await asyncio.gather(*(self._prime(one) for one in states if one.spec.cache == "warm"))

    async def _prime(self, state: StreamState) -> None:
        """Fill the prompt cache for one stream, in a slot if there is a limit of them."""
        async with self._slots or nullcontext():
            if state.ended_at is not None:
                return
            try:
                provider = self.providers.provider(state.spec.endpoint)
                await provider.warm()
            except Exception:
                return  # raised again when the stream itself needs it
            primed = await prime(provider, state.spec, state.index, self._streams.clock)
        if state.ended_at is None:
            self._streams.announce(state, primed)

    async def _warm(self, endpoints: Iterable[Endpoint]) -> None:
        """Load all SDKs before the first stream sends, because loading one blocks the loop.

        A failure here occurs again in the stream that needs the SDK, and is reported there.
        """
        with suppress(Exception):
            # many streams share a provider
            providers = {id(one): one for one in map(self.providers.provider, endpoints)}
            await asyncio.gather(
                *(provider.warm() for provider in providers.values()), return_exceptions=True
            )

    async def _take_part(self, index: int, opened: OpenRound) -> None:
        """Perform the stream's part in a round, when its turn has come and in a slot of its own."""
        try:
            await opened.turn(index)
            if self._plan.order == "turns" or not opened.first:
                self._streams.begin_round(index, opened.round)
            gate = opened.gate(index)
            if self._slots is None:
                await self._once(index, gate)
            else:
                if self._slots.locked():
                    self._streams.states[index].queue("slot")
                async with self._slots:
                    await self._once(index, gate)
        finally:
            opened.leave(index)

    async def _once(self, index: int, gate: StartGate | None) -> None:
        state = self._streams.states[index]
        state.queue("sdk")
        try:
            provider = self.providers.provider(state.spec.endpoint)
            await provider.warm()
        except StreamError as error:
            self._fail(state, ErrorInfo(error.kind, error.message, error.http_status))
            return
        except Exception as error:
            self._fail(state, ErrorInfo("internal", f"{type(error).__name__}: {error}"))
            return
        async with self._turnstile:
            # An SDK takes a millisecond to build a request: let the loop turn between two of them.
            await asyncio.sleep(0)
        self.lag.start()
        runner = StreamRunner(
            state,
            provider,
            clock=self._streams.clock,
            rng=self._rng,
            listeners=self._streams.listeners,
            lag=self.lag,
            sleep=self._sleep,
        )
        self._runners[index] = runner
        try:
            await runner.run(gate)
        finally:
            if self._runners.get(index) is runner:
                del self._runners[index]

    def _fail(self, state: StreamState, error: ErrorInfo) -> None:
        self._streams.announce(state, End(Status.FAILED, error))

    def _flag_pause(self, pause: Pause) -> None:
        """Flag the numbers of live streams that hold a pause of the process."""
        for state in self._streams.states:
            if state.ended_at is None and state.attempts:
                for name in _pause_flags(state, pause):
                    if name not in state.flags:
                        self._streams.announce(state, Flag(name))

    def release(self, index: int) -> None:
        """See `Performer`."""
        if index in self._runners:
            self._runners[index].release()

    def withdraw(self, index: int) -> None:
        """See `Performer`. A task that is cancelled before its first step cannot do it itself."""
        if index in self._series:
            self._series[index].leave(index)

    async def aclose(self) -> None:
        """Close all providers."""
        for task in self._warming:
            task.cancel()
        if self._warming:
            await asyncio.wait(set(self._warming), timeout=DRAIN_S)
        await self.providers.aclose()


def _pause_flags(state: StreamState, pause: Pause) -> list[FlagName]:
    """The total holds every pause before its end; another number may hold it too."""
    if state.terminal_at is not None and state.terminal_at <= pause.since:
        return []
    if state.sent_at is None:
        return [FlagName.PAUSED]
    if state.first_delta_at is None or state.first_delta_at >= pause.since:
        return [FlagName.PAUSED, FlagName.PAUSED_TTFT]
    return [FlagName.PAUSED, FlagName.PAUSED_GAP]
