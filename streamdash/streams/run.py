"""Owns the tasks of all streams: starts, cancels, reruns and drains them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from streamdash.streams.conversation import Question, followed_up, may_follow
from streamdash.streams.events import End, Status
from streamdash.streams.labels import distinct_label
from streamdash.streams.rounds.round import planned_rounds
from streamdash.streams.stream_tasks import StreamTasks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from streamdash.streams.performer import Lag, Performer
    from streamdash.streams.rounds.round import Round
    from streamdash.streams.run_streams import RunStreams
    from streamdash.streams.spec import RunPlan, StreamSpec
    from streamdash.streams.state import StreamState

DRAIN_S = 2.0
"""How long the end of the program waits for connections to close."""

RunChange = Literal["added", "changed", "relabelled", "removed"]
"""What may happen to a stream of a run that goes on."""


class Run:
    """All streams of one launch. Must be used from one event loop.

    `live_run` and `ReplayRun` make one. `RunStreams` documents `states`, `past`, `earlier`,
    `texts` and `removed`.
    """

    def __init__(self, streams: RunStreams, performer: Performer) -> None:
        self._streams = streams
        self.performer = performer
        self.clock = streams.clock
        self.started_at = streams.started_at
        self.states = streams.states
        self.past = streams.past
        self.earlier = streams.earlier
        self.removed = streams.removed
        self.texts = streams.texts
        self.acts: Counter[int] = Counter()
        """How often the user has cancelled, rerun, changed or asked each stream.

        A view of an earlier answer ends when it grows: people want to see what they caused.
        """
        self._tasks = StreamTasks(self._send_waiting)
        self.waiting: list[list[Question]] = [[] for _ in streams.states]
        """Follow-ups that are sent when the stream's answer has ended well."""
        self.unsent: list[list[Question]] = [[] for _ in streams.states]
        """Follow-ups that waited for an answer which was cut."""
        self.watchers: list[Callable[[RunChange, int], object]] = []
        """Called with the index of a stream as soon as one of these happens to it.

        An added or changed stream is launched right after.
        """

    @property
    def plan(self) -> RunPlan:
        """What was asked, with the streams that were added since the launch."""
        return self._streams.plan

    @property
    def present(self) -> list[int]:
        """The indices of all streams that were not removed."""
        return [index for index in range(len(self.states)) if index not in self.removed]

    @property
    def present_states(self) -> list[StreamState]:
        """The current states of all streams that were not removed."""
        return [self.states[index] for index in self.present]

    @property
    def lag(self) -> Lag:
        return self.performer.lag

    @property
    def live(self) -> bool:
        """Whether any stream has not ended yet (one that was never started is not live)."""
        return self._tasks.live

    def awaits_round(self, index: int) -> bool:
        """Whether the stream has ended one round and waits for the next."""
        state = self.states[index]
        return (
            state.ended_at is not None
            and state.round is not None
            and self._tasks.is_answering(index)
        )

    def start(self) -> None:
        """Launch every stream."""
        self._launch(self.present, planned_rounds(self.plan))

    def _launch(self, indices: Iterable[int], rounds: Sequence[Round | None]) -> None:
        indices = list(indices)
        perform = self.performer.launch(indices, rounds)
        # in rounds all streams end together, and their follow-ups are one series again
        self._tasks.launch(indices, perform, together=self.plan.in_rounds)

    def cancel(self, index: int) -> bool:
        """End a live stream for the user; returns whether it was live.

        It takes no part in later rounds, for which it may be waiting after its last answer.
        Its state is final when this returns, and its connection closes right after. The state
        is not left to the task, which runs none of its code if cancelled before its first step.
        """
        if not self._tasks.is_running(index):
            return False
        self.acts[index] += 1
        state = self.states[index]
        if state.ended_at is None:
            self.performer.release(index)
            self._streams.announce(state, End(Status.CANCELLED))
        self._give_back(index)
        self._tasks.leave(index)
        self.performer.withdraw(index)
        self._tasks.cancel(index)
        return True

    def cancel_all(self) -> int:
        """Cancel every live stream; returns how many there were."""
        return sum([self.cancel(index) for index in range(len(self.states))])

    def rerun(self, index: int) -> None:
        """Launch the stream again, once and outside the rounds; a live one is cancelled first."""
        self.acts[index] += 1
        self.cancel(index)
        self._launch([index], (None,))

    def rerun_all(self) -> None:
        """Launch all streams again, together and with all rounds."""
        self.acts.update(self.present)
        self.cancel_all()
        self._launch(self.present, planned_rounds(self.plan))

    def add(self, specs: Sequence[StreamSpec], *, leaving: Collection[int] = ()) -> list[int]:
        """Launch further streams, together and outside the rounds; returns their indices.

        Rounds compare requests that leave together, which these could not do any more. A label
        that another stream has is numbered, unless that one is `leaving`. A stream without a
        question waits for one.
        """
        added = [self._place(spec) for spec in self._labelled(specs, leaving)]
        if asked := [index for index in added if self.states[index].spec.messages]:
            self._launch(asked, (None,))
        return added

    def _place(self, spec: StreamSpec) -> int:
        """Make room for a further stream; returns its index."""
        index = self._streams.add(spec)
        self.waiting.append([])
        self.unsent.append([])
        self._tell("added", index)
        return index

    def change(self, specs: Mapping[int, StreamSpec], *, leaving: Collection[int] = ()) -> None:
        """Launch these streams again with other requests; live ones are cancelled first.

        Their answers so far become earlier ones. All streams of the run go through all rounds
        again; some of them are launched once, together and outside the rounds. A label that another
        stream has is numbered, unless that one is `leaving`.
        """
        indices = list(specs)
        self.acts.update(indices)
        labelled = self._labelled(specs.values(), {*specs, *leaving})
        for index, spec in zip(indices, labelled, strict=True):
            self.cancel(index)
            self._streams.begin_request(index, spec)
            self.unsent[index] = []
            self._tell("changed", index)
        everyone = set(indices) >= set(self.present)
        if indices:
            self._launch(indices, planned_rounds(self.plan) if everyone else (None,))

    def revise(self, specs: Mapping[int, StreamSpec], *, leaving: Collection[int] = ()) -> None:
        """Give streams other labels, deadlines, retries or checks, without a launch.

        A limit changes from the stream's next launch on, all else at once. A label that another
        stream has is numbered, unless that one is `leaving`.
        """
        labelled = self._labelled(specs.values(), {*specs, *leaving})
        for index, spec in zip(specs, labelled, strict=True):
            state = self.states[index]
            before, state.spec = state.spec, spec
            if spec.label != before.label:
                self._tell("relabelled", index)

    def retitle(self, title: str) -> None:
        """Give the run another title."""
        self._streams.plan = self.plan._replace(title=title)

    def remove(self, index: int) -> None:
        """Take a stream out of the run; a live one is cancelled. Its index stays taken.

        It is in no number and on no screen any more; the recording keeps its answers.
        """
        self.removed.add(index)
        self.cancel(index)
        self._tell("removed", index)

    def _tell(self, change: RunChange, index: int) -> None:
        for watcher in self.watchers:
            watcher(change, index)

    def _labelled(self, specs: Iterable[StreamSpec], replaced: Collection[int]) -> list[StreamSpec]:
        """The specs with labels that no stream has, apart from those that are `replaced`."""
        taken = {self.states[index].spec.label for index in self.present if index not in replaced}
        labelled = []
        for spec in specs:
            label = distinct_label(spec.label, taken)
            taken.add(label)
            labelled.append(spec if label == spec.label else spec._replace(label=label))
        return labelled

    def ask(self, text: str, indices: Iterable[int], *, with_cut: bool = False) -> list[int]:
        """Send a further user message to the streams; returns those whose message has to wait.

        A live stream is not cancelled: its message waits for the end of the answer, and is sent
        only if the answer ended well. An answer that was cut joins the conversation only
        `with_cut`. In a run with rounds the message waits for the last round, and is itself asked
        in rounds; warm-up rounds come before a first question only.
        """
        question = Question(text, with_cut)
        waiting, asked = [], []
        for index in indices:
            self.acts[index] += 1
            if self._tasks.is_answering(index):
                self.waiting[index].append(question)
                waiting.append(index)
            else:
                self._begin_turn(index, question)
                asked.append(index)
        if asked:
            self._launch_turn(asked)
        return waiting

    def _launch_turn(self, indices: Sequence[int]) -> None:
        first = all(self.states[index].spec.turn == 1 for index in indices)
        self._launch(indices, planned_rounds(self.plan, warmup=first))

    def _begin_turn(self, index: int, question: Question) -> None:
        spec = followed_up(self.states[index], question)
        self._streams.begin_turn(index, spec)
        self.unsent[index] = []

    def _send_waiting(self, indices: Iterable[int]) -> None:
        """Send the next waiting question of each stream, if it may follow the answer."""
        asked = []
        for index in indices:
            if not self.waiting[index]:
                continue
            if may_follow(self.states[index], self.waiting[index][0]):
                self._begin_turn(index, self.waiting[index].pop(0))
                asked.append(index)
            else:
                self._give_back(index)
        if asked:
            self._launch_turn(asked)

    def _give_back(self, index: int) -> None:
        """Move the waiting questions to the unsent ones, because the answer before them was cut."""
        self.unsent[index] += self.waiting[index]
        self.waiting[index] = []

    async def wait(self) -> None:
        """Return when no stream is live any longer."""
        await self._tasks.wait()

    async def drain(self, timeout_s: float = DRAIN_S) -> None:
        """Cancel all live streams, let their connections close, then close the performer."""
        self.cancel_all()
        await self._tasks.close(timeout_s)
        await self.performer.aclose()
