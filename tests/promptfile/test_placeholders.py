"""A `{{name}}` that nothing fills in is sent as written, with a warning that names its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.promptfile import Overrides, load_plan
from streamdash.promptfile.placeholders import MOST_WARNINGS
from streamdash.providers.catalog import builtin_endpoints
from tests.fuzzing import examples

if TYPE_CHECKING:
    from tests.promptfile.loading import Workspace

pytestmark = pytest.mark.fault(
    "files and environment", "a {{name}} that nothing fills gives no warning"
)


def warned(
    workspace: Workspace, name: str, content: str, **options: Any
) -> tuple[list[str], list[str]]:
    """The warnings, without the folder's name, and the prompts."""
    path = str(workspace.write(name, content))
    plan, _, lines = load_plan(path, Overrides(**options), endpoints=builtin_endpoints({}))
    return [line.replace(f"{workspace.folder}/", "") for line in lines], [
        spec.question for spec in plan.specs
    ]


TAIL = "sent as written; there are no cases to fill"


def test_a_warning_names_the_label_line_and_key(workspace: Workspace) -> None:
    toml = """\
models = ["demo:a", "demo:b"]
[[prompts]]
label = "PY"
prompt = "What is {{ topic }}, and {{topic}} or {{other}}?"
"""
    lines, asked = warned(workspace, "p.toml", toml)
    assert lines == [
        f"p.toml:4: prompts[0].prompt of 'PY · a': {{{{topic}}}}, {{{{other}}}} are {TAIL} them"
    ]
    assert asked == ["What is {{ topic }}, and {{topic}} or {{other}}?"] * 2


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("p.md", "# Task\n\nTell of {{topic}}.\n", "p.md:3: of 'a': {{topic}} is"),
        (
            "p.yaml",
            "streams:\n  - model: demo:a\n    system: 'be {{mood}}'\n    prompt: hi\n",
            "p.yaml:3: streams[0].system of 'a': {{mood}} is",
        ),
        (
            "p.jsonl",
            '{"model": "demo:a", "prompt": "hi"}\n{"model": "demo:b", "prompt": "{{x}}"}\n',
            "p.jsonl:2: prompt of 'b': {{x}} is",
        ),
        (
            "p.toml",
            '[defaults]\nprompt = "{{x}}"\n[[streams]]\nmodel = "demo:a"\n',
            "p.toml:2: defaults.prompt of 'a': {{x}} is",
        ),
        (
            "p.json",
            '{"streams": [{"model": "demo:a", "messages": [{"role": "system", "content": '
            '"{{s}}"}, {"role": "user", "content": "hi"}]}]}',
            ": streams[0].messages of 'a': {{s}} is",
        ),
    ],
)
def test_every_format_and_key_is_checked(
    workspace: Workspace, name: str, content: str, line: str
) -> None:
    options = {"models": ("demo:a",)} if name.endswith(".md") else {}
    (warning,), _ = warned(workspace, name, content, **options)
    assert line in warning
    assert TAIL in warning


def test_an_included_file_is_checked_and_its_key_is_named(workspace: Workspace) -> None:
    workspace.write("q.md", "about {{topic}}")
    toml = '[[streams]]\nlabel = "Q"\nmodel = "demo:a"\nprompt_file = "q.md"\n'
    (warning,), asked = warned(workspace, "p.toml", toml)
    assert warning.startswith("p.toml:4: streams[0].prompt_file of 'Q': {{topic}} is")
    assert asked == ["about {{topic}}"]


@pytest.mark.parametrize(
    "text", ["{{}}", "{ {x} }", "\\\\{{x}}", "{{1}}", "${x}", "{{x}", "{{# x}}", "{{a b}}"]
)
def test_braces_without_a_name_give_no_warning(workspace: Workspace, text: str) -> None:
    toml = f'[[streams]]\nmodel = "demo:a"\nprompt = "{text}"\n'
    assert warned(workspace, "p.toml", toml)[0] == []


def test_a_text_that_is_not_sent_gives_no_warning(workspace: Workspace) -> None:
    toml = (
        '[defaults]\nprompt = "{{d}}"\n'
        '[[streams]]\nlabel = "A"\nmodel = "demo:a"\nprompt = "{{a}}"\n'
        '[[streams]]\nlabel = "B"\nmodel = "demo:b"\nprompt = "plain"\n'
    )
    assert warned(workspace, "p.toml", toml, only=("B",))[0] == []
    assert warned(workspace, "p.toml", toml, prompt="{{from the shell}}")[0] == []
    assert len(warned(workspace, "p.toml", toml)[0]) == 1


def test_many_warnings_are_counted(workspace: Workspace) -> None:
    rows = "".join(
        f'[[streams]]\nmodel = "demo:m{n}"\nprompt = "{{{{x{n}}}}}"\n' for n in range(12)
    )
    lines, _ = warned(workspace, "p.toml", rows)
    assert len(lines) == MOST_WARNINGS + 1
    assert "7 more" in lines[-1]


@examples(100)
@given(st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=200))
def test_a_warning_is_one_line_for_any_prompt(workspace: Workspace, text: str) -> None:
    lines, _ = warned(workspace, "p.md", f"x{{{{n}}}} {text}".replace("\r", ""), models=("demo:a",))
    assert all("\n" not in line and line.isprintable() for line in lines)
