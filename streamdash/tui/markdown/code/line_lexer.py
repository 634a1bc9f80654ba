"""Lexes code line by line with the rules of pygments, and carries the state between lines.

pygments lexes a text as a whole: its state is lost at the end, and some of its expressions match
a comment or a string only if its end is there. Here the state is a value, and such constructs are
part of it.
"""

from __future__ import annotations

from time import thread_time
from typing import TYPE_CHECKING, Any, NamedTuple

from pygments.lexer import ExtendedRegexLexer, LexerContext, RegexLexer
from pygments.lexers.data import YamlLexerContext
from pygments.token import Comment, Error, Generic, Keyword, Literal, Name, Number, Operator, String

from streamdash.tui.markdown.code.languages import constructs, embedded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from streamdash.tui.markdown.code.languages import Construct, Embedded

LONGEST_LINE = 512
"""Characters of a line that are lexed: some expressions take quadratic time."""
SLOW_S = 0.025
"""CPU seconds after which a line is given up."""

_KINDS: dict[Any, str] = {
    Comment: "comment",
    Comment.Preproc: "keyword",
    Comment.PreprocFile: "string",
    Keyword: "keyword",
    Operator.Word: "keyword",
    Operator: "operator",
    String: "string",
    Number: "number",
    Literal.Date: "number",
    Name.Function: "name",
    Name.Class: "name",
    Name.Decorator: "name",
    Name.Attribute: "name",
    Name.Namespace: "name",
    Name.Tag: "keyword",
    Generic.Inserted: "inserted",
    Generic.Deleted: "deleted",
    Generic.Heading: "keyword",
    Generic.Subheading: "keyword",
    Generic.Prompt: "operator",
}


class TooSlow(Exception):  # noqa: N818 - says what happened
    """A line took more CPU time than any honest line of code takes."""


class TokenSpan(NamedTuple):
    """Characters `start` to `end` of a line and their kind, which names a style."""

    start: int
    end: int
    kind: str


class LexState(NamedTuple):
    """Where a line leaves its lexer; the next line begins there."""

    stack: tuple[str, ...] = ("root",)
    closer: str = ""
    """The end of an open construct."""
    kind: str = ""
    inner: int = -1
    """The embedded language that is open, by its place; -1 if none."""
    inner_state: LexState | None = None
    fields: tuple[tuple[str, Any], ...] = ()
    """What a context of pygments holds besides its stack."""


class LineLexer:
    """One language's lexer of pygments and those of the languages inside it."""

    def __init__(self, language: str, lexer: Any, inner: tuple[LineLexer, ...] = ()) -> None:
        self._lexer = lexer
        self._constructs: tuple[Construct, ...] = constructs(language)
        self._first = "".join({construct.opener[0] for construct in self._constructs})
        self._embedded: tuple[Embedded, ...] = embedded(language)
        self._inner = inner
        self._tables: Mapping[str, Any] = getattr(lexer, "_tokens", {})
        self.start = LexState(("root", "php")) if language == "php" else LexState()
        """The state at the beginning of a fence."""

    def line(self, text: str, state: LexState) -> tuple[tuple[TokenSpan, ...], LexState]:
        """The tokens of a line without its newline, and the state after it.

        Of a line longer than `LONGEST_LINE` the beginning is lexed, and its state does not count.
        Raises TooSlow.
        """
        spans: list[TokenSpan] = []
        size = len(text)
        after = self._lex(text[:LONGEST_LINE], state, spans, thread_time() + SLOW_S)
        return _joined(spans, size), (after if size <= LONGEST_LINE else state)

    def _lex(self, text: str, state: LexState, spans: list[TokenSpan], until: float) -> LexState:
        at = 0
        while at <= len(text):
            if state.closer:
                found = text.find(state.closer, at)
                end = found + len(state.closer) if found >= 0 else len(text)
                spans.append(TokenSpan(at, end, state.kind))
                if found < 0:
                    break
                state = state._replace(closer="", kind="")
                at = end
            elif state.inner >= 0:
                end = text.lower().find(self._embedded[state.inner].closer, at)
                state = self._lex_inner(text, at, end, state, spans, until)
                if end < 0:
                    break
                at = end
            else:
                at, state = self._lex_own(text + "\n", at, state, spans, until)
        return state

    def _lex_inner(
        self, text: str, at: int, end: int, state: LexState, spans: list[TokenSpan], until: float
    ) -> LexState:
        lexer = self._inner[state.inner]
        part = text[at : end if end >= 0 else len(text)]
        found: list[TokenSpan] = []
        after = lexer._lex(part, state.inner_state or lexer.start, found, until)
        spans += [TokenSpan(at + span.start, at + span.end, span.kind) for span in found]
        if end >= 0:
            return state._replace(inner=-1, inner_state=None)
        return state._replace(inner_state=after)

    def _lex_own(
        self, text: str, at: int, state: LexState, spans: list[TokenSpan], until: float
    ) -> tuple[int, LexState]:
        """Lex from `at` until the line ends, or a construct or another language begins."""
        if isinstance(self._lexer, RegexLexer):
            return self._lex_by_rules(text, at, state, spans, until)
        _add(spans, self._lexer.get_tokens_unprocessed(text))
        return len(text), state

    def _lex_by_rules(
        self, text: str, at: int, state: LexState, spans: list[TokenSpan], until: float
    ) -> tuple[int, LexState]:
        """As pygments does, but rules that match nothing are not tried at the end of the text."""
        context = self._context(text, at, state)
        stack = context.stack
        while context.pos < len(text):
            if thread_time() > until:
                raise TooSlow
            at = context.pos
            match, action, change = self._match(text, at, stack[-1])
            tokens = (
                [(at, Error, text[at])] if match is None else self._tokens(action, match, context)
            )
            opened = self._opened(text, at, tokens)
            if opened is not None:
                end = at + len(opened.opener)
                spans.append(TokenSpan(at, end, opened.kind))
                return end, self._state(context, closer=opened.closer, kind=opened.kind)
            _add(spans, tokens)
            if match is None:
                context.pos = at + 1
                if text[at] == "\n":
                    stack[:] = self.start.stack
            _change(stack, change)
            for place, other in enumerate(self._embedded):
                if stack[-1] == other.state and not text.startswith("</", context.pos):
                    return context.pos, self._state(context, inner=place)
        return len(text), self._state(context)

    def _match(self, text: str, at: int, name: str) -> tuple[Any, Any, Any]:
        """The first match of a state's rules, its action and its change of state."""
        for match_at, action, change in self._tables[name]:
            match = match_at(text, at)
            if match:
                return match, action, change
        return None, None, None

    def _context(self, text: str, at: int, state: LexState) -> Any:
        kind = YamlLexerContext if self._lexer.name == "YAML" else LexerContext
        context: Any = kind(text, at, list(state.stack))
        for name, value in state.fields:
            setattr(context, name, list(value) if isinstance(value, tuple) else value)
        return context

    def _state(self, context: Any, **more: Any) -> LexState:
        fields: tuple[tuple[str, Any], ...] = ()
        if isinstance(self._lexer, ExtendedRegexLexer):
            fields = tuple(
                (name, tuple(value) if isinstance(value, list) else value)
                for name, value in vars(context).items()
                if name not in ("text", "pos", "stack", "end")
            )
        return LexState(tuple(context.stack), fields=fields, **more)

    def _tokens(self, action: Any, match: Any, context: Any) -> list[tuple[int, Any, str]]:
        """The tokens of a match; moves the context behind it."""
        if (
            isinstance(self._lexer, ExtendedRegexLexer)
            and callable(action)
            and not isinstance(action, tuple)
        ):
            return list(action(self._lexer, match, context))
        context.pos = match.end()
        if action is None:
            return []
        if callable(action) and not isinstance(action, tuple):
            return list(action(self._lexer, match))
        return [(match.start(), action, match.group())]

    def _opened(self, text: str, at: int, tokens: list[tuple[int, Any, str]]) -> Construct | None:
        """The construct that begins at `at` and does not end on this line."""
        if not self._first or text[at] not in self._first or not tokens:
            return None
        kind = tokens[0][1]
        if kind in String and kind is not String.Regex:
            return None
        for construct in self._constructs:
            opener = construct.opener
            if text.startswith(opener, at) and text.find(construct.closer, at + len(opener)) < 0:
                return construct
        return None


def _change(stack: list[str], change: Any) -> None:
    """Apply a rule's change of state; see pygments' RegexLexer."""
    if change is None:
        return
    if isinstance(change, int):
        del stack[max(1, len(stack) + change) if change < 0 else max(1, change) :]
        return
    for state in change if isinstance(change, tuple) else (change,):
        if state == "#pop":
            if len(stack) > 1:
                stack.pop()
        else:
            stack.append(stack[-1] if state == "#push" else state)
    # code that only opens brackets would let the stack grow without end
    del stack[1 : max(1, len(stack) - _DEEPEST)]


_DEEPEST = 64


def _add(spans: list[TokenSpan], tokens: Any) -> None:
    for start, token, text in tokens:
        kind = _kind_of(token)
        if kind and text:
            spans.append(TokenSpan(start, start + len(text), kind))


def _kind_of(token: Any) -> str:
    kind = _KINDS.get(token)
    if kind is None:
        parent = token.parent
        kind = _KINDS[token] = "" if parent is None else _kind_of(parent)
    return kind


def _joined(spans: list[TokenSpan], size: int) -> tuple[TokenSpan, ...]:
    return tuple(_join(spans, size))


def _join(spans: list[TokenSpan], size: int) -> Iterator[TokenSpan]:
    """The spans within `size` characters; neighbours of one kind become one."""
    last: TokenSpan | None = None
    for span in spans:
        start, end = max(span.start, last.end if last else 0), min(span.end, size)
        if start >= end:
            continue
        if last is not None and last.kind == span.kind and last.end == start:
            last = last._replace(end=end)
            continue
        if last is not None:
            yield last
        last = TokenSpan(start, end, span.kind)
    if last is not None:
        yield last
