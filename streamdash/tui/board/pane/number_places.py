"""Fixed places for the numbers under a transcript: they depend on the pane's width alone."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from streamdash.reporting.figures import compact, count, rate
from streamdash.tui.widgets.parts import MOST_NEEDED, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.widgets.parts import Part, Row

TTFT_CELLS = 7
"""`~412 ms`, or a running clock with its ellipsis: `59.9 s…`."""
TIME_CELLS = 6
"""`3.21 s`, `2m 13s`."""
RATE_CELLS = 5
"""`1,204`."""
GAP = 2


class Numbers(NamedTuple):
    """What the line under a transcript says; an unknown number leaves its place empty."""

    ttft: str = ""
    """The time to the first token, or the clock that runs until then."""
    waits: bool = False
    """Whether that clock still runs."""
    time: str = ""
    """The time since the request was sent, until now or until the end."""
    ended: bool = False
    chars: int | None = None
    chars_per_s: float | None = None
    notes: tuple[Part, ...] = ()
    """Stand in the place of the first unknown number and after it."""
    extras: tuple[Part, ...] = ()
    """Stand after the last place, where they never move."""
    kept_free: tuple[int, ...] = (0,)
    """Cells that the extras should get, the most first; the last number they get in any pane."""


class Placed(NamedTuple):
    """A text and the column where it stands."""

    column: int
    text: str
    tone: str


class _Form(NamedTuple):
    """One way to write the numbers."""

    words: bool
    """Whether `ttft` and `time` are written out."""
    digits: int
    """Cells of the count of characters, which is rounded if it has more; 0 without a count."""
    rate: bool
    gap: int

    def places(self) -> list[range]:
        """The columns of TTFT, time, count and rate, as far as the form has them."""
        ttft, time = (len("ttft "), len("total ")) if self.words else (0, 0)
        cells = [ttft + TTFT_CELLS, time + TIME_CELLS]
        cells += [self.digits + 3] if self.digits else []
        cells += [RATE_CELLS + 5] if self.rate else []
        places, start = [], 0
        for size in cells:
            places.append(range(start, start + size))
            start += size + self.gap
        return places

    def texts(self, numbers: Numbers) -> list[str]:
        """The numbers as they stand in the places; empty for an unknown one."""
        ttft = f"{numbers.ttft:>{TTFT_CELLS}}" if numbers.ttft else ""
        time = f"{numbers.time:>{TIME_CELLS}}" if numbers.time else ""
        if self.words:
            ttft = ttft and f"ttft {ttft}"
            time = time and f"{'total' if numbers.ended else 'time':<5} {time}"
        chars, per_s = numbers.chars, numbers.chars_per_s
        texts = [ttft, time]
        if self.digits:
            texts.append("" if chars is None else f"{_fitted(chars, self.digits)} ch")
        if self.rate:
            texts.append("" if per_s is None else f"{_rate(per_s)} ch/s")
        return texts


_FORMS = (
    _Form(words=True, digits=7, rate=True, gap=2),
    _Form(words=True, digits=7, rate=False, gap=2),
    _Form(words=True, digits=4, rate=False, gap=1),
    _Form(words=False, digits=4, rate=False, gap=2),
    _Form(words=False, digits=4, rate=False, gap=1),
    _Form(words=False, digits=0, rate=False, gap=1),
)
"""From the widest to the narrowest."""


def place_numbers(numbers: Numbers, room: int) -> list[Placed]:
    """The texts that fit into `room` cells, each at its column, from left to right.

    Warnings that do not fit behind the numbers take the place of the rate.
    """
    form, places = _form_for(room, numbers.kept_free)
    texts = form.texts(numbers)
    tones = ["wait" if numbers.waits else "key", "", "", ""]
    after = places[-1].stop + GAP
    known = next((n for n, text in enumerate(texts) if not text), len(texts))
    placed = [
        Placed(place.start, text, tone)
        for place, text, tone in zip(places, texts, tones, strict=False)
        if text and place.stop <= room
    ]
    notes = [part for part in numbers.notes if part.text]
    tail = fit(numbers.extras, room - after)
    warnings = [part for part in numbers.extras if part.tone == "warn" and part.rank > MOST_NEEDED]
    if form.rate and known >= len(texts) - 1 and not all(part in tail.parts for part in warnings):
        extras = tuple(part for part in numbers.extras if part not in warnings)
        return place_numbers(
            numbers._replace(chars_per_s=None, notes=tuple(notes + warnings), extras=extras),
            room,
        )
    if notes and known < len(texts):
        start = places[known].start
        others = [place.start - form.gap for place, text in zip(places, texts, strict=True)
                  if text and place.start > start]  # fmt: skip
        stop = min([*others, after - GAP if tail.parts else room])
        row = fit(notes, stop - start)
        if not known or _needed(row.parts) == _needed(notes):
            placed += _in_a_row(row, start)
            notes = []
    if known and notes:
        tail = _with_notes(tail, numbers.extras, notes, room - after)
    placed = sorted([*placed, *_in_a_row(tail, after)])
    while placed and not placed[-1].text.strip():
        placed.pop()
    return [*placed[:-1], *(last._replace(text=last.text.rstrip()) for last in placed[-1:])]


def _needed(parts: Sequence[Part]) -> int:
    return sum(part.rank <= MOST_NEEDED for part in parts)


@cache
def _form_for(room: int, kept_free: tuple[int, ...]) -> tuple[_Form, list[range]]:
    """The widest form that leaves the extras their cells, and its places.

    Words go before the last of those cells.
    """
    for free in kept_free:
        left = room - free - (GAP if free else 0)
        for form in _FORMS:
            places = form.places()
            if places[-1].stop <= left and (form.words or free == kept_free[-1]):
                return form, places
    return _FORMS[-1], _FORMS[-1].places()


def _with_notes(tail: Row, extras: tuple[Part, ...], notes: list[Part], room: int) -> Row:
    """The extras in `room` cells with the notes among them, if no needed part moves for them."""
    needed = [part for part in extras if part.rank <= MOST_NEEDED]
    others = [part for part in extras if part.rank > MOST_NEEDED]
    row = fit([*needed, *notes, *others], room)
    first = [part for part in tail.parts if part.rank <= MOST_NEEDED]
    return row if [*row.parts[: len(first)]] == first and row.gap == tail.gap else tail


def _in_a_row(row: Row, column: int) -> list[Placed]:
    placed = []
    for part in row.parts:
        placed.append(Placed(column, part.text, part.tone))
        column += cell_len(part.text) + row.gap
    return placed


def _fitted(number: int, cells: int) -> str:
    exact = count(number)
    return f"{exact if len(exact) <= cells else compact(number):>{cells}}"


def _rate(per_s: float) -> str:
    exact = rate(per_s)
    return f"{exact if len(exact) <= RATE_CELLS else compact(round(per_s)):>{RATE_CELLS}}"
