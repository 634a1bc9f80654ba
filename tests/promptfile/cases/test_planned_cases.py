"""Prompts x cases x models: order, labels, and what is wrong with names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from streamdash.promptfile import Overrides, load_plan
from streamdash.providers.catalog import builtin_endpoints
from tests.promptfile.loading import from_command_line, refused

if TYPE_CHECKING:
    from streamdash.streams.spec import RunPlan
    from tests.promptfile.loading import Workspace

HEAD = 'models = ["demo:a", "demo-anthropic:b"]\ncases = "c.csv"\n'
CSV = "topic,lang\nRust,English\nGo,German\n"


def loaded(workspace: Workspace, toml: str, cases: str = CSV, **options: Any) -> RunPlan:
    workspace.write("c.csv", cases)
    return workspace.load("p.toml", HEAD + toml, **options)


def labels(plan: RunPlan) -> list[str]:
    return [spec.label for spec in plan.specs]


def prompt(text: str, label: str = "") -> str:
    return f'[[prompts]]\nprompt = "{text}"\n' + (f'label = "{label}"\n' if label else "")


def test_prompts_come_first_then_cases_then_models(workspace: Workspace) -> None:
    toml = prompt("What is {{topic}}?", "Q") + prompt("Say hi.", "HI") + prompt("{{lang}}", "L")
    plan = loaded(workspace, toml)
    assert [(spec.question, spec.model, spec.case, spec.prompt_label) for spec in plan.specs] == [
        ("What is Rust?", "a", "1", "Q"),
        ("What is Rust?", "b", "1", "Q"),
        ("What is Go?", "a", "2", "Q"),
        ("What is Go?", "b", "2", "Q"),
        ("Say hi.", "a", None, "HI"),
        ("Say hi.", "b", None, "HI"),
        ("English", "a", "1", "L"),
        ("English", "b", "1", "L"),
        ("German", "a", "2", "L"),
        ("German", "b", "2", "L"),
    ]
    assert plan.shape == ""
    assert labels(plan)[:6] == [
        "Q · Rust · a", "Q · Rust · b", "Q · Go · a", "Q · Go · b", "HI · a", "HI · b",
    ]  # fmt: skip


def test_the_shape_says_what_is_multiplied(workspace: Workspace) -> None:
    plan = loaded(workspace, prompt("{{topic}}", "A") + prompt("{{topic}} {{lang}}", "B"))
    assert plan.shape == "2 prompts x 2 cases x 2 models"
    chosen = loaded(workspace, prompt("{{topic}}"), only=("Go · a",))
    assert chosen.shape == "1 prompt x 1 case x 1 model"


@pytest.mark.parametrize(
    ("toml", "cases", "models", "expected"),
    [
        # one prompt on one model: the case alone tells the streams apart
        (prompt("{{topic}}"), CSV, ("demo:a",), ["Rust", "Go"]),
        (prompt("{{topic}}"), CSV, (), ["Rust · a", "Rust · b", "Go · a", "Go · b"]),
        # the column `label` names cases
        (prompt("{{topic}}"), "label,topic\nr1,x\n r2 ,x\n", ("demo:a",), ["r1", "r2"]),
        (prompt("{{topic}}"), "label,topic\nr,x\nr,y\n,z\n", ("demo:a",), ["r", "r #2", "z"]),
        # values that are equal or empty make numbers
        (prompt("{{topic}}?"), "topic,n\nx,1\nx,2\n", ("demo:a",), ["#1", "#2"]),
        (prompt("{{topic}}?"), "topic,n\nx,1\n,2\n", ("demo:a",), ["#1", "#2"]),
        # a label of the prompt
        (prompt("{{topic}}", "Q"), CSV, ("demo:a",), ["Q · Rust", "Q · Go"]),
        (prompt("{{topic}}", "Q"), "topic,n\nx,1\nx,2\n", ("demo:a",), ["Q · #1", "Q · #2"]),
        (prompt("hi {{topic}}", "in {{lang}}"), CSV, ("demo:a",), ["in English", "in German"]),
        (
            prompt("hi {{topic}}", "in {{lang}}"),
            "topic,lang\nx,de\ny,de\n",
            ("demo:a",),
            ["in de", "in de #2"],
        ),
        # several prompts without labels
        (
            prompt("Tell of {{topic}}") + prompt("Rate {{topic}}"),
            CSV,
            ("demo:a",),
            [
                "Tell of {{topic}} · Rust",
                "Tell of {{topic}} · Go",
                "Rate {{topic}} · Rust",
                "Rate {{topic}} · Go",
            ],
        ),
    ],
)
def test_labels_have_the_parts_that_tell_the_streams_apart(
    workspace: Workspace, toml: str, cases: str, models: tuple[str, ...], expected: list[str]
) -> None:
    assert labels(loaded(workspace, toml, cases, models=models)) == expected


def test_system_messages_label_and_prompt_file_are_filled(workspace: Workspace) -> None:
    workspace.write("q.md", "About {{topic}}.\n")
    toml = """\
[[streams]]
label = "{{lang}}"
model = "demo:a"
prompt_file = "q.md"
system = "Speak {{ lang }}, not \\\\{{lang}}."
[[streams]]
model = "demo:b"
[[streams.messages]]
role = "system"
content = "{{lang}}!"
[[streams.messages]]
role = "user"
content = "{{topic}}?"
[[streams.messages]]
role = "assistant"
content = "{{topic}}."
[[streams.messages]]
role = "user"
content = "why"
"""
    toml = toml.replace('models = ["demo:a", "demo-anthropic:b"]\n', "")
    workspace.write("c.csv", CSV)
    plan = workspace.load("p.toml", 'cases = "c.csv"\n' + toml)
    first, _, third, fourth = plan.specs
    assert (first.label, first.question, first.system) == (
        "English", "About Rust.\n", "Speak English, not {{lang}}.",
    )  # fmt: skip
    assert third.system == "English!"
    assert [message["content"] for message in fourth.messages] == ["Go?", "Go.", "why"]


def test_unknown_names_are_problems_with_place_columns_and_the_name_that_was_meant(
    workspace: Workspace,
) -> None:
    toml = '[defaults]\nsystem = "{{langs}}"\n' + prompt("one\\n{{topci}} {{x}} {{topic}}", "{{l}}")
    workspace.write("c.csv", CSV)
    literal = "columns: 'topic', 'lang' (a literal {{ is written \\{{)"
    assert workspace.problems("p.toml", HEAD + toml) == [
        "p.toml:4: defaults.system: {{langs}} is no column of c.csv "
        f"(did you mean 'lang'?); {literal}",
        "p.toml:6: prompts[0].prompt: {{topci}} in line 2 is no column of c.csv "
        f"(did you mean 'topic'?); {literal}",
        f"p.toml:6: prompts[0].prompt: {{{{x}}}} in line 2 is no column of c.csv; {literal}",
        f"p.toml:7: prompts[0].label: {{{{l}}}} is no column of c.csv; {literal}",
    ]


def test_unknown_names_of_the_command_line_name_their_option(workspace: Workspace) -> None:
    path = str(workspace.write("c.csv", CSV))
    options = {"models": ("demo:a",), "cases": path, "set": ("system={{y}}",)}
    found = refused(lambda: from_command_line(prompt="{{x}}", **options), f"{workspace.folder}/")
    assert [line.partition(" is ")[0] for line in found] == ["-p: {{x}}", "--set system: {{y}}"]
    (missing,) = refused(lambda: from_command_line(models=("demo:a",), cases=path))
    assert missing == "--cases: there is no prompt to fill; give one with -p or in FILE"


def test_the_command_line_fills_its_own_prompt_and_a_prompt_from_a_text(
    workspace: Workspace,
) -> None:
    path = str(workspace.write("c.csv", CSV))
    plan = from_command_line(models=("demo:a",), cases=path, prompt="{{topic}}")
    assert [spec.question for spec in plan.specs] == ["Rust", "Go"]
    text = workspace.load("p.md", "On {{topic}}", models=("demo:a",), cases=path)
    assert [spec.question for spec in text.specs] == ["On Rust", "On Go"]
    (unknown,) = workspace.problems("p.md", "a\n{{z}}", models=("demo:a",), cases=path)
    assert unknown.startswith("p.md:2: {{z}} is no column of c.csv")


def test_cases_of_the_command_line_win_and_the_files_own_are_not_read(
    workspace: Workspace,
) -> None:
    other = str(workspace.write("elsewhere/d.jsonl", '{"topic": 7}'))
    toml = HEAD.replace("c.csv", "missing.csv") + prompt("{{topic}}")
    plan = workspace.load("p.toml", toml, cases=other)
    assert [spec.question for spec in plan.specs] == ["7", "7"]


def test_every_file_that_is_read_is_listed(workspace: Workspace) -> None:
    path = workspace.write("p.toml", HEAD + prompt("{{topic}}"))
    files: list[str] = []
    workspace.write("c.csv", CSV)
    load_plan(str(path), Overrides(), endpoints=builtin_endpoints({}), files=files)
    assert files == [str(workspace.folder / "c.csv")]


def test_columns_that_no_prompt_names_are_a_warning(workspace: Workspace) -> None:
    workspace.write("c.csv", "label,topic,x,y\na,b,c,d\n")
    path = workspace.write("p.toml", HEAD + prompt("{{topic}} {{topic}}") + prompt("{{x}}"))
    warnings = load_plan(str(path), Overrides(), endpoints=builtin_endpoints({})).warnings
    assert [line.replace(f"{workspace.folder}/", "") for line in warnings] == [
        "c.csv: the column 'y' is named in no prompt"
    ]


def test_a_case_that_leaves_nothing_to_ask_is_a_problem_with_its_line(
    workspace: Workspace,
) -> None:
    workspace.write("c.csv", "topic,lang\nRust,en\n ,de\n,fr\n")
    toml = HEAD + prompt("{{topic}}") + 'system = "{{topic}}"\n'
    assert workspace.problems("p.toml", toml) == [
        "c.csv:3: leaves nothing to ask: {{topic}} is empty here",
        "c.csv:4: leaves nothing to ask: {{topic}} is empty here",
    ]
    workspace.write("c.csv", "a,b,c\n, ,x\n")
    assert workspace.problems("p.toml", HEAD + prompt("{{a}}{{b}}", "{{c}}")) == [
        "c.csv:2: leaves nothing to ask: {{a}}, {{b}} are empty here"
    ]
    workspace.write("c.csv", "topic,lang\nRust,en\n ,de\n")
    toml = HEAD + prompt("hi") + 'system = "{{topic}}"\n'
    assert workspace.load("p.toml", toml, models=("demo:a",)).specs[1].system is None


def test_only_takes_a_label_and_else_a_part_of_labels(workspace: Workspace) -> None:
    toml = prompt("{{topic}}", "P1") + prompt("{{lang}}", "P2")
    cases = "label,topic,lang\none,Rust,en\ntwo,Go,de\n"
    assert labels(loaded(workspace, toml, cases, only=("P2 · two · a",))) == ["P2 · two · a"]
    assert labels(loaded(workspace, toml, cases, only=("one",), models=("demo:a",))) == [
        "P1 · one", "P2 · one",
    ]  # fmt: skip
    assert labels(loaded(workspace, toml, cases, only=("P1", "P2 · one · b"))) == [
        "P1 · one · a", "P1 · one · b", "P1 · two · a", "P1 · two · b", "P2 · one · b",
    ]  # fmt: skip
    assert labels(loaded(workspace, toml, cases, only=("b", "P1 · two"))) == [
        "P1 · one · b", "P1 · two · a", "P1 · two · b", "P2 · one · b", "P2 · two · b",
    ]  # fmt: skip
    unnamed = loaded(workspace, prompt("{{topic}}"), CSV, models=("demo:a",), only=("2",))
    assert labels(unnamed) == ["Go"]
    workspace.load("p.toml", HEAD + toml)
    (problem,) = workspace.problems("p.toml", only=("three",))
    assert problem.startswith("--only: no stream is labelled 'three'")


def test_more_than_ten_thousand_streams_are_refused(workspace: Workspace) -> None:
    workspace.write("c.csv", "topic\n" + "x\n" * 5_001)
    assert workspace.problems("p.toml", HEAD + prompt("{{topic}}")) == [
        "p.toml: makes more than 10000 streams, which is the limit: 1 x 5,001 cases x 2 models"
    ]
    plan = workspace.load("p.toml", models=("demo:a",))
    assert (len(plan.specs), plan.specs[-1].label) == (5_001, "#5001")


def test_a_run_that_would_not_fit_into_memory_is_refused(workspace: Workspace) -> None:
    workspace.write("q.md", "x" * 1_000_000 + "{{topic}}")
    workspace.write("c.csv", "topic\n" + "x\n" * 400)
    toml = HEAD + '[[prompts]]\nprompt_file = "q.md"\n'
    assert workspace.problems("p.toml", toml) == [
        "p.toml:4: prompts[0].prompt_file: its cases make more than 256 MiB of text in all"
    ]


def test_without_cases_braces_are_ordinary_text(workspace: Workspace) -> None:
    plan = workspace.load(
        "p.toml", HEAD.replace('cases = "c.csv"\n', "") + prompt(r"\\{{x}} {{y}}")
    )
    assert {(spec.question, spec.case) for spec in plan.specs} == {(r"\{{x}} {{y}}", None)}


def test_the_texts_of_checks_are_filled_with_the_case_of_the_prompt(workspace: Workspace) -> None:
    checks = (
        '[[checks]]\ncontains = "{{topic}}"\nname = "names {{topic}}"\n'
        '[[checks]]\none_of = ["{{lang}}", "\\\\{{x}}"]\n[[checks]]\nmax_chars = 9\n'
    )
    plan = loaded(workspace, prompt("What is {{topic}}?") + checks)
    assert [[check.value for check in spec.checks] for spec in plan.specs[::2]] == [
        ["Rust", ("English", "{{x}}"), 9],
        ["Go", ("German", "{{x}}"), 9],
    ]
    assert plan.specs[0].checks[0].name == "names Rust"


def test_a_check_alone_may_name_a_column(workspace: Workspace) -> None:
    toml = '[[prompts]]\nprompt = "Hi"\nchecks = [{ contains = "{{topic}}" }]\n'
    assert [spec.checks[0].value for spec in loaded(workspace, toml).specs] == [
        "Rust", "Rust", "Go", "Go",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("toml", "place"),
    [
        ('[[checks]]\nequals = "{{topik}}"\n', "p.toml:5: checks"),
        ('[[prompts]]\nprompt = "x"\nchecks = [{ equals = "{{topik}}" }]\n', "prompts[1].checks"),
    ],
)
def test_an_unknown_name_in_a_check_is_reported_at_the_checks(
    workspace: Workspace, toml: str, place: str
) -> None:
    workspace.write("c.csv", CSV)
    (problem,) = workspace.problems("p.toml", HEAD + prompt("{{topic}}, {{lang}}") + toml)
    assert place in problem
    assert "{{topik}} is no column of c.csv (did you mean 'topic'?)" in problem
