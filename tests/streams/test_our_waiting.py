"""Waiting that the program itself adds is in no number and cuts no answer short."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from streamdash.streams.errors import StreamError
from streamdash.streams.events import Delta, Finish, Sent, Status, Terminal, Usage, Wire
from streamdash.streams.metrics import measure
from streamdash.streams.runner import StreamRunner
from streamdash.streams.spec import Deadlines
from streamdash.streams.state import StreamState
from streamdash.streams.timing.deadlines import COUNTED_GRACE_S, FINISH_GRACE_S
from tests.streams.scripted import STOP, Scripted, spec
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from streamdash.streams.events import Event
    from tests.streams.scripted import Step

pytestmark = pytest.mark.fault("numbers", "our own waiting is in no number")

WIRE = (0.0, Wire("chunk", "{}"))
PATIENT = Deadlines(connect=10, ttft=120, stall=60, total=600)


def say(text: str, after: float = 0.1) -> list[Step]:
    return [(after, Wire("chunk", "{}")), (0.0, Delta("answer", text))]


def run(*steps: Step) -> tuple[StreamState, float]:
    """The state at the end, and how many seconds the run took."""

    async def work() -> tuple[StreamState, float]:
        begun = virtual_clock()
        state = StreamState(spec(deadlines=PATIENT), 0, begun)
        provider = Scripted([(0.0, Sent()), *steps])
        await StreamRunner(state, provider, clock=virtual_clock, rng=Random(1)).run()
        return state, virtual_clock() - begun

    return run_virtual(work())


def total(state: StreamState) -> float:
    found = measure(state).total_s
    assert found is not None
    assert state.ended_at is not None
    assert state.sent_at is not None
    assert found == pytest.approx(state.ended_at - state.sent_at)
    return found


@pytest.mark.parametrize(
    ("after", "grace", "answer_s"),
    [
        ([(0.0, STOP)], FINISH_GRACE_S, 0.2),
        ([(0.0, STOP), WIRE, (0.0, Usage(3, 7))], COUNTED_GRACE_S, 0.2),
        ([(0.0, Usage(3, 7)), (0.0, STOP)], FINISH_GRACE_S, 0.2),
        ([(0.0, STOP), (0.5, Wire("chunk", "{}")), (0.0, Usage(3, 7))], COUNTED_GRACE_S, 0.7),
        ([(0.0, STOP), *[(3.0, Wire("ping", "{}"))] * 4], FINISH_GRACE_S, 0.2),
    ],
    ids=["a finish reason", "counts behind it", "counts before it", "late counts", "pings behind"],
)
def test_a_connection_that_stays_open_changes_no_number(
    after: list[Step], grace: float, answer_s: float
) -> None:
    state, took = run(*say("a"), *say("b"), *after, (999.0, Wire("chunk", "{}")))
    assert state.status is Status.DONE
    assert "unterminated" in state.flags
    assert total(state) == pytest.approx(answer_s)
    assert took == pytest.approx(answer_s + grace, abs=0.1)


@pytest.mark.parametrize(
    "end",
    [[], [(7.0, StreamError("disconnected", "gone"))], [(7.0, StreamError("protocol", "junk"))]],
    ids=["closed", "broken", "malformed"],
)
def test_the_end_of_a_connection_long_after_the_answer_changes_no_number(end: list[Step]) -> None:
    quiet: list[Step] = [(7.0, Wire("ping", "{}"))]
    state, took = run(*say("a"), (0.0, STOP), *quiet, *end)
    assert state.status is Status.DONE
    assert total(state) == pytest.approx(0.1)
    assert took > 7


def test_events_after_the_terminal_marker_change_no_number() -> None:
    state, took = run(*say("a"), (0.0, Terminal()), (0.1, Wire("x", None)))
    assert total(state) == pytest.approx(0.1)
    assert took == pytest.approx(0.2)


def test_text_after_a_finish_reason_is_part_of_the_answer() -> None:
    steps = [*say("first "), (0.0, STOP), *say("second", 6.5), (0.0, STOP), (0.0, Terminal())]
    state, _ = run(*steps)
    assert (state.status, state.text.value()) == (Status.DONE, "first second")
    assert total(state) == pytest.approx(6.6)


def test_a_server_that_gives_finish_reasons_too_early_gets_the_usual_time() -> None:
    early = [step for text in "bcd" for step in (*say(text, 40.0), (0.0, STOP))]
    state, _ = run(*say("a"), (0.0, STOP), *say("x", 15.0), (0.0, STOP), *early)
    assert state.text.value() == "axbcd"
    assert state.status is Status.DONE


@pytest.mark.parametrize(
    ("events", "status", "reason"),
    [
        ([STOP, Delta("answer", "b")], Status.TRUNCATED, "stop"),
        ([STOP, Delta("reasoning", "b")], Status.TRUNCATED, "stop"),
        ([STOP, Delta("answer", "b"), Finish("length", Status.INCOMPLETE)],
         Status.INCOMPLETE, "length"),
        ([Finish("length", Status.INCOMPLETE), Delta("answer", "b"), Terminal()],
         Status.INCOMPLETE, "length"),
        ([Finish("length", Status.INCOMPLETE), STOP], Status.DONE, "stop"),
    ],
    ids=["text and the end", "reasoning and the end", "another reason", "the marker", "two"],
)  # fmt: skip
def test_the_last_finish_reason_wins_unless_deltas_follow_it(
    events: list[Event], status: Status, reason: str
) -> None:
    state, _ = run(*say("a"), *((0.1, event) for event in events))
    assert state.status is status
    assert state.finish is not None
    assert state.finish.reason == reason


def test_a_disconnect_after_a_refuted_finish_reason_is_a_failure() -> None:
    state, _ = run(*say("a"), (0.0, STOP), *say("b"), (0.1, StreamError("disconnected", "gone")))
    assert state.status is Status.FAILED
    assert total(state) == pytest.approx(0.3)


def test_the_age_of_a_live_stream_ends_with_its_answer() -> None:
    state = StreamState(spec(), 0, 0.0)
    events: list[Event] = [Sent(), Delta("answer", "a"), STOP]
    for at, event in enumerate(events):
        state.apply(event, float(at))
    assert state.until(50.0) == 2.0
    state.apply(Delta("answer", "b"), 60.0)
    assert state.until(61.0) == 61.0
