"""Questions and answers in tables and on the page: complete, and never run."""

from __future__ import annotations

import csv
import io
import re
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.color import Color

from streamdash.reporting.csv_table import _safe_cell
from streamdash.reporting.html.page import _style
from streamdash.reporting.report import report
from streamdash.tui.contrast import READABLE, contrast
from tests.fuzzing import examples
from tests.reporting.recorded import source
from tests.streams.scripted import Scripted, spoken

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = pytest.mark.fault("screen", "the question is nowhere to be seen")
FORMULA = pytest.mark.fault("files and environment", "a spreadsheet runs a cell")
PHONE = pytest.mark.fault("screen", "the page is cut at phone width")
QUIET = pytest.mark.fault("screen", "quiet text that cannot be read")
DANGEROUS = "=+-@|%\t\n＝＋－＠"


@QUESTION
@pytest.mark.parametrize("style", ["json", "jsonl", "csv", "markdown", "html", "text"])
def test_every_report_has_the_question(tmp_path: Path, style: str) -> None:
    told = report([source(tmp_path, "r.jsonl", {"A": Scripted(spoken("x"))})], style)  # type: ignore[arg-type]
    assert "Hello" in told


@FORMULA
def test_an_answer_that_is_a_formula_is_defused_and_complete(tmp_path: Path) -> None:
    answers = [
        "=HYPERLINK(1)",
        "- a list\n- of two",
        "'=quoted",
        " \u200b@x",
        "fine",
        "'fine'",
        "-1",
    ]
    known = {f"s{n}": Scripted(spoken(answer)) for n, answer in enumerate(answers)}
    told = report([source(tmp_path, "r.jsonl", known)], "csv")
    cells = [row["answer"] for row in csv.DictReader(io.StringIO(told, newline=""))]
    assert cells == [
        *(f"'{answer}" for answer in answers[:4]), "fine", "'fine'", "'-1"
    ]  # fmt: skip


@FORMULA
@examples(300)
@given(st.text(st.sampled_from(" '=+-@a\t\n\u200b\ufeff＝\x00"), max_size=8))
def test_no_cell_begins_a_formula_and_every_text_can_be_restored(text: str) -> None:
    cell = str(_safe_cell(text))
    assert cell.lstrip(" \u200b\ufeff\x00")[:1] not in set(DANGEROUS)
    undone = cell[1:] if cell[:1] == "'" and _safe_cell(cell[1:]) == cell else cell
    assert undone == text


@FORMULA
@pytest.mark.parametrize("value", [-1.5, 0, None, -3])
def test_numbers_stay_numbers(value: object) -> None:
    assert _safe_cell(value) == value


@PHONE
def test_wide_parts_of_the_page_scroll(tmp_path: Path) -> None:
    known = {f"a long label {n}": Scripted(spoken("x", "y")) for n in range(3)}
    sources = [source(tmp_path, "a.jsonl", known), source(tmp_path, "b.jsonl", known)]
    for page in (report(sources[:1], "html"), report(sources, "html")):
        scrolling = len(re.findall(r'<div class="wide" tabindex="0" role="region"', page))
        drawings = page.count('<svg viewBox="0 0 1000')
        assert scrolling == page.count("<table>") + drawings
        assert drawings == 2
        assert not re.search(r'(?<!tabindex="0" role="region" aria-label="Table">)<table>', page)
    style = _style()
    assert re.search(r"\.wide \{ overflow-x: auto", style)
    assert 'name="viewport" content="width=device-width' in report(sources, "html")


@QUIET
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pages_greys_and_tones_can_be_read(dark: bool) -> None:
    light, night = re.findall(r":root \{(.*?)\}", _style(), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    if dark:
        colours |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", night))
    texts = ("text", "quiet", "link", "good", "warn", "bad", *(f"c{n}" for n in range(8)))
    found = {
        (text, ground): contrast(Color.parse(colours[text]), Color.parse(colours[ground]))
        for text, ground in product(texts, ("page", "card"))
        if not (text.startswith("c") and ground == "page")
    }
    assert {pair: ratio for pair, ratio in found.items() if ratio < READABLE} == {}
