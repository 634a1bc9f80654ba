from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.promptfile.loading import Workspace

if TYPE_CHECKING:
    from pathlib import Path

# Characters that need no escape inside double quotes in all three formats.
TEXT = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn"], exclude_characters="\ufeff"),
    max_size=20,
)
FILLED = TEXT.filter(lambda text: bool(text.strip()))
MODEL = st.sampled_from(["demo:a", "demo-anthropic:a", "ollama:qwen3:8b", "openrouter:x/y:free"])
SCALARS = TEXT | st.booleans() | st.integers(-(2**53), 2**53)
PARAMS = st.dictionaries(
    FILLED.filter(lambda key: key != "stream"),
    SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(FILLED, SCALARS, max_size=2),
    max_size=3,
)
OPTIONAL: dict[Any, st.SearchStrategy[Any]] = {
    "label": TEXT,
    "system": FILLED,
    "max_tokens": st.integers(1, 10**6),
    "temperature": st.floats(0, 2),
    "top_p": st.floats(0, 1),
    "seed": st.integers(-(2**31), 2**31),
    "stop": st.lists(TEXT.filter(bool), max_size=3),
    "reasoning_effort": FILLED,
    "stream": st.booleans(),
    "cache": st.sampled_from(["as-is", "cold", "warm"]),
    "params": PARAMS,
    "stall_timeout": st.floats(0.001, 1000),
    "retries": st.integers(0, 10),
}
PROMPTS = st.fixed_dictionaries({"prompt": FILLED}, optional=OPTIONAL)
STREAMS = st.fixed_dictionaries({"prompt": FILLED, "model": MODEL}, optional=OPTIONAL)
FILES = st.fixed_dictionaries(
    {
        "title": TEXT,
        "models": st.lists(MODEL, min_size=1, max_size=3),
        "prompts": st.lists(PROMPTS, min_size=1, max_size=3),
        "streams": st.lists(STREAMS, max_size=2),
        "defaults": st.fixed_dictionaries({}, optional=OPTIONAL),
    }
)


def as_toml_value(value: Any) -> str:
    if isinstance(value, dict):
        items = (f"{as_toml_value(key)} = {as_toml_value(item)}" for key, item in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def as_toml(data: dict[str, Any]) -> str:
    lines = [f"title = {as_toml_value(data['title'])}"]
    lines.append(f"models = {as_toml_value(data['models'])}")
    lines.append(f"defaults = {as_toml_value(data['defaults'])}")
    for name in ("prompts", "streams"):
        for row in data[name]:
            lines.append(f"[[{name}]]")
            lines.extend(f"{key} = {as_toml_value(value)}" for key, value in row.items())
    return "\n".join(lines)


def as_block_yaml(data: dict[str, Any]) -> str:
    lines: list[str] = []
    for key, value in data.items():
        if isinstance(value, list) and value:
            lines.append(f"{key}:")
            lines.extend(f"- {json.dumps(item, ensure_ascii=False)}" for item in value)
        else:
            lines.append(f"{key}: {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines)


@given(data=FILES)
@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60
)
def test_a_valid_plan_is_the_same_in_every_format(tmp_path: Path, data: dict[str, Any]) -> None:
    workspace = Workspace(tmp_path)
    plan = workspace.load("a.json", json.dumps(data))

    assert plan == workspace.load("a.toml", as_toml(data))
    assert plan == workspace.load("a.yaml", as_block_yaml(data))
    assert plan == workspace.load("a.yml", json.dumps(data, ensure_ascii=False))

    assert plan.title == data["title"].strip()
    assert len(plan.specs) == len(data["models"]) * len(data["prompts"]) + len(data["streams"])
    assert len({spec.label for spec in plan.specs}) == len(plan.specs)
    for row, spec in zip(data["streams"][::-1], plan.specs[::-1], strict=False):
        assert spec.messages == ({"role": "user", "content": row["prompt"]},)
        assert spec.target == row["model"]
        wanted = {**data["defaults"], **row}
        assert spec.temperature == wanted.get("temperature")
        assert spec.params == wanted.get("params", {})
        assert spec.stream is wanted.get("stream", True)


@given(rows=st.lists(STREAMS, min_size=1, max_size=4))
@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40
)
def test_json_lines_are_the_streams_of_a_json_file(
    tmp_path: Path, rows: list[dict[str, Any]]
) -> None:
    workspace = Workspace(tmp_path)

    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)

    assert workspace.load("a.jsonl", lines) == workspace.load(
        "a.json", json.dumps({"streams": rows})
    )


@given(data=FILES, spoilt=st.data())
@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40
)
def test_a_problem_in_toml_has_the_right_line(
    tmp_path: Path, data: dict[str, Any], spoilt: st.DataObject
) -> None:
    rows = [("prompts", index) for index in range(len(data["prompts"]))]
    rows += [("streams", index) for index in range(len(data["streams"]))]
    name, index = spoilt.draw(st.sampled_from(rows))
    data[name][index]["max_tokens"] = "canary"
    lines = as_toml(data).split("\n")
    line = next(number for number, text in enumerate(lines, 1) if "canary" in text)

    assert Workspace(tmp_path).problems("a.toml", "\n".join(lines)) == [
        f"a.toml:{line}: {name}[{index}].max_tokens: must be a whole number, not the text 'canary'"
    ]
