"""Parsing in steps gives the same values and errors as the C parser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.providers.wire import large_json
from streamdash.providers.wire.large_json import ITEMS, SHORT, parse_in_steps
from tests.fuzzing import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.fault("wire", "large events and answers without end")

TEXT = st.text(st.sampled_from('a"\\/é世😀\n\t\x00,:{}[] \ud83d\ude00'), max_size=80)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False) | TEXT,
    lambda inside: st.lists(inside, max_size=8) | st.dictionaries(TEXT, inside, max_size=6),
    max_leaves=40,
)


@pytest.fixture(autouse=True)
def tiny_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Makes the windows so small that almost every value is large."""
    with monkeypatch.context() as patch:
        patch.setattr(large_json, "WINDOW", 40)
        patch.setattr(large_json, "PIECE", 16)
        yield


def parsed(data: bytes) -> object:
    steps = parse_in_steps(bytearray(data))
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


@given(value=VALUES, plain=st.booleans(), indent=st.none() | st.integers(0, 2))
@examples(300)
def test_every_document_is_read_as_the_c_parser_reads_it(
    value: object, plain: bool, indent: int | None
) -> None:
    data = json.dumps(value, ensure_ascii=plain, indent=indent).encode("utf-8", "surrogatepass")
    try:
        wanted = json.loads(data.decode())
    except UnicodeDecodeError:
        with pytest.raises(UnicodeDecodeError):
            parsed(data)
        return
    assert parsed(data) == wanted


@given(value=VALUES, data=st.data())
@examples(300)
def test_a_mutated_document_is_read_or_refused_as_the_c_parser_does(
    value: object, data: st.DataObject
) -> None:
    wire = bytearray(json.dumps(value).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(wire) - 1))
        wire[place : place + data.draw(st.integers(0, 2))] = data.draw(
            st.sampled_from([b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\", b"0", b" ", b""])
        )
        if not wire:
            return
    try:
        wanted = json.loads(wire)
    except (ValueError, RecursionError):
        with pytest.raises(ValueError, match=r"."):
            parsed(bytes(wire))
        return
    assert parsed(bytes(wire)) == wanted


@pytest.mark.parametrize(
    ("document", "kept"),
    [
        ({"url": "A" * 5000}, {"url": "A" * 16}),
        ({"content": "data:image/png;base64," + "A" * 5000}, None),
        ({"content": "A" * 5000}, {"content": "A" * 5000}),
        ({"logprobs": [{"token": "a"}] * 50}, {"logprobs": []}),
        ({"rows": list(range(ITEMS + 500))}, {"rows": list(range(ITEMS))}),
    ],
    ids=["a picture", "a data URL", "a text", "log probabilities", "too many items"],
)
def test_unused_data_are_left_out(document: object, kept: object) -> None:
    found = parsed(json.dumps(document).encode())
    assert isinstance(found, dict)
    if kept is not None and "url" not in kept:  # type: ignore[operator]  # a dict above
        assert found == kept
    else:
        (short,) = found.values()
        assert len(short) < 3 * SHORT
        assert short.endswith("…")


@pytest.mark.parametrize("data", [b"", b" ", b"{", b'{"a"', b'{"a":}', b"[1 2]", b'"a', b"[1],",
                                  b"{}{}", b"[,]", b"[1,]", b'{"a":1,}', b"nul", b"\xff",
                                  b"[" * 5000, b'{"a":' * 5000])  # fmt: skip
def test_invalid_json_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(data)
