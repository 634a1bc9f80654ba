"""Answers inside a Markdown document: their headings are lowered and their blocks closed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from streamdash.reporting.nested_markdown import fenced, nested, quoted
from tests.fuzzing import examples

if TYPE_CHECKING:
    from markdown_it.token import Token

HEADINGS = pytest.mark.fault("screen", "an answer's headings stand among the document's")
ENDS = pytest.mark.fault("screen", "an answer swallows the rest of the document")


def tokens(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(text)


def headings(text: str) -> list[tuple[int, str]]:
    """Level and text of every heading, HTML's own among them."""
    parsed = tokens(text)
    return [
        (int(token.tag[1:]), parsed[place + 1].content)
        for place, token in enumerate(parsed)
        if token.type == "heading_open"
    ]


@HEADINGS
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("# One\n\ntext\n\n## Two ##", [(3, "One"), (4, "Two")]),
        ("One\n===\n\nTwo\n---\n", [(3, "One"), (4, "Two")]),
        ("##### Five\n###### Six", [(6, "Five"), (6, "Six")]),
        ("> # Quoted\n>\n> Under\n> ---", [(3, "Quoted"), (4, "Under")]),
        ("- # Listed\n\n  Under\n  ===\n\n1. ## Two", [(3, "Listed"), (3, "Under"), (4, "Two")]),
        ("two\nlines\n===", [(3, "two lines")]),
        ("ends in #\n===", [(3, "ends in #")]),
        ("#\n\n   # indented", [(3, ""), (3, "indented")]),
        ("One\r\n===\r\n# Two\r# Three", [(3, "One"), (3, "Two"), (3, "Three")]),
        ("# Pound # sign #", [(3, "Pound # sign")]),
    ],
)
def test_headings_are_lowered(answer: str, expected: list[tuple[int, str]]) -> None:
    assert headings(nested(answer, 2)) == expected


@HEADINGS
@pytest.mark.parametrize(
    "answer",
    [
        "```sh\n# a comment\nx\n---\n```\n",
        "~~~\nTitle\n===\n~~~",
        "    # indented code\n",
        "#hashtag and #5",
        "a `<h1>` tag, \\# no heading",
        "| a |\n| --- |\n| # b |",
        "text\n\n---\n\ntext",
        "> ```\n> # quoted code\n> ```",
    ],
)
def test_text_that_only_resembles_a_heading_stays_as_it_is(answer: str) -> None:
    assert nested(answer, 2) == answer


@HEADINGS
def test_headings_in_html_are_lowered_too() -> None:
    answer = '<h1 class="x">Big</h1>\n\ntext <H2>two</H2> and `<h3>`\n\n<header>no</header>'
    assert nested(answer, 2) == (
        '<h3 class="x">Big</h3>\n\ntext <H4>two</H4> and `<h3>`\n\n<header>no</header>'
    )


@ENDS
@pytest.mark.parametrize(
    "answer",
    [
        "```py\nprint(",
        "~~~~\n```\n~~~",
        "````md\n```\ncode\n```",
        "<!-- a comment",
        "<pre>\ntext",
        "<script>\nlet x",
        "<STYLE>\np {",
        "<textarea>",
        "<?php echo",
        "<![CDATA[ x",
        "<![1 x",
        "- item\n\n  ```\n  code\n- next",
        "- a\n\n  ```\n  code",
        "> ```\n> code",
        "> <!-- quoted",
        "   ```\nindented fence",
        "```",
    ],
)
def test_a_heading_after_the_answer_is_still_a_heading(answer: str) -> None:
    document = f"{nested(answer, 2)}\n\n## Next\n"
    assert (2, "Next") in headings(document)


@ENDS
@pytest.mark.parametrize(
    ("answer", "end"),
    [
        ("<details>\n<summary>s</summary>\n\ntext", "</details>"),
        ("<div><b>bold", "</b></div>"),
        ("text with <em>stress", "</em>"),
        ("<details>\n\n```\n</details>\n```", "</details>"),
    ],
)
def test_html_that_is_left_open_is_closed(answer: str, end: str) -> None:
    assert nested(answer, 2).endswith(f"\n{end}")


@ENDS
@pytest.mark.parametrize(
    "answer", ["<b>a</b>", "List<String> x", "a < b and c > d", "<br> <img src=x>", "`<div>`"]
)
def test_html_that_needs_no_end_gets_none(answer: str) -> None:
    assert nested(answer, 2) == answer


@ENDS
@examples(300)
@given(st.text(st.sampled_from("#=-`~> \n\t*1.<!a/h1&|\\[]"), max_size=60), st.integers(2, 3))
def test_no_answer_has_higher_headings_or_an_effect_beyond_its_end(answer: str, below: int) -> None:
    inside = nested(answer, below)
    document = tokens(f"{inside}\n\n# Next\n")
    levels = [int(token.tag[1:]) for token in document if token.type == "heading_open"]
    assert levels[-1:] == [1], "the heading behind the answer is one"
    assert all(level > below for level in levels[:-1])
    html = "".join(token.content for token in document if token.type == "html_block")
    assert not re.search(rf"<h[1-{below}][\s>]", html, re.IGNORECASE)


@examples(200)
@given(st.text(st.sampled_from("`~\n x"), max_size=40))
def test_a_code_block_holds_any_text(text: str) -> None:
    (block,) = tokens(fenced(text))
    assert block.type == "fence"
    assert block.content == text + "\n"


@pytest.mark.parametrize(
    "line", ["# a", "- a", "1. a", "<b>a</b>", "a_b_ *c*", "&amp;", "| a |", "---"]
)
def test_a_quoted_question_is_plain_text(line: str) -> None:
    quote, paragraph, inline, *_ = MarkdownIt("commonmark").parse(quoted(line))
    assert (quote.type, paragraph.type) == ("blockquote_open", "paragraph_open")
    assert "".join(child.content for child in inline.children or ()) == line
