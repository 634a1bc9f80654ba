"""Plays a recording as a run: the same states, events and numbers, without a request."""

from __future__ import annotations

import asyncio
from collections import deque
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
    clock is the recording's, moved by `timeline`. Streams are added and removed when they were. A
    rerun plays the stream's last launch again, and a rerun of all begins with the streams that the
    run had at its end.
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
        specs = recording.plan.specs[: recording.first_streams]
        streams = RunStreams(recording.plan._replace(specs=specs), self.timeline.now, listeners)
        self._recorded = RecordedPerformer(streams, recording, self.timeline)
        super().__init__(streams, self._recorded)
        self._to_come = deque(recording.roster)
        """The additions and removals that have not been played."""
        self._changing: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Play from the beginning."""
        self.timeline.start()
        super().start()
        if self._to_come:
            for change in self._to_come:
                later = () if change.removed else self.recording.streams[change.stream]
                self.timeline.expect_endings(launch.events[-1][1] for launch in later)
                self.timeline.expect_endings([change.at] if change.removed else [])
            play = self._play_changes()
            self._changing = asyncio.get_running_loop().create_task(play, name="roster")

    async def _play_changes(self) -> None:
        """Add and remove streams at their times."""
        while self._to_come:
            await self.timeline.reach(self._to_come[0].at)
            added = self._change()
            if added is not None:
                self._launch([added], (None,))

    def _change(self) -> int | None:
        """Make the next change; returns the stream that it adds, if any."""
        change = self._to_come.popleft()
        if not change.removed:
            # the recorded labels differ already
            return self._place(self.recording.plan.specs[change.stream])
        self.remove(change.stream)
        return None

    @property
    def live(self) -> bool:
        """Whether any stream has not ended yet, or is still to come or to go."""
        return super().live or (self._changing is not None and not self._changing.done())

    def cancel_all(self) -> int:
        """Cancel every live stream, and all that would come later; returns how many were live."""
        if self._changing is not None:
            self._changing.cancel()
        return super().cancel_all()

    def rerun_all(self) -> None:
        """Play the last series of all streams again, of those to come as well."""
        self.cancel_all()
        while self._to_come:
            added = self._change()
            if added is not None:
                self._recorded.skip_to_last(added)
        super().rerun_all()

    async def wait(self) -> None:
        """Return when no stream is live any longer, and none is to come or to go."""
        if self._changing is not None:
            await asyncio.wait({self._changing})
        await super().wait()

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
                self._streams.replace(index, state.spec, self._timeline.now())
            else:
                state.launch(self._timeline.now(), None)
            self._streams.past[index] = []
        return self._perform

    def skip_to_last(self, index: int) -> None:
        """Play nothing of the stream but its last series, as if all had been played before."""
        self._played.add(index)

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
                if launch.changed:
                    self._streams.end_rounds(index)
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
