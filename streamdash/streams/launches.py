"""The answers that a pane can show: one for each launch of its stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from streamdash.streams.rounds.round import is_measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.streams.state import StreamState


class Launched(Protocol):
    """The answers of each stream; `RunStreams` documents the three lists."""

    @property
    def states(self) -> Sequence[StreamState]: ...

    @property
    def past(self) -> Sequence[Sequence[StreamState]]: ...

    @property
    def earlier(self) -> Sequence[Sequence[StreamState]]: ...


def launches_of(run: Launched, index: int) -> list[StreamState]:
    """The last answer of each launch of stream `index`, oldest first; the current one is last.

    A rerun, another request and a follow-up are launches. The rounds of one launch are repeated
    measurements, of which the last one stands for all.
    """
    current = run.states[index]
    before = sorted((*run.earlier[index], *run.past[index]), key=lambda one: one.launched_at)
    last = {one.series: one for one in before if one.series != current.series}
    return [*(last[series] for series in sorted(last)), current]


def rounds_of_launch(run: Launched, state: StreamState) -> list[StreamState]:
    """The answers that count of the rounds that `state` was launched with, oldest first."""
    index = state.index
    answers = (*run.earlier[index], *run.past[index], run.states[index])
    return [one for one in answers if one.series == state.series and is_measured(one)]


def launch_words(run: Launched, state: StreamState) -> str:
    """Which launch of its stream this is, of how many: `2/3`; empty if there was only one."""
    launches = run.states[state.index].series + 1
    return f"{state.series + 1}/{launches}" if launches > 1 else ""
