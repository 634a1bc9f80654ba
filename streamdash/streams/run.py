"""The supervisor of all streams: starts, cancels, reruns and drains their tasks."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from random import Random
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from streamdash.streams.conversation import Question, followed_up, may_follow
from streamdash.streams.errors import ErrorInfo, StreamError
from streamdash.streams.events import End, Flag, Status
from streamdash.streams.flags import FlagName
from streamdash.streams.loop_lag import LoopLag
from streamdash.streams.provider import StartGate
from streamdash.streams.runner import StreamRunner, announce
from streamdash.streams.state import StreamState
from streamdash.streams.wire_log import WIRE_KEPT, WireLog

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from streamdash.streams.events import Event
    from streamdash.streams.pause import Pause
    from streamdash.streams.provider import Provider
    from streamdash.streams.runner import Listener
    from streamdash.streams.spec import Endpoint, RunPlan

WIRE_KEPT_IN_ALL = 20_000
"""Wire events that all streams of a run keep together, for the inspector."""
DRAIN_S = 2.0


class ProviderSource(Protocol):
    """Where a run gets its providers from, one for each endpoint."""

    def provider(self, endpoint: Endpoint) -> Provider: ...

    async def aclose(self) -> None: ...


class Run:
    """All streams of one launch. Must be used from one event loop.

    `states[i]` is what has happened to stream `i`; a rerun or a repetition puts a fresh state in
    its place. With `plan.repeat` the ended ones of the series stand in `past[i]`, oldest first.
    `earlier[i]` are the answers before the last rerun or follow-up, oldest first.
    """

    def __init__(
        self,
        plan: RunPlan,
        providers: ProviderSource,
        *,
        clock: Callable[[], float] = monotonic,
        listeners: tuple[Listener, ...] = (),
        rng: Random | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.plan = plan
        self.clock = clock
        self.started_at = clock()
        self._providers = providers
        self._listeners = listeners
        self._rng = rng or Random()  # noqa: S311  # jitter of retries, not a secret
        self._sleep = sleep
        self._wire_kept = max(100, min(WIRE_KEPT, WIRE_KEPT_IN_ALL // max(1, len(plan.specs))))
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._runners: dict[int, StreamRunner] = {}
        self._ending: set[asyncio.Task[None]] = set()
        """Tasks that no stream owns any longer but that have not let go yet."""
        self.lag = LoopLag(clock, lambda: self.live, self._paused)
        """How late the loop was while streams were live."""
        self._turnstile = asyncio.Lock()
        self._slots = asyncio.Semaphore(plan.concurrency) if plan.concurrency > 0 else None
        self.states = [
            StreamState(spec, index, self.started_at, self._wire_kept)
            for index, spec in enumerate(plan.specs)
        ]
        self.past: list[list[StreamState]] = [[] for _ in plan.specs]
        self.earlier: list[list[StreamState]] = [[] for _ in plan.specs]
        self.waiting: list[list[Question]] = [[] for _ in plan.specs]
        """Follow-ups that are sent when the stream's answer has ended well."""
        self.unsent: list[list[Question]] = [[] for _ in plan.specs]
        """Follow-ups that waited for an answer which was cut."""

    @property
    def live(self) -> bool:
        """Whether any stream has not ended yet (one that was never started is not live)."""
        return any(not task.done() for task in self._tasks.values())

    def start(self) -> None:
        """Launch every stream at once; `plan.concurrency` of them run, the others queue."""
        self._launch(range(len(self.states)))

    def _launch(self, indices: Iterable[int]) -> None:
        indices = list(indices)
        together = indices[: self.plan.concurrency or None]
        gate = StartGate(together) if len(together) > 1 else None
        first = {
            endpoint.name: endpoint
            for endpoint in (self.states[index].spec.endpoint for index in together)
        }
        warming = asyncio.get_running_loop().create_task(self._warm(first.values()))
        self._ending.add(warming)
        warming.add_done_callback(self._ending.discard)
        for index in indices:
            self._shelve(index)
            self._renew(index)
            task = asyncio.get_running_loop().create_task(
                self._drive(index, warming, gate if index in together else None),
                name=f"stream {index}",
            )
            self._tasks[index] = task

    async def _warm(self, endpoints: Iterable[Endpoint]) -> None:
        """Have all SDKs loaded before the first stream sends: loading one holds up the loop.

        What fails here fails again, and is told, where a stream needs it.
        """
        with suppress(Exception):
            providers = [self._providers.provider(endpoint) for endpoint in endpoints]
            await asyncio.gather(
                *(provider.warm() for provider in providers), return_exceptions=True
            )

    def _shelve(self, index: int) -> None:
        """Keep an answer, and its repetitions, among the earlier ones: a new launch begins.

        Their wire events go, which would fill the memory of whoever reruns often.
        """
        for state in (*self.past[index], self.states[index]):
            if state.ended_at is not None:
                state.wire = WireLog(0)
                self.earlier[index].append(state)
        self.past[index] = []

    def _renew(self, index: int) -> None:
        """Put a fresh state in place of one that has already been used."""
        old = self.states[index]
        if old.revision or old.ended_at is not None:
            self.states[index] = StreamState(old.spec, index, self.clock(), self._wire_kept)
        else:
            old.launched_at = self.clock()

    async def _drive(self, index: int, warming: asyncio.Task[None], gate: StartGate | None) -> None:
        """One stream's task: all its repetitions, each in its slot."""
        try:
            await asyncio.shield(warming)
            for repetition in range(max(1, self.plan.repeat)):
                if repetition:
                    self.past[index].append(self.states[index])
                    self._renew(index)
                if self._slots is None:
                    await self._once(index, gate)
                else:
                    async with self._slots:
                        await self._once(index, gate)
                if self.states[index].status is Status.CANCELLED:
                    break
            self._ask_waiting(index)
        finally:
            if gate is not None:
                gate.count(index)

    async def _once(self, index: int, gate: StartGate | None) -> None:
        state = self.states[index]
        try:
            provider = self._providers.provider(state.spec.endpoint)
            await provider.warm()
        except StreamError as error:
            info = ErrorInfo(error.kind, error.message, error.http_status)
            self._tell(state, End(Status.FAILED, info))
            return
        except Exception as error:
            info = ErrorInfo("internal", f"{type(error).__name__}: {error}")
            self._tell(state, End(Status.FAILED, info))
            return
        async with self._turnstile:
            # the SDKs take a millisecond for a request: not for those of all streams at a stretch
            await asyncio.sleep(0)
        self.lag.start()
        runner = StreamRunner(
            state,
            provider,
            clock=self.clock,
            rng=self._rng,
            listeners=self._listeners,
            lag=self.lag,
            sleep=self._sleep,
        )
        self._runners[index] = runner
        try:
            await runner.run(gate)
        finally:
            if self._runners.get(index) is runner:
                del self._runners[index]

    def _paused(self, pause: Pause) -> None:
        """Flag what a pause of the process touched in the streams that were under way."""
        for state in self.states:
            if state.ended_at is None and state.attempts:
                for name in _touched(state, pause):
                    if name not in state.flags:
                        self._tell(state, Flag(name))

    def _tell(self, state: StreamState, event: Event) -> None:
        announce(state, event, self.clock(), self._listeners)

    def cancel(self, index: int) -> bool:
        """End a live stream by its user's wish; its connection closes at once.

        The state says so before this returns: a task cancelled before its first step runs no
        line of its own.
        """
        task = self._tasks.get(index)
        if task is None or task.done():
            return False
        state = self.states[index]
        if state.ended_at is None:
            if index in self._runners:
                self._runners[index].release()
            self._tell(state, End(Status.CANCELLED))
        self._give_back(index)
        task.cancel()
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        return True

    def cancel_all(self) -> int:
        """Cancel every live stream; how many there were."""
        return sum([self.cancel(index) for index in range(len(self.states))])

    def rerun(self, index: int) -> None:
        """Ask again; a live stream is cancelled first."""
        self.cancel(index)
        self._launch([index])

    def rerun_all(self) -> None:
        """Ask everything again, together."""
        self.cancel_all()
        self._launch(range(len(self.states)))

    def ask(self, text: str, indices: Iterable[int], *, with_cut: bool = False) -> list[int]:
        """Put a further user message to the streams, after their last answers.

        Nothing is cancelled: where a stream is live the question waits for the end of its
        answer, and is sent then if that is a good one. An answer that was cut goes into the
        conversation only `with_cut`. Returns the streams whose question waits.
        """
        question = Question(text, with_cut)
        waiting, asked = [], []
        for index in indices:
            if self._busy(index):
                self.waiting[index].append(question)
                waiting.append(index)
            else:
                self._begin_turn(index, question)
                asked.append(index)
        if asked:
            self._launch(asked)
        return waiting

    def _busy(self, index: int) -> bool:
        """Whether the stream's task goes on, and not only to let go of its connection."""
        task = self._tasks.get(index)
        return task is not None and not task.done() and task not in self._ending

    def _begin_turn(self, index: int, question: Question) -> None:
        spec = followed_up(self.states[index], question)
        self._shelve(index)
        self.states[index] = StreamState(spec, index, self.clock(), self._wire_kept)
        self.unsent[index] = []

    def _ask_waiting(self, index: int) -> None:
        """The stream's answer is over: send the next question that has waited for it."""
        if not self.waiting[index]:
            return
        if not may_follow(self.states[index], self.waiting[index][0]):
            self._give_back(index)
            return
        self._begin_turn(index, self.waiting[index].pop(0))
        self._launch([index])

    def _give_back(self, index: int) -> None:
        """Send none of the questions that wait: the answer before them was cut."""
        self.unsent[index] += self.waiting[index]
        self.waiting[index] = []

    async def wait(self) -> None:
        """Return when no stream is live any longer."""
        while pending := [task for task in self._tasks.values() if not task.done()]:
            await asyncio.wait(pending)

    async def drain(self, timeout_s: float = DRAIN_S) -> None:
        """Cancel what is live, wait for it to let go of its sockets, close the providers."""
        self.cancel_all()
        for task in self._ending:
            task.cancel()
        pending = {task for task in self._tasks.values() if not task.done()} | self._ending
        if pending:
            await asyncio.wait(pending, timeout=timeout_s)
        await self._providers.aclose()


def _touched(state: StreamState, pause: Pause) -> list[FlagName]:
    """The flags of a pause: whatever it was in is no true time, beside the total."""
    if state.terminal_at is not None and state.terminal_at <= pause.since:
        return []
    if state.sent_at is None:
        return [FlagName.PAUSED]
    if state.first_delta_at is None or state.first_delta_at >= pause.since:
        return [FlagName.PAUSED, FlagName.PAUSED_TTFT]
    return [FlagName.PAUSED, FlagName.PAUSED_GAP]
