"""What two texts have in common, word by word; a thread may do it."""

from __future__ import annotations

import io
import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal, NamedTuple

from rich.console import Console
from rich.text import Text

from streamdash.streams.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.segment import Segment
    from rich.style import Style

LONGEST = 40_000
"""Characters of a text that is compared: the time grows with the square of them."""
MOST_EXACT = 2_000
"""Words of both texts up to which every word counts."""
_WORD = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")
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


def word_diff(before: str, after: str) -> WordDiff:
    """Both texts as one. How words are spaced makes no difference."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    # in longer texts common words are no anchors, or this would take minutes
    exact = len(old) + len(new) <= MOST_EXACT
    a, b = [word.rstrip() for word in old], [word.rstrip() for word in new]
    matcher = SequenceMatcher(None, a, b, autojunk=not exact)
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
    return WordDiff(pieces, 2 * same / max(1, len(old) + len(new)))


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
    console = Console(
        width=width,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
    )
    return console.render_lines(text, console.options, pad=False)
