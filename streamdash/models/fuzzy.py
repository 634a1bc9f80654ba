"""Fuzzy matching: the letters of each typed word in order, wherever they are in a name.

Textual's matcher tries every combination of letters, which takes for ever in `aaaaaaaa`, and
knows neither the length of a name nor a word that occurs twice in it.
"""

from __future__ import annotations

from typing import NamedTuple

LETTER = 16
WORD_START = 12
"""For a letter at the start of a word, as the `m` of `gpt-4o-mini`."""
NEXT_TO = 14
"""For a letter right after the one before."""
SKIPPED = 1
"""Taken away for each letter between two matched ones, up to `MOST_SKIPPED`."""
MOST_SKIPPED = 10
TO_THE_END = 8
"""For a match that ends where the name ends."""
WHOLE = 1000
LONGEST_PATTERN = 40
LONGEST_TEXT = 240


class Match(NamedTuple):
    """How well a text matches, and the places of the matched letters."""

    score: int
    places: tuple[int, ...]


def words_of(query: str) -> tuple[str, ...]:
    """The words that a text must contain, each on its own."""
    return tuple(word[:LONGEST_PATTERN] for word in query.lower().split())


def match(words: tuple[str, ...], text: str) -> Match | None:
    """The best match of all `words` (from `words_of`) in `text`; None if one is missing."""
    lower = folded(text)
    score = 0
    places: set[int] = set()
    for word in words:
        found = _match_word(word, lower)
        if found is None:
            return None
        score += found.score
        places.update(found.places)
    if words == (lower,):
        score += WHOLE
    return Match(score, tuple(sorted(places)))


def folded(text: str) -> str:
    """The text in lower case, letter by letter, so that places stay the same."""
    text = text[:LONGEST_TEXT]
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def _match_word(word: str, text: str) -> Match | None:
    if word in text:
        return max(_substrings(word, text), key=lambda one: one.score)
    return _subsequence(word, text) if _has_letters(word, text) else None


def _has_letters(word: str, text: str) -> bool:
    """Whether the letters occur in order; fast, because most names end here."""
    at = -1
    for letter in word:
        at = text.find(letter, at + 1)
        if at < 0:
            return False
    return True


def _substrings(word: str, text: str) -> list[Match]:
    found = []
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        score = len(word) * LETTER + (len(word) - 1) * NEXT_TO
        score += WORD_START * _starts_word(text, at) + TO_THE_END * (end == len(text))
        found.append(Match(score, tuple(range(at, end))))
        at = text.find(word, at + 1)
    return found


def _starts_word(text: str, at: int) -> bool:
    if at == 0:
        return True
    before, here = text[at - 1], text[at]
    return (not before.isalnum()) or (before.isalpha() != here.isalpha() and here.isalnum())


def _subsequence(word: str, text: str) -> Match:
    """The best places of the letters, which are known to occur in order.

    `best[i]` is the best score of the letters so far with the last one at place `i`.
    """
    best: dict[int, int] = {}
    came_from: list[dict[int, int]] = []
    for number, letter in enumerate(word):
        row: dict[int, int] = {}
        origin: dict[int, int] = {}
        at = text.find(letter)
        # of all places before, only the best one counts, with what is skipped since then
        reached, reached_at, reached_score = sorted(best), -1, 0
        turn = 0
        while at >= 0:
            while turn < len(reached) and reached[turn] < at:
                place = reached[turn]
                turn += 1
                if reached_at < 0 or best[place] >= reached_score - _skips(reached_at, place):
                    reached_at, reached_score = place, best[place]
            score = LETTER + WORD_START * _starts_word(text, at)
            if number == 0:
                row[at] = score
            elif reached_at >= 0:
                far = reached_score - _skips(reached_at, at)
                near = best.get(at - 1)
                if near is not None and near + NEXT_TO >= far:
                    row[at], origin[at] = score + near + NEXT_TO, at - 1
                else:
                    row[at], origin[at] = score + far, reached_at
            at = text.find(letter, at + 1)
        best = row
        came_from.append(origin)
    at = max(best, key=best.__getitem__)
    score = best[at] + TO_THE_END * (at == len(text) - 1)
    places = [at]
    for origin in reversed(came_from[1:]):
        places.append(origin[places[-1]])
    return Match(score, tuple(reversed(places)))


def _skips(before: int, at: int) -> int:
    return min(MOST_SKIPPED, SKIPPED * (at - before - 1))
