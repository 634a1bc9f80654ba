"""Markdown as rows of segments, drawn without the event loop and so in a thread.

Textual's Markdown makes a widget of every block in the loop, and 10 kB block it for a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from markdown_it import MarkdownIt
from rich.markdown import CodeBlock, Heading, Markdown
from rich.padding import Padding
from rich.text import Text
from rich.theme import Theme

from streamdash.output.safe_text import clean
from streamdash.tui.widgets.rows_view import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.markdown import MarkdownElement
    from rich.segment import Segment
    from rich.style import Style

LONGEST = 100_000
"""The most characters of an answer that is rendered."""


class _PlainCode(CodeBlock):
    """Code without highlighting, because hostile text can keep a lexer busy for minutes."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = Text(str(self.text).rstrip(), style="markdown.code_block", no_wrap=False)
        yield Padding(code, (0, 1), style="markdown.code_block", expand=True)


class _LeftHeading(Heading):
    LEVEL_ALIGN: ClassVar = dict.fromkeys(Heading.LEVEL_ALIGN, "left")


class _Answer(Markdown):
    """Rich's Markdown without HTML, which is shown as text, and with images as links."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _LeftHeading,
        "fence": _PlainCode,
        "code_block": _PlainCode,
    }

    def __init__(self, text: str) -> None:
        super().__init__("", hyperlinks=False)
        parser = MarkdownIt("commonmark", {"html": False})
        parser.enable(["table", "strikethrough"]).disable(["image"])
        self.markup = text
        self.parsed = parser.parse(text)


def render(text: str, width: int, styles: Mapping[str, Style]) -> list[list[Segment]]:
    """The cleaned `text` in rows of at most `width` cells; `styles` are Rich's `markdown.*`.

    Raises RecursionError if the text is nested too deeply.
    """
    return rows_of(_Answer(clean(text)), width, Theme(styles, inherit=True))
