"""Which of a stream's answers belong to its rounds, and which came before them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from streamdash.streams.rounds.round import Round


class Placed(Protocol):
    """An answer, live or recorded, with the round and the series that it belongs to."""

    @property
    def round(self) -> Round | None: ...

    @property
    def series(self) -> int: ...

    @property
    def launched_at(self) -> float: ...


A = TypeVar("A", bound=Placed)


def make_room(
    past: list[A], earlier: list[A], answer: A, following: Round | None, series: int
) -> None:
    """Put an answer aside, before one of the round `following` and of `series` takes its place.

    `past` are the other rounds of the current series of rounds, oldest first, and `earlier` the
    answers before them. A further round of the series, and a rerun, which belongs to no round,
    leave the rounds where they are. A new series of rounds puts all of them to the earlier ones.
    """
    (earlier if answer.round is None else past).append(answer)
    if following is not None and (not past or past[-1].series != series):
        end_rounds(past, earlier)


def end_rounds(past: list[A], earlier: list[A]) -> None:
    """Put the rounds so far to the earlier answers, because those to come are of another kind."""
    earlier += past
    past.clear()
    earlier.sort(key=lambda one: one.launched_at)
