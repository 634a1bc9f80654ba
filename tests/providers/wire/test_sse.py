"""Splitting bytes into events, the limits, and bad lines."""

from __future__ import annotations

import pytest

from streamdash.providers.wire.sse import MAX_EVENT, MAX_LINE, ServerSentEvent, SseDecoder

A, B = ServerSentEvent("", "a"), ServerSentEvent("", "b")


def test_an_event_ends_at_its_blank_line() -> None:
    decoder = SseDecoder()
    assert decoder.feed(b"data: a\n") == []
    assert decoder.feed(b"\ndata: b\n\n") == [A, B]


def test_a_crlf_cut_in_two_is_one_line_end() -> None:
    decoder = SseDecoder()
    assert decoder.feed(b"data: a\r") == []
    assert decoder.feed(b"\ndata: b\r") == []
    assert decoder.feed(b"\n\r\n") == [ServerSentEvent("", "a\nb")]


def test_data_lines_of_one_event_are_joined_and_its_name_is_kept() -> None:
    event = b"event: first\nevent: last\ndata: a\nid: 1\n: x\ndata:  b\n\ndata: c\n\n"
    assert SseDecoder().feed(event) == [
        ServerSentEvent("last", "a\n b"),
        ServerSentEvent("", "c"),
    ]


def test_a_byte_order_mark_counts_only_at_the_start() -> None:
    bom = b"\xef\xbb\xbf"
    assert SseDecoder().feed(bom + b"data: a\n\n" + bom + b"data: b\n\n") == [A]


@pytest.mark.parametrize("size", [1, 1000, MAX_LINE])
def test_a_line_as_long_as_the_limit_is_read(size: int) -> None:
    decoder = SseDecoder()
    assert decoder.feed(b"data: " + b"x" * (size - 6) + b"\n\n") or size < 7
    assert decoder.broken is None


@pytest.mark.parametrize("start", [b"data: ", b": ", b"", b"event: "])
def test_a_line_longer_than_the_limit_breaks_the_stream_before_it_ends(start: bytes) -> None:
    decoder = SseDecoder()
    decoder.feed(start)
    fed = 0
    while decoder.broken is None:
        decoder.feed(b"x" * 65_536)
        fed += 65_536
    assert fed <= MAX_LINE + 65_536
    assert decoder.broken.kind == "protocol"
    assert "32 MiB" in decoder.broken.message
    assert decoder.finish() == []


def test_an_event_longer_than_the_limit_breaks_the_stream_before_it_ends() -> None:
    decoder = SseDecoder()
    fed = 0
    while decoder.broken is None:
        decoder.feed(b"data: " + b"x" * 60_000 + b"\n")
        fed += 60_000
    assert fed <= MAX_EVENT + 60_000
    assert "64 MiB" in decoder.broken.message


@pytest.mark.parametrize(
    "broken",
    [b"data: \xff\n\n", b"event: \xff\ndata: x\n\n", b"data: " + b"x" * (MAX_LINE + 1) + b"\n\n"],
)
def test_events_before_a_bad_line_in_the_same_piece_are_read(broken: bytes) -> None:
    decoder = SseDecoder()
    assert decoder.feed(b"data: a\n\n" + broken + b"data: b\n\n") == [A]
    assert decoder.broken is not None


def test_the_last_event_needs_no_blank_line() -> None:
    decoder = SseDecoder()
    assert decoder.feed(b"data: a\n\ndata: b") == [A]
    assert decoder.finish() == [B]
