from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamdash.promptfile import Overrides, load_plan
from streamdash.providers.catalog import builtin_endpoints
from streamdash.streams.errors import UsageError
from tests.promptfile.loading import Workspace, from_command_line

if TYPE_CHECKING:
    from pathlib import Path

SUFFIXES = ["toml", "yaml", "yml", "json", "jsonl", "md", "txt"]
ENDPOINTS = builtin_endpoints({})
quick = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

TOKENS = [
    "title", "models", "defaults", "endpoints", "prompts", "streams", "label", "model", "prompt",
    "prompt_file", "messages", "role", "content", "params", "stop", "seed", "api", "base_url",
    "headers", "demo:a", "x", "user", "true", "null", "1", "-1e9", "nan", '"', "'", '"""', "'''",
    "[", "]", "[[", "]]", "{", "}", ":", ": ", "=", ",", ".", "-", "- ", "#", "&a ", "*a", "!!str ",
    "|", ">", "?", "---", "%", "@", "\\u", "\\ud800", "\\", "\n", "\n  ", "\t", "\r\n", " ",
    "\u2028", "\x85", "\ufeff", "\x1b", "é", "🙂",
]  # fmt: skip
structured = st.lists(st.sampled_from(TOKENS), max_size=40).map("".join)


def check_problems(error: UsageError) -> None:
    assert 1 <= len(error.problems) <= 21
    for problem in error.problems:
        assert problem.isprintable(), "nothing that moves a cursor, and one line each"
        assert len(problem) < 2000


def load(folder: Path, suffix: str, content: bytes) -> None:
    path = folder / f"a.{suffix}"
    path.write_bytes(content)
    try:
        plan = load_plan(str(path), Overrides(models=("demo:a",)), endpoints=ENDPOINTS).plan
    except UsageError as error:
        check_problems(error)
    else:
        assert plan.specs
        assert len({spec.label for spec in plan.specs}) == len(plan.specs)


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(content=st.binary(max_size=300))
@quick
def test_any_bytes_load_or_give_a_usage_error(tmp_path: Path, suffix: str, content: bytes) -> None:
    load(tmp_path, suffix, content)


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(content=st.one_of(st.text(max_size=300), structured))
@quick
def test_any_text_loads_or_gives_a_usage_error(tmp_path: Path, suffix: str, content: str) -> None:
    load(tmp_path, suffix, content.encode("utf-8", "replace"))


WRONG_EVERYWHERE = """\
titel = 1
models = ["nope:x", 5]
[defaults]
seed = "x" # "
stop = [
  '''a''', ["b"],
]
[endpoints."lab"]
api = 'opnai'
headers.x-team = "a\\n"
[[prompts]]
prompt = QQQ
[[streams]] ""
\\QQQ ""QQQ
seed = { a = 1 }
params.a.b.stream = nan
[[streams]]
[streams.params]
"stream" = true
""".replace("QQQ", '"""')


def test_every_mistake_of_a_file_that_is_wrong_everywhere_is_found(workspace: Workspace) -> None:
    problems = workspace.problems("a.toml", WRONG_EVERYWHERE)

    assert [problem.partition(": ")[0].partition(":")[2] for problem in problems] == [
        "1", "2", "2", "4", "6", "8", "9", "10", "15", "16", "17", "17", "19",
    ]  # fmt: skip


@given(
    at=st.integers(0, len(WRONG_EVERYWHERE)),
    cut=st.integers(0, 12),
    put=structured,
)
@quick
def test_any_change_to_a_file_loads_or_gives_a_usage_error(
    tmp_path: Path, at: int, cut: int, put: str
) -> None:
    changed = WRONG_EVERYWHERE[:at] + put + WRONG_EVERYWHERE[at + cut :]
    load(tmp_path, "toml", changed.encode("utf-8", "replace"))


KEYS = st.sampled_from([word for word in TOKENS if word.isidentifier()]) | st.text(max_size=8)
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["demo:a", "openai", "http://a/v1", "user", "anthropic"])
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@given(data=st.dictionaries(KEYS, JUNK, max_size=6))
@quick
def test_any_values_load_or_give_a_usage_error(tmp_path: Path, data: Any) -> None:
    import json

    load(tmp_path, "json", json.dumps(data).encode())
    load(tmp_path, "jsonl", json.dumps(data).encode())
    load(tmp_path, "yaml", json.dumps(data).encode())


@given(
    models=st.lists(st.text(max_size=20), max_size=3),
    prompt=st.none() | st.text(max_size=20),
    assignments=st.lists(
        st.tuples(KEYS | st.sampled_from(["retries", "timeout", "top_p"]), structured).map(
            "=".join
        ),
        max_size=4,
    ),
    only=st.lists(st.text(max_size=5), max_size=2),
    number=st.none() | st.floats(),
)
@quick
def test_any_command_line_loads_or_gives_a_usage_error(
    models: list[str],
    prompt: str | None,
    assignments: list[str],
    only: list[str],
    number: float | None,
) -> None:
    try:
        from_command_line(
            models=tuple(models),
            prompt=prompt,
            set=tuple(assignments),
            only=tuple(only),
            timeout=number,
        )
    except UsageError as error:
        check_problems(error)


@given(data=st.binary(max_size=200))
@quick
def test_any_standard_input_loads_or_gives_a_usage_error(data: bytes) -> None:
    with suppress(UsageError):
        plan = load_plan(
            "-", Overrides(models=("demo:a",)), endpoints=ENDPOINTS, stdin=BytesIO(data)
        ).plan
        assert str(plan.specs[0].messages[0]["content"]).encode() in data


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.toml", "a = " + "[" * 100_000),
        ("a.toml", "a = " + "{a = " * 100_000),
        ("a.toml", "a" + ".a" * 300_000 + " = 1"),
        ("a.toml", "a = {b" + ".b" * 300_000 + " = 1}"),
        ("a.toml", '"""' * 300_000),
        ("a.toml", 'a = """' + '\\"' * 300_000),
        ("a.json", "[" * 100_000),
        ("a.json", '{"a":' * 100_000),
        ("a.json", '{"params":' + "[" * 900 + "]" * 900 + "}"),
        ("a.jsonl", "[" * 100_000),
        ("a.yaml", "[" * 100_000),
        ("a.yaml", "{a: " * 100_000),
        ("a.yaml", "- " * 100_000),
        ("a.yaml", "? " * 100_000),
        ("a.yaml", "\n".join(" " * depth + "a:" for depth in range(1000))),
    ],
    ids=lambda value: value[:12].strip(),
)
def test_deep_nesting_is_reported_quickly(workspace: Workspace, name: str, content: str) -> None:
    assert workspace.problems(name, content)[0].startswith(f"{name}:")


def test_params_may_be_nested_up_to_a_limit(workspace: Workspace) -> None:
    def content(depth: int) -> str:
        params = '{"a":' * depth + "1" + "}" * depth
        return f'{{"streams": [{{"model": "demo:a", "prompt": "x", "params": {params}}}]}}'

    assert workspace.load("a.json", content(60)).specs
    (line,) = workspace.problems("a.json", content(70))
    assert line == "a.json:1: streams[0].params.a.a.a…: is nested more than 64 levels deep"


def test_half_of_a_surrogate_pair_is_reported_anywhere(workspace: Workspace) -> None:
    content = """{"title": "\\ud800", "streams": [{"model": "demo:a",
        "prompt": "\\ud83d\\ude42 \\ude42",
        "params": {"\\udfff": ["\\ud800"]}}]}"""

    assert workspace.problems("a.json", content) == [
        "a.json:1: title: contains half of a surrogate pair, which no request can carry",
        "a.json:2: streams[0].prompt: contains half of a surrogate pair, "
        "which no request can carry",
        "a.json:3: streams[0].params: has a key that contains half of a surrogate pair",
        "a.json:3: streams[0].params['\\udfff'][0]: contains half of a surrogate pair, "
        "which no request can carry",
    ]


def test_foreign_text_in_a_problem_is_quoted_and_short(workspace: Workspace) -> None:
    key = "\x1b]52;c;AAAA\x07\u202e" + "k" * 10_000
    content = f'"{key}" = 1\n'.replace("\x1b", "\\u001b").replace("\x07", "\\u0007")

    problems = workspace.problems("a.toml", content, models=("demo:a",))

    assert problems[0].startswith("a.toml:1: unknown key '\\x1b]52;c;AAAA\\x07\\u202ekkk")
    assert len(problems[0]) < 250


def test_thousands_of_misspelt_keys_are_reported_quickly(workspace: Workspace) -> None:
    content = "".join(f"temperatur{index} = 1\n" for index in range(20_000))

    problems = workspace.problems("a.toml", content, models=("demo:a",))

    assert problems[-1] == "... and 19980 more"
