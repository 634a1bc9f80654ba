"""Parses JSON of many MiB in steps, because the C parser would block the event loop.

Values that fit into a window still go through the C parser. Data that no reader uses is shortened:
base64 is cut after its start, lists of log probabilities become empty, and any list keeps its first
`ITEMS` items.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Generator

Steps: TypeAlias = "Generator[None, None, tuple[object, int]]"
"""A generator that yields between steps and returns a value and the place where it ends."""

WINDOW = 64 << 10
"""Bytes that one step parses: about a millisecond of the densest JSON."""
PIECE = 256 << 10
"""Bytes of a string that one step reads."""
ITEMS = 20_000
"""Items of a list or an object that are kept; freeing more at once also blocks the loop."""
DEPTH = 100
SHORT = 1000
"""The most characters left of data that no reader uses."""

_DATA = frozenset(
    {
        "url", "image_url", "data", "b64_json", "partial_image_b64", "result", "image", "audio",
        "encrypted_content", "signature", "thought_signature", "base64", "blob", "bytes",
        "file_data",
    }
)  # fmt: skip
_SKIPPED = frozenset({"logprobs", "top_logprobs"})
_STRING = re.compile(rb'(?:[^"\\]++|\\u[0-9a-fA-F]{4}|\\[^u])*+')
_SPACE = re.compile(rb"[ \t\r\n]*+")
_TEXT_SPACE = re.compile(r"[ \t\r\n]*+")
_DECODER = json.JSONDecoder()


def parse_in_steps(data: bytes | bytearray) -> Generator[None, None, object]:
    """The value of `data`; yields between steps and raises ValueError if it is not JSON."""
    parser = _Parser(data)
    value, place = yield from parser.value(parser.skip(0), "", 0)
    if parser.skip(place) != len(data):
        raise ValueError("more than one JSON value")
    return value


class _Parser:
    """A recursive parser; every `place` is an index into the bytes."""

    def __init__(self, data: bytes | bytearray) -> None:
        self._data = data

    def skip(self, place: int) -> int:
        """The first place from `place` on that is not white space."""
        found = _SPACE.match(self._data, place)
        return found.end() if found else place

    def _at(self, place: int) -> bytes:
        return bytes(self._data[place : place + 1])

    def _window(self, place: int) -> tuple[str, bool]:
        """The text of one step from `place` on, and whether it reaches the end."""
        raw = self._data[place : place + WINDOW]
        last = place + WINDOW >= len(self._data)
        return codecs.getincrementaldecoder("utf-8")().decode(bytes(raw), final=last), last

    def value(self, place: int, key: str, depth: int) -> Steps:
        """The value that begins at `place`, which is the value of `key`, and where it ends."""
        text, last = self._window(place)
        try:
            value, end = _DECODER.raw_decode(text)
        except (ValueError, RecursionError):
            if last:
                raise ValueError("not JSON") from None
        else:
            if end < len(text) or last:
                return value, place + len(text[:end].encode())
        yield
        if depth > DEPTH:
            raise ValueError("nested too deeply")
        start = self._at(place)
        if start == b'"':
            return (yield from self._string(place + 1, key))
        if start == b"{":
            return (yield from self._object(self.skip(place + 1), key, depth))
        if start == b"[":
            return (yield from self._list(self.skip(place + 1), key, depth))
        raise ValueError("not JSON")

    def _string(self, place: int, key: str) -> Steps:
        pieces: list[str] = []
        length = 0
        data = self._data
        while True:
            found = _STRING.match(data, place, min(place + PIECE, len(data)))
            end = found.end() if found else place
            closed = self._at(end) == b'"'
            while not closed and end > place and end < len(data) and data[end] & 0xC0 == 0x80:
                end -= 1  # not between the bytes of a character
            if end == place and not closed:
                raise ValueError("not JSON: a string without an end")
            text, _ = _DECODER.raw_decode(f'"{data[place:end].decode()}"')
            if not pieces:
                short = key in _DATA or text.startswith("data:")
            if pieces and "\ud800" <= pieces[-1][-1:] <= "\udbff" and text:
                pieces[-1], text = pieces[-1][:-1], _joined(pieces[-1][-1] + text[0]) + text[1:]
            if not short or length < SHORT:
                pieces.append(text[:SHORT] + "…" if short else text)
                length += len(text)
            place = end
            yield
            if closed:
                break
        return "".join(pieces), place + 1

    def _object(self, place: int, key: str, depth: int) -> Steps:
        found: dict[str, object] = {}
        while self._at(place) != b"}":
            name, place = yield from self.value(place, "", depth + 1)
            place = self.skip(place)
            if not isinstance(name, str) or self._at(place) != b":":
                raise ValueError("not JSON: an object without its key")
            inner, place = yield from self.value(self.skip(place + 1), name, depth + 1)
            if name in _SKIPPED:
                inner = []
            if len(found) < ITEMS:
                found[name] = inner
            place = self._after_item(place, b"}")
        return found, place + 1

    def _list(self, place: int, key: str, depth: int) -> Steps:
        found: list[object] = []
        room = 0 if key in _SKIPPED else ITEMS
        while self._at(place) != b"]":
            # items are small and many: parse as many in one step as the window holds
            text, _ = self._window(place)
            items, done = _items(text)
            found += items[: room - len(found)]
            place += len(text[:done].encode())
            yield
            item, place = yield from self.value(self.skip(place), key, depth + 1)
            if len(found) < room:
                found.append(item)
            place = self._after_item(place, b"]")
        return found, place + 1

    def _after_item(self, place: int, closing: bytes) -> int:
        """The place of the next item or of the closing bracket."""
        place = self.skip(place)
        if self._at(place) == closing:
            return place
        following = self.skip(place + 1)
        if self._at(place) != b"," or self._at(following) == closing:
            raise ValueError("not JSON: no comma between items, or one after the last")
        return following


def _items(text: str) -> tuple[list[object], int]:
    """The complete items of a list at the start of `text`, and where the next one begins."""
    cut = text.rfind("},") + 1 or text.rfind(",")
    try:
        # objects or numbers in a row
        loaded = json.loads(f"[{text[: max(0, cut)]}]")
    except (ValueError, RecursionError):
        pass
    else:
        if loaded:
            return loaded, _after_space(text, cut + 1)
    items: list[object] = []
    done = 0
    while True:
        try:
            item, end = _DECODER.raw_decode(text, done)
        except (ValueError, RecursionError):
            return items, done
        end = _after_space(text, end)
        if text[end : end + 1] != ",":
            return items, done
        items.append(item)
        done = _after_space(text, end + 1)


def _after_space(text: str, place: int) -> int:
    found = _TEXT_SPACE.match(text, place)
    return found.end() if found else place


def _joined(halves: str) -> str:
    """Two characters, joined into one if they are the halves of a surrogate pair."""
    return halves.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
