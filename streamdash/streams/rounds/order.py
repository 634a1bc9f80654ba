"""The order of the streams within each round: shuffled, and balanced over the rounds."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def balanced_orders(indices: Sequence[int], seed: str) -> Iterator[tuple[int, ...]]:
    """Endless orders of `indices`, equal for equal seeds.

    In each block of as many rounds as there are streams, every stream has every place once, so at
    any time each has had each place equally often, give or take one. Every stream also follows
    every other equally often: within a block if their number is even, else within two blocks
    (Williams designs). What a block looks like is drawn anew each time.
    """
    rng = Random(seed)  # noqa: S311  # an order, not a secret
    count = len(indices)
    first = _zigzag(count)
    while True:
        shuffled = [*indices]
        rng.shuffle(shuffled)
        mirrored = first if count % 2 == 0 else first[::-1]
        for row in (first, mirrored) if count % 2 else (first,):
            shifts = [*range(count)]
            rng.shuffle(shifts)
            for shift in shifts:
                yield tuple(shuffled[(place + shift) % count] for place in row)


def _zigzag(count: int) -> list[int]:
    """0, 1, n-1, 2, n-2, ... for n streams.

    The differences of neighbours, modulo n, are all different if n is even. If n is odd, each
    comes twice in the row and its mirror image together.
    """
    return [(step + 1) // 2 if step % 2 else (count - step // 2) % count for step in range(count)]
