"""Finds the streams of an edited prompt file among those of the file before the edit."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from typing import TYPE_CHECKING

from streamdash.streams.spec import Deadlines

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from streamdash.streams.spec import StreamSpec

    Key = Callable[[int], Hashable]


def request_key(spec: StreamSpec) -> str:
    """A text that is equal for two specs if they send the same request to the same endpoint.

    Labels, deadlines, retries and checks are no part of it.
    """
    request = spec._replace(
        label="", case=None, prompt_label=None, deadlines=Deadlines(), retries=0, checks=()
    )
    return json.dumps(request, sort_keys=True, default=repr)


def match_streams(old: Sequence[StreamSpec], new: Sequence[StreamSpec]) -> list[int | None]:
    """For each new spec the place of the old one that it continues; None for a new stream.

    Streams that send the same request come first, so that no answer is requested again because a
    stream was renamed or moved; where several do, the label decides, then the order. What is left
    is matched by label, then by place: between the same neighbours, first with the same model.
    """
    found: list[int | None] = [None] * len(new)
    matches = _Matches(found, len(old))
    requests = [request_key(spec) for spec in old], [request_key(spec) for spec in new]
    labels = [spec.label for spec in old], [spec.label for spec in new]
    matches.pair(*(_both(request, label) for request, label in zip(requests, labels, strict=True)))
    matches.pair(*(request.__getitem__ for request in requests))
    matches.pair(*(label.__getitem__ for label in labels))
    gaps = matches.gaps()
    targets = [spec.target for spec in old], [spec.target for spec in new]
    matches.pair(*(_both(gap, target) for gap, target in zip(gaps, targets, strict=True)))
    matches.pair(*(gap.__getitem__ for gap in gaps))
    return found


def _both(first: Sequence[Hashable], second: Sequence[Hashable]) -> Key:
    return lambda place: (first[place], second[place])


class _Matches:
    """The pairs found so far, in `found`: places of old streams by the place of the new one."""

    def __init__(self, found: list[int | None], old: int) -> None:
        self._found = found
        self._old = old

    def pair(self, old_key: Key, new_key: Key) -> None:
        """Pair the streams that are left and have equal keys, in their order."""
        taken = set(self._found)
        waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
        for place in range(self._old):
            if place not in taken:
                waiting[old_key(place)].append(place)
        for place, match in enumerate(self._found):
            if match is None and waiting[new_key(place)]:
                self._found[place] = waiting[new_key(place)].popleft()

    def gaps(self) -> tuple[list[int], list[int]]:
        """For each old and each new place the last old place at or before it that has a match.

        -1 where there is none. Two unmatched streams with equal values follow the same one.
        """
        taken = {match for match in self._found if match is not None}
        old, last = [], -1
        for place in range(self._old):
            last = place if place in taken else last
            old.append(last)
        new, last = [], -1
        for match in self._found:
            last = last if match is None else match
            new.append(last)
        return old, new
