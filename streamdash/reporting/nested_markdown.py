"""Fits an answer's Markdown into our document: lowers its headings and closes all its blocks."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple

from streamdash.output.safe_text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LOWEST = 6
"""The lowest level of headings in Markdown."""
LONGEST_PARSED = 2_000_000
"""Characters; a longer answer becomes a code block, which needs no parser."""
_HEADING_TAG = re.compile(r"(</?h)([1-6])(?=[\s/>]|$)", re.IGNORECASE)
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_UNENDED = (
    (re.compile(r" {0,3}<!--"), "-->"),
    (re.compile(r" {0,3}<\?"), "?>"),
    (re.compile(r" {0,3}<!\[CDATA\["), "]]>"),
    (re.compile(r" {0,3}<![A-Za-z]"), ">"),
    (re.compile(r" {0,3}<(script|pre|style|textarea)(?=[\s>]|$)", re.IGNORECASE), None),
)
"""Openings of HTML blocks that only their own end closes, and that end; None: the closing tag."""
_ENCLOSING = frozenset(
    {
        "a", "abbr", "article", "aside", "audio", "b", "big", "blockquote", "button", "center",
        "cite", "code", "dd", "del", "details", "dl", "div", "dt", "em", "fieldset", "figure",
        "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "i", "iframe",
        "ins", "kbd", "label", "li", "main", "mark", "math", "nav", "noscript", "object", "ol",
        "p", "pre", "q", "s", "samp", "script", "section", "select", "small", "span", "strike",
        "strong", "style", "sub", "summary", "sup", "svg", "table", "tbody", "td", "template",
        "textarea", "tfoot", "th", "thead", "title", "tr", "tt", "u", "ul", "var", "video",
    }
)  # fmt: skip
"""Tags that have an effect until they are closed; others, as in `List<String>`, have none."""
_ENTITY = re.compile(r"&(?=#?\w{1,32};)")
_MD_SPECIAL = re.compile(r"([\\|<>\[\]*_`])")
_LIST_MARK = re.compile(r"^(?:([0-9]{1,9})([.)])|([-+=#~]))")


class _Change(NamedTuple):
    """Lines `start` to `end` of an answer, replaced."""

    start: int
    end: int
    lines: list[str]


def nested(answer: str, below: int) -> str:
    """The answer with its headings `below` levels lower, and its code and HTML blocks closed.

    Headings in quotes, lists and HTML are lowered too, all to level 6 at most. Code stays as it
    is.
    """
    text = answer.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    if len(text) > LONGEST_PARSED:
        return fenced(text)
    try:
        tokens = _blocks().parse(text)
    except RecursionError:
        return fenced(text)
    lines = text.split("\n")
    for change in sorted(_changes(tokens, lines, below), reverse=True):
        lines[change.start : change.end] = change.lines
    return "\n".join([*lines, *_endings(tokens, text.split("\n"))])


@cache
def _blocks() -> MarkdownIt:
    """A parser of blocks only, as nothing inside a block has an effect beyond it."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _changes(tokens: Sequence[Token], lines: Sequence[str], below: int) -> Iterable[_Change]:
    for place, token in enumerate(tokens):
        if token.map is None:
            continue
        start, end = token.map
        if token.type == "heading_open":
            yield _heading(token, tokens[place + 1].content, lines[start:end], below)
        elif token.type == "html_block":
            yield _Change(start, end, [_lower_tags(line, below) for line in lines[start:end]])
        elif token.type == "inline" and tokens[place - 1].type == "paragraph_open":
            found = [_outside_code(line, below) for line in lines[start:end]]
            if found != lines[start:end]:
                yield _Change(start, end, found)


def _heading(token: Token, content: str, lines: Sequence[str], below: int) -> _Change:
    start, end = token.map or (0, 0)
    marks = "#" * min(LOWEST, int(token.tag[1:]) + below)
    first = _outside_code(lines[0], below)
    if token.markup.startswith("#"):
        # only list and quote marks come before the heading, and none of them is a #
        before, _, after = first.partition("#")
        return _Change(start, end, [before + marks + after.lstrip("#"), *lines[1:]])
    # underlined headings have two levels only, so this one gets marks, on one line
    opening, *rest = content.split("\n")
    before = lines[0].rstrip()
    before = before[: len(before) - len(opening)] if before.endswith(opening) else ""
    words = " ".join([opening.rstrip("\\ ") if rest else opening, *map(str.strip, rest)])
    # a heading that ends in marks would lose them without closing marks
    closing = f" {marks}" if words.endswith("#") else ""
    return _Change(start, end, [f"{before}{marks} {_outside_code(words, below)}{closing}"])


def _lower_tags(line: str, below: int) -> str:
    return _HEADING_TAG.sub(lambda m: f"{m[1]}{min(LOWEST, int(m[2]) + below)}", line)


def _outside_code(line: str, below: int) -> str:
    """The line with its HTML headings lowered, except in code."""
    if "<" not in line:
        return line
    at, parts = 0, []
    for span in _CODE_SPAN.finditer(line):
        parts += [_lower_tags(line[at : span.start()], below), span[0]]
        at = span.end()
    return "".join([*parts, _lower_tags(line[at:], below)])


def _endings(tokens: Sequence[Token], lines: Sequence[str]) -> list[str]:
    """The lines that close the blocks and tags that the answer leaves open."""
    endings = []
    last = next((token for token in reversed(tokens) if token.map is not None), None)
    if last is not None and last.level == 0 and last.map is not None:
        block = lines[last.map[0] : last.map[1]]
        if last.type == "fence" and not _is_closed(last, block):
            endings.append(last.markup)
        elif last.type == "html_block":
            endings += _html_end(block)
    opened = _OpenTags()
    for token in tokens:
        if token.type in ("html_block", "inline") and "<" in token.content:
            opened.feed(_CODE_SPAN.sub("", token.content))
    opened.feed("\n".join(endings))
    opened.close()
    if opened.tags:
        endings += ["", "".join(f"</{tag}>" for tag in reversed(opened.tags))]
    return endings


def _is_closed(fence: Token, block: Sequence[str]) -> bool:
    end = block[-1].strip()
    return len(block) > 1 and end.startswith(fence.markup) and not end.strip(fence.markup[0])


def _html_end(block: Sequence[str]) -> list[str]:
    text = "\n".join(block)
    for begin, end in _UNENDED:
        match = begin.match(text)
        if match is not None:
            ending = end or f"</{match[1].lower()}>"
            return [] if ending in text[match.end() :].lower() else [ending]
    return []


class _OpenTags(HTMLParser):
    """Collects the tags that an answer's HTML opens and does not close."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        if tag in _ENCLOSING:
            self.tags.append(tag)

    def handle_startendtag(self, _tag: str, _attrs: object) -> None:
        return

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Read `<![` without a name after it as a comment, as browsers do."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            # the standard library's error for it
            return self.parse_bogus_comment(i)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.tags:
            while self.tags.pop() != tag:
                pass


def fenced(text: str) -> str:
    """The text as a code block with a fence longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}\n{text}\n{fence}"


def quoted(text: str) -> str:
    """The text as a quote of literal text; several lines become a code block."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return fenced(text) if "\n" in text else f"> {_literal(text)}"


def _literal(line: str) -> str:
    line = _MD_SPECIAL.sub(r"\\\1", clean(line).strip())
    line = _ENTITY.sub("&amp;", line)
    return _LIST_MARK.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", line)
