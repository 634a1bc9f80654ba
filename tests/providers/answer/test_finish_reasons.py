"""Finish reasons of all dialects, in any spelling."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.providers.answer.finish_reasons import LONGEST, finish_events, outcome_of
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Event, Finish, Flag, Status
from tests.faults.scenarios.finish_words import WORDS
from tests.fuzzing import examples

KNOWN = [(word, status) for status, words in WORDS.items() for word in words
         if isinstance(word, str)]  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


def events_of(value: object) -> list[Event]:
    """The events of a finish reason, without the error that may follow."""
    events: list[Event] = []
    with suppress(StreamError):
        for event in finish_events(value):
            events.append(event)  # noqa: PERF402  # keeps the events before an error
    return events


@pytest.mark.fault("wire", "a finish reason in another spelling")
@pytest.mark.parametrize(("word", "status"), KNOWN, ids=[word for word, _ in KNOWN])
def test_case_and_separators_change_nothing(word: str, status: Status) -> None:
    parts = [
        part for part in re.split(r"[\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word)) if part
    ]
    for spelling in (
        "_".join(parts).upper(),
        "-".join(parts).lower(),
        " ".join(parts).title(),
        "".join(part.title() for part in parts),
        parts[0].lower() + "".join(part.title() for part in parts[1:]),
        f"FinishReason.{'_'.join(parts).upper()}",
        f"  {word}\n",
    ):
        assert outcome_of(spelling.strip()) is status, spelling


@pytest.mark.parametrize("word", ["stop", "tool_calls", "end_turn", "eos_token", "COMPLETE"])
def test_a_good_end_has_no_flag(word: str) -> None:
    assert events_of(word) == [Finish(word, Status.DONE)]


def test_an_unknown_word_is_flagged_and_kept() -> None:
    assert events_of("Handoff!") == [Flag("unknown_finish"), Finish("Handoff!", Status.DONE)]
    assert events_of("z" * 9000) == [Flag("unknown_finish"), Finish("z" * LONGEST, Status.DONE)]


def test_an_error_reason_gives_a_finish_before_it_is_raised() -> None:
    assert events_of("NETWORK_ERROR") == [Finish("NETWORK_ERROR", Status.FAILED)]
    with pytest.raises(StreamError, match="finish reason 'NETWORK_ERROR'"):
        list(finish_events("NETWORK_ERROR"))


@pytest.mark.fault("wire", "a finish reason of any JSON value")
@given(VALUES)
@examples(300)
def test_any_value_gives_at_most_one_finish(value: object) -> None:
    events = events_of(value)
    finishes = [event for event in events if isinstance(event, Finish)]
    assert len(finishes) == (1 if events else 0)
    assert all(finish.reason and len(finish.reason) <= LONGEST for finish in finishes)


def test_a_deeply_nested_reason_is_read() -> None:
    value: object = "length"
    for _ in range(5000):
        value = [value]
    assert len(events_of(value)) <= 2
