from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from streamdash.promptfile import Overrides, load_plan
from streamdash.providers.catalog import builtin_endpoints
from tests.promptfile.loading import refused

if TYPE_CHECKING:
    from streamdash.streams.spec import RunPlan
    from tests.promptfile.loading import Workspace

THREE_LANGUAGES = """\
title = "Three languages"
models = ["openai:gpt-4o-mini", "anthropic:claude-sonnet-4-5"]

[defaults]
max_tokens = 100

[endpoints.lab]
api = "openai"
base_url = "http://127.0.0.1:8000/v1"
api_key_env = "LAB_API_KEY"
headers = { x-team = "lab" }

[[prompts]]
label = "PY"
prompt = "What is Python?"

[[streams]]
label = "RS"
model = "lab:qwen3"
prompt = "What is Rust?"
temperature = 0.2
"""

SAME = {
    "same.yaml": """\
title: Same
models: [demo:a]
defaults: {max_tokens: 7}
prompts:
  - label: X
    prompt: |-
      two
      lines
streams:
- model: demo-anthropic:b
  prompt: "other"
  temperature: 1
""",
    "same.yml": """\
{title: Same, models: ["demo:a"], defaults: {max_tokens: 7},
 prompts: [{label: X, prompt: "two\\nlines"}],
 streams: [{model: "demo-anthropic:b", prompt: other, temperature: 1.0}]}
""",
    "same.json": """\
{"title": "Same", "models": ["demo:a"], "defaults": {"max_tokens": 7},
 "prompts": [{"label": "X", "prompt": "two\\nlines"}],
 "streams": [{"model": "demo-anthropic:b", "prompt": "other", "temperature": 1}]}
""",
    "same.TOML": """\
title = "Same"
models = ["demo:a"]
defaults.max_tokens = 7
[[prompts]]
label = "X"
prompt = '''
two
lines'''
[[streams]]
model = "demo-anthropic:b"
prompt = "other"
temperature = 1
""",
}


def from_stdin(data: bytes, *models: str) -> RunPlan:
    return load_plan(
        "-", Overrides(models=models), endpoints=builtin_endpoints({}), stdin=BytesIO(data)
    ).plan


def test_toml_crosses_prompts_with_models_and_adds_streams(workspace: Workspace) -> None:
    plan = workspace.load("three.toml", THREE_LANGUAGES)

    assert plan.title == "Three languages"
    assert [(spec.label, spec.target) for spec in plan.specs] == [
        ("PY · gpt-4o-mini", "openai:gpt-4o-mini"),
        ("PY · claude-sonnet-4-5", "anthropic:claude-sonnet-4-5"),
        ("RS", "lab:qwen3"),
    ]
    assert [spec.messages for spec in plan.specs] == [
        ({"role": "user", "content": "What is Python?"},),
        ({"role": "user", "content": "What is Python?"},),
        ({"role": "user", "content": "What is Rust?"},),
    ]
    assert [spec.max_tokens for spec in plan.specs] == [100, 100, 100]
    assert [spec.temperature for spec in plan.specs] == [None, None, 0.2]
    lab = plan.specs[2].endpoint
    assert (lab.api, lab.base_url, lab.key_env) == (
        "openai",
        "http://127.0.0.1:8000/v1",
        "LAB_API_KEY",
    )
    assert dict(lab.headers) == {"x-team": "lab"}
    assert not lab.builtin


def test_all_table_formats_have_the_same_schema(workspace: Workspace) -> None:
    plans = [workspace.load(name, content) for name, content in SAME.items()]

    assert [plan == plans[0] for plan in plans] == [True] * len(SAME)
    assert [(spec.label, spec.max_tokens) for spec in plans[0].specs] == [("X", 7), ("b", 7)]
    assert plans[0].specs[0].messages[0]["content"] == "two\nlines"


def test_json_lines_have_one_stream_each(workspace: Workspace) -> None:
    plan = workspace.load(
        "runs.jsonl",
        '{"model": "demo:a", "prompt": "x\\u2028y"}\r\n\n  \n'
        '{"model": "demo:b", "label": "B", "prompt": "z", "seed": 4}',
    )

    assert [(spec.label, spec.messages[0]["content"]) for spec in plan.specs] == [
        ("a", "x\u2028y"),
        ("B", "z"),
    ]


def test_json_lines_take_models_from_the_command_line(workspace: Workspace) -> None:
    plan = workspace.load("runs.jsonl", '{"prompt": "x"}\n{"prompt": "y"}', models=("demo:a",))

    assert [(spec.label, spec.target) for spec in plan.specs] == [("x", "demo:a"), ("y", "demo:a")]


@pytest.mark.parametrize("name", ["ask.md", "ask.txt", "ASK.TXT"])
def test_a_text_file_is_one_prompt_to_the_last_byte(workspace: Workspace, name: str) -> None:
    text = "# Title\r\n\n[[prompts]] {x: 1}\n\n"
    plan = workspace.load(name, text, models=("demo:a", "demo:b"))

    assert [(spec.label, spec.messages[0]["content"]) for spec in plan.specs] == [
        ("a", text),
        ("b", text),
    ]


def test_a_byte_order_mark_is_not_part_of_the_text(workspace: Workspace) -> None:
    assert (
        workspace.load("a.txt", "\ufeffhi", models=("demo:a",)).specs[0].messages[0]["content"]
        == "hi"
    )
    assert workspace.load("a.json", '\ufeff{"streams": [{"model": "demo:a", "prompt": "x"}]}').specs
    assert workspace.load("a.toml", "\ufeff[[streams]]\nmodel='demo:a'\nprompt='x'").specs
    assert workspace.load("a.yaml", "\ufeffstreams:\n- {model: demo:a, prompt: x}").specs


def test_standard_input_is_one_prompt() -> None:
    plan = from_stdin("what is ÄÖÜ?\n".encode(), "demo:a")

    assert plan.specs[0].messages == ({"role": "user", "content": "what is ÄÖÜ?\n"},)


def test_standard_input_has_the_same_limits_as_a_file() -> None:
    model = "demo:a"
    assert refused(lambda: from_stdin(b" \n", model)) == [
        "standard input: is empty; there is nothing to ask"
    ]
    assert refused(lambda: from_stdin(b"x" * ((1 << 20) + 1), model)) == [
        "standard input: has more than 1 MiB, which is the limit"
    ]
    assert refused(lambda: from_stdin(b"a\nb\xff", model)) == [
        "standard input:2: is not UTF-8 (byte 0xff at offset 3); save it as UTF-8"
    ]


def test_closed_standard_input_is_reported() -> None:
    def load() -> RunPlan:
        return load_plan("-", Overrides(models=("demo:a",)), endpoints=builtin_endpoints({})).plan

    assert refused(load) == ["standard input: is closed"]


@pytest.mark.parametrize("name", ["ask.md", "ask.txt"])
def test_a_text_file_without_models_says_where_they_come_from(
    workspace: Workspace, name: str
) -> None:
    assert workspace.problems(name, "hi") == [
        f"{name}: holds one prompt and no model; name one, such as -m openai:gpt-4o-mini"
    ]


@pytest.mark.parametrize("word", ["no", "yes", "on", "12:30:45", "2024-05-01", "1_000", "=", "<<"])
def test_yaml_reads_plain_words_as_text(workspace: Workspace, word: str) -> None:
    plan = workspace.load("a.yaml", f"streams:\n- model: demo:a\n  prompt: x\n  label: {word}\n")

    assert plan.specs[0].label == word


@pytest.mark.parametrize(
    ("written", "value"),
    [("5", 5), ("-3", -3), ("0x10", 16), ("0o17", 15), ("+7", 7), ("007", 7)],
)
def test_yaml_reads_whole_numbers(workspace: Workspace, written: str, value: int) -> None:
    plan = workspace.load("a.yaml", f"streams:\n- model: demo:a\n  prompt: x\n  seed: {written}\n")

    assert plan.specs[0].seed == value


@pytest.mark.parametrize(("written", "value"), [("1e-1", 0.1), (".5", 0.5), ("1.", 1.0)])
def test_yaml_reads_numbers_with_an_exponent_or_a_bare_point(
    workspace: Workspace, written: str, value: float
) -> None:
    plan = workspace.load("a.yaml", f"streams:\n- model: demo:a\n  prompt: x\n  top_p: {written}\n")

    assert plan.specs[0].top_p == value


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("a: &x 1\n", "a.yaml:1: has an anchor, &x; write values out"),
        ("a: 1\nb: *x\n", "a.yaml:2: has an alias, *x; write the value out"),
        ("a: !!str 1\n", "a.yaml:1: has a tag, tag:yaml.org,2002:str; quote what is text"),
        ("a: 1\n---\nb: 2\n", "a.yaml:2: begins a second document; one file is one run"),
        ("? [a]\n: 1\n", "a.yaml:1: has a key that is not text"),
        (
            "a: 1\n\tb: 2\n",
            "a.yaml:2: is not YAML: found character '\\t' that cannot start any token; "
            "indent with spaces",
        ),
        (
            "a: 1\nb: Tell me: why?\n",
            "a.yaml:2: is not YAML: mapping values are not allowed here; "
            "text with ': ' in it needs quotes around it",
        ),
        (
            "{a: 1,\n b: Why?}\n",
            "a.yaml:2: is not YAML: expected ',' or '}', but got '?'; "
            "text with punctuation in it needs quotes around it",
        ),
        (
            "a: 1\nb: \x1b[31m\n",
            "a.yaml:2: contains the control character U+001B; "
            'in "double quotes" it can be written as an escape',
        ),
        ('a: "\\UFFFFFFFF"\n', "a.yaml: contains an escape for a character that does not exist"),
        ("a: 1\nb: " + "9" * 5000, "a.yaml:2: has a number with too many digits"),
        ("# nothing\n", "a.yaml:1: must be a table of keys and values, not nothing"),
    ],
)
def test_forbidden_yaml_is_reported_with_its_line(
    workspace: Workspace, content: str, problem: str
) -> None:
    assert workspace.problems("a.yaml", content) == [problem]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            'title = "x"\nmodels = demo\n',
            "a.toml:2: is not TOML: Invalid value (column 10); text needs quotes around it",
        ),
        ("a = 1\n\na b = 2\n", "a.toml:3: is not TOML: "),
        ("[a]\n[a]\n", "a.toml:2: is not TOML: Cannot declare ('a',) twice"),
        ('a = "x\n', "a.toml:1: is not TOML: Illegal character '\\n'"),
        ('a = "\\q"\n', "a.toml:1: is not TOML: Unescaped '\\' in a string"),
        ("a = 1\na = 2\n", "a.toml:2: is not TOML: Cannot overwrite a value"),
        ("a = " + "9" * 5000, "a.toml: has a number with too many digits"),
    ],
)
def test_invalid_toml_is_reported_with_its_line(
    workspace: Workspace, content: str, problem: str
) -> None:
    (line,) = workspace.problems("a.toml", content)

    assert line.startswith(problem)


def test_invalid_json_is_reported_with_its_line(workspace: Workspace) -> None:
    (line,) = workspace.problems("a.json", '{"title": "x",\n "models": [1 2]}')
    assert line == "a.json:2: is not JSON: Expecting ',' delimiter (column 15)"

    assert workspace.problems("a.json", '{"seed": ' + "9" * 5000 + "}") == [
        "a.json: has a number with too many digits"
    ]


def test_every_invalid_json_line_is_reported(workspace: Workspace) -> None:
    good = '{"model": "demo:a", "prompt": "x"}'

    problems = workspace.problems("a.jsonl", f'{{bad\n{good}\n\n[1, 2]\n{{"model": 5}}\n')

    assert [line.partition(" (")[0] for line in problems] == [
        "a.jsonl:1: is not JSON: Expecting property name enclosed in double quotes",
        "a.jsonl:4: must be a table of keys and values, not a list",
        "a.jsonl:5: model: must be text, not 5",
        "a.jsonl:5: has neither prompt, prompt_file nor messages",
    ]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.yaml", "title: a\nprompts:\n- prompt: a\n  prompt: b\n", "a.yaml:4: prompts[0].prompt"),
        ("a.json", '{"prompts": [{"prompt": "a",\n"prompt": "b"}]}', "a.json:2: prompts[0].prompt"),
        ("a.jsonl", '\n{"prompt": "a", "prompt": "b"}', "a.jsonl:2: prompt"),
    ],
)
def test_a_key_given_twice_is_reported_once(
    workspace: Workspace, name: str, content: str, problem: str
) -> None:
    assert workspace.problems(name, content, models=("demo:a",)) == [f"{problem}: is given twice"]


def test_an_unknown_suffix_is_reported_with_the_known_ones(workspace: Workspace) -> None:
    suffixes = ".toml, .yaml, .yml, .json, .jsonl, .md, .txt"
    for name in ("a.conf", "a", ".toml"):
        assert workspace.problems(name, "x") == [
            f"{name}: is not a prompt file: its name must end in one of {suffixes}"
        ]
