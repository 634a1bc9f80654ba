"""Hides keys that a server may repeat in an answer.

State, numbers and protocol work on the raw text. In the text that readers get, each character of a
key after its first three becomes one `*`, so lengths and positions stay those of the raw text. A
key may come in pieces, so the end of a live text that may begin one cannot be read at once.
"""

from __future__ import annotations

import json
import re
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MARK = "***"
SHOWN = 3
"""Characters of a key that are shown; such a short piece is not worth waiting for the rest."""
SEED = SHOWN + 1
"""An end of a text that matches this many characters of a key may be the start of one."""
CUT = 12
"""An answer may end within a key, which is hidden if this many characters of it came."""
SHORTEST = 16
_LONGEST_WORD = 31
_MIXED = 6
_ESCAPED = re.compile(r"\\u00([2-7][0-9a-fA-F])|\\/")


def is_recognisable(text: str) -> bool:
    """Whether `text` looks so much like a key that it cannot be an ordinary word.

    It has at least 16 characters, and a run of letters and digits that occurs in no word, date,
    version or model name: a mixed run of six or more, sixteen digits, or letters that change
    their case all the time or go on for longer than any word.
    """
    if len(text) < SHORTEST:
        return False
    return any(_is_random(run) for run in re.findall(r"[A-Za-z0-9]+", text))


def _is_random(run: str) -> bool:
    if run.isdigit():
        return len(run) >= SHORTEST
    if not run.isalpha():
        return len(run) >= _MIXED
    if len(run) > _LONGEST_WORD:
        return True
    third = len(run) / 3
    capitals = sum(map(str.isupper, run))
    changes = sum(a.isupper() != b.isupper() for a, b in pairwise(run))
    return len(run) >= SHORTEST and third < capitals < 2 * third and changes > third


class Secrets:
    """The recognisable keys of one endpoint, in every known spelling. Prints as `***`."""

    __slots__ = ("_texts", "longest", "seeds", "starts")

    def __init__(self) -> None:
        self._texts: tuple[str, ...] = ()
        self.longest = 0
        self.seeds: tuple[str, ...] = ()
        """The first characters of each key; a text without any of them contains no key."""
        self.starts: tuple[str, ...] = ()
        """The beginnings of the seeds; a text that ends with one may go on as a key."""

    def __repr__(self) -> str:
        return MARK

    def __bool__(self) -> bool:
        return bool(self._texts)

    def learn(self, text: str) -> None:
        """Hide `text` from now on."""
        texts = {*self._texts, text}
        # The longest comes first, before a shorter one within it is replaced.
        self._texts = tuple(sorted(texts, key=lambda known: (-len(known), known)))
        self.longest = max(map(len, texts))
        self.seeds = tuple(sorted({known[:SEED] for known in texts}))
        self.starts = tuple(sorted({seed[:n] for seed in self.seeds for n in range(1, SEED)}))

    def hide(self, text: str, *, ended: bool = False) -> str:
        """`text` with its keys hidden, equally long; `ended` says that nothing follows it."""
        spans = [
            (at + SHOWN, at + len(secret))
            for secret in self._texts
            for at in _occurrences(text, secret)
        ]
        if ended and len(text) - (at := self._open(text)) >= CUT:
            spans.append((at + SHOWN, len(text)))
        if not spans:
            return text
        pieces, done = [], 0
        for start, end in sorted(spans):
            if end > done:
                start = max(start, done)
                pieces += [text[done:start], "*" * (end - start)]
                done = end
        return "".join([*pieces, text[done:]])

    def readable(self, text: str) -> int:
        """How many characters of a live `text` can be read now: no later text hides them."""
        return min(len(text), self._open(text) + SHOWN)

    def _open(self, text: str) -> int:
        """The position from which the end of `text` may be the start of a key; else its length."""
        first = len(text)
        begin = max(0, len(text) - self.longest + 1)
        for secret in self._texts:
            at = text.find(secret[:SEED], begin)
            while 0 <= at < first:
                if len(text) - at < len(secret) and secret.startswith(text[at:]):
                    first = at
                at = text.find(secret[:SEED], at + 1)
        return first

    def replaced(self, text: str, *, cut: bool = False) -> str:
        """`text`, which is not a part of an answer, with `***` for every key.

        With `cut` the same is done for the first `CUT` characters or more of a key.
        """
        if not self.may_hold(text):
            return text
        plain = _unescaped(text)
        if plain != text and any(secret[:CUT] in plain for secret in self._texts):
            text = plain
        for secret in self._texts:
            text = text.replace(secret, MARK)
        for secret in self._texts if cut else ():
            while (at := text.find(secret[:CUT])) >= 0:
                end = at + CUT
                while end < len(text) and secret.startswith(text[at : end + 1]):
                    end += 1
                text = text[:at] + MARK + text[end:]
        return text

    def may_hold(self, raw: str) -> bool:
        """Whether the JSON text `raw` contains the start of a key, escaped or not."""
        for seed in self.seeds:
            if seed in raw:
                return True
        if "\\u00" in raw or "\\/" in raw:
            plain = _unescaped(raw)
            return any(seed in plain for seed in self.seeds)
        return False

    def hide_raw(self, raw: str, pieces: tuple[tuple[str, str], ...] = ()) -> str:
        """The data of a wire event, usually JSON, with its keys hidden.

        `pieces` are values in it that contain a part of a key, each with its replacement.
        """
        if not pieces and not self.may_hold(raw):
            return raw
        try:
            value = json.loads(raw)
        except (ValueError, RecursionError):
            value = raw
        if not isinstance(value, (dict, list)):
            for piece, instead in pieces:
                raw = raw.replace(piece, instead)
            return self.hide(raw, ended=True)
        for piece, instead in pieces:
            found = _mapped(value, partial(_replace_whole, piece, instead))
            if found == value and len(piece) >= SEED:
                found = _mapped(value, partial(_replace_within, piece, instead))
            value = found
        hidden = _mapped(value, self.hide)
        if not pieces and hidden == value:
            return raw
        return json.dumps(hidden, ensure_ascii=False, separators=(",", ":"))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if m[1] else "/", text)


def _occurrences(text: str, secret: str) -> list[int]:
    found = []
    at = text.find(secret)
    while at >= 0:
        found.append(at)
        at = text.find(secret, at + 1)
    return found


def _replace_whole(piece: str, instead: str, text: str) -> str:
    return instead if text == piece else text


def _replace_within(piece: str, instead: str, text: str) -> str:
    return text.replace(piece, instead)


def _mapped(value: object, change: Callable[[str], str]) -> object:
    """A JSON value with every string in it changed, names of fields included."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    if isinstance(value, dict):
        return {_mapped(name, change): _mapped(item, change) for name, item in value.items()}
    return value
