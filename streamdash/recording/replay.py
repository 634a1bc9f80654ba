"""Plays a recording as a run: the same states, events and numbers, without a request."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from streamdash.recording.timeline import Timeline
from streamdash.streams.errors import StreamError
from streamdash.streams.loop_lag import LoopLag
from streamdash.streams.run import Run
from streamdash.streams.state import StreamState

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable

    from streamdash.recording.recording import Launch, RecordedLag, Recording
    from streamdash.streams.events import Event
    from streamdash.streams.provider import Provider, StartGate
    from streamdash.streams.runner import Listener
    from streamdash.streams.spec import Endpoint

TOGETHER_S = 0.001
"""Events of a stream that lie closer than this are played in one go."""


class ReplayRun(Run):
    """A run whose streams say what was recorded, when it was recorded.

    Its clock is the recording's, which `timeline` moves. Every event is folded with its recorded
    time, however late it is played, so results equal the run's to the digit. A rerun plays the
    stream's last launch once more; a question cannot be asked.
    """

    def __init__(
        self,
        recording: Recording,
        *,
        speed: float = 1.0,
        clock: Callable[[], float] = monotonic,
        listeners: tuple[Listener, ...] = (),
    ) -> None:
        self.timeline = Timeline(recording.started_at, speed=speed, clock=clock)
        self.recording = recording
        super().__init__(recording.plan, _Nobody(), clock=self.timeline.now, listeners=listeners)
        self.lag = _LagThen(recording.lag)
        self._begun: set[int] = set()

    def start(self) -> None:
        """Play from the beginning."""
        self.timeline.start()
        super().start()

    def ask(self, text: str, indices: Iterable[int], *, with_cut: bool = False) -> list[int]:
        """Do nothing: a recording answers no question."""
        return []

    def _shelve(self, index: int) -> None:
        """Keep nothing: what is played once more is no further answer."""
        self.past[index] = []

    async def _drive(
        self, index: int, _warming: asyncio.Task[None], _gate: StartGate | None
    ) -> None:
        """One stream's task: its launches as they were, or the last one again."""
        if index in self._begun:
            launches = self.recording.shown(index)
            self.earlier[index] = self.recording.earlier(index)
            later = self.clock() - launches[0].launched_at if launches else 0.0
        else:
            self._begun.add(index)
            launches, later = self.recording.streams[index], 0.0
        self.timeline.expect_endings(launch.events[-1][1] + later for launch in launches)
        series = -1
        for launch in launches:
            await self.timeline.reach(launch.launched_at + later)
            if launch.series != series:
                if series >= 0:
                    super()._shelve(index)
                series = launch.series
            else:
                self.past[index].append(self.states[index])
            self.states[index] = state = StreamState(
                launch.spec, index, launch.launched_at + later, self._wire_kept
            )
            await self._play(state, launch, later)

    async def _play(self, state: StreamState, launch: Launch, later: float) -> None:
        together = -1.0
        for event, at in launch.events:
            at += later
            if at > together:
                await self.timeline.reach(at)
                together = at + TOGETHER_S
            self._fold(state, event, at)

    def _fold(self, state: StreamState, event: Event, at: float) -> None:
        state.apply(event, at)
        for listener in self._listeners:
            listener.heard(state, event, at)


class _LagThen(LoopLag):
    """How late the loop of the recorded run was; nothing is measured."""

    def __init__(self, recorded: RecordedLag) -> None:
        super().__init__(monotonic, bool)
        self._recorded = recorded

    def start(self) -> None:
        return

    @property
    def p99_s(self) -> float | None:
        return self._recorded.p99_s

    @property
    def max_s(self) -> float | None:
        return self._recorded.max_s


class _Nobody:
    """A source of providers where none is needed."""

    def provider(self, endpoint: Endpoint) -> Provider:
        raise StreamError("internal", f"a replay sends nothing to {endpoint.name!r}")

    async def aclose(self) -> None:
        return
