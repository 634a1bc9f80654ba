"""Checks in a prompt file: who gets them, and what is wrong with them before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streamdash.promptfile.own_settings import NO_SETTINGS
from streamdash.promptfile.writing.board_file import board_file
from streamdash.providers.catalog import builtin_endpoints
from streamdash.recording.spec_json import spec_from_json, spec_to_json
from streamdash.streams.check import Check
from tests.promptfile.loading import stream

if TYPE_CHECKING:
    from tests.promptfile.loading import Workspace

broken = pytest.mark.fault("prompt file", "a check that cannot be used")

EVERY_KIND = """
[[checks]]
contains = "a"
ignore_case = true
[[checks]]
not_contains = "b"
name = "no b"
[[checks]]
equals = "c"
[[checks]]
starts_with = "d"
[[checks]]
ends_with = "e"
[[checks]]
one_of = ["f", "g"]
[[checks]]
regex = '^h\\d'
[[checks]]
not_regex = "i"
[[checks]]
json = true
fenced = true
[[checks]]
schema = { type = "object", properties = { n = { type = "integer" } } }
[[checks]]
min_chars = 1
[[checks]]
max_chars = 9
[[checks]]
finish = "stop"
[[checks]]
max_ttft = 1
[[checks]]
max_total = 2.5
[[checks]]
max_felt_ttft = 3
[[checks]]
max_felt_total = 4
[[checks]]
max_cost = 0.01
"""


def test_checks_at_the_top_are_those_of_every_stream_before_its_own(workspace: Workspace) -> None:
    plan = workspace.load(
        "a.toml",
        """
        models = ["demo:a"]
        [[checks]]
        contains = "all"
        [defaults]
        checks = [{ min_chars = 1 }]
        [[prompts]]
        label = "own"
        prompt = "x"
        checks = [{ max_chars = 2, name = "short" }]
        [[prompts]]
        label = "default"
        prompt = "y"
        """,
    )
    titles = {spec.label: [one.title for one in spec.checks] for spec in plan.specs}
    assert titles == {
        "own": ["contains 'all'", "short"],
        "default": ["contains 'all'", "min_chars 1"],
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yaml", "streams:\n- model: demo:a\n  prompt: x\n  checks:\n  - contains: a\n"),
        ("a.json", '{"streams": [{"model": "demo:a", "prompt": "x", '
                   '"checks": [{"contains": "a"}]}]}'),
        ("a.jsonl", '{"model": "demo:a", "prompt": "x", "checks": [{"contains": "a"}]}\n'),
    ],
)  # fmt: skip
def test_every_format_has_checks(workspace: Workspace, name: str, content: str) -> None:
    assert workspace.load(name, content).specs[0].checks == (Check("contains", "a"),)


def test_every_kind_survives_a_written_board_and_a_recording(workspace: Workspace) -> None:
    plan = workspace.load("a.toml", EVERY_KIND + stream())
    (spec,) = plan.specs
    assert len(spec.checks) == 18
    written = board_file(plan, builtin_endpoints({}), NO_SETTINGS).text
    assert workspace.load("b.toml", written).specs[0].checks == spec.checks
    assert spec_from_json(spec_to_json(spec)).checks == spec.checks


def test_a_spec_without_checks_is_recorded_as_ever(workspace: Workspace) -> None:
    (spec,) = workspace.load("a.toml", stream()).specs
    assert "checks" not in spec_to_json(spec)


def test_the_command_line_replaces_the_checks_of_a_stream(workspace: Workspace) -> None:
    text = stream('checks = [{ contains = "a" }]')
    plan = workspace.load("a.toml", text, set=('checks=[{ equals = "b" }]',))
    assert plan.specs[0].checks == (Check("equals", "b"),)


def test_a_schema_is_read_from_a_file_beside_the_prompt_file(workspace: Workspace) -> None:
    workspace.write("sub/s.json", '{"type": "array"}')
    plan = workspace.load("a.toml", stream('checks = [{ schema = "sub/s.json" }]'))
    assert plan.specs[0].checks == (Check("schema", {"type": "array"}, "schema sub/s.json"),)


@broken
@pytest.mark.parametrize(
    ("check", "problem"),
    [
        ('{ contains = "a", regex = "b" }',
         ": has contains and regex; only one of them can be given"),
        ('{ name = "x" }', ": has nothing to check; write one of contains"),
        ("{}", ": has nothing to check; write one of contains"),
        ('{ contain = "a" }', ": unknown key 'contain' (did you mean 'contains'?)"),
        ("{ contains = 3 }", ".contains: must be text, not 3"),
        ('{ contains = "" }', ".contains: is empty"),
        ("{ one_of = [] }", ".one_of: is empty; no answer could pass"),
        ('{ one_of = ["a", 1] }', ".one_of[1]: must be text, not 1"),
        ('{ one_of = "a" }', ".one_of: must be a list of texts, not the text 'a'"),
        ("{ json = false }", ".json: can only be true, not false"),
        ("{ max_chars = -1 }", ".max_chars: must be at least 0, not -1"),
        ("{ min_chars = 1.5 }", ".min_chars: must be a whole number, not 1.5"),
        ("{ max_ttft = -1 }", ".max_ttft: must be more than 0 seconds, not -1"),
        ("{ max_felt_total = 0 }", ".max_felt_total: must be more than 0 seconds, not 0"),
        ("{ max_total = true }", ".max_total: must be a number, not true"),
        ("{ max_cost = -0.1 }", ".max_cost: must be at least 0, not -0.1"),
        ("{ max_cost = inf }", ".max_cost: must be a finite number"),
        ("{ finish = 1 }", ".finish: must be text, not 1"),
        ("{ regex = '(' }", ".regex: is not a pattern that can be used: missing ): ("),
        ("{ regex = '(?<!a)b' }", "which has no lookaround"),
        ("{ not_regex = '(a)\\1' }", "which has no backreferences"),
        ("{ regex = 'a++' }", "which has no possessive and atomic matching"),
        ("{ schema = 3 }", ".schema: must be a table or the name of a JSON file, not 3"),
        ('{ schema = { type = "objec" } }', ".schema: is not a valid schema"),
        ('{ schema = { "$ref" = "http://a.test/s" } }', "and nothing is fetched"),
        ('{ schema = { const = 2024-05-01 } }', ".schema: is not a schema"),
        ('{ schema = "none.json" }', ".schema: 'none.json': no such file"),
        ('{ schema = "../s.json" }', ".schema: '../s.json' leads out of the prompt file's folder"),
        ('{ schema = "/etc/passwd" }', ".schema: '/etc/passwd' must be relative"),
        ('{ schema = "bad.json" }', ".schema: 'bad.json', line 2: is not JSON"),
        ('{ schema = "list.json" }', ".schema: 'list.json': must hold a table, not a list"),
        ('{ schema = "twice.json" }', ".schema: 'twice.json', line 1: 'type' is given twice"),
        ('{ json = true, ignore_case = true }', ": ignore_case says nothing to json"),
        ('{ contains = "a", fenced = true }', ": fenced says nothing to contains"),
        ('{ contains = "a", ignore_case = 1 }', ".ignore_case: must be true or false, not 1"),
        ("4", ": must be a table of keys and values, not 4"),
    ],
)  # fmt: skip
def test_a_check_that_cannot_be_used_is_refused_with_its_line(
    workspace: Workspace, check: str, problem: str
) -> None:
    workspace.write("bad.json", "{\n nope }")
    workspace.write("list.json", "[]")
    workspace.write("twice.json", '{"type": "array", "type": "object"}')
    (found,) = workspace.problems("a.toml", stream(f"checks = [{check}]"))
    assert found.startswith("a.toml:4: streams[0].checks[0]")
    assert problem in found


@broken
def test_all_problems_are_said_at_once(workspace: Workspace) -> None:
    content = "[[checks]]\nregex = '('\n[[checks]]\nmax_chars = -1\n" + stream("checks = 3")
    assert [problem.split(": ")[0] for problem in workspace.problems("a.toml", content)] == [
        "a.toml:2", "a.toml:4", "a.toml:8",
    ]  # fmt: skip


@broken
@pytest.mark.parametrize("value", ["3", '{ contains = "a" }', '"a"'])
def test_checks_must_be_a_list(workspace: Workspace, value: str) -> None:
    (found,) = workspace.problems("a.toml", stream(f"checks = {value}"))
    assert "streams[0].checks: must be a list of tables" in found


@pytest.mark.fault("recording", "a check of a wrong type")
@pytest.mark.parametrize(
    "checks",
    [3, [3], [{}], [{"contains": 3}], [{"one_of": []}], [{"one_of": [1]}], [{"json": 1}],
     [{"schema": "x"}], [{"max_ttft": "1"}], [{"contains": "a", "regex": "b"}], [{"later": 1}]],
)  # fmt: skip
def test_recorded_checks_of_a_wrong_type_are_left_out(workspace: Workspace, checks: object) -> None:
    (spec,) = workspace.load("a.toml", stream()).specs
    assert spec_from_json({**spec_to_json(spec), "checks": checks}).checks == ()
