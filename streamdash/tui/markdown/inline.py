"""Inline Markdown as styled text: emphasis, code, links, mathematics.

markdown-it-py parses it. Its tokens have no places in the source, so a state of our own notes where
each one begins.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from streamdash.tui.markdown.rows import StyledSpan, StyledText

if TYPE_CHECKING:
    from markdown_it.token import Token

    from streamdash.tui.markdown.rows import StyleNames

SPECIAL = re.compile(r"[\\`*_~\[\]<>&$\n]|://")
"""What inline syntax cares about; text without it is drawn as it is."""
_BARE_URL = re.compile(r"https?://[^\s<>\[\]()`*|\"]+(?:\([^\s<>()]*\)[^\s<>\[\]()`*|\"]*)*")
_SCHEME = re.compile(r"(?:^|[^A-Za-z0-9])(https?)$")
_MATH = re.compile(
    r"\$\$(?=\S)(?:[^$\\]|\\.)+?\$\$"
    r"|\$(?=[^\s$])(?:[^$\\\n]|\\.)*?(?<=[^\s\\])\$(?![\d$])"
    r"|\\\((?:[^\\]|\\(?!\)).)*?\\\)"
    r"|\\\[(?:[^\\]|\\(?!\]).)*?\\\]",
    re.DOTALL,
)
_MATH_ENDS = {"\\(": "\\)", "\\[": "\\]"}
_LONGEST_MATH = 1000
_OPENS: dict[str, str] = {"strong_open": "strong", "em_open": "emphasis", "s_open": "strike"}
_CLOSES = {"strong_close", "em_close", "s_close"}


class Opener(NamedTuple):
    """A run of emphasis characters that nothing has closed yet."""

    at: int
    marker: str


class Parsed(NamedTuple):
    """The styled text of a source, and the emphasis that is still open at its end."""

    text: StyledText
    openers: tuple[Opener, ...]


class _State(StateInline):
    """A state whose tokens know the place at which they begin, in `meta`."""

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        token.meta = {"at": self.pos}
        return token

    def pushPending(self) -> Token:  # noqa: N802  # the library's name
        token = super().pushPending()
        # a rule may have moved on before it pushes what is pending
        token.meta = {"at": max(0, self.src.rfind(token.content, 0, self.pos + 1))}
        return token


def parse(source: str) -> Parsed:
    """Parse inline Markdown; the offsets of the text count in `source`."""
    if SPECIAL.search(source) is None:
        return Parsed(StyledText(source, (), range(len(source))), ())
    parser = _parser()
    state = _State(source, parser, {}, [])
    parser.inline.tokenize(state)
    for rule in parser.inline.ruler2.getRules(""):
        rule(state)
    return Parsed(_Drawing(source, state.tokens).styled(), _openers(state))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.enable("strikethrough").disable(["html_inline", "fragments_join"])
    parser.inline.ruler.before("escape", "mathematics", _mathematics)
    parser.inline.ruler.after("text", "bare_url", _bare_url)
    return parser


def _mathematics(state: StateInline, silent: bool) -> bool:  # the library's interface
    """A rule: mathematics between dollars or brackets is left as it is."""
    if state.src[state.pos] != "$" and state.src[state.pos : state.pos + 2] not in _MATH_ENDS:
        return False
    end = min(state.posMax, state.pos + _LONGEST_MATH)
    closing = _MATH_ENDS.get(state.src[state.pos : state.pos + 2], "$")
    if state.src.find(closing, state.pos + 1, end) < 0:
        return False
    found = _MATH.match(state.src, state.pos, end)
    if found is None:
        return False
    if not silent:
        token = state.push("math", "", 0)
        token.content = found[0]
    state.pos = found.end()
    return True


def _bare_url(state: StateInline, silent: bool) -> bool:  # the library's interface
    """A rule: an address in the text is no place for emphasis."""
    if state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME.search(state.pending[-6:])
    if scheme is None:
        return False
    start = state.pos - len(scheme[1])
    found = _BARE_URL.match(state.src, start, state.posMax)
    if found is None:
        return False
    url = found[0].rstrip("_~.,;:!?'\"")
    end = start + len(url)
    if end <= state.pos:
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[1])]
        token = state.push("url", "", 0)
        token.content = url
        token.meta = {"at": start}
    state.pos = end
    return True


def _openers(state: StateInline) -> tuple[Opener, ...]:
    """The emphasis on the last line that is open at the end."""
    found = []
    for delimiter in state.delimiters:
        if delimiter.end >= 0 or not delimiter.open:
            continue
        at = state.tokens[delimiter.token].meta["at"]
        marker = state.tokens[delimiter.token].content
        before = state.src[at - 1 : at].strip("*_~")
        if not before.isalnum() and "\n" not in state.src[at:]:
            found.append(Opener(at, marker))
    return tuple(found)


class _Drawing:
    """Turns the tokens of one source into styled text."""

    def __init__(self, source: str, tokens: list[Token]) -> None:
        self._source = source
        self._tokens = tokens
        self._pieces: list[str] = []
        self._offsets: list[int] = []
        self._spans: list[StyledSpan] = []
        self._names: StyleNames = ()
        self._links: list[tuple[str, int]] = []
        """The address of each open link, and where its text begins."""

    def styled(self) -> StyledText:
        for token in self._tokens:
            self._draw(token)
        return StyledText("".join(self._pieces), self._spans, self._offsets)

    def _draw(self, token: Token) -> None:
        kind, at = token.type, token.meta.get("at", 0)
        if kind == "text":
            self._add(token.content, at)
        elif kind in _OPENS:
            self._names = (*self._names, _OPENS[kind])
        elif kind in _CLOSES:
            self._names = self._names[:-1]
        elif kind == "code_inline":
            self._add(token.content, at + 1, "code")
        elif kind in ("softbreak", "hardbreak"):
            self._add("\n", at)
        elif kind == "text_special":
            self._special(token, at)
        elif kind == "link_open":
            auto = token.info == "auto"
            self._links.append(("" if auto else str(token.attrs.get("href", "")), self._chars))
            self._names = (*self._names, "address" if auto else "link")
        elif kind == "link_close":
            self._close_link(at)
        elif kind == "image":
            start = self._chars
            self._add(token.content, at + 2, "link")
            close = self._source.find("](", at)
            if close >= 0:
                self._address(str(token.attrs.get("src", "")), start, close)
        elif kind in ("math", "url"):
            self._add(token.content, at, "math" if kind == "math" else "address")

    @property
    def _chars(self) -> int:
        return len(self._offsets)

    def _close_link(self, at: int) -> None:
        address, start = self._links.pop()
        self._names = self._names[:-1]
        if address:
            self._address(address, start, at)

    def _address(self, address: str, start: int, at: int) -> None:
        """Add a link's address unless its text, from `start` on, says the same.

        `at` is the bracket that ends the link's text in the source.
        """
        raw, place = address, self._source.find(address, at)
        if self._source.startswith("](", at):
            result = _parser().helpers.parseLinkDestination(
                self._source, at + 2 + _blanks(self._source, at + 2), len(self._source)
            )
            if result.ok:
                begin = at + 2 + _blanks(self._source, at + 2)
                shown = self._source[begin : result.pos]
                begin += shown.startswith("<")
                raw, place = shown.strip("<>"), begin
        if not raw or "".join(self._pieces)[start:] in (raw, raw.removeprefix("mailto:")):
            return
        place = max(place, at)
        self._add(" (", at)
        self._add(raw.replace("\n", " "), place, "address")
        self._add(")", place + len(raw))

    def _special(self, token: Token, at: int) -> None:
        """Add an escaped character, or one written as an entity."""
        for character in token.content:
            place = at + (token.info == "escape" and token.content != token.markup)
            self._put(character, [place])

    def _add(self, text: str, at: int, name: str = "") -> None:
        """Add text that stands in the source at `at` or soon after."""
        if not text:
            return
        place = self._source.find(text, at)
        if place < 0 and "\n" in self._source:
            # line breaks within code are spaces
            place = self._source.replace("\n", " ").find(text, at)
        if place < 0 or place > at + 100:
            place = at
        self._put(text, range(place, place + len(text)), name)

    def _put(self, text: str, offsets: range | list[int], name: str = "") -> None:
        start = self._chars
        least = self._offsets[-1] if self._offsets else 0
        if offsets[0] >= least:
            self._offsets.extend(offsets)
        else:
            self._offsets.extend(max(least, offset) for offset in offsets)
        self._pieces.append(text)
        names = (*self._names, name) if name else self._names
        if not names:
            return
        if self._spans and self._spans[-1].end == start and self._spans[-1].names == names:
            start = self._spans.pop().start
        self._spans.append(StyledSpan(start, self._chars, names))


def _blanks(source: str, at: int) -> int:
    end = at
    while source[end : end + 1] in (" ", "\n", "\t") and end < len(source):
        end += 1
    return end - at
