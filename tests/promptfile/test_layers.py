from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streamdash.streams.spec import Deadlines
from tests.promptfile.loading import stream

if TYPE_CHECKING:
    from tests.promptfile.loading import Workspace

EVERY_KEY = """\
system = "Be brief."
max_tokens = 5
temperature = 2
top_p = 0
seed = -7
stop = ["a", "b"]
reasoning_effort = "low"
stream = false
params = {tools = [{name = "x", depth = {n = 1}}], logprobs = true}
connect_timeout = 1
ttft_timeout = 2.5
stall_timeout = 3
timeout = 4
retries = 0
"""


def test_every_stream_key_arrives_in_the_spec(workspace: Workspace) -> None:
    (spec,) = workspace.load("a.toml", stream(EVERY_KEY)).specs

    assert spec.system == "Be brief."
    assert (spec.max_tokens, spec.temperature, spec.top_p, spec.seed) == (5, 2.0, 0.0, -7)
    assert (spec.stop, spec.reasoning_effort, spec.stream) == (("a", "b"), "low", False)
    assert spec.params == {"tools": [{"name": "x", "depth": {"n": 1}}], "logprobs": True}
    assert spec.deadlines == Deadlines(connect=1.0, ttft=2.5, stall=3.0, total=4.0)
    assert spec.retries == 0


def test_a_missing_key_has_its_default_value(workspace: Workspace) -> None:
    (spec,) = workspace.load("a.toml", stream()).specs

    assert (spec.max_tokens, spec.temperature, spec.top_p, spec.seed) == (None,) * 4
    assert (spec.system, spec.stop, spec.reasoning_effort, spec.stream) == (None, (), None, True)
    assert spec.params == {}
    assert spec.deadlines == Deadlines(connect=10.0, ttft=120.0, stall=60.0, total=600.0)
    assert spec.retries == 2


def test_the_more_specific_layer_wins_for_each_key(workspace: Workspace) -> None:
    content = """\
models = ["demo:a"]
[defaults]
seed = 1
top_p = 0.1
stop = "x"
stream = false
params = {a = 1}
[[prompts]]
prompt = "p"
seed = 2
stop = []
params = {b = 2}
[[streams]]
model = "demo:b"
prompt = "s"
top_p = 0
stream = true
"""
    prompt, written_out = workspace.load("a.toml", content).specs

    assert (prompt.seed, prompt.top_p, prompt.stop, prompt.stream) == (2, 0.1, (), False)
    assert prompt.params == {"b": 2}
    assert (written_out.seed, written_out.top_p, written_out.stream) == (1, 0.0, True)
    assert (written_out.stop, written_out.params) == (("x",), {"a": 1})


def test_a_more_specific_prompt_replaces_one_of_another_kind(workspace: Workspace) -> None:
    workspace.write("q.md", "from a file")
    content = """\
models = ["demo:a"]
[defaults]
prompt = "default"
[[prompts]]
[[prompts]]
prompt_file = "q.md"
[[prompts]]
messages = [{role = "user", content = "one"}, {role = "assistant", content = "two"}]
"""
    specs = workspace.load("a.toml", content).specs

    assert [[row["content"] for row in spec.messages] for spec in specs] == [
        ["default"],
        ["from a file"],
        ["one", "two"],
    ]


def test_leading_system_messages_become_the_system_prompt(workspace: Workspace) -> None:
    content = """\
streams:
- model: demo:a
  messages:
  - {role: system, content: Be brief.}
  - {role: system, content: Be kind.}
  - {role: user, content: hi}
  - {role: assistant, content: hello}
  - {role: user, content: why}
"""
    (spec,) = workspace.load("a.yaml", content).specs

    assert spec.system == "Be brief.\n\nBe kind."
    assert spec.messages == (
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "hello"},
        {"role": "user", "content": "why"},
    )


def test_a_system_message_overrides_the_system_prompt_of_a_less_specific_layer(
    workspace: Workspace,
) -> None:
    content = """\
defaults: {system: default}
streams:
- {model: "demo:a", prompt: x}
- {model: "demo:a", messages: [{role: system, content: own}, {role: user, content: x}]}
"""
    specs = workspace.load("a.yaml", content).specs
    assert [spec.system for spec in specs] == ["default", "own"]

    specs = workspace.load("a.yaml", content, set=("system=forced",)).specs
    assert [spec.system for spec in specs] == ["forced", "forced"]


def test_defaults_alone_can_be_a_stream(workspace: Workspace) -> None:
    plan = workspace.load("a.toml", "[defaults]\nmodel = 'demo:a'\nprompt = 'x'\n")

    assert [spec.target for spec in plan.specs] == ["demo:a"]


def test_models_with_a_default_prompt_need_no_prompts(workspace: Workspace) -> None:
    plan = workspace.load("a.toml", "models = ['demo:a', 'demo:b']\ndefaults.prompt = 'x'\n")

    assert [spec.target for spec in plan.specs] == ["demo:a", "demo:b"]


def test_prompts_run_on_the_default_model_without_a_list(workspace: Workspace) -> None:
    plan = workspace.load("a.toml", "defaults.model = 'demo:a'\n[[prompts]]\nprompt = 'x'\n")

    assert [spec.target for spec in plan.specs] == ["demo:a"]


def test_only_anthropic_gets_a_default_max_tokens(workspace: Workspace) -> None:
    content = """\
models = ["demo:a", "demo-responses:a", "demo-anthropic:a", "lab:a"]
[endpoints.lab]
api = "anthropic"
base_url = "http://127.0.0.1:1"
[[prompts]]
prompt = "x"
[[prompts]]
prompt = "y"
max_tokens = 7
"""
    specs = workspace.load("a.toml", content).specs

    assert [spec.max_tokens for spec in specs] == [None, None, 1024, 1024, 7, 7, 7, 7]


def test_runs_of_too_many_streams_are_refused_before_they_are_built(workspace: Workspace) -> None:
    content = f"""{{"models": {["demo:a"] * 5000},
        "prompts": {[{"prompt": "x"}] * 5000}}}""".replace("'", '"')

    assert workspace.problems("a.json", content) == [
        "a.json:1: makes more than 10000 streams, which is the limit"
    ]


def test_cache_is_set_like_every_stream_key(workspace: Workspace) -> None:
    content = """\
models = ["demo:a"]
defaults.cache = "cold"
[[prompts]]
prompt = "x"
[[prompts]]
prompt = "y"
cache = "warm"
"""
    assert [spec.cache for spec in workspace.load("a.toml", content).specs] == ["cold", "warm"]
    specs = workspace.load("a.toml", content, set=("cache=as-is",)).specs
    assert [spec.cache for spec in specs] == ["as-is", "as-is"]
    assert workspace.load("b.toml", stream()).specs[0].cache == "as-is"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ('"colt"', "not the text 'colt' (did you mean 'cold'?)"),
        ('"COLD"', "not the text 'COLD' (did you mean 'cold'?)"),
        ('"as_is"', "not the text 'as_is' (did you mean 'as-is'?)"),
        ('""', "not the text ''"),
        ("true", "not true"),
        ("['warm']", "not a list"),
    ],
)
def test_another_word_for_cache_is_refused(workspace: Workspace, value: str, problem: str) -> None:
    (found,) = workspace.problems("a.toml", stream(f"cache = {value}"))
    assert found.endswith(f"cache: must be one of 'as-is', 'cold', 'warm', {problem}")


def test_a_misspelt_cache_key_is_corrected(workspace: Workspace) -> None:
    (found,) = workspace.problems("a.toml", stream("cahce = 'cold'"))
    assert "did you mean 'cache'?" in found
