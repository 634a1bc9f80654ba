"""Files of cases in all formats, and what is wrong with bad ones: file, line and column."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.promptfile.cases.case_files import MAX_BYTES, MAX_SLOW_BYTES
from streamdash.streams.errors import UsageError
from tests.fuzzing import examples

if TYPE_CHECKING:
    from tests.promptfile.loading import Workspace

pytestmark = pytest.mark.fault("files and environment", "a file of cases is malformed")

PIECES = [b'"', b",", b"\n", b"\r", b"\0", b"{", b"[", b": ", b"- ", b"\xff", b"a,a", b"=", b"#"]
PROMPT = """\
models = ["demo:a"]
cases = "{name}"
[[prompts]]
prompt = "{{{{a}}}}|{{{{b}}}}"
"""


def asked(workspace: Workspace, name: str, content: str | bytes) -> list[str]:
    """The prompts that the cases make."""
    workspace.write(name, content)
    plan = workspace.load("p.toml", PROMPT.format(name=name))
    return [spec.question for spec in plan.specs]


def problems(workspace: Workspace, name: str, content: str | bytes) -> list[str]:
    workspace.write(name, content)
    return workspace.problems("p.toml", PROMPT.format(name=name))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("c.csv", "a,b\n1.5,x\ntrue,\n"),
        ("c.csv", "\ufeffa;b\r\n1.5;x\r\ntrue;\r\n"),
        ("c.CSV", "a\tb\r1.5\tx\rtrue\t"),
        ("c.csv", "b , a,\nx,1.5,\n,true,\n,,\n"),
        ("c.jsonl", '{"a": 1.5, "b": "x"}\n\n{"b": null, "a": true}'),
        ("c.json", '[{"a": 1.50, "b": "x"}, {"a": true, "b": null}]'),
        ("c.json", '{"cases": [{"a": 1.5, "b": "x"}, {"a": true, "b": ""}]}'),
        ("c.yaml", "- a: 1.5\n  b: x\n- {a: true, b: ~}\n"),
        ("c.yml", "cases:\n- a: '1.5'\n  b: x\n- {a: true, b: ''}\n"),
        ("c.toml", '[[cases]]\na = 1.5\nb = "x"\n[[cases]]\na = true\nb = ""\n'),
        ("data/c.csv", "a,b\n1.5,x\ntrue,\n"),
    ],
)
def test_every_format_holds_the_same_cases(workspace: Workspace, name: str, content: str) -> None:
    assert asked(workspace, name, content) == ["1.5|x", "true|"]


def test_cases_can_stand_in_the_prompt_file(workspace: Workspace) -> None:
    text = 'models = ["demo:a"]\n[[prompts]]\nprompt = "{{a}}"\n[[cases]]\na = 1\n[[cases]]\na = 2'
    assert [spec.question for spec in workspace.load("p.toml", text).specs] == ["1", "2"]
    listed = {"streams": [{"model": "demo:a", "prompt": "{{a}}"}], "cases": [{"a": 2024}]}
    assert workspace.load("p.json", json.dumps(listed)).specs[0].question == "2024"
    broken = text.replace("a = 2", "a = [2]\nb = 1")
    assert workspace.problems("p.toml", broken) == [
        "p.toml:7: cases[1].a: is a list; a case has one text or number in each column"
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ["c.csv: is empty; it has no cases"]),
        ("\n \n", ["c.csv: is empty; it has no cases"]),
        ("a,b\n", ["c.csv: has a header and no rows below it"]),
        (
            "a,b\n1,2,3\n1\n1,2\n",
            [
                "c.csv:2: has 3 cells, and the header names 2; "
                "a cell with the separator in it needs quotes around it",
                "c.csv:3: has 1 cell, and the header names 2: nothing for 'b'",
            ],
        ),
        (
            "a,b, a ,,c\n1,2,3,4,5\n",
            ["c.csv:1: the column 'a' is named twice", "c.csv:1: column 4 has no name"],
        ),
        ('a,b\n1,2\n"1,2\n3,4\n', ["c.csv:3: a quote opens a cell here and is never closed"]),
        (
            "a,b\n1,\0\n",
            ["c.csv:2: is not text (a NUL byte at offset 6); cases are UTF-8 text"],
        ),
        (
            "a,b\r1,caf\xe9\r".encode("windows-1252"),
            [
                "c.csv:2: is not UTF-8 (byte 0xe9 at offset 9); to convert it from windows-1252: "
                "iconv -f windows-1252 -t utf-8 c.csv > c-utf8.csv"
            ],
        ),
        (
            "a,b\n1,2\n".encode("utf-16"),
            [
                "c.csv: is UTF-16 text; to convert it from utf-16: "
                "iconv -f utf-16 -t utf-8 c.csv > c-utf8.csv"
            ],
        ),
    ],
)
def test_a_bad_table_has_problems_with_lines(
    workspace: Workspace, content: str | bytes, expected: list[str]
) -> None:
    assert problems(workspace, "c.csv", content) == expected


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "c.jsonl",
            '{"a": 1, "b": 2}\n{"a": [1], "b": {}}\n{"a": 1}\n',
            [
                "c.jsonl:2: a: is a list; a case has one text or number in each column",
                "c.jsonl:2: b: is a table; a case has one text or number in each column",
                "c.jsonl:3: has no 'b', as other cases do",
            ],
        ),
        (
            "c.jsonl",
            '{"a": 1,\n7\n{"a": 1, "a": 2, "b": 1}\n',
            [
                "c.jsonl:1: is not JSON: Expecting property name enclosed in double quotes "
                "(column 9)",
                "c.jsonl:2: must be a table of columns and values, not a number",
                "c.jsonl:3: a: is given twice",
            ],
        ),
        (
            "c.json",
            '[\n{"a": NaN, "b": "\\ud800"}]',
            [
                "c.json:2: [0].a: must be a finite number",
                "c.json:2: [0].b: contains half of a surrogate pair, which no request can carry",
            ],
        ),
        ("c.json", "[]", ["c.json:1: has no cases in it"]),
        (
            "c.json",
            '{"a": []}',
            ["c.json:1: must be a list of cases, or a table with the one key cases"],
        ),
        ("c.yaml", "a, b\n", ["c.yaml:1: must be a list of cases, not text"]),
        (
            "c.toml",
            "[[cases]]\na = {}\nb = nan\n",
            [
                "c.toml:2: cases[0].a: is a table; a case has one text or number in each column",
                "c.toml:3: cases[0].b: must be a finite number",
            ],
        ),
        (
            "c.txt",
            "a,b\n",
            [
                "c.txt: is no file of cases: its name must end in one of "
                ".csv, .jsonl, .json, .yaml, .yml, .toml"
            ],
        ),
    ],
)
def test_bad_cases_of_other_formats_have_problems_with_lines(
    workspace: Workspace, name: str, content: str, expected: list[str]
) -> None:
    assert problems(workspace, name, content) == expected


def test_a_list_in_a_column_that_no_prompt_names_is_no_problem(workspace: Workspace) -> None:
    rows = '{"a": 1, "b": 2, "tags": ["x"]}\n{"a": 3, "b": 4}\n'
    assert asked(workspace, "c.jsonl", rows) == ["1|2", "3|4"]


@pytest.mark.parametrize(
    ("name", "head", "row"),
    [
        ("c.csv", "a,b\n", "1,2\n"),
        ("c.jsonl", "", '{"a":1,"b":2}\n'),
        ("c.json", "[", '{"a":1,"b":2},'),
        ("c.yaml", "", "- a: 1\n"),
        ("c.toml", "", "[[cases]]\na=1\n"),
    ],
)
def test_a_million_rows_are_refused_with_a_sentence(
    workspace: Workspace, name: str, head: str, row: str
) -> None:
    count = 200_000 if name in ("c.yaml", "c.toml") else 1_000_000
    text = head + row * count
    if name == "c.json":
        text = text[:-1] + "]"
    (problem,) = problems(workspace, name, text)
    assert "more than 10,000" in problem
    assert problem.startswith(f"{name}:")


def test_a_file_that_is_too_long_is_not_read(workspace: Workspace) -> None:
    for name, limit in (("c.csv", MAX_BYTES), ("c.yaml", MAX_SLOW_BYTES)):
        path = workspace.write(name, "")
        os.truncate(path, limit + 1)
        (problem,) = workspace.problems("p.toml", PROMPT.format(name=name))
        assert problem == f"{name}: has {limit >> 20}.0 MiB; the limit is {limit >> 20} MiB"


def test_a_cell_of_two_megabytes_and_a_formula_are_text(workspace: Workspace) -> None:
    large = 'x "{{a}}"\n' * 200_000
    quoted = large.replace('"', '""')
    found = asked(workspace, "c.csv", f'a,b\n"{quoted}",=cmd()\n')
    assert found == [f"{large}|=cmd()"]


def test_a_folder_a_fifo_and_a_missing_file_are_refused(workspace: Workspace) -> None:
    (workspace.folder / "d.csv").mkdir()
    os.mkfifo(workspace.folder / "f.csv")
    for name, sentence in (
        ("d.csv", "is a folder; cases come from a regular file"),
        ("f.csv", "is a FIFO; cases come from a regular file"),
        ("n.csv", "no such file"),
    ):
        found = workspace.problems("p.toml", PROMPT.format(name=name))
        assert found == [f"{name}: {sentence}"]


@pytest.mark.parametrize("name", ["../c.csv", "/etc/c.csv", "out.csv"])
def test_the_files_own_cases_stay_in_its_folder(workspace: Workspace, name: str) -> None:
    outside = workspace.write("c.csv", "a,b\n1,2\n")
    (workspace.folder / "in").mkdir()
    (workspace.folder / "in" / "out.csv").symlink_to(outside)
    (problem,) = workspace.problems("in/p.toml", PROMPT.format(name=name))
    assert problem.startswith(f"in/p.toml:2: cases: '{name}' ")
    workspace.write("in/p.toml", PROMPT.format(name="c.csv"))
    chosen = workspace.load("in/p.toml", cases=str(outside))
    assert [spec.question for spec in chosen.specs] == ["1|2"]


GOOD = {
    "c.csv": 'a,b\n1,"x ""y""\n{{a}}"\n2,é\n',
    "c.jsonl": '{"a": 1.5, "b": "x"}\n{"a": [1, {"c": null}], "b": "\\ud83d\\ude00"}\n',
    "c.json": '{"cases": [{"a": 1e5, "b": "x"}, {"a": {"k": []}, "b": false}]}',
    "c.yaml": "- a: 0xff\n  b: |\n    x\n- {a: [1, 2], b: 'y'}\n",
    "c.toml": '[[cases]]\na = 2024-05-01\nb = "x"\n[[cases]]\na = [1]\nb = inf\n',
}


@given(name=st.sampled_from(sorted(GOOD)), data=st.data())
@examples(300)
def test_a_file_with_random_changes_is_read_or_refused_in_sentences(
    workspace: Workspace, name: str, data: st.DataObject
) -> None:
    content = bytearray(GOOD[name].encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = start + data.draw(st.integers(0, 8))
        content[start:end] = data.draw(st.binary(max_size=4) | st.sampled_from(PIECES))
    workspace.write(name, bytes(content))
    try:
        specs = workspace.load("p.toml", PROMPT.format(name=name)).specs
    except UsageError as error:
        found = [line for line in error.problems if not line.startswith("...")]
        assert all(line.isprintable() and line.count(f"{workspace.folder}/") for line in found)
    else:
        assert specs


def test_cases_that_are_neither_a_name_nor_a_list_are_refused(workspace: Workspace) -> None:
    text = PROMPT.format(name="x").replace('"x"', "3")
    assert workspace.problems("p.toml", text) == [
        "p.toml:2: cases: must be the name of a file or a list of tables, not 3"
    ]
