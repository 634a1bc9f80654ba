"""The text parts of an OpenAI response, each shown once.

Responses repeat a text up to five times: in deltas, when the text, its part and its item are done,
and in the last event. Servers differ in which of them they send and in the indexes, so a repeated
text is recognised by its place if both have one, and otherwise by its words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.providers.answer.chat_choices import index_of
from streamdash.providers.answer.paragraphs import Paragraphs
from streamdash.streams.events import Delta

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from streamdash.providers.answer.chat_choices import Key
    from streamdash.providers.json_fields import JsonObject
    from streamdash.streams.events import Channel

    ItemTexts = tuple["Place", list[tuple[Channel, str]]]
    """The place of an output item and the model's texts in it."""


class Place(NamedTuple):
    """The place of a part in the output; None for an index that the server left out."""

    item: str | None
    output: Key
    part: Key

    def may_be(self, other: Place) -> bool:
        """Whether no index differs that both places have."""
        return all(a is None or b is None or a == b for a, b in zip(self, other, strict=True))

    def same_item(self, other: Place) -> bool:
        """Whether both places are certainly in the same item."""
        same_id = self.item is not None and self.item == other.item
        return same_id or (self.output is not None and self.output == other.output)


class Part:
    """One text of the output, as far as it has arrived."""

    __slots__ = ("channel", "closed", "number", "pieces", "place")

    def __init__(self, channel: Channel, place: Place, number: int) -> None:
        self.channel = channel
        self.place = place
        self.number = number
        """The number of items that had begun before the part."""
        self.pieces: list[str] = []
        self.closed = False

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def covers(self, text: str) -> bool:
        """Whether `text` repeats this part or continues it after its last delta."""
        own = self.text
        return own.strip() == text.strip() or (not self.closed and text.startswith(own))


def place_of(body: JsonObject) -> Place:
    """The place in the indexes of an event."""
    item = body.get("item_id")
    part = body.get("content_index")
    if part is None:
        part = body.get("summary_index")
    item_id = item if isinstance(item, str) and item else None
    return Place(item_id, index_of(body.get("output_index")), index_of(part))


class ResponseParts:
    """The parts of one response so far, in the order of their arrival."""

    def __init__(self) -> None:
        self._paragraphs = Paragraphs()
        self._parts: list[Part] = []
        self._kind = ""
        self._where: tuple[object, ...] = ()
        self._current: Part | None = None
        self._items = 0

    def item_begins(self, place: Place) -> None:
        """Note that an item begins; parts at the same place belong to an earlier item."""
        self._items += 1
        self._current = None
        for part in self._parts:
            if part.place.output == place.output:
                part.closed = True

    def delta(self, channel: Channel, kind: str, body: JsonObject, text: str) -> Delta:
        """The delta for a streamed piece of text; `kind` is the event's name."""
        where = body.get("output_index"), body.get("content_index"), body.get("item_id")
        part = self._current
        if part is None or kind != self._kind or where != self._where or "summary_index" in body:
            self._kind, self._where = kind, where
            self._current = part = self._open(channel, place_of(body))
        part.pieces.append(text)
        if channel in self._paragraphs.breaks:
            return Delta(channel, self._paragraphs.join(channel, text))
        self._paragraphs.tails[channel] = text
        return Delta(channel, text)

    def _open(self, channel: Channel, place: Place) -> Part:
        """The open part at this place, or a new one."""
        for part in reversed(self._parts):
            if part.channel == channel and part.place == place and not part.closed:
                if part is not self._last_of(channel):
                    self._paragraphs.break_off(channel)
                return part
        return self._new(channel, place)

    def _last_of(self, channel: Channel) -> Part | None:
        return next((p for p in reversed(self._parts) if p.channel == channel), None)

    def _new(self, channel: Channel, place: Place) -> Part:
        part = Part(channel, place, self._items)
        last = self._last_of(channel)
        if last is not None and (channel == "reasoning" or not _same_item(last, part)):
            self._paragraphs.break_off(channel)
        self._parts.append(part)
        return part

    def done(self, channel: Channel, place: Place, text: str) -> Iterator[Delta]:
        """Take a complete text; the delta is the part of it that had not arrived, if any."""
        part = next((p for p in self._candidates(channel, place) if p.covers(text)), None)
        if part is None and self._has_arrived(channel, place, text):
            return
        if part is None:
            part = self._new(channel, place)
        yield from self._missing(part, text)
        part.closed = True
        self._current = None

    def _candidates(self, channel: Channel, place: Place) -> Iterable[Part]:
        """Parts that may be at the place, the most likely ones first."""
        fitting = [p for p in self._parts if p.channel == channel and p.place.may_be(place)]
        return sorted(fitting, key=lambda p: (not p.place.same_item(place), p.closed))

    def _has_arrived(self, channel: Channel, place: Place, text: str) -> bool:
        """Whether `text` is already in the joined parts of the item."""
        mine = [part for part in self._parts if part.channel == channel]
        mine = [part for part in mine if part.place._replace(part=None).may_be(place)]
        arrived, text = _plain("".join(part.text for part in mine)), _plain(text)
        named = any(part.place.same_item(place) and part.place.may_be(place) for part in mine)
        # at a certain place the server may have trimmed the text
        return bool(mine) and (text in arrived if named else text == arrived)

    def _missing(self, part: Part, text: str) -> Iterator[Delta]:
        arrived = part.text
        rest = text[len(arrived) :] if text.startswith(arrived) else "" if arrived else text
        if rest:
            if arrived and part is not self._last_of(part.channel):
                self._paragraphs.break_off(part.channel)
            part.pieces.append(rest)
            yield Delta(part.channel, self._paragraphs.join(part.channel, rest))

    def all_output(self, items: Iterable[ItemTexts]) -> Iterator[Delta]:
        """Take the whole output at the end; the deltas are its texts that had not arrived."""
        rows = [
            Row(place._replace(part=index), self._items + number, channel, text)
            for number, (place, texts) in enumerate(items, 1)
            for index, (channel, text) in enumerate(texts)
            # a summary may be the reasoning itself
            if channel != "reasoning" or (channel, text) not in texts[:index]
        ]
        left = list(self._parts)
        matched = self._matched(rows, left)
        for index, row in enumerate(rows):
            self._items = row.number
            part = matched.get(index)
            if part is None:
                unmatched = "".join(part.text for part in left if part.channel == row.channel)
                if _plain(row.text) in _plain(unmatched):
                    continue
                part = self._new(row.channel, row.place)
            yield from self._missing(part, row.text)

    def _matched(self, rows: list[Row], left: list[Part]) -> dict[int, Part]:
        """The part that each row repeats, by item id, index or text; removes it from `left`."""
        tests: tuple[Callable[[Place, Place], bool], ...] = (
            lambda a, b: a.item is not None and a.item == b.item,
            lambda a, b: a.output is not None and a.output == b.output,
            lambda _a, _b: True,
        )
        matched: dict[int, Part] = {}
        for test in tests:
            for index, row in enumerate(rows):
                if index in matched:
                    continue
                for part in left:
                    fits = part.channel == row.channel and test(part.place, row.place)
                    if fits and part.covers(row.text):
                        matched[index] = part
                        left.remove(part)
                        break
        return matched


class Row(NamedTuple):
    """One text of the whole output."""

    place: Place
    number: int
    """The number of its item, as in `Part.number`."""
    channel: Channel
    text: str


def _same_item(last: Part, part: Part) -> bool:
    """Whether two parts belong to the same item and so are pieces of one text."""
    if last.place.output is None and part.place.output is None and last.place.item is None:
        return last.number == part.number
    if not last.place._replace(part=None).may_be(part.place._replace(part=None)):
        return False
    return last.number == part.number or last.place.item is not None


def _plain(text: str) -> str:
    """The text without white space, which servers trim differently."""
    return "".join(text.split())
