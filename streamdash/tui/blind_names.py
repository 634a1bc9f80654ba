"""Blind mode: streams as letters in shuffled places, and later revealed."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from random import SystemRandom
from typing import TYPE_CHECKING

from streamdash.tui.names import StreamNames, neutral_flags, shown_label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from streamdash.reporting.result import StreamResult
    from streamdash.streams.spec import StreamSpec
    from streamdash.streams.state import StreamState

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letters(place: int) -> str:
    """`A` to `Z`, then `AA`, `AB` and so on."""
    written = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, len(_ALPHABET))
        written = _ALPHABET[letter] + written
    return written


class BlindNames(StreamNames):
    """Shuffles the streams and shows each under the letter of its place.

    Every order is equally likely, the original one included: without it, the places of two
    streams would reveal them.
    """

    blind = True

    def __init__(self, streams: Sequence[int], rng: Random | None = None) -> None:
        super().__init__(0)
        self.order = (rng or SystemRandom()).sample(streams, len(streams))
        self._ranks = {index: place for place, index in enumerate(self.order)}
        """By stream; removed streams have theirs for ever, and added ones get the next."""

    def follow(self, present: Sequence[int]) -> None:
        self.order = sorted(present, key=self._rank)

    def place(self, index: int) -> int:
        return bisect_left(self.order, self._rank(index), key=self._rank)

    def _rank(self, index: int) -> int:
        return self._ranks.setdefault(index, len(self._ranks))

    def letter(self, index: int) -> str:
        return letters(self._rank(index))

    def label(self, state: StreamState) -> str:
        return self.letter(state.index)

    def target(self, _state: StreamState) -> str:
        return ""

    def rank(self, state: StreamState) -> tuple[int, str]:
        return self._rank(state.index), ""

    def legend(self, specs: Sequence[StreamSpec]) -> str:
        called = (f"{self.letter(index)} = {shown_label(specs[index])}" for index in self.order)
        return ", ".join(called)

    def result(self, index: int, result: StreamResult) -> StreamResult:
        """The numbers under the stream's letter, without the cost, which would reveal the model."""
        metrics = result.metrics._replace(flags=tuple(neutral_flags(result.flags)))
        return replace(
            result, label=self.letter(index), endpoint="", model="", cost_usd=None, metrics=metrics
        )


class RevealedNames(StreamNames):
    """Shows the streams in their own places again, each label with the letter that hid it."""

    revealed = True

    def __init__(self, before: BlindNames) -> None:
        super().__init__(0)
        self.order = sorted(before.order)
        self._before = before

    def follow(self, present: Sequence[int]) -> None:
        super().follow(present)
        self._before.follow(present)

    def label(self, state: StreamState) -> str:
        return f"{self._before.letter(state.index)} = {super().label(state)}"

    def rank(self, state: StreamState) -> tuple[int, str]:
        return self._before.rank(state)

    def legend(self, specs: Sequence[StreamSpec]) -> str:
        return self._before.legend(specs)

    def result(self, index: int, result: StreamResult) -> StreamResult:
        return replace(result, label=f"{self._before.letter(index)} = {result.label}")


def next_names(names: StreamNames, rng: Random | None = None) -> StreamNames:
    """The names that blind mode's key leads to: hidden ones are revealed, others hidden."""
    if isinstance(names, BlindNames):
        return RevealedNames(names)
    return BlindNames(names.order, rng)
