"""Answers as models write them, and examples of the specifications, however they arrive."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from streamdash.output.safe_text import clean
from streamdash.tui.markdown.code.highlighting import load
from streamdash.tui.markdown.code.languages import language_of
from streamdash.tui.markdown.text import MarkdownText
from streamdash.tui.text.glyphs import clusters
from tests.fuzzing import rounds
from tests.tui.markdown.drawn import FOR_EVER, fed, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.markdown.rows import DrawnRow

HERE = Path(__file__).parent
CORPUS = {
    path.stem: clean(path.read_bytes().decode()) for path in sorted((HERE / "corpus").glob("*.md"))
}
SPECIFICATION: dict[str, list[str]] = json.loads(
    (HERE / "specification_inputs.json").read_text(encoding="utf-8")
)
EXAMPLES = {
    f"{name} {number}": clean(text)
    for name in ("commonmark", "gfm")
    for number, text in enumerate(SPECIFICATION[name], 1)
}
WIDTHS = (20, 40, 80, 120)
SHORT = 200
"""Characters up to which a text is split at every place."""


@pytest.fixture(scope="module", autouse=True)
def _lexers() -> None:
    """Colours that arrive in the middle would make two drawings differ."""
    for text in (*CORPUS.values(), *EXAMPLES.values()):
        for line in text.splitlines():
            language = language_of(line.lstrip("`~ "))
            if language and line.lstrip().startswith(("```", "~~~")):
                load(language)


def cells(text: str) -> int:
    return sum(width for _, _, width in clusters(text, 0, len(text)))


def check_rows(source: str, rows: Sequence[DrawnRow], width: int) -> None:
    """What is true of the rows of any closed text."""
    if rows:
        assert rows[0].start == 0
        # blank lines at the end have no row
        assert not source[rows[-1].end :].strip("> \t\n")
    for row, following in pairwise(rows):
        assert row.end == following.start
    for row in rows:
        assert row.start < row.end
        assert cells(row.text) <= width
        assert "\n" not in row.text
        assert "\t" not in row.text
        assert row.text == clean(row.text)
        assert len(row.offsets) == len(row.text)
        assert list(row.offsets) == sorted(row.offsets)
        end = 0
        for span in row.spans:
            assert end <= span.start < span.end <= len(row.text)
            assert span.names
            end = span.end


def test_the_corpus_is_large_enough() -> None:
    assert len(CORPUS) >= 60


@pytest.mark.parametrize("name", CORPUS)
def test_rows_stand_for_all_of_the_source_and_fit_the_pane(name: str) -> None:
    for width in WIDTHS:
        check_rows(CORPUS[name], whole(CORPUS[name], width), width)


@pytest.mark.parametrize("name", CORPUS)
def test_an_answer_ends_equal_however_it_arrived(name: str) -> None:
    source = CORPUS[name]
    expected = whole(source, 40)
    assert fed(source, 40) == expected, "by single characters"
    places = range(1, len(source)) if len(source) <= SHORT else ()
    for place in places:
        assert fed((source[:place], source[place:]), 40) == expected, place
    chance = random.Random(name)
    for _ in range(rounds(6)):
        cuts = sorted(chance.randrange(len(source) + 1) for _ in range(chance.randrange(1, 12)))
        pieces = [source[a:b] for a, b in pairwise([0, *cuts, len(source)])]
        assert fed(pieces, 40, drawn_between=chance.random() < 0.7) == expected, cuts


@pytest.mark.parametrize("part", range(8))
def test_the_specifications_examples_end_equal_however_they_arrived(part: int) -> None:
    wrong = []
    for name in list(EXAMPLES)[part::8]:
        source = EXAMPLES[name]
        expected = whole(source, 40)
        check_rows(source, expected, 40)
        if fed(source, 40) != expected:
            wrong.append(name)
    assert not wrong


@pytest.mark.parametrize("name", CORPUS)
def test_what_is_above_the_open_block_stays(name: str) -> None:
    text = MarkdownText()
    before: list[list[DrawnRow]] = []
    for place, character in enumerate(CORPUS[name]):
        text.append(character)
        now = [list(text.rows(unit, 40, FOR_EVER)) for unit in range(text.unit_count)]
        for unit, rows in enumerate(before[:-1]):
            if any(span.names[0].startswith("table") for row in rows for span in row.spans):
                continue  # its columns may become wider
            if unit + 1 < len(before) and now[unit] != rows:
                # a table's rows after its head carry no name of their own
                assert "|" in CORPUS[name][rows[0].start : rows[-1].end], (place, unit)
        before = now


ORDINARY = (
    "headings", "nested-lists", "numbered-lists", "table-simple", "table-aligned", "code-python",
    "code-js", "code-bash", "fence-four", "fence-tilde", "fence-in-list", "quotes", "model-answer",
    "cjk", "loose-list", "setext", "tabs", "indented-code",
)  # fmt: skip


@pytest.mark.parametrize("name", ORDINARY)
def test_blocks_are_those_that_markdown_it_finds(name: str) -> None:
    source = CORPUS[name]
    shown = [row.text for row in whole(source, 400)]
    bare = [line.lstrip(" │•◦▪☐☑").rstrip() for line in shown]
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source)
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            for line in plain(tokens[place + 1].children or []).split("\n"):
                assert line in bare
        elif token.type == "td_open" or token.type == "th_open":
            cell = plain(tokens[place + 1].children or [])
            assert any(cell in line for line in shown), cell
        elif token.type in ("fence", "code_block"):
            for line in token.content.splitlines():
                if line.strip():
                    assert line.strip().expandtabs(4) in bare, line
    items = sum(token.type == "list_item_open" for token in tokens)
    markers = sum(span.names == ("bullet",) for row in whole(source, 400) for span in row.spans)
    assert markers == items


def plain(children: Sequence[object]) -> str:
    """The text of inline tokens."""
    parts = []
    for child in children:
        kind = child.type  # type: ignore[attr-defined]
        parts.append("\n" if kind in ("softbreak", "hardbreak") else child.content)  # type: ignore[attr-defined]
    return "".join(parts)
