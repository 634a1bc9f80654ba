"""Inline Markdown as styled text: emphasis, code, links, mathematics.

Every character of the drawn text knows its place in the source.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from streamdash.output.safe_text import clean
from streamdash.tui.markdown.rows import StyledSpan, StyledText

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from streamdash.tui.markdown.inline_parser import InlineParser
    from streamdash.tui.markdown.rows import StyleNames

SPECIAL = re.compile(r"[\\`*_~\[\]<>&$\n]|://")
"""What inline syntax cares about; text without it is drawn as it is."""
MOST_BREAKS = 2
"""Line breaks after which open emphasis, code or a link is no longer expected to be closed."""
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


def parse(source: str) -> Parsed:
    """Parse inline Markdown; the offsets of the text count in `source`."""
    if SPECIAL.search(source) is None:
        return Parsed(StyledText(source, (), range(len(source))), ())
    state = _parser().read(source)
    return Parsed(_Drawing(source, state.tokens).styled(), _openers(state))


def reach_of(source: str) -> int:
    """What is open at the end of `source` may still be closed if it begins after this place."""
    at = len(source)
    for _ in range(MOST_BREAKS + 1):
        at = source.rfind("\n", 0, at)
        if at < 0:
            break
    return at


def warm() -> None:
    """Load the parser, which takes some 50 ms; safe to call in a thread."""
    _parser().read("*")


@cache
def _parser() -> InlineParser:
    # imported for the first text with inline syntax
    from streamdash.tui.markdown.inline_parser import InlineParser

    return InlineParser()


def _openers(state: StateInline) -> tuple[Opener, ...]:
    """The emphasis on the last lines that is open at the end."""
    reach = reach_of(state.src)
    found = []
    closed = -1
    for place, delimiter in enumerate(state.delimiters):
        closed = max(closed, delimiter.end)
        # nothing that begins inside of closed emphasis can end after it
        if delimiter.end >= 0 or not delimiter.open or place < closed:
            continue
        at = state.tokens[delimiter.token].meta["at"]
        marker = state.tokens[delimiter.token].content
        before = state.src[at - 1 : at].strip("*_~")
        if not before.isalnum() and at > reach:
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
        """The address of each open link, and the piece with which its text begins."""

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
            address = "" if auto else str(token.attrs.get("href", ""))
            self._links.append((address, len(self._pieces)))
            self._names = (*self._names, "address" if auto else "link")
        elif kind == "link_close":
            self._close_link(at)
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
        """Add a link's address unless its text, from piece `start` on, says the same.

        `at` is the bracket that ends the link's text in the source.
        """
        place = max(at, self._source.find(address, at))
        found = _parser().address(self._source, at + 2)
        if found is not None:
            place, end = found
            address = self._source[place:end].replace("\n", " ")
        label = "".join(self._pieces[start:])
        if not address or label in (address, address.removeprefix("mailto:")):
            return
        self._add(" (", at)
        self._add(address, place, "address")
        self._add(")", place + len(address))

    def _special(self, token: Token, at: int) -> None:
        """Add an escaped character, or one written as an entity, made safe for the terminal."""
        if token.info == "escape":
            first = at + (token.content != token.markup)
            self._put(token.content, range(first, first + len(token.content)))
            return
        shown = clean(token.content).replace("\n", " ").replace("\t", " ")
        self._put(shown, [at] * len(shown))

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
        if not text:
            return
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
