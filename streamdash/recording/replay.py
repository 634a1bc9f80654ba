"""Plays a recording as a run: the same states, events and numbers, without a request."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from streamdash.recording.timeline import Timeline
from streamdash.streams.listener import announce
from streamdash.streams.run import Run
from streamdash.streams.run_streams import RunStreams

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from streamdash.recording.recording import Launch, Recording
    from streamdash.streams.listener import Listener
    from streamdash.streams.performer import Perform
    from streamdash.streams.rounds.round import Round
    from streamdash.streams.state import StreamState

TOGETHER_S = 0.001
"""Events of a stream that lie closer than this are played in one go."""


class ReplayRun(Run):
    """A run whose events are those of a recording, folded with their recorded times.

    However late an event is played, the results equal the recorded run's to the digit. The run's
    clock is the recording's, moved by `timeline`. A rerun plays the stream's last launch again.
    """

    def __init__(
        self,
        recording: Recording,
        *,
        speed: float = 1.0,
        clock: Callable[[], float] = monotonic,
        listeners: tuple[Listener, ...] = (),
    ) -> None:
        self.recording = recording
        self.timeline = Timeline(recording.started_at, speed=speed, clock=clock)
        streams = RunStreams(recording.plan, self.timeline.now, listeners)
        super().__init__(streams, RecordedPerformer(streams, recording, self.timeline))

    def start(self) -> None:
        """Play from the beginning."""
        self.timeline.start()
        super().start()

    def ask(self, text: str, indices: Iterable[int], *, with_cut: bool = False) -> list[int]:
        """Do nothing: a recording answers no further question."""
        return []


class RecordedPerformer:
    """A `Performer` that plays the launches of a recording when `timeline` reaches them."""

    def __init__(self, streams: RunStreams, recording: Recording, timeline: Timeline) -> None:
        self.lag = recording.lag
        self._streams = streams
        self._recording = recording
        self._timeline = timeline
        self._played: set[int] = set()

    def launch(self, indices: Sequence[int], rounds: Sequence[Round | None]) -> Perform:
        """See `Performer`. The rounds are the recorded ones, and playing them adds no answers."""
        for index in indices:
            state = self._streams.states[index]
            if state.revision or state.ended_at is not None:
                # the same launch is played again
                now, series = self._timeline.now(), state.series
                self._streams.replace(index, state.spec, now, series=series)
            else:
                state.launch(self._timeline.now(), None)
            self._streams.past[index] = []
        return self._perform

    async def _perform(self, index: int) -> None:
        """Play all launches of a stream at their times, or the last series again from now on."""
        launches = self._recording.streams[index]
        shift = 0.0
        if index in self._played and launches:
            launches = self._recording.shown(index)
            earlier = self._recording.earlier(index)
            self._streams.earlier[index] = [launch.state(index) for launch in earlier]
            if launches[-1].round is None:
                past = self._recording.past(index)
                self._streams.past[index] = [launch.state(index) for launch in past]
            shift = self._timeline.now() - launches[0].launched_at
        self._played.add(index)
        self._timeline.expect_endings(launch.events[-1][1] + shift for launch in launches)
        for place, launch in enumerate(launches):
            await self._timeline.reach(launch.launched_at + shift)
            if place:
                self._streams.put_aside(index, launch.round, launch.series)
            state = self._streams.replace(
                index,
                launch.spec,
                launch.launched_at + shift,
                round=launch.round,
                series=launch.series,
            )
            await self._play(state, launch, shift)

    async def _play(self, state: StreamState, launch: Launch, shift: float) -> None:
        until = -1.0
        for event, at in launch.events:
            at += shift
            if at > until:
                await self._timeline.reach(at)
                until = at + TOGETHER_S
            announce(state, event, at, self._streams.listeners)

    def release(self, index: int) -> None:
        """Do nothing: a recording holds no events back."""

    def withdraw(self, index: int) -> None:
        """Do nothing: recorded streams wait for none but the timeline."""

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""
