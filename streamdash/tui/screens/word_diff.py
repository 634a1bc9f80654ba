"""What two texts have in common, word by word; a thread may do it."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, NamedTuple

from rich.text import Text

from streamdash.output.safe_text import clean
from streamdash.tui.widgets.rows_view import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.segment import Segment
    from rich.style import Style

LONGEST = 40_000
"""Characters of a text that is compared."""
MOST_PAIRS = 1_000_000
"""Pairs of equal words that are looked at: a second's work."""
# scripts that put no spaces between words: Thai, kana, Han
_LONE = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_LONE}]\s*|(?:(?![{_LONE}])\w)+\s*|[^\w\s]\s*|\s+")
_SIGNS = {"removed": ("[-", "-]"), "added": ("{+", "+}")}

Kind = Literal["same", "removed", "added"]


class Piece(NamedTuple):
    """Words that both texts have, or only the first, or only the second."""

    kind: Kind
    text: str


class WordDiff(NamedTuple):
    """The second text with what the first has instead; `share` of the words are in both."""

    pieces: list[Piece]
    share: float


@lru_cache(maxsize=1)
def word_diff(before: str, after: str) -> WordDiff:
    """Both texts as one. How words are spaced makes no difference.

    Remembers the last pair, which a resize or another theme asks for again.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    a, b = [word.rstrip() for word in old], [word.rstrip() for word in new]
    matcher = SequenceMatcher(_common(a, b).__contains__, a, b, autojunk=False)
    pieces: list[Piece] = []
    same = 0
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            same += new_end - new_start
            pieces.append(Piece("same", "".join(new[new_start:new_end])))
            continue
        if old_end > old_start:
            # a word that both have may end one text, and go on in the other
            apart = bool(pieces) and not pieces[-1].text[-1:].isspace()
            space = _space_behind(old[old_start - 1]) if apart and old_start else ""
            pieces.append(Piece("removed", space + "".join(old[old_start:old_end])))
        if new_end > new_start:
            pieces.append(Piece("added", "".join(new[new_start:new_end])))
    words = len(old) + len(new)
    return WordDiff(pieces, 2 * same / words if words else 1.0)


def _common(a: list[str], b: list[str]) -> frozenset[str]:
    """Words too common to begin a match with, or looking at all their pairs would take minutes."""
    in_a, in_b = Counter(a), Counter(b)
    pairs = sorted((times * in_b[word], word) for word, times in in_a.items())
    seen = accumulate(times for times, _ in pairs)
    return frozenset(
        word for (_, word), all_pairs in zip(pairs, seen, strict=True) if all_pairs > MOST_PAIRS
    )


def _space_behind(word: str) -> str:
    return word[len(word.rstrip()) :]


def diff_rows(
    pieces: Sequence[Piece], width: int, removed: Style, added: Style
) -> list[list[Segment]]:
    """The pieces wrapped; signs stand around what differs, so that colour never speaks alone."""
    text = Text()
    styles = {"removed": removed, "added": added}
    for kind, words in pieces:
        words = clean(words)
        if kind == "same":
            text.append(words)
            continue
        inside = words.strip()
        before, behind = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
        begin, end = _SIGNS[kind]
        text.append(before)
        text.append(f"{begin}{inside}{end}", styles[kind])
        text.append(behind)
    return rows_of(text, width)
