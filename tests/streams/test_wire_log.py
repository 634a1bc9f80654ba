"""The log of wire events for the inspector."""

from __future__ import annotations

import gc

from streamdash.streams.events import Wire
from streamdash.streams.wire_log import EVENT_CHARS, WireLog


def filled(log: WireLog, *raws: str) -> WireLog:
    for number, raw in enumerate(raws, 1):
        log.append(number, number / 10, Wire("chunk", raw))
    return log


def numbers(log: WireLog) -> list[int]:
    return [entry.number for entry in log]


def test_an_event_is_read_back_unchanged() -> None:
    log = WireLog(3)
    wire = Wire("[DONE]", "[DONE]", chunk=False)
    log.append(7, 1.5, wire)
    assert (log[-1].number, log[-1].at, log[-1].wire) == (7, 1.5, wire)


def test_the_oldest_event_is_dropped_if_there_are_too_many() -> None:
    assert numbers(filled(WireLog(3), *"abcde")) == [3, 4, 5]


def test_large_events_leave_room_for_fewer() -> None:
    large = "x" * (2 * EVENT_CHARS)
    assert numbers(filled(WireLog(4), "a", large, "b", large, "c")) == [3, 4, 5]


def test_the_newest_event_stays_however_large_it_is() -> None:
    assert numbers(filled(WireLog(2), "a", "x" * (9 * EVENT_CHARS))) == [2]


def test_a_log_of_size_zero_stores_nothing() -> None:
    assert len(filled(WireLog(0), "a", "b")) == 0


def test_the_garbage_collector_does_not_track_stored_events() -> None:
    gc.collect()
    before = len(gc.get_objects())
    log = filled(WireLog(1_000), *(str(number) for number in range(1_000)))
    gc.collect()
    assert len(log) == 1_000
    assert len(gc.get_objects()) - before < 100


def test_text_that_is_not_json_is_decoded_as_itself() -> None:
    assert Wire("[DONE]", "[DONE]").decoded() == "[DONE]"
    assert Wire("deep", "[" * 100_000).decoded() == "[" * 100_000
    assert Wire("kept by name", None).decoded() is None
