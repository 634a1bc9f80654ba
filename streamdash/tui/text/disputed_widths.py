"""Text on which terminals disagree about the width, written without moving its neighbours.

Terminals, multiplexers and Rich have different tables for emoji with selectors, joined emoji,
flags, keycaps, skin tones, and characters that are wide only in later Unicode versions. Such a
cluster is settled: its cells are blanked before it is written, and the column is set again after
it. Marks of Indic scripts are left alone, because some terminals give them a cell of their own.
"""

from __future__ import annotations

import re
import unicodedata

from rich.cells import cell_len

from streamdash.tui.text.glyphs import clusters, is_flag_half

_DISPUTED = re.compile(
    "["
    # invisible characters; joiners, selectors, keycaps
    "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufeff"
    # wide since Unicode 9 or 16
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2630-\u2637\u2648-\u2653"
    "\u267f\u268a-\u268f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea"
    "\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757"
    "\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\u4dc0-\u4dff"
    # emoji, flags, skin tones; tags
    "\U0001d300-\U0001d37f\U0001f000-\U0001ffff\U000e0000-\U000e0fff"
    "]"
)
_SEQUENCE = re.compile(
    r"(\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~]))"
)
_WIDEST = {"\ufe0f": 1}
"""Cells that a character adds to the one before it in some terminals."""
_PLACED = re.compile(r"\x1b\[\d+;(\d+)H")


def settle(output: str) -> str:
    """A terminal's output with every disputed cluster settled.

    Columns count from the last `CSI row;column H`; output before the first one stays unchanged.
    """
    if output.isascii() or not _DISPUTED.search(output):
        return output
    parts: list[str] = []
    column = -1
    start = 0
    for place in _PLACED.finditer(output):
        parts.append(_run(output[start : place.start()], column))
        parts.append(place[0])
        column = int(place[1]) - 1
        start = place.end()
    parts.append(_run(output[start:], column))
    return "".join(parts)


def settle_row(text: str, column: int) -> str:
    """One row's text with escape codes, written from `column` (from 0), with clusters settled."""
    if text.isascii() or not _DISPUTED.search(text):
        return text
    return _run(text, column)


def _run(text: str, column: int) -> str:
    if column < 0 or not _DISPUTED.search(text):
        return text
    pieces = _SEQUENCE.split(text)
    end = column + sum(cell_len(piece) for piece in pieces[::2])
    settled: list[str] = []
    for number, piece in enumerate(pieces):
        if number % 2:
            settled.append(piece)
        elif _DISPUTED.search(piece):
            settled += _placed(piece, column, end)
            column += cell_len(piece)
        else:
            settled.append(piece)
            column += cell_len(piece)
    return "".join(settled)


def _placed(text: str, column: int, end: int) -> list[str]:
    """`text` from `column` on as pieces; `end` is the column where the whole row ends."""
    settled: list[str] = []
    done = 0
    for start, stop, _ in clusters(text, 0, len(text)):
        cluster = text[start:stop]
        if not _DISPUTED.search(cluster):
            continue
        # Textual pads by Rich's width of the whole text before, not by the sum of clusters
        at = column + cell_len(text[:start])
        after = column + cell_len(text[:stop])
        if at + _widest(cluster) > end:
            cluster = _narrow(cluster, after - at)
        settled += (
            text[done:start], " " * (after - at), f"\x1b[{at + 1}G", cluster, f"\x1b[{after + 1}G"
        )  # fmt: skip
        done = stop
    settled.append(text[done:])
    return settled


def _widest(cluster: str) -> int:
    """Cells in a terminal that joins nothing and draws invisible characters."""
    return sum(_WIDEST.get(character) or _alone(character) for character in cluster)


def _alone(character: str) -> int:
    if character >= "\U0001f000":
        return 2
    return cell_len(character) or unicodedata.category(character) == "Cf"


def _narrow(cluster: str, cells: int) -> str:
    """A narrower replacement for a cluster at the end of a row, beside a border."""
    if is_flag_half(cluster[0]):
        halves = filter(is_flag_half, cluster)  # an unseen character may follow them
        letters = "".join(chr(ord("A") + ord(half) - 0x1F1E6) for half in halves)
        return letters[:cells]
    return cluster[0] if cells and cell_len(cluster[0]) <= cells else ""
