"""Which streams of an edited prompt file continue which of the file before the edit."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from streamdash.streams.spec import Deadlines, Endpoint, StreamSpec
from streamdash.watching.matching import match_streams, request_key
from tests.fuzzing import examples

if TYPE_CHECKING:
    from collections.abc import Sequence

LAB = Endpoint("lab", "openai", "http://127.0.0.1:1/v1")


def stream(label: str, prompt: str, model: str = "m") -> StreamSpec:
    return StreamSpec(label, LAB, model, ({"role": "user", "content": prompt},))


def matched(old: Sequence[StreamSpec], new: Sequence[StreamSpec]) -> list[int | None]:
    return match_streams(old, new)


A, B, C = stream("A", "a?"), stream("B", "b?"), stream("C", "c?")


def test_an_unchanged_file_matches_stream_by_stream() -> None:
    assert matched([A, B, C], [A, B, C]) == [0, 1, 2]


def test_streams_in_another_order_are_the_same_streams() -> None:
    assert matched([A, B, C], [C, A, B]) == [2, 0, 1]


def test_a_stream_with_another_label_is_the_same_stream() -> None:
    assert matched([A, B], [A, B._replace(label="Bee")]) == [0, 1]


def test_a_stream_with_another_prompt_is_found_by_its_label() -> None:
    assert matched([A, B, C], [stream("C", "see?"), A, B]) == [2, 0, 1]


def test_two_streams_that_exchange_their_labels_send_nothing() -> None:
    assert matched([A, B], [A._replace(label="B"), B._replace(label="A")]) == [0, 1]


def test_of_equal_requests_each_keeps_its_label() -> None:
    twins = [stream("one", "same?"), stream("two", "same?")]
    assert matched(twins, twins[::-1]) == [1, 0]


def test_a_stream_keeps_its_request_where_a_twin_before_it_has_gone() -> None:
    # labels made by counting move on to the next stream
    old = [stream("m", "first?"), stream("m #2", "second?")]
    assert matched(old, [stream("m", "second?")]) == [1]


def test_a_stream_with_another_label_and_prompt_is_found_between_its_neighbours() -> None:
    new = [A, stream("new", "new?"), C]
    assert matched([A, B, C], new) == [0, 1, 2]


def test_a_stream_before_an_edited_one_is_new() -> None:
    new = [stream("N", "new?"), A, stream("Bee", "bee?"), C]
    assert matched([A, B, C], new) == [None, 0, 1, 2]


def test_a_stream_at_the_end_does_not_continue_one_that_was_deleted_at_the_start() -> None:
    assert matched([A, B], [B, stream("N", "new?")]) == [1, None]


def test_an_edited_prompt_stays_with_its_model() -> None:
    old = [stream("p · m1", "p", "m1"), stream("p · m2", "p", "m2")]
    assert matched(old, [stream("q", "q", "m2")]) == [1]


def test_limits_and_labels_are_no_part_of_a_request() -> None:
    limits = Deadlines(total=1.0)
    assert request_key(A) == request_key(A._replace(label="x", deadlines=limits, retries=9))


def test_all_that_is_sent_is_part_of_a_request() -> None:
    others = [
        A._replace(model="n"),
        A._replace(system="s"),
        A._replace(messages=({"role": "user", "content": "A?"},)),
        A._replace(params={"k": True}),
        A._replace(params={"k": 1}),
        A._replace(stop=("x",)),
        A._replace(cache="cold"),
        A._replace(stream=False),
        *(
            A._replace(endpoint=endpoint)
            for endpoint in (
                LAB._replace(base_url="http://127.0.0.1:2/v1"),
                LAB._replace(key_env="LAB_API_KEY"),
                LAB._replace(headers={"x-team": "lab"}),
                LAB._replace(api="anthropic"),
            )
        ),
    ]
    assert len({request_key(spec) for spec in (A, *others)}) == 1 + len(others)


def test_the_order_of_keys_is_no_part_of_a_request() -> None:
    one, other = ({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"d": 3, "c": 2}, "a": 1})
    assert request_key(A._replace(params=one)) == request_key(A._replace(params=other))


specs = st.builds(
    stream, st.sampled_from("ABCDE"), st.sampled_from("pqrs"), st.sampled_from(["m", "n"])
)
files = st.lists(specs, max_size=9, unique_by=lambda spec: spec.label)


@given(files, files)
@examples(300)
def test_whatever_the_edit_only_requests_that_the_file_did_not_have_are_sent(
    old: list[StreamSpec], new: list[StreamSpec]
) -> None:
    found = matched(old, new)
    continued = [place for place in found if place is not None]
    assert len(found) == len(new)
    assert len(set(continued)) == len(continued)
    assert set(continued) <= set(range(len(old)))
    sent = Counter(
        request_key(spec)
        for place, spec in zip(found, new, strict=True)
        if place is None or request_key(old[place]) != request_key(spec)
    )
    assert sent == Counter(map(request_key, new)) - Counter(map(request_key, old))


@given(files, st.randoms())
@examples(100)
def test_a_file_in_any_order_and_with_any_labels_sends_nothing(
    old: list[StreamSpec], rng: st.DataObject
) -> None:
    new = [spec._replace(label=f"{place}") for place, spec in enumerate(old)]
    rng.shuffle(new)  # type: ignore[attr-defined]  # hypothesis types its random source so
    found = matched(old, new)
    for place, spec in zip(found, new, strict=True):
        assert place is not None
        assert request_key(old[place]) == request_key(spec)
