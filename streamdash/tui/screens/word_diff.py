"""The differences of two texts, word by word; may be computed in a thread."""

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
"""The most characters of a text that is compared."""
MOST_PAIRS = 1_000_000
"""The most pairs of equal words that are compared, about a second's work."""
# scripts that put no spaces between words: Thai, kana, Han
_LONE = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_LONE}]\s*|(?:(?![{_LONE}])\w)+\s*|[^\w\s]\s*|\s+")
_SIGNS = {"removed": ("[-", "-]"), "added": ("{+", "+}")}

Kind = Literal["same", "removed", "added"]


class Piece(NamedTuple):
    """Words of both texts, of the first only (removed), or of the second only (added)."""

    kind: Kind
    text: str


class WordDiff(NamedTuple):
    """Both texts merged; `share` is the part of all words that are in both, from 0 to 1."""

    pieces: list[Piece]
    share: float


@lru_cache(maxsize=1)
def word_diff(before: str, after: str) -> WordDiff:
    """Merge both texts, ignoring differences in white space.

    The last result is cached for the next call after a resize or a change of theme.
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
            # the word before may end the second text but be followed by a space in the first
            apart = bool(pieces) and not pieces[-1].text[-1:].isspace()
            space = _space_after(old[old_start - 1]) if apart and old_start else ""
            pieces.append(Piece("removed", space + "".join(old[old_start:old_end])))
        if new_end > new_start:
            pieces.append(Piece("added", "".join(new[new_start:new_end])))
    words = len(old) + len(new)
    return WordDiff(pieces, 2 * same / words if words else 1.0)


def _common(a: list[str], b: list[str]) -> frozenset[str]:
    """The words too common to begin a match: comparing all their pairs would take minutes."""
    in_a, in_b = Counter(a), Counter(b)
    pairs = sorted((times * in_b[word], word) for word, times in in_a.items())
    totals = accumulate(times for times, _ in pairs)
    return frozenset(
        word for (_, word), total in zip(pairs, totals, strict=True) if total > MOST_PAIRS
    )


def _space_after(word: str) -> str:
    return word[len(word.rstrip()) :]


def diff_rows(
    pieces: Sequence[Piece], width: int, removed: Style, added: Style
) -> list[list[Segment]]:
    """The pieces in wrapped rows; differences have signs around them besides their colours."""
    text = Text()
    styles = {"removed": removed, "added": added}
    for kind, words in pieces:
        words = clean(words)
        if kind == "same":
            text.append(words)
            continue
        inside = words.strip()
        before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
        begin, end = _SIGNS[kind]
        text.append(before)
        text.append(f"{begin}{inside}{end}", styles[kind])
        text.append(after)
    return rows_of(text, width)
