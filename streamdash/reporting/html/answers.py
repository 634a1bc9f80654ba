"""An answer's Markdown as HTML that loads no resources and runs no scripts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from streamdash.output.safe_text import clean
from streamdash.reporting.html.markup import Html, element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LONGEST_RENDERED = 100_000
"""Characters; a longer answer is shown as its source."""
_HEADINGS_BELOW = 3


def rendered(text: str) -> Html:
    """The answer as rendered Markdown; HTML and images in it are shown as their source."""
    if len(text) > LONGEST_RENDERED:
        return plain(text)
    try:
        body = _markdown().render(clean(text))
    except RecursionError:
        return plain(text)
    return element("div", Html(body), class_="answer")


def plain(text: str) -> Html:
    """The text as its source."""
    return element("pre", text, class_="plain")


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False})
    parser.enable(["table", "strikethrough"]).disable(["image"])
    parser.add_render_rule("link_open", _link_open)
    for rule in ("heading_open", "heading_close"):
        parser.add_render_rule(rule, _heading)
    return parser


def _link_open(self: Any, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    tokens[place].attrSet("rel", "noreferrer noopener nofollow")
    return str(self.renderToken(tokens, place, options, env))


def _heading(self: Any, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    """Lower an answer's headings below the page's own."""
    level = int(tokens[place].tag[1:])
    tokens[place].tag = f"h{min(6, level + _HEADINGS_BELOW)}"
    return str(self.renderToken(tokens, place, options, env))
