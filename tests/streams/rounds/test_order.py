"""The orders of turns: shuffled, balanced, and repeatable."""

from __future__ import annotations

from collections import Counter
from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as some

from streamdash.streams.rounds.order import balanced_orders
from tests.fuzzing import examples

STREAMS = some.integers(1, 12)
SEEDS = some.text(max_size=4)


@examples(100)
@given(STREAMS, SEEDS, some.integers(0, 40))
def test_every_stream_has_every_place_equally_often_at_any_time(
    streams: int, seed: str, rounds: int
) -> None:
    indices = [10 * index for index in range(streams)]
    places: Counter[tuple[int, int]] = Counter()
    for order in islice(balanced_orders(indices, seed), rounds):
        assert sorted(order) == indices
        places.update((index, place) for place, index in enumerate(order))
    counts = [places[index, place] for index in indices for place in range(streams)]
    assert max(counts) - min(counts) <= 1


@examples(50)
@given(STREAMS, SEEDS)
def test_every_stream_follows_every_other_equally_often(streams: int, seed: str) -> None:
    rounds = streams if streams % 2 == 0 else 2 * streams
    followed: Counter[tuple[int, int]] = Counter()
    for order in islice(balanced_orders(range(streams), seed), rounds):
        followed.update(pairwise(order))
    counts = {followed[a, b] for a in range(streams) for b in range(streams) if a != b}
    assert len(counts) <= 1


def test_equal_seeds_give_equal_orders_and_other_seeds_others() -> None:
    def first(seed: str) -> list[tuple[int, ...]]:
        return [*islice(balanced_orders(range(6), seed), 20)]

    assert first("1") == first("1")
    assert first("1") != first("2")
    assert len(set(first("1"))) > 6
