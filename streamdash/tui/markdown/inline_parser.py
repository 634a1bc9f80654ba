"""markdown-it's inline parser with tokens that know their places, and with bounded work.

It resolves no references and knows no HTML, which stays text; images are links. Text that only an
attacker writes is left as it is as soon as reading it would take long.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, emphasis, link, strikethrough

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.token import Token

_BARE_URL = re.compile(r"https?://[^\s<>\[\]()`*|\"]+(?:\([^\s<>()]*\)[^\s<>\[\]()`*|\"]*)*")
_SCHEME = re.compile(r"(?:^|[^A-Za-z0-9])(https?)$")
_MATH = re.compile(
    r"\$\$(?=\S)(?:[^$\\]|\\.)+?\$\$"
    r"|\$(?=[^\s$])(?:[^$\\\n]|\\.)*?(?<=[^\s\\])\$(?![\d$])"
    r"|\\\((?:[^\\]|\\(?!\)).)*?\\\)"
    r"|\\\[(?:[^\\]|\\(?!\]).)*?\\\]",
    re.DOTALL,
)
_TEXT_ENDS = re.compile(r"[\n!$&:<\[\\\]_`*~]")
"""Characters at which a rule may begin; the library's list is longer, for rules not used here."""
_MATH_ENDS = {"\\(": "\\)", "\\[": "\\]"}
_LONGEST_MATH = 1000
_MOST_FAILURES = 30
"""Beginnings of links or mathematics that turn out to be none; more are not tried."""
_MOST_LINKS = 100
_MOST_MARKERS = 500
"""Emphasis characters in one text; more are ordinary text."""
_LONGEST_RUN = 12
"""Emphasis characters in a row; a longer run is ordinary text."""


class PlacedState(StateInline):
    """A parse in progress; each token has the offset at which it begins in its `meta`."""

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        at = self.pos
        if ttype == "text":
            # the characters of one run are pushed without moving on, by one or two
            start, after = self.env["run"]
            at = after if start == self.pos else self.pos
            ahead = self.src[at : at + _LONGEST_RUN]
            strikes = len(ahead) - len(ahead.lstrip("~"))
            # the first of an odd number is pushed alone
            size = 1 if strikes % 2 or not strikes else 2
            self.env["run"] = self.pos, at + size
        token.meta = {"at": at}
        return token

    def pushPending(self) -> Token:  # noqa: N802  # the library's name
        token = super().pushPending()
        # a rule may have moved on before it pushes what is pending
        token.meta = {"at": max(0, self.src.rfind(token.content, 0, self.pos + 1))}
        return token


class InlineParser:
    """Reads one text after the other."""

    def __init__(self) -> None:
        self._parser = MarkdownIt("commonmark", {"html": False})
        self._parser.enable("strikethrough").disable(["html_inline", "fragments_join"])
        self._parser.inline.terminator_re = _TEXT_ENDS
        rules = self._parser.inline.ruler
        rules.before("escape", "mathematics", _mathematics)
        rules.after("text", "bare_url", _bare_url)
        rules.at("link", _link)
        rules.at("image", _image)
        rules.at("emphasis", _bounded("*_", emphasis.tokenize))
        rules.at("strikethrough", _bounded("~", strikethrough.tokenize))

    def read(self, source: str) -> PlacedState:
        """Parse `source`; the result has its tokens and emphasis characters."""
        # the rules count here what they find
        env = {"failures": 0, "links": 0, "markers": 0, "run": (-1, 0)}
        state = PlacedState(source, self._parser, env, [])
        self._parser.inline.tokenize(state)
        for rule in self._parser.inline.ruler2.getRules(""):
            rule(state)
        return state

    def address(self, source: str, start: int) -> tuple[int, int] | None:
        """Start and end of the address of a link whose `(` is before `start`."""
        while source[start : start + 1] in (" ", "\n", "\t"):
            start += 1
        found = self._parser.helpers.parseLinkDestination(source, start, len(source))
        if not found.ok:
            return None
        pointed = source.startswith("<", start)
        return (start + 1, found.pos - 1) if pointed else (start, found.pos)


def _link(state: StateInline, silent: bool) -> bool:  # the library's interface
    """A link with its address in parentheses, or brackets that begin none."""
    at, source = state.pos, state.src
    if source[at] != "[":
        return False
    if _begins_link(state, at):
        return _read_link(state, silent)
    if silent:
        return False
    while at < state.posMax and source[at] == "[":
        at += 1
    state.pending += source[state.pos : at]
    state.pos = at
    return True


def _image(state: StateInline, silent: bool) -> bool:  # the library's interface
    """An image is a link with an exclamation mark before it."""
    at = state.pos
    if not state.src.startswith("![", at) or not _begins_link(state, at + 1):
        return False
    state.pos += 1
    if _read_link(state, silent):
        return True
    state.pos = at
    return False


def _begins_link(state: StateInline, at: int) -> bool:
    """Whether it is worth trying to read a link at this bracket."""
    if state.env["failures"] > _MOST_FAILURES or state.env["links"] > _MOST_LINKS:
        return False
    close = state.src.find("](", at, state.posMax)
    return close >= 0 and state.src.find(")", close + 2, state.posMax) >= 0


def _read_link(state: StateInline, silent: bool) -> bool:
    if link(state, silent):
        state.env["links"] += not silent
        return True
    state.env["failures"] += 1
    return False


def _bounded(
    characters: str, rule: Callable[[StateInline, bool], bool]
) -> Callable[[StateInline, bool], bool]:
    """The rule for emphasis by these characters, as long as there are not too many of them."""

    def bounded(state: StateInline, silent: bool) -> bool:  # the library's interface
        start, end, source = state.pos, state.pos, state.src
        marker = source[start]
        if silent or marker not in characters:
            return False
        while end < state.posMax and source[end] == marker:
            end += 1
        state.env["markers"] += end - start
        if end - start <= _LONGEST_RUN and state.env["markers"] <= _MOST_MARKERS:
            return rule(state, silent)
        state.pending += source[start:end]
        state.pos = end
        return True

    return bounded


def _mathematics(state: StateInline, silent: bool) -> bool:  # the library's interface
    """A rule: mathematics between dollars or brackets is left as it is."""
    opening = state.src[state.pos : state.pos + 2]
    if (opening[:1] != "$" and opening not in _MATH_ENDS) or state.env["failures"] > _MOST_FAILURES:
        return False
    end = min(state.posMax, state.pos + _LONGEST_MATH)
    if state.src.find(_MATH_ENDS.get(opening, "$"), state.pos + 1, end) < 0:
        return False
    found = _MATH.match(state.src, state.pos, end)
    if found is None:
        state.env["failures"] += 1
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
