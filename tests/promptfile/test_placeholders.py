"""`{{name}}` without cases: sent as it is, and its writer is told where it stands."""

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
    from tests.promptfile.loading import Desk

pytestmark = pytest.mark.fault("files and environment", "a {{name}} that nothing fills goes unsaid")


def warned(desk: Desk, name: str, content: str, **options: Any) -> tuple[list[str], list[str]]:
    """The warnings, the folder's name left out, and what is asked."""
    path = str(desk.write(name, content))
    lines: list[str] = []
    plan = load_plan(path, Overrides(**options), endpoints=builtin_endpoints({}), warn=lines.append)
    return [line.replace(f"{desk.folder}/", "") for line in lines], [
        spec.question for spec in plan.specs
    ]


TAIL = "sent as written; there are no cases to fill"


def test_a_prompt_names_its_label_its_line_and_its_key(desk: Desk) -> None:
    toml = """\
models = ["demo:a", "demo:b"]
[[prompts]]
label = "PY"
prompt = "What is {{ topic }}, and {{topic}} or {{other}}?"
"""
    lines, asked = warned(desk, "p.toml", toml)
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
def test_every_format_and_key_is_looked_at(desk: Desk, name: str, content: str, line: str) -> None:
    options = {"models": ("demo:a",)} if name.endswith(".md") else {}
    (warning,), _ = warned(desk, name, content, **options)
    assert line in warning
    assert TAIL in warning


def test_an_included_file_counts_and_its_key_is_named(desk: Desk) -> None:
    desk.write("q.md", "about {{topic}}")
    toml = '[[streams]]\nlabel = "Q"\nmodel = "demo:a"\nprompt_file = "q.md"\n'
    (warning,), asked = warned(desk, "p.toml", toml)
    assert warning.startswith("p.toml:4: streams[0].prompt_file of 'Q': {{topic}} is")
    assert asked == ["about {{topic}}"]


@pytest.mark.parametrize(
    "text", ["{{}}", "{ {x} }", "\\\\{{x}}", "{{1}}", "${x}", "{{x}", "{{# x}}", "{{a b}}"]
)
def test_what_names_no_column_is_not_warned_of(desk: Desk, text: str) -> None:
    toml = f'[[streams]]\nmodel = "demo:a"\nprompt = "{text}"\n'
    assert warned(desk, "p.toml", toml)[0] == []


def test_what_is_not_asked_is_not_warned_of(desk: Desk) -> None:
    toml = (
        '[defaults]\nprompt = "{{d}}"\n'
        '[[streams]]\nlabel = "A"\nmodel = "demo:a"\nprompt = "{{a}}"\n'
        '[[streams]]\nlabel = "B"\nmodel = "demo:b"\nprompt = "plain"\n'
    )
    assert warned(desk, "p.toml", toml, only=("B",))[0] == []
    assert warned(desk, "p.toml", toml, prompt="{{from the shell}}")[0] == []
    assert len(warned(desk, "p.toml", toml)[0]) == 1


def test_many_are_counted(desk: Desk) -> None:
    rows = "".join(
        f'[[streams]]\nmodel = "demo:m{n}"\nprompt = "{{{{x{n}}}}}"\n' for n in range(12)
    )
    lines, _ = warned(desk, "p.toml", rows)
    assert len(lines) == MOST_WARNINGS + 1
    assert "7 more" in lines[-1]


@examples(100)
@given(st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=200))
def test_no_text_in_a_prompt_breaks_the_line(desk: Desk, text: str) -> None:
    lines, _ = warned(desk, "p.md", f"x{{{{n}}}} {text}".replace("\r", ""), models=("demo:a",))
    assert all("\n" not in line and line.isprintable() for line in lines)
