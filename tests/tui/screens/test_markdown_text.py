"""Markdown as rows: how it is shown, and that it controls nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from streamdash.tui.screens.markdown_text import render

STYLES = {
    "markdown.h1": Style(bold=True, underline=True),
    "markdown.code": Style(color="red"),
    "markdown.code_block": Style(bgcolor="blue"),
    "markdown.link_url": Style(color="green"),
}


def rows(text: str, width: int = 60) -> list[str]:
    return ["".join(part.text for part in row).rstrip() for row in render(text, width, STYLES)]


def shown(text: str, width: int = 60) -> str:
    return "\n".join(rows(text, width))


def test_markdown_is_drawn_as_it_is_meant() -> None:
    text = "# Title\n\nsome `code` and **bold**\n\n- one\n- two\n\n```py\nx = [1]\n```\n"
    told = shown(text)
    assert "Title" in rows(text)[0]
    assert "#" not in told
    assert "`" not in told
    assert " x = [1]" in told
    styles = {part.text.strip(): part.style for row in render(text, 60, STYLES) for part in row}
    assert styles["Title"] is not None
    assert styles["Title"].underline
    assert styles["bold"] is not None
    assert styles["bold"].bold
    assert styles["code"] is not None
    assert styles["code"].color is not None
    assert styles["code"].color.name == "red"


def test_a_table_is_aligned() -> None:
    told = rows("| a | long heading |\n|---|---:|\n| 1 | 2 |\n")
    assert any("long heading" in row for row in told)
    assert not any("|" in row for row in told)


def test_links_and_images_are_shown_and_lead_nowhere() -> None:
    text = "[here](https://a.example) ![pic](https://b.example/x.png) <https://c.example>"
    told = shown(text, 200)
    for address in ("https://a.example", "https://b.example/x.png", "https://c.example"):
        assert address in told
    assert not any(
        part.style is not None and part.style.link for row in render(text, 200, STYLES)
        for part in row
    )  # fmt: skip


def test_html_is_shown_as_text() -> None:
    assert "<b>not bold</b>" in shown("a <b>not bold</b>")
    assert "<script>x</script>" in shown("<script>x</script>\n")


def test_console_markup_and_escapes_are_shown_and_do_nothing() -> None:
    told = shown("[red]x[/red] [@click=app.quit]y[/] :smile: \x1b[31mz\x07\u202e\n\n    \x1b[2J\n")
    assert "[red]x[/red] [@click=app.quit]y[/] :smile:" in told
    assert not set("\x1b\x07\u202e") & set(told)


def test_code_in_any_language_is_drawn_as_it_is() -> None:
    assert "<div>" in shown("```html\n<div>\n```\n")
    assert "x" in shown("```../../etc/passwd `\nx\n")
    assert "still open" in shown("```\nstill open")


@pytest.mark.parametrize(
    "text",
    ["> " * 2_000 + "x", "- " * 2_000 + "x", "[" * 3_000, "*_" * 3_000, "`" * 3_001, "![" * 2_000,
     "|a" * 500 + "\n" + "|-" * 500, "&#x0;&#xd800;&#27;"],
)  # fmt: skip
def test_hostile_markdown_is_drawn_in_its_width(text: str) -> None:
    told = render(text, 40, STYLES)
    assert max(sum(cell_len(part.text) for part in row) for row in told) <= 40
    assert "\x1b" not in "".join(part.text for row in told for part in row)


marks = st.text(
    st.sampled_from("ab1 \n\t#*_`~[]()!<>|-+.&\\\x1b\x00日😀\u200d\u0301\ud800"), max_size=80
)


@given(marks, st.integers(10, 100))
def test_no_text_breaks_it_or_reaches_the_terminal_raw(text: str, width: int) -> None:
    told = render(text, width, STYLES)
    written = "".join(part.text for row in told for part in row)
    assert not set("\x1b\x00\ud800\r") & set(written)
    assert all(sum(cell_len(part.text) for part in row) <= width for row in told)
