"""CSV text is read as spreadsheets and Python's `csv` module write it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.promptfile.cases.csv_rows import MAX_COLUMNS, csv_rows
from streamdash.promptfile.input_text import UnreadableFile
from tests.fuzzing import examples

CELLS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    | st.sampled_from([",", ";", "\t", '"', "\n", "\r", "=", "'", "{"]),
    max_size=12,
)
NAMES = st.lists(st.text("abcdé ", min_size=1, max_size=6), min_size=2, max_size=5)


def cells(text: str) -> list[list[str]]:
    return [row.cells for row in csv_rows(text)]


@given(data=st.data(), names=NAMES, style=st.sampled_from(["excel", "excel-tab", "unix", "semi"]))
@examples(200)
def test_what_the_csv_module_writes_reads_back(
    data: st.DataObject, names: list[str], style: str
) -> None:
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names))))
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";") if style == "semi" else csv.writer(out, style)
    writer.writerows([names, *rows])
    assert cells(out.getvalue()) == [names, *rows]


@given(text=st.text(st.sampled_from('a,;\t"\r\n'), max_size=60))
@examples(300)
def test_any_text_is_read_or_refused_with_a_line_that_it_has(text: str) -> None:
    lines = len(io.StringIO(text, newline=None).read().split("\n"))
    found: list[int | None] = []
    try:
        found += (row.line for row in csv_rows(text))
    except UnreadableFile as error:
        found.append(error.line)
    assert all(line is not None and 1 <= line <= lines for line in found)
    assert found == sorted(found, key=lambda line: line or 0)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_end_with_any_line_end_and_have_the_line_in_which_they_begin(end: str) -> None:
    text = end.join(["a,b", "1,2", "", '"x', 'y",3', '4,"5"'])
    assert [(row.line, row.cells) for row in csv_rows(text)] == [
        (1, ["a", "b"]), (2, ["1", "2"]), (4, [f"x{end}y", "3"]), (6, ["4", "5"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
        ("a\tb\n1;2\t3,4\n", [["a", "b"], ["1;2", "3,4"]]),
        ('"a,b,c";d\n', [["a,b,c", "d"]]),
        ("sep=;\na,b;c\n", [["a,b", "c"]]),
        ('a,b\n"1 ""x""",5" disk\n', [["a", "b"], ['1 "x"', '5" disk']]),
        ("a\n=cmd()\n", [["a"], ["=cmd()"]]),
        ("a,b,\n1,2,", [["a", "b", ""], ["1", "2", ""]]),
        ("\n\na\n\n1", [["a"], ["1"]]),
    ],
)
def test_the_separator_is_the_one_that_the_header_has_most_often(
    text: str, rows: list[list[str]]
) -> None:
    assert cells(text) == rows


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ('a,b\n1,2\n3,"4\n5,6\n', 3, "never closed"),
        ('a,b\n1,"x\ny"z\n', 3, "written twice"),
        ('a,b\n1,"say \\"hi\\""\n', 2, "written twice"),
        ("a\n" + "," * (MAX_COLUMNS + 5), 2, "more than 1,000 cells"),
    ],
)
def test_a_malformed_row_is_refused_with_its_line(text: str, line: int, word: str) -> None:
    with pytest.raises(UnreadableFile, match=word) as caught:
        cells(text)
    assert caught.value.line == line


def test_large_and_empty_texts_take_no_time() -> None:
    assert cells("a\n" + "\n" * 20_000_000 + "1")[1] == ["1"]
    assert len(cells('a,b\n"' + 'x""' * 1_000_000 + '",1')[1][0]) == 2_000_000
    with pytest.raises(UnreadableFile):
        cells('a,b\n"' + 'x""' * 1_000_000)
