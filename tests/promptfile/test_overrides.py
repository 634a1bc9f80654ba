from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streamdash.streams.spec import Deadlines
from tests.promptfile.loading import from_command_line, refused, stream

if TYPE_CHECKING:
    from tests.promptfile.loading import Workspace

FILE = """\
models = ["openai:gpt-4o", "nowhere:x"]
[[prompts]]
label = "PY"
prompt = "What is Python?"
seed = 1
[[streams]]
label = "RS"
model = "nowhere:y"
prompt = "What is Rust?"
"""


def test_models_without_a_file_get_the_prompt() -> None:
    plan = from_command_line(models=("demo:a", "demo-anthropic:b"), prompt="hi")

    assert [(spec.label, spec.target, spec.max_tokens) for spec in plan.specs] == [
        ("a", "demo:a", None),
        ("b", "demo-anthropic:b", 1024),
    ]
    assert [spec.messages for spec in plan.specs] == [({"role": "user", "content": "hi"},)] * 2


def test_models_without_a_prompt_have_no_messages() -> None:
    plan = from_command_line(models=("demo:a", "demo:b"))

    assert [(spec.label, spec.messages) for spec in plan.specs] == [("a", ()), ("b", ())]


def test_neither_file_nor_models_is_a_mistake() -> None:
    problem = "command line: no model to run; name one, such as -m openai:gpt-4o-mini"
    assert refused(from_command_line) == [problem]
    assert refused(lambda: from_command_line(prompt="hi")) == [problem]


def test_one_model_replaces_those_of_prompts_and_streams(workspace: Workspace) -> None:
    plan = workspace.load("a.toml", FILE, models=("ollama:qwen3:8b",))

    assert [(spec.label, spec.target) for spec in plan.specs] == [
        ("PY", "ollama:qwen3:8b"),
        ("RS", "ollama:qwen3:8b"),
    ]
    assert plan.specs[0].model == "qwen3:8b"


def test_each_of_several_models_runs_every_prompt_and_stream(workspace: Workspace) -> None:
    plan = workspace.load("a.toml", FILE, models=("demo:a", "demo:b"))

    assert [spec.label for spec in plan.specs] == ["PY · a", "PY · b", "RS · a", "RS · b"]


def test_a_model_may_use_an_endpoint_of_the_file(workspace: Workspace) -> None:
    content = "[endpoints.lab]\napi = 'openai'\nbase_url = 'http://lab:1/v1'\n"

    plan = workspace.load("a.toml", content, models=("lab:x",))
    assert [(spec.endpoint.base_url, spec.messages) for spec in plan.specs] == [
        ("http://lab:1/v1", ())
    ]

    plan = workspace.load("a.toml", models=("lab:x",), prompt="hi")
    assert plan.specs[0].messages[0]["content"] == "hi"


def test_the_prompt_option_replaces_every_prompt(workspace: Workspace) -> None:
    content = stream() + (
        "[[streams]]\nmodel = 'demo:b'\n"
        "messages = [{role = 'user', content = 'x'}, {role = 'assistant', content = 'y'}]\n"
        "[[streams]]\nmodel = 'demo:c'\n"
    )
    plan = workspace.load("a.toml", content, prompt="mine")

    assert [spec.messages for spec in plan.specs] == [({"role": "user", "content": "mine"},)] * 3


def test_set_takes_toml_values_and_plain_text() -> None:
    plan = from_command_line(
        models=("demo:a",),
        prompt="x",
        set=(
            "temperature=0.5",
            "temperature = 1.5",
            "stop=['a', 'b']",
            "params={a = [1, {b = true}]}",
            "stream=false",
            'system="quoted = text"',
            "label=plain = text",
            "reasoning_effort=high",
        ),
    )
    (spec,) = plan.specs

    assert (spec.temperature, spec.stop, spec.stream) == (1.5, ("a", "b"), False)
    assert spec.params == {"a": [1, {"b": True}]}
    assert (spec.system, spec.label, spec.reasoning_effort) == (
        "quoted = text",
        "plain = text",
        "high",
    )


@pytest.mark.parametrize("text", ["42", "true", "2024-05-01", "[x]", "1\nseed = 2", "", "'"])
def test_set_keeps_text_for_a_text_key(text: str) -> None:
    (spec,) = from_command_line(models=("demo:a",), prompt="x", set=(f"system=a{text}",)).specs
    assert spec.system == f"a{text}"

    if text.strip():
        (spec,) = from_command_line(models=("demo:a",), prompt="x", set=(f"label={text}",)).specs
        assert spec.label == text


def test_set_can_give_the_prompt_and_the_model() -> None:
    plan = from_command_line(
        set=("model=demo:a", "messages=[{role='system', content='s'}, {role='user', content='u'}]")
    )

    (spec,) = plan.specs
    assert (spec.target, spec.system) == ("demo:a", "s")
    assert spec.messages == ({"role": "user", "content": "u"},)


def test_deadlines_and_retries_override_the_files(workspace: Workspace) -> None:
    plan = workspace.load(
        "a.toml",
        stream("ttft_timeout = 9\nretries = 9\ntimeout = 9"),
        connect_timeout=1.0,
        ttft_timeout=2.0,
        stall_timeout=3.0,
        retries=0,
    )

    assert plan.specs[0].deadlines == Deadlines(connect=1.0, ttft=2.0, stall=3.0, total=9.0)
    assert plan.specs[0].retries == 0


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"set": ("temprature=1",)},
            "--set temprature: unknown key (did you mean 'temperature'?)",
        ),
        ({"set": ("foo",)}, "--set foo: must be KEY=VALUE, such as temperature=0.2"),
        ({"set": ("temperature=hot",)}, "--set temperature: must be a number, not the text 'hot'"),
        ({"set": ("max_tokens=0",)}, "--set max_tokens: must be at least 1, not 0"),
        ({"set": ("params={a=inf}",)}, "--set params: a: must be a finite number"),
        (
            {"set": ("seed=2024-05-01",)},
            "--set seed: must be a whole number, not the text '2024-05-01'",
        ),
        (
            {"set": ("system=\ud800",)},
            "--set system: contains half of a surrogate pair, which no request can carry",
        ),
        (
            {"set": ("prompt=y",)},
            "--set prompt: is given together with -p; give only one of them",
        ),
        (
            {"set": ("model=demo:b",)},
            "--set model: is given together with -m; give only one of them",
        ),
        (
            {"set": ("retries=1",), "retries": 2},
            "--set retries: is given together with --retries; give only one of them",
        ),
        ({"prompt": " "}, "-p: is empty"),
        ({"retries": 11}, "--retries: must be from 0 to 10, not 11"),
        ({"ttft_timeout": 0.0}, "--ttft-timeout: must be more than 0 seconds, not 0.0"),
        ({"connect_timeout": float("nan")}, "--connect-timeout: must be a finite number"),
        (
            {"models": ("gpt-4o",)},
            "-m: 'gpt-4o' names no endpoint; write endpoint:model, such as openai:gpt-4o",
        ),
    ],
)
def test_a_mistake_on_the_command_line_names_its_option(
    options: dict[str, object], problem: str
) -> None:
    problems = refused(
        lambda: from_command_line(**{"models": ("demo:a",), "prompt": "x", **options})
    )

    assert problems == [problem]


def test_all_mistakes_on_the_command_line_are_reported() -> None:
    problems = refused(
        lambda: from_command_line(models=("x", "demo:"), set=("a=1", "seed=x"), retries=-1)
    )

    assert [problem.partition(":")[0] for problem in problems] == [
        "--set a",
        "--retries",
        "--set seed",
        "-m",
        "-m",
    ]
