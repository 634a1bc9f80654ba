from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streamdash.promptfile.labels import relabelled
from streamdash.streams.spec import Endpoint, StreamSpec

if TYPE_CHECKING:
    from tests.promptfile.loading import Workspace


def labels(workspace: Workspace, content: str, **options: object) -> list[str]:
    return [spec.label for spec in workspace.load("a.yaml", content, **options).specs]


def prompts(models: list[str], *rows: str) -> str:
    return f"models: {models}\nprompts:\n" + "".join(f"- {row}\n" for row in rows)


def streams(*rows: str) -> str:
    return "streams:\n" + "".join(f"- {row}\n" for row in rows)


def test_one_prompt_on_several_models_is_labelled_by_model(workspace: Workspace) -> None:
    content = prompts(["openai:gpt-4o", "anthropic:claude"], "prompt: What is Python?")

    assert labels(workspace, content) == ["gpt-4o", "claude"]


def test_one_model_at_several_endpoints_is_labelled_with_the_endpoint(workspace: Workspace) -> None:
    content = prompts(["openai:a", "openrouter:a", "openai:b"], "prompt: x")

    assert labels(workspace, content) == ["openai:a", "openrouter:a", "b"]


def test_several_prompts_on_one_model_are_labelled_by_their_first_words(
    workspace: Workspace,
) -> None:
    content = prompts(
        ["demo:a"],
        "prompt: What is Python?",
        "{label: RS, prompt: What is Rust}",
        "{prompt: 'Tell me, in one or two sentences,\n\n  what a monad is.'}",
        "prompt: " + "x" * 50,
    )

    assert labels(workspace, content) == [
        "What is Python?",
        "RS",
        "Tell me, in one or two…",
        "x" * 28 + "…",
    ]


def test_prompts_that_begin_alike_are_numbered(workspace: Workspace) -> None:
    content = prompts(["demo:a"], f"prompt: {'same words ' * 9}1", f"prompt: {'same words ' * 9}2")

    assert labels(workspace, content) == ["prompt 1", "prompt 2"]


def test_several_prompts_on_several_models_have_both_in_their_labels(workspace: Workspace) -> None:
    content = prompts(["demo:a", "demo:b"], "{label: PY, prompt: x}", "prompt: What is Rust?")

    assert labels(workspace, content) == [
        "PY · a",
        "PY · b",
        "What is Rust? · a",
        "What is Rust? · b",
    ]


def test_streams_are_labelled_by_model_if_the_models_differ(workspace: Workspace) -> None:
    content = streams("{model: 'demo:a', prompt: x}", "{model: 'demo:b', prompt: y}")
    assert labels(workspace, content) == ["a", "b"]

    content += "- {model: 'demo:a', prompt: z}\n"
    assert labels(workspace, content) == ["x", "y", "z"]


def test_equal_labels_are_numbered_from_the_second_on(workspace: Workspace) -> None:
    row = "{label: A, model: 'demo:a', prompt: x}"

    assert labels(workspace, streams(row, row, row)) == ["A", "A #2", "A #3"]


def test_a_number_that_is_a_given_label_is_skipped(workspace: Workspace) -> None:
    rows = [f"{{label: '{label}', model: 'demo:a', prompt: x}}" for label in ("A", "A", "A #2")]

    assert labels(workspace, streams(*rows)) == ["A", "A #3", "A #2"]


def test_identical_streams_are_numbered(workspace: Workspace) -> None:
    row = "{model: 'demo:a', prompt: x}"
    assert labels(workspace, streams(row, row)) == ["a", "a #2"]
    assert labels(workspace, prompts(["demo:a", "demo:a"], "{label: L, prompt: x}")) == [
        "L",
        "L #2",
    ]


@pytest.mark.parametrize(
    "label", ["[b]x[/nope]", "\\e[31mred\\nline", "l" * 300, " padded ", "[@click=app.quit]q"]
)
def test_any_label_that_is_not_blank_is_unchanged(workspace: Workspace, label: str) -> None:
    content = streams(f'{{label: "{label}", model: "demo:a", prompt: x}}')

    assert labels(workspace, content) == [label.replace("\\e", "\x1b").replace("\\n", "\n")]


@pytest.mark.parametrize("label", ["", " ", "\\t\\n"])
def test_a_blank_label_is_replaced(workspace: Workspace, label: str) -> None:
    assert labels(workspace, streams(f'{{label: "{label}", model: "demo:a", prompt: x}}')) == ["a"]


def test_only_selects_labelled_streams_in_the_order_of_the_file(workspace: Workspace) -> None:
    content = prompts(["demo:a", "demo:b"], "{label: PY, prompt: x}", "{label: JS, prompt: y}")

    assert labels(workspace, content, only=("JS · a", "PY · b")) == ["PY · b", "JS · a"]


def test_an_unknown_label_is_reported_with_the_known_ones(workspace: Workspace) -> None:
    content = prompts(["demo:a"], "{label: Python, prompt: x}", '{label: "J\\e", prompt: y}')

    assert workspace.problems("a.yaml", content, only=("Pyton", "Python", "\x1b[31m")) == [
        "--only: no stream is labelled 'Pyton' (did you mean 'Python'?); "
        "labels: 'Python', 'J\\x1b'",
        "--only: no stream is labelled '\\x1b[31m'; labels: 'Python', 'J\\x1b'",
    ]


def test_a_long_list_of_labels_is_cut(workspace: Workspace) -> None:
    content = prompts(["demo:a"], *(f"{{label: L{n}, prompt: x}}" for n in range(25)))

    (line,) = workspace.problems("a.yaml", content, only=("zzz",))

    assert line.endswith("'L19' and 5 more")


@pytest.mark.parametrize(
    ("label", "after"),
    [
        ("gpt-4o", "gpt-5"),
        ("openai:gpt-4o", "openai:gpt-5"),
        ("gpt-4o #2", "gpt-5"),
        ("What is it?", "What else?"),
        ("What is it? · gpt-4o", "What else? · gpt-5"),
        ("PY · openai:gpt-4o", "PY · openai:gpt-5"),
        ("PY", "PY"),
        ("PY #2", "PY #2"),
        ("gpt-4o is mine", "gpt-4o is mine"),
        ("", ""),
    ],
)
def test_a_label_follows_only_the_model_and_the_prompt_that_it_was_made_from(
    label: str, after: str
) -> None:
    endpoint = Endpoint("openai", "openai", "http://127.0.0.1:1/v1")
    messages = ({"role": "user", "content": "What is it?"},)
    spec = StreamSpec(label, endpoint, "gpt-4o", messages)
    assert relabelled(spec, spec) == label
    changed = spec._replace(model="gpt-5", messages=({"role": "user", "content": "What else?"},))
    assert relabelled(spec, changed) == after
