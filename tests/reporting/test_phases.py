"""The phases of retried streams, which the ladder and the race draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.recording.recording import Launch
from streamdash.reporting.html.race import Lane, kinds_of, race
from streamdash.reporting.phases import phases_of_state, track_of_launch
from streamdash.streams.errors import ErrorInfo
from streamdash.streams.events import Attempt, Delta, End, Headers, Retry, Sent, Status
from tests.streams.scripted import SPEC

if TYPE_CHECKING:
    from streamdash.streams.events import Event

BUSY = ErrorInfo("rate_limit", "slow down", 429)
EVENTS: tuple[tuple[Event, float], ...] = (
    (Attempt(1), 1.0), (Sent(), 1.5), (Headers(429, None, ""), 1.8), (Retry(2.0, BUSY), 2.0),
    (Attempt(2), 4.0), (Retry(4.0, BUSY), 5.0),
    (Attempt(3), 9.0), (Sent(), 9.5), (Headers(200, None, ""), 10.0), (Delta("answer", "a"), 11.0),
    (Delta("answer", "b"), 12.0), (End(Status.DONE), 12.0),
)  # fmt: skip
PHASES = [
    ("queue", 0.0, 1.0), ("failed", 1.0, 2.0), ("retry", 2.0, 4.0), ("failed", 4.0, 5.0),
    ("retry", 5.0, 9.0), ("connect", 9.0, 9.5), ("request", 9.5, 10.0), ("first", 10.0, 11.0),
    ("answer", 11.0, 12.0),
]  # fmt: skip


def launch(*events: tuple[Event, float]) -> Launch:
    return Launch(SPEC, 0.0, 0, events, ended=True)


def test_failed_attempts_and_waits_are_phases_of_states_and_of_recordings() -> None:
    whole = launch(*EVENTS)
    assert list(phases_of_state(whole.state(0), 99.0)) == PHASES
    assert list(track_of_launch(whole).phases) == PHASES


def test_a_stream_that_waits_for_its_next_attempt_has_phases_so_far() -> None:
    waiting = launch(*EVENTS[:4])
    assert list(phases_of_state(waiting.state(0), 3.0)) == [*PHASES[:2], ("retry", 2.0, 3.0)]


def test_the_race_draws_and_explains_failed_attempts() -> None:
    lane = Lane("A", "", Status.DONE, track_of_launch(launch(*EVENTS)), 1.5, 2.5)
    assert {"failed", "retry"} <= kinds_of([lane])
    assert race([lane]).count('class="failed"') == 2
    once = Lane("A", "", Status.DONE, track_of_launch(launch(*EVENTS[6:])), 1.5, 2.5)
    assert "failed" not in kinds_of([once])
    assert 'class="failed"' not in race([once])
