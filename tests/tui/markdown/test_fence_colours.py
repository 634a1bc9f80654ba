from __future__ import annotations

import random
from time import monotonic, perf_counter, sleep, thread_time
from typing import TYPE_CHECKING

import pytest

from streamdash.tui.markdown.code.highlighting import load
from streamdash.tui.markdown.text import MarkdownText
from tests.tui.markdown.drawn import FOR_EVER, all_rows, fed, whole

if TYPE_CHECKING:
    from streamdash.tui.markdown.rows import DrawnRow

PYTHON = '```python\ndef f():\n    """a\n    b"""\n\treturn 1\n```\n'


def coloured(rows: list[DrawnRow], kind: str) -> list[str]:
    return [
        row.text[span.start : span.end]
        for row in rows
        for span in row.spans
        if span.names[-1] == kind
    ]


def test_a_fence_s_code_has_the_colours_of_its_language() -> None:
    load("python")
    rows = whole(PYTHON)
    assert coloured(rows, "keyword") == ["def", "return"]
    assert coloured(rows, "string") == ['"""a', '    b"""']
    assert all(
        span.names[0] == "code-block" for row in rows for span in row.spans if row.text != "python"
    )


@pytest.mark.parametrize("prefix", ["- ", "> ", "1. > "])
def test_code_in_lists_and_quotes_has_colours(prefix: str) -> None:
    load("python")
    rest = "".join(">" if character == ">" else " " for character in prefix)
    source = prefix + rest.join(PYTHON.splitlines(keepends=True))
    assert coloured(whole(source), "keyword") == ["def", "return"]


def test_code_without_a_known_language_is_plain() -> None:
    for info in ("", "text", "klingon"):
        rows = whole(PYTHON.replace("python", info))
        assert coloured(rows, "keyword") == []


def test_until_its_lexer_is_there_code_is_plain_and_then_only_colours_change() -> None:
    text = MarkdownText()
    text.append("```scala\nclass A\n```\n")
    plain = all_rows(text, 40)
    before = text.provisional
    deadline = monotonic() + 30
    while text.provisional and monotonic() < deadline:
        text.provisional = False
        rows = all_rows(text, 40)
        sleep(0.01)
    assert before
    assert "class" in coloured(rows, "keyword")
    assert [row._replace(spans=()) for row in rows] == [row._replace(spans=()) for row in plain]


def test_a_fence_of_several_units_ends_equal_however_it_arrived() -> None:
    load("python")
    source = "```python\n" + ('x = """\nfor\n"""\ndef f(a): return 1  # c\n' * 60) + "```\n"
    expected = whole(source)
    assert coloured(expected, "keyword").count("def") == 60
    assert "for" not in coloured(expected, "keyword")
    chance = random.Random(1)
    for _ in range(5):
        cuts = sorted(chance.randrange(len(source)) for _ in range(40))
        pieces = [source[a:b] for a, b in zip([0, *cuts], [*cuts, len(source)], strict=True)]
        assert fed(pieces) == expected


def test_the_end_of_a_huge_fence_is_drawn_in_bounded_time() -> None:
    load("python")
    text = MarkdownText()
    text.append("```python\n" + "def f(a): return 1  # a comment\n" * 100_000)
    last = text.unit_count - 1
    longest = 0.0
    text.provisional = True
    while text.provisional:
        text.provisional = False
        start = thread_time()
        rows = text.rows(last, 80, perf_counter() + 0.005)
        longest = max(longest, thread_time() - start)
    assert "def" in coloured(list(rows), "keyword")
    assert longest < 0.05
    assert text.rows(last, 80, FOR_EVER) == rows
