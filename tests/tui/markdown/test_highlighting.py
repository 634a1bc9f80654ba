from __future__ import annotations

from time import perf_counter, thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.tui.markdown.code.highlighting import FenceHighlighter, load
from streamdash.tui.markdown.code.languages import language_of
from streamdash.tui.markdown.code.line_lexer import LONGEST_LINE, LineLexer, TooSlow
from tests.fuzzing import examples

LANGUAGES = (
    "python", "javascript", "typescript", "json", "bash", "html", "css", "sql", "go", "rust",
    "java", "c", "cpp", "yaml", "toml", "diff", "ruby", "php", "console", "xml", "dockerfile",
    "makefile", "powershell",
)  # fmt: skip
HOSTILE = (
    "(", "[", "{", "<", '"', "'", "`", "\\", "/", "/*", "a ", "1", "$(", "${", "# ", "=", "a.",
    " \t", "é", "<a ", "a=", "%", "@", "-", "x'\"",
)  # fmt: skip


def colours(language: str, text: str) -> list[list[tuple[str, str]]]:
    load(language)
    lines = text.split("\n")
    spans = FenceHighlighter(language).spans(0, lambda _: lines)
    assert spans is not None
    assert len(spans) == len(lines)
    return [
        [(line[span.start : span.end], span.kind) for span in found]
        for line, found in zip(lines, spans, strict=True)
    ]


def test_an_info_string_names_a_language_by_any_of_its_usual_names() -> None:
    assert language_of("py") == language_of("Python title='a.py'") == "python"
    assert language_of("{.js .numbered}") == language_of("js{1,3}") == "javascript"
    assert language_of("c++") == "cpp"
    assert language_of("") == language_of("klingon") == language_of("text") == ""
    assert language_of("p" * 100_000) == ""


@pytest.mark.parametrize(
    ("language", "code", "line", "token"),
    [
        ("python", "def f(x):\n    return 1", 0, ("def", "keyword")),
        ("python", "def f(x):\n    return 1", 0, ("f", "name")),
        ("python", 'x = """a\nb"""\ny = 1', 1, ('b"""', "string")),
        ("javascript", "/* a\nlet b */ let c", 0, ("/* a", "comment")),
        ("javascript", "/* a\nlet b */ let c", 1, ("let b */", "comment")),
        ("javascript", "/* a\nlet b */ let c", 1, ("let", "keyword")),
        ("css", "a {}\n/* b\n c */", 2, (" c */", "comment")),
        ("c", "int a; /* x\ny */ int b;", 1, ("int", "keyword")),
        ("go", "x := `a\nfunc`", 1, ("func`", "string")),
        ("bash", "curl -d '{\n  \"if\": 1\n}' x", 1, ('  "if": 1', "string")),
        ("html", "<script>\nlet a = 1\n</script>\n<b>let</b>", 1, ("let", "keyword")),
        ("html", "<!-- a\n<b> -->", 1, ("<b> -->", "comment")),
        ("html", "<style>\n/* a\nb */\n</style>", 2, ("b */", "comment")),
        ("rust", "fn x() { /* a\nb */ 1 }", 1, ("b */", "comment")),
        ("sql", "select 1 -- c", 0, ("-- c", "comment")),
        ("yaml", "a: |\n  b: c\nd: 1", 2, ("d", "keyword")),
        ("toml", 'a = "b"', 0, ('"b"', "string")),
        ("java", "class A {}", 0, ("class", "keyword")),
        ("json", '{"a": 1}', 0, ("1", "number")),
        ("diff", "+a\n-b", 0, ("+a", "inserted")),
        ("diff", "+a\n-b", 1, ("-b", "deleted")),
        ("php", "function f() {}", 0, ("function", "keyword")),
        ("ruby", "def f", 0, ("def", "keyword")),
    ],
)
def test_tokens_have_their_kind_also_where_they_go_on_over_lines(
    language: str, code: str, line: int, token: tuple[str, str]
) -> None:
    assert token in colours(language, code)[line]


def test_a_yaml_block_scalar_is_no_mapping() -> None:
    assert ("b", "keyword") not in colours("yaml", "a: |\n  b: c\nd: 1")[1]


def test_code_that_grows_gets_the_tokens_of_the_whole() -> None:
    load("python")
    code = 'x = """a\nb\n""" + f(1)  # c\nclass A:\n    pass'
    growing = FenceHighlighter("python")
    for end in range(1, len(code) + 1):
        lines = code[:end].split("\n")
        spans = growing.spans(0, lambda _, lines=lines: lines)  # type: ignore[misc]
        assert spans == FenceHighlighter("python").spans(0, lambda _, lines=lines: lines)  # type: ignore[misc]


def test_a_state_is_carried_from_piece_to_piece_whichever_is_drawn_first() -> None:
    load("python")
    pieces = [['x = """', "a"], ["def", "b"], ['"""', "def f(): 1"]]
    read = pieces.__getitem__
    forwards = FenceHighlighter("python")
    found = [forwards.spans(piece, read) for piece in range(3)]
    backwards = FenceHighlighter("python")
    assert [backwards.spans(piece, read) for piece in (2, 1, 0)] == found[::-1]
    assert found[1] is not None
    assert [span.kind for line in found[1] for span in line] == ["string", "string"]


def test_a_far_piece_is_reached_in_slices_and_within_one_group() -> None:
    load("python")
    lines = ["x = f(1)  # c"] * 300
    read: list[int] = []

    def piece(number: int) -> list[str]:
        read.append(number)
        return lines

    highlighter = FenceHighlighter("python")
    attempts = 0
    while highlighter.spans(32 * 50 + 31, piece, perf_counter() + 0.01) is None:
        attempts += 1
    assert attempts > 0
    assert min(read) == 1600
    whole = FenceHighlighter("python").spans(0, lambda _: lines)
    assert highlighter.spans(32 * 50 + 31, piece) == whole


def test_code_has_no_tokens_until_a_thread_has_loaded_its_lexer() -> None:
    highlighter = FenceHighlighter("zig")
    spans = highlighter.spans(0, lambda _: ["const a = 1;"])
    deadline = perf_counter() + 30
    while spans is None and perf_counter() < deadline:
        spans = highlighter.spans(0, lambda _: ["const a = 1;"])
    assert spans
    assert spans[0][0].kind == "keyword"


def test_a_lexer_that_is_too_slow_or_fails_is_dropped_for_its_fence_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load("python")
    lines = ["a = 1", "b = slow", "c = 2"]
    usual = LineLexer.line

    def line(lexer: LineLexer, text: str, state: object) -> object:
        if "slow" in text:
            raise TooSlow
        return usual(lexer, text, state)  # type: ignore[arg-type]

    monkeypatch.setattr(LineLexer, "line", line)
    dropped = FenceHighlighter("python")
    spans = dropped.spans(0, lambda _: lines)
    assert spans is not None
    assert len(spans) == 1
    assert dropped.spans(1, lambda _: lines) == ()
    other = FenceHighlighter("python").spans(0, lambda _: lines[:1])
    assert other


def test_of_a_very_long_line_only_the_beginning_has_tokens() -> None:
    found = colours("python", '"' + "a" * 100_000 + "\ndef f(): 1")
    assert sum(len(text) for text, _ in found[0]) <= LONGEST_LINE
    assert ("def", "keyword") in found[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_lines_cannot_hold_up_the_screen(language: str) -> None:
    lexer = load(language)
    for unit in HOSTILE:
        start = thread_time()
        state = lexer.start
        for _ in range(3):
            try:
                _, state = lexer.line((unit * LONGEST_LINE)[:LONGEST_LINE], state)
            except TooSlow:
                break
        assert thread_time() - start < 0.2, unit


@given(
    st.sampled_from(LANGUAGES), st.lists(st.text("ab1 \t\"'`/*<>(){}[]#$\\-=:|!é潮", max_size=30))
)
@examples(200)
def test_any_text_gets_ascending_tokens_within_its_lines(language: str, lines: list[str]) -> None:
    load(language)
    spans = FenceHighlighter(language).spans(0, lambda _: lines)
    assert spans is not None
    for line, found in zip(lines, spans, strict=False):
        end = 0
        for span in found:
            assert end <= span.start < span.end <= len(line)
            assert span.kind
            end = span.end
