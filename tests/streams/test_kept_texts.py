"""The memory of earlier answers: the newest texts stay, and only so many answers."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from streamdash.streams.events import Attempt, Delta, End, Sent, Status
from streamdash.streams.kept_texts import ANSWERS_KEPT, KeptTexts, answers_kept
from streamdash.streams.launches import launch_words, launches_of
from streamdash.streams.metrics import measure
from streamdash.streams.run_streams import RunStreams
from streamdash.streams.spec import RunPlan
from tests.streams.scripted import spec

if TYPE_CHECKING:
    from streamdash.streams.state import StreamState

MEMORY = pytest.mark.fault("screen", "the memory of a long session grows without bound")


class Session:
    """Answers of one stream after the other, by a clock of its own."""

    def __init__(self, *labels: str, limit: int = 64 << 20) -> None:
        self.now = 0.0
        self.streams = RunStreams(RunPlan(specs=tuple(map(spec, labels))), self._tick)
        self.streams.texts = KeptTexts(limit)

    def _tick(self) -> float:
        self.now += 0.01
        return self.now

    def answer(self, index: int, *texts: str) -> StreamState:
        """Rerun the stream; the answer comes in these deltas."""
        self.streams.begin_series(index, None)
        state = self.streams.states[index]
        self.streams.announce(state, Attempt(1))
        self.streams.announce(state, Sent())
        for text in texts:
            self.streams.announce(state, Delta("answer", text))
        self.streams.announce(state, Delta("reasoning", "so"))
        self.streams.announce(state, End(Status.DONE))
        return state


def texts_in_memory(session: Session, index: int) -> list[str]:
    return [state.text.value() for state in session.streams.earlier[index]]


@MEMORY
def test_texts_beyond_the_limit_are_dropped_oldest_first_over_all_streams() -> None:
    session = Session("A", "B", limit=2_500)
    for _ in range(3):
        session.answer(0, "a" * 900)
        session.answer(1, "b" * 900)
    # two of the four earlier answers fit: the newest of each
    assert texts_in_memory(session, 0) == ["", "a" * 900]
    assert texts_in_memory(session, 1) == ["", "b" * 900]
    assert session.streams.texts.total <= 2_500
    assert session.streams.states[0].text.value() == "a" * 900


@MEMORY
def test_a_dropped_answer_keeps_all_its_numbers() -> None:
    session = Session("A", limit=1)
    state = session.answer(0, *["some ", "words ", "in ", "pieces "] * 40)
    before = measure(state)
    assert before.gap_p50_s is not None
    session.answer(0, "newer")
    session.answer(0, "newest")
    assert state.texts_dropped
    assert measure(state) == before
    assert state.text.chars == before.chars > 0
    assert len(state.delta_times) == 0


@MEMORY
def test_a_thousand_reruns_of_long_answers_take_no_more_memory_than_the_limit() -> None:
    session = Session("A", limit=1 << 20)
    pieces = ["word " * 20] * 100

    def session_of(reruns: int) -> int:
        for _ in range(reruns):
            session.answer(0, *pieces)
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        session_of(ANSWERS_KEPT)
        first = tracemalloc.get_traced_memory()[0]
        later = session_of(500)
    finally:
        tracemalloc.stop()
    # 1,500 answers would take 15 MB
    assert later < 12 << 20
    assert later - first < 1 << 20
    assert len(session.streams.earlier[0]) == ANSWERS_KEPT
    assert len(session.streams.texts._bytes) < ANSWERS_KEPT


@MEMORY
@pytest.mark.parametrize(
    ("streams", "kept"), [(0, 1_000), (1, 1_000), (20, 1_000), (200, 100), (10_000, 5)]
)
def test_more_streams_keep_fewer_answers_each(streams: int, kept: int) -> None:
    assert answers_kept(streams) == kept


@MEMORY
def test_answers_that_are_no_longer_kept_are_counted_all_the_same() -> None:
    session = Session("A")
    session.streams._answers_kept = 2
    for number in range(5):
        session.answer(0, f"answer {number}")
    assert texts_in_memory(session, 0) == ["answer 2", "answer 3"]
    oldest, *_ = launches_of(session.streams, 0)
    assert launch_words(session.streams, oldest) == "3/5"
    assert len(session.streams.texts._bytes) == 2


@MEMORY
def test_restored_texts_are_the_last_to_be_dropped_again() -> None:
    session = Session("A", limit=3_000)
    states = [session.answer(0, letter * 900) for letter in "abcd"]
    assert [state.texts_dropped for state in states] == [True, False, False, False]
    session.streams.texts.restore({states[0]: {"answer": "a" * 900, "reasoning": "so"}})
    assert states[0].text.value() == "a" * 900
    assert [state.texts_dropped for state in states] == [False, True, False, False]
    session.answer(0, "e" * 900)
    assert not states[0].texts_dropped


@MEMORY
@pytest.mark.parametrize(
    "texts", [{}, {"answer": "too short"}, {"answer": "a" * 900, "reasoning": "other"}]
)
def test_texts_of_another_length_are_not_taken_for_the_answer(texts: dict[str, str]) -> None:
    session = Session("A", limit=1)
    states = [session.answer(0, letter * 900) for letter in "abc"]
    session.streams.texts.restore({states[0]: texts})  # type: ignore[dict-item]
    assert states[0] in session.streams.texts.lost
    assert states[0].texts_dropped
    assert not states[1].texts_dropped


def test_an_answer_can_be_judged_before_its_texts_are_dropped() -> None:
    session = Session("A", limit=2_500)
    judged: list[str] = []
    session.streams.texts.on_drop = lambda state: judged.append(state.text.value()[:1])
    for text in "abcde":
        session.answer(0, text * 900)
    assert judged == ["a", "b"]
