"""HTML elements that escape every text put into them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, TypeAlias

from streamdash.output.safe_text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence


class Html(str):
    """A text that is HTML already, so it is not escaped again."""

    __slots__ = ()


Child: TypeAlias = "str | Sequence[Child] | None"

_EMPTY = frozenset({"meta", "br", "hr", "rect", "line", "path", "circle", "col"})


def html(child: Child) -> Html:
    """`child` as HTML: text is cleaned and escaped, sequences are joined, None is empty."""
    if isinstance(child, Html):
        return child
    if child is None:
        return Html()
    if isinstance(child, str):
        return Html(escape(clean(child)))
    return Html("".join(map(html, child)))


def element(tag: str, /, *children: Child, **attributes: str | float | bool | None) -> Html:
    """An element; attributes that are None or False are left out.

    An attribute's name loses a trailing `_`, and every other `_` becomes `-`.
    """
    words = [tag]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        words.append(key if value is True else f'{key}="{html(_written(value))}"')
    head = " ".join(words)
    if tag in _EMPTY and not children:
        return Html(f"<{head}/>")
    return Html(f"<{head}>{html(children)}</{tag}>")


def scrolling(child: Child, name: str) -> Html:
    """A region that scrolls sideways, by keyboard too, if `child` is wider than the page."""
    return element("div", child, class_="wide", tabindex="0", role="region", aria_label=name)


def _written(value: str | float) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
