"""Every kind of Markdown looks as it should, and stands for its source."""

from __future__ import annotations

import pytest

from streamdash.tui.markdown.text import MarkdownText
from tests.tui.markdown.drawn import FOR_EVER, all_rows, lines, styled, whole


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("a *b* c", [("b", ("emphasis",))]),
        ("a **b** c", [("b", ("strong",))]),
        ("a ~~b~~ c", [("b", ("strike",))]),
        ("a `b` c", [("b", ("code",))]),
        ("*a **b***", [("a ", ("emphasis",)), ("b", ("emphasis", "strong"))]),
        ("**a `b`**", [("a ", ("strong",)), ("b", ("strong", "code"))]),
        ("`` a`b ``", [("a`b", ("code",))]),
        ("snake_case_name and 5 * 3 * 2", []),
        ("***both***", [("both", ("emphasis", "strong"))]),
    ],
)
def test_emphasis_and_code_have_a_style_and_no_marks(
    source: str, parts: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert styled(whole(source)) == parts


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("[text](http://a.b)", "text (http://a.b)"),
        ("[http://a.b](http://a.b)", "http://a.b"),
        ("[a](http://a.b/c_(d)) x", "a (http://a.b/c_(d)) x"),
        ('[a](b "title") x', "a (b) x"),
        ("[a](<b c>) x", "a (b c) x"),
        ("![alt](u.png)", "alt (u.png)"),
        ("[![badge](u.png)](v)", "badge (u.png) (v)"),
        ("<http://a.b> and <x@y.z>", "http://a.b and x@y.z"),
        ("see http://a.b/c_d_e.", "see http://a.b/c_d_e."),
        ("(see https://a.b/c)", "(see https://a.b/c)"),
        ("[a] [b][c] [d]: e", "[a] [b][c] [d]: e"),
        ("[a]() x", "a x"),
        ("[a](javascript:alert) x", "[a](javascript:alert) x"),
    ],
)
def test_links_show_their_text_and_their_address(source: str, shown: str) -> None:
    assert lines(whole(source)) == [shown]


def test_an_address_has_its_own_style_and_place() -> None:
    row = whole("see [a **b**](http://x.y) end")[0]

    assert row.text == "see a b (http://x.y) end"
    assert ("http://x.y", ("address",)) in styled([row])
    assert ("b", ("link", "strong")) in styled([row])
    assert row.offsets[row.text.index("http")] == 14


@pytest.mark.parametrize("level", range(1, 7))
def test_headings_show_their_level_by_their_style(level: int) -> None:
    rows = whole("#" * level + " Some *head* ##\n")

    assert lines(rows) == ["Some head"]
    name = f"heading-{level}"
    assert styled(rows) == [("Some ", (name,)), ("head", (name, "emphasis"))]


def test_a_line_below_makes_a_heading() -> None:
    assert styled(whole("One\n===\nTwo\n---\n")) == [
        ("One", ("heading-1",)),
        ("Two", ("heading-2",)),
    ]


@pytest.mark.parametrize("source", ["#hash", "####### seven", "\\# no"])
def test_what_is_no_heading_stays_text(source: str) -> None:
    assert styled(whole(source)) == []


def test_lists_have_bullets_by_depth_and_indented_further_lines() -> None:
    source = "- one two threefold\n  * deep\n    + deeper\n- [ ] open\n- [x] done\n"

    assert lines(whole(source, 14)) == [
        "• one two",
        "  threefold",
        "  ◦ deep",
        "    ▪ deeper",
        "☐ open",
        "☑ done",
    ]


def test_numbers_count_on_from_the_first() -> None:
    assert lines(whole("7. a\n7. b\n1. c\n\nx\n\n3) d\n")) == [
        "7. a", "8. b", "9. c", "", "x", "", "3) d",
    ]  # fmt: skip


def test_a_number_or_an_empty_item_does_not_interrupt_a_paragraph() -> None:
    assert lines(whole("In the year\n1984. It was\n-\nx\n"))[0:2] == ["In the year", "1984. It was"]


def test_paragraphs_of_an_item_are_indented() -> None:
    assert lines(whole("- a\n\n  b\n\n      code\n\nc\n")) == [
        "• a", "", "  b", "", "  code", "", "c",
    ]  # fmt: skip


def test_quotes_carry_their_bar_on_each_row() -> None:
    assert lines(whole("> one two three\n> > deep\n> > er\nlazy\n\nout", 12)) == [
        "│ one two",
        "│ three",
        "│ │ deep",
        "│ │ er",
        "│ │ lazy",
        "",
        "out",
    ]


def test_a_list_in_a_quote_in_a_list_keeps_all_its_marks() -> None:
    assert lines(whole("- a\n  > - b\n  >   c\n")) == ["• a", "  │ ◦ b", "  │   c"]


@pytest.mark.parametrize("source", ["---", "***", "- - -", "___\n"])
def test_a_rule_fills_the_width(source: str) -> None:
    rows = whole(source, 7)

    assert styled(rows) == [("───────", ("rule",))]


def test_blank_lines_become_one() -> None:
    assert lines(whole("a\n\n\n\nb\n\n\n")) == ["a", "", "b"]


def test_line_breaks_stay() -> None:
    assert lines(whole("a\nb  \nc\\\nd")) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("\\*a\\* \\\\ \\[b\\] \\x", "*a* \\ \\[b\\] \\x"),
        ("&lt;b&gt; &copy; &#65; &nope; AT&T", "<b> © A &nope; AT&T"),
        ("&#27;[31m &#x202e;x &#8232;y &#10;z", None),
        ("<b>bold</b> <script>x</script> <!-- c -->", "<b>bold</b> <script>x</script> <!-- c -->"),
    ],
)
def test_escapes_entities_and_html(source: str, shown: str | None) -> None:
    rows = whole(source)

    if shown is not None:
        assert lines(rows) == [shown]
    assert all(
        character.isprintable() or character == "\N{NO-BREAK SPACE}"
        for row in rows
        for character in row.text
    )


@pytest.mark.parametrize(
    "source",
    [
        "$a_1 * b_2$",
        "$$a_1 * b_2$$",
        "\\(a_1 * b_2 \\\\ c\\)",
        "\\[a_1 * b_2\\]",
        "so $x_i$ and $y_j * z_k$ end",
    ],
)
def test_mathematics_stays_as_it_is(source: str) -> None:
    assert lines(whole(source)) == [source]
    assert all(names == ("math",) for _, names in styled(whole(source)))


def test_a_block_of_mathematics_is_no_list() -> None:
    source = "So:\n\\[\na_b\n- c_d\n= *e*\n\\]\n- item\n"

    assert lines(whole(source)) == ["So:", "\\[", "a_b", "- c_d", "= *e*", "\\]", "• item"]


@pytest.mark.parametrize("source", ["It costs $5 or $6.", "from $HOME to $PATH"])
def test_dollars_alone_are_no_mathematics(source: str) -> None:
    assert styled(whole(source)) == []


def test_code_shows_its_language_and_keeps_every_character() -> None:
    rows = whole("```python title\nif x:\n\n\treturn **y**\n```\nafter", 20)

    assert lines(rows) == ["python title", "if x:", "", "    return **y**", "after"]
    assert [bool(row.fill) for row in rows] == [True, True, True, True, False]


def test_long_lines_of_code_are_wrapped_whole() -> None:
    source = "x" * 25
    rows = whole(f"```\n{source}\n```", 10)

    assert "".join(row.text for row in rows) == source


@pytest.mark.parametrize(
    "source", ["````\n```\n````\n", "~~~\n```\n~~~\n", "> ```\n> ```\n> ```\n", "```\n```"]
)
def test_only_a_fence_of_the_same_kind_closes(source: str) -> None:
    text = MarkdownText()
    text.append(source)
    text.append("\nnot code")
    text.close()

    assert all_rows(text, 20)[-1].fill in ((), ("code-block",))
    assert not all_rows(text, 20)[-1].fill or source.startswith(">")


def test_indented_code_loses_its_indentation() -> None:
    assert lines(whole("a\n\n    x\n      y\n\nb")) == ["a", "", "x", "  y", "", "b"]


def test_tables_are_aligned() -> None:
    source = "| a | num | mid |\n|---|---:|:-:|\n| `x` | 1 | m |\n| longs | 200 | *n* |\n"
    rows = whole(source)

    assert [row.text.rstrip() for row in rows] == [
        "a      num  mid",
        "─────  ───  ───",
        "x        1   m",
        "longs  200   n",
    ]
    assert styled(rows[:1])[0][1] == ("table-head",)


def test_a_wide_table_is_cut_to_the_width() -> None:
    rows = whole("| key | value |\n|-|-|\n| a | " + "long " * 20 + "|\n| b | c |\n", 20)

    assert all(len(row.text) <= 20 for row in rows)
    assert rows[2].text.rstrip().endswith("…")
    assert len(rows) == 4


def test_a_row_may_lack_cells_or_have_too_many() -> None:
    rows = whole("|a|b|\n|-|-|\n|1|\n|1|2|3|\nx\n")

    assert [row.text.rstrip() for row in rows] == ["a    b", "───  ───", "1", "1    2", "x"]


def test_bars_in_code_or_escaped_are_no_columns() -> None:
    rows = whole("| a | b |\n|---|---|\n| x \\| y | z |\n")

    assert rows[2].text.split() == ["x", "|", "y", "z"]


@pytest.mark.parametrize("prefix", ["> ", "- ", "1. "])
def test_a_table_stands_in_a_quote_or_an_item(prefix: str) -> None:
    indent = prefix if prefix == "> " else " " * len(prefix)
    rows = whole(f"{prefix}| a | b |\n{indent}|---|---|\n{indent}| 1 | 2 |\n")

    assert [row.text.split()[-1] for row in rows] == ["b", "───", "2"]


def test_a_line_of_cells_is_a_head_as_soon_as_it_arrives() -> None:
    text = MarkdownText()
    text.append("Text\n\n| a | **b")

    assert lines(all_rows(text, 40)) == ["Text", "", "a  b"]
    text.append("** |\nno table")
    assert lines(all_rows(text, 40)) == ["Text", "", "| a | b |", "no table"]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("a **b", "a b"), ("a **b*", "a b"), ("a `b", "a b"), ("a [b", "a"), ("a [b](c", "a"),
        ("a <htt", "a"), ("a &am", "a"), ("a \\", "a"), ("- a\n-", "• a"), ("a\n```p", "a"),
        ("a\n==", "a"), ("a\n- [", "a"), ("a\n12", "a"), ("# b *", "b"), ("a \\(x_1", "a"),
    ],
)  # fmt: skip
def test_what_the_next_character_decides_is_not_shown(source: str, shown: str) -> None:
    text = MarkdownText()
    text.append(source)

    assert "\n".join(lines(all_rows(text, 40))) == shown


def test_brackets_are_held_back_for_a_while_only() -> None:
    text = MarkdownText()
    text.append("a [" + "word " * 100)

    assert "[word" in "".join(lines(all_rows(text, 40)))


def test_wide_characters_and_joined_emoji_are_not_split() -> None:
    family = "👩\u200d👩\u200d👧"
    rows = whole(f"**{family * 5}** 漢字漢字", 7)

    assert all(row.text.replace(family, "").strip("漢字 ") == "" for row in rows)


def test_a_unit_that_is_settled_keeps_its_rows() -> None:
    text = MarkdownText()
    text.append("One **a**\n\n")
    before = text.rows(0, 30, FOR_EVER)[0].text
    text.append("Two\n===\n")

    assert text.rows(0, 30, FOR_EVER)[0].text == before
