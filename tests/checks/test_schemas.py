"""Schemas judge values as the standard says, fetch nothing, and take no pattern that explodes."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from streamdash.checks.schemas import SchemaError, examiner
from tests.checks.judging import check, judged
from tests.fuzzing import examples

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([1.0, 0.5, "a", "bb", ""]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abx"), inner),
    max_leaves=8,
)
_SCHEMAS: list[dict[str, Any]] = [
    {"type": "array", "uniqueItems": True},
    {"uniqueItems": True, "items": {"uniqueItems": True}},
    {"additionalProperties": False, "properties": {"a": {}}},
    {"additionalProperties": {"type": "integer"}, "patternProperties": {"^b": {"type": "string"}}},
    {"additionalProperties": False, "patternProperties": {"[ab]": {}}},
    {"items": {"pattern": "^b+$"}},
    {
        "$defs": {"tree": {"items": {"$ref": "#/$defs/tree"}, "type": "array"}},
        "$ref": "#/$defs/tree",
    },
]


@given(st.sampled_from(_SCHEMAS), _VALUES)
@examples(300)
def test_our_own_keywords_decide_as_the_library_does(schema: dict[str, Any], value: object) -> None:
    assert (examiner(schema)(value) == "") is Draft202012Validator(schema).is_valid(value)


@pytest.mark.fault("prompt file", "a schema that cannot be used")
@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "objec"}, "is not a valid schema"),
        ({"$ref": "https://schemas.test/a.json"}, "nothing is fetched"),
        ({"items": {"$ref": "other.json#/a"}}, "nothing is fetched"),
        ({"$id": "https://a.test/s", "$ref": "file:///etc/passwd"}, "nothing is fetched"),
        ({"allOf": [{"$dynamicRef": "https://a.test/x#n"}]}, "nothing is fetched"),
        ({"$ref": "#/$defs/none"}, "which it does not have"),
        ({"pattern": r"(a)\1"}, "no backreferences"),
        ({"patternProperties": {"(?=a)": {}}}, "no lookaround"),
        ({"patternProperties": {"a": {}}, "unevaluatedProperties": False}, "is not supported"),
    ],
)
def test_a_schema_that_cannot_be_used_says_why(schema: dict[str, Any], words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        examiner(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"const": {"$ref": "https://a.test"}},
        {"$id": "https://a.test/s", "$ref": "https://a.test/s#/$defs/x", "$defs": {"x": {}}},
        {"$ref": "#x", "$defs": {"x": {"$anchor": "x", "type": "integer"}}},
        {"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"a": {}}},
    ],
)
def test_references_within_a_schema_need_no_network(schema: dict[str, Any]) -> None:
    examiner(schema)(1)


def test_a_violation_is_said_with_its_place() -> None:
    schema = {"properties": {"a": {"items": {"type": "integer"}}}, "required": ["b"]}
    one = check(schema=schema)
    assert judged('{"a": [1, "x"], "b": 0}', one).message == (
        "breaks the schema at a[1]: 'x' is not of type 'integer'"
    )
    assert judged('{"a": []}', one).message == "breaks the schema: 'b' is a required property"
    assert judged('{"b": 0}', one).passed is True


@pytest.mark.fault("numbers", "a schema that explodes in the library")
def test_no_pattern_and_no_list_makes_a_schema_slow() -> None:
    started = time.perf_counter()
    judged(json.dumps("a" * 40 + "!"), check(schema={"pattern": "^(a+)+$"}))
    judged(json.dumps({"a" * 40 + "!": 1}), check(schema={"patternProperties": {"^(a+)+$": {}}}))
    many = json.dumps([{"n": number} for number in range(20_000)])
    assert judged(many, check(schema={"uniqueItems": True})).passed is True
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize("number", ["1" * 500, "1e999", "-1e999"])
def test_a_number_too_large_for_a_float_fails_or_passes_without_a_crash(number: str) -> None:
    assert judged(number, check(schema={"multipleOf": 0.1})).passed in (True, False)
    assert judged(number, check(schema={"type": "number"})).passed is True


def test_a_value_nested_too_deeply_for_its_schema_fails() -> None:
    schema = {"items": {"$ref": "#"}}
    assert "nested too deeply" in judged("[" * 900 + "]" * 900, check(schema=schema)).message


_KEYWORDS = st.sampled_from(
    ["$ref", "$id", "$schema", "$dynamicRef", "$anchor", "$defs", "type", "properties", "pattern",
     "items", "allOf", "not", "enum", "patternProperties", "additionalProperties", "uniqueItems",
     "unevaluatedProperties", "minimum", "if", "then", "const", "required", "multipleOf"]
)  # fmt: skip
_STRINGS = st.sampled_from(
    ["#", "#/", "#/$defs/a", "#a", "a", "http://[", "https://a.test/s", "file:///x", "object",
     "http://json-schema.org/draft-07/schema#", "(a)\\1", "(", "\0", "%", "#/%zz", "urn:x"]
)  # fmt: skip
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.just(0.1) | _STRINGS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYWORDS | _STRINGS, inner),
    max_leaves=12,
)


@pytest.mark.fault("prompt file", "a table that is hardly a schema")
@given(st.dictionaries(_KEYWORDS, _ANYTHING, max_size=4), _VALUES)
@examples(400)
def test_any_table_is_a_schema_that_judges_or_is_refused(
    schema: dict[str, Any], value: object
) -> None:
    try:
        examine = examiner(schema)
    except SchemaError:
        return
    assert isinstance(examine(value), str)
