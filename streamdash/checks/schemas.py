"""JSON schemas, made safe: nothing is fetched, and no pattern or list can hold up the program."""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urljoin

from streamdash.checks.patterns import PatternError, compile_pattern, found_in
from streamdash.streams.check import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

QUICK_CHARS = 1 << 12
"""Longer answers are examined beside the event loop."""
_MOST_ERRORS = 20
"""Violations among which the most telling one is chosen."""
_LONGEST_MESSAGE = 200
_DATA = frozenset({"const", "enum", "default", "examples"})
"""Keywords that hold values, in which nothing is a keyword."""
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


class SchemaError(ValueError):
    """A schema that cannot be used; the message continues after the key's name."""


def examiner(schema: Mapping[str, object]) -> Callable[[object], str]:
    """A function that says how a value breaks the schema; empty if it does not.

    Raises SchemaError.
    """
    try:
        return _examiner(json.dumps(schema, sort_keys=True))
    except (TypeError, ValueError, RecursionError) as error:
        if isinstance(error, SchemaError):
            raise
        raise SchemaError("is not a schema: it holds what JSON cannot say") from None


@lru_cache(maxsize=256)
def _examiner(source: str) -> Callable[[object], str]:
    # 50 ms, and only where a check needs it
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError as MalformedSchema
    from jsonschema.exceptions import best_match
    from jsonschema.validators import extend, validator_for
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    schema = json.loads(source)
    if any(not isinstance(table.get("$schema", ""), str) for table in _tables(schema)):
        raise SchemaError("is not a valid schema: $schema must be text")
    plain = validator_for(schema, default=Draft202012Validator)
    try:
        plain.check_schema(schema)
    except MalformedSchema as error:
        where = error.json_path.removeprefix("$").lstrip(".")
        at = f" at {where}" if where else ""
        said = shortened(error.message, _LONGEST_MESSAGE)
        raise SchemaError(f"is not a valid schema: {said}{at}") from None
    _check_references(schema)
    _check_patterns(schema)
    safe = extend(plain, _safe_keywords())  # type: ignore[no-untyped-call]  # its stub has no types
    validator = safe(schema, registry=Registry())

    def examine(value: object) -> str:
        try:
            error = best_match(islice(validator.iter_errors(value), _MOST_ERRORS))
        except RecursionError:
            return "is nested too deeply for the schema"
        except ArithmeticError:
            return "has a number that is too large for the schema"
        except Unresolvable as unresolved:
            return f"cannot be judged: the schema has no {unresolved.ref}"
        if error is None:
            return ""
        where = error.json_path.removeprefix("$").lstrip(".")
        at = f" at {shortened(where, 80)}" if where else ""
        return f"breaks the schema{at}: {shortened(error.message, _LONGEST_MESSAGE)}"

    return examine


def _tables(schema: object) -> Iterator[Mapping[str, Any]]:
    """Every table in the schema that may hold keywords."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting += [value for name, value in part.items() if name not in _DATA]
        elif isinstance(part, list):
            waiting += part


def _check_references(schema: object) -> None:
    """Raise SchemaError for a reference that leads out of the schema."""
    tables = list(_tables(schema))
    base = schema.get("$id", "") if isinstance(schema, dict) else ""
    base = base if isinstance(base, str) else ""
    inside = {urldefrag(base)[0]}
    inside |= {
        urldefrag(urljoin(base, name))[0]
        for table in tables
        if isinstance(name := table.get("$id"), str)
    }
    for table in tables:
        for keyword in _REFERENCES:
            target = table.get(keyword)
            if not isinstance(target, str) or target.startswith("#"):
                continue
            if urldefrag(urljoin(base, target))[0] not in inside:
                raise SchemaError(
                    f"refers to {shortened(target, 80)!r}, and nothing is fetched; "
                    "put that schema under $defs"
                )
    if len(inside) == 1:
        _check_pointers(schema, tables)


def _check_pointers(schema: object, tables: list[Mapping[str, Any]]) -> None:
    """Raise SchemaError for a reference to a part that the schema does not have."""
    for table in tables:
        target = table.get("$ref")
        if not isinstance(target, str) or not target.startswith("#/"):
            continue
        part = schema
        for step in target[2:].split("/"):
            step = step.replace("~1", "/").replace("~0", "~").replace("%25", "%")
            if isinstance(part, dict) and step in part:
                part = part[step]
            elif isinstance(part, list) and step.isdecimal() and int(step) < len(part):
                part = part[int(step)]
            else:
                raise SchemaError(f"refers to {shortened(target, 80)!r}, which it does not have")


def _check_patterns(schema: object) -> None:
    """Raise SchemaError for a pattern that cannot be searched in linear time."""
    for table in _tables(schema):
        patterns = table.get("patternProperties")
        found = list(patterns) if isinstance(patterns, dict) else []
        if isinstance(table.get("pattern"), str):
            found.append(table["pattern"])
        for pattern in found:
            try:
                compile_pattern(pattern)
            except PatternError as error:
                raise SchemaError(f"has the pattern {pattern!r}, which {error}") from None
        if found and "unevaluatedProperties" in table:
            raise SchemaError("has unevaluatedProperties beside patterns, which is not supported")


def _safe_keywords() -> dict[str, Any]:
    """The keywords that the library decides with patterns of its own, or in quadratic time."""
    return {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "uniqueItems": _unique_items,
    }


def _pattern(_validator: Any, pattern: str, value: object, _schema: object) -> Iterator[Any]:
    if isinstance(value, str) and not found_in(pattern, value):
        yield _error(f"{shortened(repr(value), 60)} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, object], value: object, _schema: object
) -> Iterator[Any]:
    if not isinstance(value, dict):
        return
    for pattern, subschema in patterns.items():
        for name, item in value.items():
            if found_in(pattern, name):
                yield from validator.descend(item, subschema, path=name, schema_path=pattern)


def _additional_properties(
    validator: Any, allowed: object, value: object, schema: Mapping[str, Any]
) -> Iterator[Any]:
    if not isinstance(value, dict):
        return
    known = schema.get("properties", {})
    patterns = list(schema.get("patternProperties", {}))
    extra = [
        name
        for name in value
        if name not in known and not any(found_in(pattern, name) for pattern in patterns)
    ]
    if isinstance(allowed, dict):
        for name in extra:
            yield from validator.descend(value[name], allowed, path=name)
    elif not allowed and extra:
        yield _error(f"has {', '.join(map(repr, extra[:5]))}, which the schema does not allow")


def _unique_items(_validator: Any, unique: object, value: object, _schema: object) -> Iterator[Any]:
    if unique and isinstance(value, list):
        seen = {json.dumps(_comparable(item), sort_keys=True) for item in value}
        if len(seen) < len(value):
            yield _error("has the same element twice")


def _comparable(value: object) -> object:
    """The value with one form for equal numbers, as 1 and 1.0 are one number in JSON."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    if isinstance(value, dict):
        return {name: _comparable(item) for name, item in value.items()}
    return value


def _error(message: str) -> Any:
    from jsonschema.exceptions import ValidationError

    return ValidationError(message)
