"""What is on the screen stays where it is while Markdown arrives."""

from __future__ import annotations

import random
from time import perf_counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.tui.markdown.code.highlighting import load
from streamdash.tui.markdown.text import MarkdownText
from streamdash.tui.text.glyphs import clusters
from tests.fuzzing import examples, rounds
from tests.tui.markdown.drawn import FOR_EVER, all_rows, fed, whole

if TYPE_CHECKING:
    from streamdash.tui.markdown.rows import DrawnRow

TEXTS = {
    "emphasis": "A **bold** word, _it_, ***both*** and ~~no~~. Then *a **b** c* and __u__.\n",
    "code": "See `x` and `` a`b `` and `open code that ends` here.\n",
    "links": "A [link](http://x.y/z_a) and ![image](u.png), <http://a.b> or http://c.d/e_f end!\n",
    "no links": "Arrays [x, y] and a[0] are (no) links, a < b and c & d; it costs $5 or $6.\n",
    "math": "Then \\(x_1 * y_2\\) and $y_2 * z_3$ follow, \\[a_b\\] too.\n",
    "math block": "$$\na_b - c\n- d\n$$\nand\n\\[\nx * y\n\\]\nafter\n",
    "heading": "# One *x* `y` #\n\n## Two\ntext\n### Three [a](b) c\n",
    "lists": "- one **b**\n- [ ] task\n- [x] done `c`\n\n  more\n  1. num\n  2. num\n- four\n",
    "numbers": "7. seven\n7. eight\n\n   para\n8. nine\n12 monkeys\n",
    "quotes": "> quote **x** goes on\n> > deeper\nlazy\n\n> another\n",
    "rules": "a\n\n---\n\n* * *\nb\n\n___\n",
    "fences": "Text\n```py\nx = 1\n\n    y = '`'\n``\n```\nafter\n~~~\n```\n~~~\n",
    "fence in item": "- a\n\n  ```sh\n  ls\n  ```\n- b\n",
    "indented code": "Text\n\n    code **x**\n      more\n\nafter\n",
    "escapes": "\\*no\\* \\` \\[x\\](y) &amp; &copy; &nope; &#65; \\\\ end\\\nhard  \nbreak\n",
    "html": "<b>bold</b> <br/> <!-- no --> a<b\n",
    "unicode": "日本語 **テキスト** と 👩\u200d👩\u200d👧 *e\u0301* 🇩🇪 `漢字` ende\n",
    "one word": "a" * 200 + "\n",
    "bold over lines": "Some **bold over\ntwo lines** and __bold\nover\nthree__ end\n",
    "emphasis over lines": "*It goes\non* and _on\nand on_, ~~not\nso~~ ***both\nways*** end\n",
    "code over lines": "A `code span\nover two lines` and ``a ` b\nc``.\n",
    "link over lines": "A [link over\n two lines](url) and ![an\nimage](u.png), [no\nlink] (x).\n",
    "math over lines": "So \\(a_1 +\nb_1\\) ends.\n",
    "over lines in a quote": "> a **bold\n> word** and `code\n> too` and\nlazy *text\ngoes* on\n",
    "over lines in an item": "- a **bold\n  word** and [a\n  link](u)\n- next\n",
}
"""Texts in which nothing that is drawn has to move."""
MOVING = {
    "table": "Text\n\n| a | **b** |\n|:--|--:|\n| 1 | `x` |\n| longer cell | 2 |\n\nafter\n",
    "table without bars": "a | b\n--|--\nc | d\n",
    "no table": "| a | b |\nbut text\n",
    "setext": "Title *x*\n===\ntext\nmore\n---\nend\n",
    "unclosed": "**a *b ~~c `d\n\nnext [x](y and `\n",
    "stray marks": "a *b and\nc `d\ne\nf\ng [h\ni\nj\nk* and `l](u)\n",
    "broken marks": "a `b\nc *d\ne **f [g\n\nh\n",
    "nested": "> - a\n>   | x | y |\n>   |---|---|\n>   | 1 | 2 |\n> - b\n>\n>   ```\n>   c\nout\n",
}
ALL = TEXTS | MOVING


def ink(rows: list[DrawnRow]) -> str:
    """What rows of a paragraph show, whatever their breaks and their bars are."""
    return "".join("".join(row.text.lstrip("│ ") for row in rows).split())


@pytest.mark.parametrize("width", [12, 40])
@pytest.mark.parametrize("name", TEXTS)
def test_each_character_leaves_what_is_drawn_where_it_is(name: str, width: int) -> None:
    text = MarkdownText()
    above: list[DrawnRow] = []
    growing: list[DrawnRow] = []
    unit = 0
    for character in TEXTS[name]:
        text.append(character)
        if not text.unit_count:
            continue
        last = text.unit_count - 1
        settled = [row for u in range(last) for row in text.rows(u, width, FOR_EVER)]
        seen = [row.text for row in above]
        assert [row.text for row in settled[: len(seen)]] == seen
        now = settled[len(seen) :] if unit < last else []
        now += text.rows(last, width, FOR_EVER)
        assert ink(now).startswith(ink(growing))
        # all rows but the last one are finished
        finished = [row.text for row in growing[:-1]]
        assert [row.text for row in now[: len(finished)]] == finished
        above, growing, unit = settled, list(text.rows(last, width, FOR_EVER)), last


@pytest.mark.parametrize("name", TEXTS)
def test_closing_a_complete_text_moves_nothing(name: str) -> None:
    text = MarkdownText()
    text.append(TEXTS[name])
    before = [row.text for row in all_rows(text, 40)]
    text.close()
    assert [row.text for row in all_rows(text, 40)] == before


def test_a_link_is_one_as_soon_as_its_address_ends() -> None:
    text = MarkdownText()
    shown = []
    # too many lines for a link that is waited for
    for character in "[a\nb\nc\nd](url) e":
        text.append(character)
        shown.append(" ".join(row.text for row in all_rows(text, 40)))
    assert shown[-5:-2] == ["[a b c d](ur", "[a b c d](url", "a b c d (url)"]


@pytest.mark.parametrize("width", [12, 40])
@pytest.mark.parametrize("name", ALL)
def test_rows_do_not_depend_on_where_the_text_was_split(name: str, width: int) -> None:
    source = ALL[name]
    expected = whole(source, width)
    for cut in range(len(source) + 1):
        assert fed([source[:cut], source[cut:]], width) == expected
    assert fed(source, width) == expected


@pytest.mark.parametrize("name", ALL)
def test_rows_do_not_depend_on_random_splits(name: str) -> None:
    source = ALL[name] * 3
    expected = whole(source, 30)
    for seed in range(rounds(10)):
        choice = random.Random(seed)
        cuts = sorted(choice.sample(range(len(source)), choice.randrange(1, 30)))
        pieces = [source[a:b] for a, b in zip([0, *cuts], [*cuts, len(source)], strict=True)]
        assert fed(pieces, 30, drawn_between=bool(seed % 3)) == expected


MARKUP = st.lists(
    st.sampled_from(
        ["\n", "\n\n", "# ", "- ", "1. ", "> ", "    ", "\t", "```", "~~~", "|", "---", "===", "*",
         "**", "_", "`", "``", "~~", "[", "](", "](u)", ")", "![", "<", "http://a.b", "&amp;", "&",
         "\\", "\\(", "\\)", "$", "$$", "a", "bc ", "word", " ", "1", "漢字", "e\u0301",
         "👨\u200d👩", "| a | b |\n", "|--|:-:|\n", "[ ] ", "- [x] ", "<b>", "&#27;", "&#x202e;"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(source=MARKUP, width=st.integers(2, 40), seed=st.integers())
@examples(300)
def test_any_markup_ends_the_same_however_it_arrives(source: str, width: int, seed: int) -> None:
    choice = random.Random(seed)
    pieces = []
    at = 0
    while at < len(source):
        size = choice.choice([1, 2, 3, 7, 20])
        pieces.append(source[at : at + size])
        at += size
    assert fed(pieces, width) == whole(source, width)


@pytest.mark.parametrize(
    "source", ["*# \n\\\n---# ", "**b**\n\\\nx", "[c](d)  \n\\\ne", "`f`\n\\\ng"]
)
def test_an_empty_row_begins_after_what_the_one_before_shows(source: str) -> None:
    check(whole(source, 2), len(source), 2)
    growing = MarkdownText()
    growing.append(source)
    check(all_rows(growing, 2), None, 2)


@given(source=MARKUP, width=st.integers(2, 40))
@examples(300)
def test_rows_partition_the_source_and_fit(source: str, width: int) -> None:
    check(whole(source, width), len(source), width)
    growing = MarkdownText()
    growing.append(source)
    check(all_rows(growing, width), None, width)


def check(rows: list[DrawnRow], size: int | None, width: int) -> None:
    at = 0
    for number, row in enumerate(rows):
        assert row.start == at or not number
        assert row.start < row.end
        at = row.end
        assert "\n" not in row.text
        assert "\t" not in row.text
        cells = sum(max(0, each) for *_, each in clusters(row.text, 0, len(row.text)))
        assert cells <= width
        places = list(row.offsets)
        assert len(places) == len(row.text)
        assert places == sorted(places)
        assert all(row.start <= place < row.end for place in places[:1])
        ends = [0, *(place for span in row.spans for place in span[:2]), len(row.text)]
        assert ends == sorted(ends)
        assert not any(ord(character) in {0x1B, 0x202E} for character in row.text)
    if size is not None and rows:
        assert at <= size


@given(source=MARKUP, width=st.integers(4, 40))
@examples(100)
def test_a_character_finds_the_row_that_shows_it(source: str, width: int) -> None:
    text = MarkdownText()
    text.append(source)
    text.close()
    for unit in range(text.unit_count):
        for row in text.rows(unit, width, FOR_EVER):
            assert text.unit_start(unit) <= row.start < row.end <= text.unit_end(unit)
            assert text.unit_at(row.start) == unit


HOSTILE = {
    "brackets": "[" * 10_000,
    "links that do not end": "[a](" * 2_500,
    "images in images": "![" * 2_000 + "](u)" * 1_000,
    "asterisks": "*" * 10_000,
    "open emphasis": "*a **b " * 1_500,
    "backticks": "".join("`" * (run % 50 + 1) + " " for run in range(400)),
    "dollars": "$a " * 3_000,
    "backslashes": "\\(" * 5_000,
    "angles": "<a " * 3_000,
    "quotes": ">" * 10_000 + "x",
    "items": "- " * 5_000 + "x",
    "deep lists": "".join("  " * depth + "- item\n" for depth in range(150)),
    "spaces": " " * 20_000 + "x" + " " * 20_000,
    "tabs": "\t" * 5_000 + "x",
    "cells": "|a" * 3_000 + "|\n" + "|-" * 3_000 + "|\n" + "|*b*" * 3_000,
    "a long word": "x" * 20_000,
    "marks": "a\u0301" * 10_000,
    "emoji": "👩\u200d👩\u200d👧" * 3_000,
    "long code": "```\n" + "x" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_drawn_in_small_units(name: str) -> None:
    source = HOSTILE[name]
    text = MarkdownText()
    for at in range(0, len(source), 1_000):
        text.append(source[at : at + 1_000])
        text.rows(max(0, text.unit_count - 1), 80, FOR_EVER) if text.unit_count else ()
    text.close()
    rows = all_rows(text, 80)

    check(rows, len(source), 80)
    assert rows[-1].end == len(source)
    if name != "cells":
        sizes = [text.unit_end(unit) - text.unit_start(unit) for unit in range(text.unit_count)]
        assert max(sizes) < 5_000


def test_rows_are_forgotten_but_come_back_the_same() -> None:
    text = MarkdownText()
    text.append("Some **bold** text.\n\n" * 2_000)
    text.close()
    first = list(text.rows(0, 40, FOR_EVER))
    all_rows(text, 40)

    assert list(text.rows(0, 40, FOR_EVER)) == first


GROWING = {
    "fence": "```python\n" + 'def f(a):  # é\n\n\treturn """\n  b"""\n' * 8 + "```\n",
    "fence in item": "- a\n\n  ```\n" + "  long line of code\n\n  ls\n" * 6 + "  ```\nend\n",
    "indented code": "    code\n      more code than fits\n\n    end\n",
    "math block": "$$\na_b - c\n- d\n$$\nend\n",
    "table": "| a | **b** |\n|:--|--:|\n" + "| 1 | `x` |\n| longer **cell** | 2 |\n" * 9,
    "table in quote": "> a | b\n> --|--\n> c | d\n> | *e* |\n> longest cell of all | f\n",
}


@pytest.mark.parametrize("width", [9, 40])
@pytest.mark.parametrize("name", GROWING)
def test_what_is_drawn_again_and_again_looks_as_if_drawn_once(name: str, width: int) -> None:
    load("python")
    source = GROWING[name]
    growing = MarkdownText()
    for end in range(1, len(source) + 1):
        growing.append(source[end - 1])
        once = MarkdownText()
        once.append(source[:end])
        assert all_rows(growing, width) == all_rows(once, width)


@pytest.mark.parametrize("source", ["```# ``\n", "```# `\n", "a ``b `\n", "x ``` y ``\n"])
def test_open_code_shows_no_backtick_that_its_text_has_not(source: str) -> None:
    growing = MarkdownText()
    growing.append(source)
    assert "".join(row.text for row in all_rows(growing, 40)) == source.rstrip()


def test_a_table_is_read_in_slices_and_shows_the_source_of_cells_meanwhile() -> None:
    source = "| a | b |\n|---|---|\n" + "".join(
        f"| **cell {row}** of slices | `code {row}` [here](u) |\n" for row in range(10)
    )
    text = MarkdownText()
    text.append(source)
    text.close()
    expected = whole(source, 60)
    text.rows(0, 60, perf_counter())
    assert text.provisional
    drawings = 0
    while text.provisional:
        text.provisional = False
        before = list(text.rows(0, 60, perf_counter() + 0.0002))
        drawings += 1
    assert before == expected
    assert drawings < 100


def test_a_table_without_time_has_the_rows_that_it_will_have() -> None:
    source = "| x | y |\n|---|---|\n" + "| *hasty one* | ~~two~~ |\n" * 3
    text = MarkdownText()
    text.append(source)
    hasty = list(text.rows(0, 40, 0.0))
    assert "*" in hasty[-1].text
    assert text.provisional
    final = list(text.rows(0, 40, FOR_EVER))
    assert len(hasty) == len(final) == 5
    assert "*" not in final[-1].text
