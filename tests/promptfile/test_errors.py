from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.promptfile.loading import stream

if TYPE_CHECKING:
    from tests.promptfile.loading import Workspace


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("temprature = 1", ": unknown key 'temprature' (did you mean 'temperature'?)"),
        ("Seed = 1", ": unknown key 'Seed' (did you mean 'seed'?)"),
        ('max_tokens = "100"', ".max_tokens: must be a whole number, not the text '100'"),
        ("max_tokens = 1.0", ".max_tokens: must be a whole number, not 1.0"),
        ("max_tokens = true", ".max_tokens: must be a whole number, not true"),
        ("max_tokens = 0", ".max_tokens: must be at least 1, not 0"),
        ("temperature = '1'", ".temperature: must be a number, not the text '1'"),
        ("temperature = 2.1", ".temperature: must be from 0 to 2, not 2.1"),
        ("temperature = -0.1", ".temperature: must be from 0 to 2, not -0.1"),
        ("temperature = nan", ".temperature: must be a finite number"),
        ("temperature = false", ".temperature: must be a number, not false"),
        ("top_p = 1.5", ".top_p: must be from 0 to 1, not 1.5"),
        ("top_p = inf", ".top_p: must be a finite number"),
        ("seed = 1.5", ".seed: must be a whole number, not 1.5"),
        ("seed = 0x10000000000000000", ".seed: is a number of more than 64 bits"),
        ("stop = 5", ".stop: must be text or a list of texts, not 5"),
        ("stop = ['a', 5]", ".stop[1]: must be text, not 5"),
        ("stop = ''", ".stop[0]: is empty, which would stop every answer at once"),
        (f"stop = {['x'] * 17}", ".stop: has 17 texts; at most 16 are allowed"),
        ("reasoning_effort = ' '", ".reasoning_effort: is empty"),
        ("reasoning_effort = 3", ".reasoning_effort: must be text, not 3"),
        ("stream = 'no'", ".stream: must be true or false, not the text 'no'"),
        ("system = ''", ".system: is empty"),
        ("label = 2024-05-01", ".label: must be text, not a date or time"),
        ("label = ['x']", ".label: must be text, not a list"),
        ("connect_timeout = 0", ".connect_timeout: must be more than 0 seconds, not 0"),
        ("ttft_timeout = '5s'", ".ttft_timeout: must be a number, not the text '5s'"),
        ("stall_timeout = -1", ".stall_timeout: must be more than 0 seconds, not -1"),
        ("timeout = inf", ".timeout: must be a finite number"),
        ("retries = 11", ".retries: must be from 0 to 10, not 11"),
        ("params = 1", ".params: must be a table, not 1"),
        (
            "params = {stream = false}",
            ".params: must not hold stream, which is a key of its own: write it next to params",
        ),
        (
            "params = {a = [2024-05-01]}",
            ".params.a[0]: is a date or time, which JSON does not have; write it as text",
        ),
        ("params = {a.b = nan}", ".params.a.b: must be a finite number"),
        ("prompt_file = 'x.md'", ": has prompt and prompt_file; only one of them can be given"),
    ],
)
def test_an_invalid_stream_key_is_reported(workspace: Workspace, line: str, problem: str) -> None:
    workspace.write("x.md", "hi")
    number = 1 if problem.startswith(": has") else 4

    problems = workspace.problems("a.toml", stream(line))

    assert problems == [f"a.toml:{number}: streams[0]{problem}"]


def test_an_unknown_key_without_a_similar_one_lists_all_keys(workspace: Workspace) -> None:
    assert workspace.problems("a.toml", stream() + "\n[zzz]\n") == [
        "a.toml:6: unknown key 'zzz'; "
        "known keys: title, models, defaults, endpoints, cases, checks, prompts, streams"
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("title = 3", "title: must be text, not 3"),
        ("models = []", "models: is empty; name at least one model, as endpoint:model"),
        (
            "models = 'demo:a'",
            "models: must be a list such as [\"openai:gpt-4o-mini\"], not the text 'demo:a'",
        ),
        ("models = [5]", "models[0]: must be text, not 5"),
        ("defaults = 1", "defaults: must be a table of keys and values, not 1"),
        ("defaults = {seed = ''}", "defaults.seed: must be a whole number, not the text ''"),
        ("endpoints = []", "endpoints: must hold a table for each endpoint, not a list"),
        ("prompts = [1]", "prompts[0]: must be a table of keys and values, not 1"),
        (
            "prompts = {prompt = 'x'}",
            "prompts: must be a list of tables, not a table; in TOML write [[prompts]]",
        ),
        (
            "prompts = [{prompt = 'x', model = 'demo:a'}]",
            "prompts[0]: unknown key 'model'; "
            "a prompt runs on each of the models; only streams name their own",
        ),
        (
            "temperature = 1",
            "unknown key 'temperature'; it belongs under defaults, prompts or streams",
        ),
        (
            "temprature = 1",
            "unknown key 'temprature' (did you mean 'temperature'?); "
            "it belongs under defaults, prompts or streams",
        ),
        ("model = 'demo:a'", "unknown key 'model' (did you mean 'models'?)"),
    ],
)
def test_an_invalid_top_level_key_is_reported(
    workspace: Workspace, line: str, problem: str
) -> None:
    models = "" if line.startswith("models") else "models = ['demo:a']\n"
    prompts = "" if line.startswith("prompts") else "[[prompts]]\nprompt = 'x'\n"

    problems = workspace.problems("a.toml", f"{line}\n{models}{prompts}")

    assert problems == [f"a.toml:1: {problem}"]


@pytest.mark.parametrize("value", ["null", "~", ""])
def test_null_is_not_accepted_as_a_value(workspace: Workspace, value: str) -> None:
    content = f"streams:\n- model: demo:a\n  prompt: x\n  seed: {value}\n"

    assert workspace.problems("a.yaml", content) == [
        "a.yaml:4: streams[0].seed: must be a whole number, not nothing"
    ]


@pytest.mark.parametrize("content", ["title = 'x'", "streams = []", "prompts = []", "[defaults]"])
def test_a_file_without_streams_is_reported_with_what_to_add(
    workspace: Workspace, content: str
) -> None:
    assert workspace.problems("a.toml", content) == [
        "a.toml: has no streams; add streams, or models and prompts"
    ]


def test_models_without_a_prompt_are_reported(workspace: Workspace) -> None:
    assert workspace.problems("a.toml", "models = ['demo:a']") == [
        "a.toml: has nothing to ask; add prompts, or give -p"
    ]


def test_prompts_without_models_are_reported_once(workspace: Workspace) -> None:
    content = "[[prompts]]\nprompt = 'x'\n[[prompts]]\nprompt = 'y'\n"

    assert workspace.problems("a.toml", content) == [
        "a.toml: has prompts but no models to run them on; "
        "add models, or give -m openai:gpt-4o-mini"
    ]


def test_unused_models_are_reported(workspace: Workspace) -> None:
    assert workspace.problems("a.toml", "models = ['demo:a']\n" + stream()) == [
        "a.toml:1: models: is not used: only prompts run on models, and there are none"
    ]


def test_a_stream_without_model_and_prompt_gets_both_problems(workspace: Workspace) -> None:
    assert workspace.problems("a.toml", "[[streams]]\nlabel = 'x'\n") == [
        "a.toml:1: streams[0]: has neither prompt, prompt_file nor messages",
        'a.toml:1: streams[0]: has no model; write one such as "openai:gpt-4o-mini"',
    ]


def test_an_invalid_prompt_or_model_is_not_also_reported_as_missing(workspace: Workspace) -> None:
    assert workspace.problems("a.toml", "[[streams]]\nmodel = 5\nprompt = ''\n") == [
        "a.toml:2: streams[0].model: must be text, not 5",
        "a.toml:3: streams[0].prompt: is empty",
    ]


@pytest.mark.parametrize(
    ("messages", "problem"),
    [
        ("'hi'", ": must be a list of tables with role and content, not the text 'hi'"),
        ("[]", ": has no user message; there is nothing to ask"),
        ("[{role = 'system', content = 'x'}]", ": has no user message; there is nothing to ask"),
        ("['hi']", "[0]: must be a table of keys and values, not the text 'hi'"),
        ("[{role = 'user'}]", "[0]: has no content"),
        ("[{content = 'x'}]", "[0]: has no role"),
        (
            "[{role = 'usr', content = 'x'}]",
            "[0].role: must be one of user, assistant, system, not the text 'usr'",
        ),
        ("[{role = 'user', content = ''}]", "[0].content: is empty"),
        ("[{role = 'user', content = ['x']}]", "[0].content: must be text, not a list"),
        (
            "[{role = 'user', content = 'x', contents = 1}]",
            "[0]: unknown key 'contents' (did you mean 'content'?)",
        ),
        (
            "[{role = 'user', content = 'x'}, {role = 'system', content = 'y'}]",
            "[1]: a system message may only stand before all others",
        ),
    ],
)
def test_invalid_messages_are_reported(workspace: Workspace, messages: str, problem: str) -> None:
    problems = workspace.problems(
        "a.toml", f"[[streams]]\nmodel = 'demo:a'\nmessages = {messages}\n"
    )

    assert problems == [f"a.toml:3: streams[0].messages{problem}"]


def test_system_together_with_a_system_message_is_reported(workspace: Workspace) -> None:
    messages = "[{role = 'system', content = 'x'}, {role = 'user', content = 'y'}]"

    problems = workspace.problems(
        "a.toml", f"[[streams]]\nmodel = 'demo:a'\nsystem = 'z'\nmessages = {messages}\n"
    )

    assert problems == [
        "a.toml:1: streams[0]: has both system and a system message; give only one of them"
    ]


def test_all_mistakes_of_a_file_are_reported_together_in_order(workspace: Workspace) -> None:
    content = """\
titel = "x"
models = ["opnai:gpt-4o"]

[defaults]
temperature = 3

[endpoints.lab]
api = "opnai"
base_url = "localhost:8000"

[[prompts]]
prompt = 5

[[streams]]
model = "lab:x"
seed = ""
"""
    problems = workspace.problems("a.toml", content, set=("temprature=1",))

    assert [problem.partition("; known")[0] for problem in problems] == [
        "a.toml:1: unknown key 'titel' (did you mean 'title'?)",
        "a.toml:2: models[0]: unknown endpoint 'opnai' (did you mean 'openai'?)",
        "a.toml:5: defaults.temperature: must be from 0 to 2, not 3.0",
        "a.toml:8: endpoints.lab.api: unknown api 'opnai' (did you mean 'openai'?)",
        "a.toml:9: endpoints.lab.base_url: must begin with http:// or https://",
        "a.toml:12: prompts[0].prompt: must be text, not 5",
        "a.toml:14: streams[0]: has neither prompt, prompt_file nor messages",
        "a.toml:16: streams[0].seed: must be a whole number, not the text ''",
        "--set temprature: unknown key (did you mean 'temperature'?)",
    ]


def test_more_than_twenty_problems_are_counted(workspace: Workspace) -> None:
    problems = workspace.problems(
        "a.toml", "".join(f"k{index} = 1\n" for index in range(30)) + stream()
    )

    assert len(problems) == 21
    assert problems[19].startswith("a.toml:20: unknown key 'k19'")
    assert problems[20] == "... and 10 more"


def test_problems_of_defaults_are_reported_once_for_any_number_of_streams(
    workspace: Workspace,
) -> None:
    problems = workspace.problems(
        "a.toml", "[defaults]\nseed = 'x'\n" + stream() + stream() + stream()
    )

    assert problems == ["a.toml:2: defaults.seed: must be a whole number, not the text 'x'"]


def test_yaml_and_json_problems_have_line_numbers(workspace: Workspace) -> None:
    yaml = "streams:\n  - model: demo:a\n    prompt: |\n      a\n      b\n    stop: [a,\n      5]\n"
    assert workspace.problems("a.yaml", yaml) == [
        "a.yaml:7: streams[0].stop[1]: must be text, not 5"
    ]

    json = '{"streams": [\n{"model": "demo:a",\n"prompt": "x",\n"stop": ["a",\n5]}]}'
    assert workspace.problems("a.json", json) == [
        "a.json:5: streams[0].stop[1]: must be text, not 5"
    ]


def test_toml_lines_are_found_around_strings_arrays_and_nested_tables(workspace: Workspace) -> None:
    content = '''\
# [[streams]] in a comment = 1
title = "a # b = [[c]]"
[defaults]
"top_p" = 9
stop = [  # one, 2
  "[[x]]", [1, 2],
  # 3,
  'y', {a = [1], b = 2}
  ,
]
[endpoints."lab"]
api = "openai"
base_url = 1
[[streams]]
model = "demo:a"
prompt = """
[[streams]]
seed = "no" ""
"""
seed = "x"
[streams.params]
a.stream = 2
stream = 3
[[ streams ]]
model = 'demo:a'
prompt = \'\'\'
seed = ''
\'\'\'
retries = 99
'''
    assert workspace.problems("a.toml", content) == [
        "a.toml:4: defaults.top_p: must be from 0 to 1, not 9.0",
        "a.toml:6: defaults.stop[1]: must be text, not a list",
        "a.toml:8: defaults.stop[3]: must be text, not a table",
        "a.toml:13: endpoints.lab.base_url: must be text, not 1",
        "a.toml:20: streams[0].seed: must be a whole number, not the text 'x'",
        "a.toml:23: streams[0].params: must not hold stream, which is a key of its own: "
        "write it next to params",
        "a.toml:29: streams[1].retries: must be from 0 to 10, not 99",
    ]
