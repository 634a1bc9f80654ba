"""The tokens of a fence's lines, found piece by piece, as far as there is time.

pygments is imported in a thread when a fence of a known language is drawn for the first time;
until then its code has no tokens.
"""

from __future__ import annotations

from functools import partial
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from streamdash.streams.timing.side_work import giving_way
from streamdash.tui.markdown.code.languages import embedded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from streamdash.tui.markdown.code.line_lexer import LexState, LineLexer, TokenSpan

GROUP = 64
"""Pieces after which the state begins anew, so that any piece is reached in bounded time."""

_lexers: dict[str, LineLexer | None] = {}
"""Each language's lexer; None while it is being loaded."""
_failed: set[str] = set()


def lexer_for(language: str) -> LineLexer | None:
    """The lexer of a known language; None until a thread has loaded it."""
    if language not in _lexers:
        _lexers[language] = None
        Thread(target=_load, args=(language,), name=f"lexer {language}", daemon=True).start()
    return _lexers[language]


def _load(language: str) -> None:
    try:
        giving_way(partial(load, language))
    except Exception:
        _failed.add(language)


def load(language: str) -> LineLexer:
    """Import and build the lexer of a known language, which takes up to 0.3 s."""
    from pygments.lexers import get_lexer_by_name

    from streamdash.tui.markdown.code.line_lexer import LineLexer

    inner = tuple(
        _lexers.get(other.language) or load(other.language) for other in embedded(language)
    )
    lexer = LineLexer(language, get_lexer_by_name(language), inner)
    _lexers[language] = lexer
    return lexer


class _Lexed(NamedTuple):
    text: str
    spans: tuple[TokenSpan, ...]
    after: LexState


class FenceHighlighter:
    """The tokens of one fence, whose lines are in pieces of bounded size.

    The pieces must depend on the text only. The state is carried from piece to piece and begins
    anew after every `GROUP` of them. A lexer that was slow once is not used again for this fence.
    """

    __slots__ = ("_dropped", "_language", "_lines", "_piece", "_states")

    def __init__(self, language: str) -> None:
        self._language = language
        self._states: dict[int, LexState] = {}
        """The states at the beginnings of pieces."""
        self._piece = -1
        self._lines: list[_Lexed] = []
        """The lines of the last piece that was lexed."""
        self._dropped = False

    def spans(
        self, piece: int, read: Callable[[int], Sequence[str]], until: float = float("inf")
    ) -> Sequence[tuple[TokenSpan, ...]] | None:
        """The tokens of each line of a piece; `read` gives a piece's lines, without newlines.

        None while the lexer is being loaded, and where the time `until` (on the `perf_counter`
        clock) came first: ask again. Fewer entries than lines if the lexer has been dropped.
        """
        self._dropped |= self._language in _failed
        lexer = None if self._dropped else lexer_for(self._language)
        if lexer is None:
            return () if self._dropped else None
        first = piece - piece % GROUP
        known = piece
        while known > first and known not in self._states:
            known -= 1
        state = self._states.get(known, lexer.start)
        for other in range(known, piece):
            after = self._lex(lexer, other, read(other), state, until)
            if after is None:
                return () if self._dropped else None
            state = self._states[other + 1] = after
        if self._lex(lexer, piece, read(piece), state, until) is None and not self._dropped:
            return None
        return [line.spans for line in self._lines] if self._piece == piece else ()

    def _lex(
        self, lexer: LineLexer, piece: int, lines: Sequence[str], state: LexState, until: float
    ) -> LexState | None:
        """Lex the lines of a piece that have changed; the state after them, None if not reached."""
        from streamdash.tui.markdown.code.line_lexer import TooSlow

        lexed = self._lines
        if self._piece != piece:
            self._piece = piece
            lexed.clear()
        same = 0
        while same < min(len(lexed), len(lines)) and lexed[same].text == lines[same]:
            same += 1
        del lexed[same:]
        if lexed:
            state = lexed[-1].after
        for line in lines[same:]:
            if perf_counter() > until:
                return None
            try:
                spans, state = lexer.line(line, state)
            except (TooSlow, RecursionError, AssertionError, ArithmeticError, LookupError,
                    TypeError, ValueError):  # fmt: skip
                # a fault of a lexer costs colours, never the answer
                self._dropped = True
                return None
            lexed.append(_Lexed(line, spans, state))
        return state
