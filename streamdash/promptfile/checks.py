"""Reads `checks`: what the answer of a stream must fulfil."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from streamdash.promptfile.input_text import UnreadableFile
from streamdash.promptfile.problems import quoted
from streamdash.promptfile.values import (
    INVALID,
    Invalid,
    describe,
    flag,
    nonblank_text,
    number,
    read_table,
    seconds,
    text,
    whole_number,
)
from streamdash.streams.check import JSON_KINDS, KINDS, PATTERN_KINDS, TEXT_KINDS, Check

if TYPE_CHECKING:
    from streamdash.promptfile.problems import Place
    from streamdash.promptfile.prompts import PromptFolder
    from streamdash.promptfile.values import Check as ValueCheck

MOST_CHECKS = 100
_MOST_VALUES = 1_000
_OPTIONS = {
    "ignore_case": (*TEXT_KINDS, *PATTERN_KINDS),
    "fenced": JSON_KINDS,
}
"""The kinds that an option says something to."""


def checks_in(folder: PromptFolder) -> ValueCheck:
    """A check of a list of checks, whose schemas are files in `folder`."""
    keys = {**_VALUES, "schema": _Schemas(folder).read}

    def read(value: object, place: Place) -> tuple[Check, ...]:
        if not isinstance(value, list):
            advice = "; in TOML write [[checks]]" if isinstance(value, dict) else ""
            raise Invalid(f"must be a list of tables, not {describe(value)}{advice}")
        if len(value) > MOST_CHECKS:
            raise Invalid(f"has {len(value)} checks; at most {MOST_CHECKS} are allowed")
        found = [_check(item, keys, place.at(index)) for index, item in enumerate(value)]
        return tuple(check for check in found if check is not None)

    return read


def _check(raw: object, keys: dict[str, ValueCheck], place: Place) -> Check | None:
    """One check; None after adding its problems."""
    values = read_table(raw, keys, place)
    if not isinstance(raw, dict):
        return None
    kinds = [key for key in raw if key in KINDS]
    if not kinds and not raw.keys() <= keys.keys():
        return None  # probably a kind that is misspelt, which is reported
    if len(kinds) != 1:
        rest = "; only one of them can be given" if kinds else f"; write one of {', '.join(KINDS)}"
        place.report(f"has {' and '.join(kinds) or 'nothing to check'}{rest}")
        return None
    kind = kinds[0]
    for option, fitting in _OPTIONS.items():
        if option in raw and kind not in fitting:
            place.report(f"{option} says nothing to {kind}", about=option)
    value = values[kind]
    if INVALID in values.values():
        return None
    check = Check(
        kind,
        value,
        values.get("name", ""),
        values.get("ignore_case", False),
        values.get("fenced", False),
    )
    if kind == "schema" and not check.name and isinstance(raw[kind], str):
        check = check._replace(name=f"schema {raw[kind]}")
    return check


def _pattern(value: object, place: Place) -> str:
    from streamdash.checks.patterns import PatternError, compile_pattern

    found = text(value, place)
    if not found:
        raise Invalid("is empty")
    try:
        compile_pattern(found)
    except PatternError as error:
        raise Invalid(str(error)) from None
    return found


def _texts(value: object, place: Place) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Invalid(f"must be a list of texts, not {describe(value)}")
    if not value:
        raise Invalid("is empty; no answer could pass")
    if len(value) > _MOST_VALUES:
        raise Invalid(f"has {len(value)} texts; at most {_MOST_VALUES} are allowed")
    problems = len(place.problems)
    for index, item in enumerate(value):
        if not isinstance(item, str):
            place.at(index).report(f"must be text, not {describe(item)}")
        elif not item.strip():
            place.at(index).report("is empty")
    # the problems of single texts are added already
    return INVALID if len(place.problems) > problems else tuple(value)


def _reasons(value: object, place: Place) -> tuple[str, ...]:
    return _texts(value if isinstance(value, list) else [nonblank_text(value, place)], place)


def _true(value: object, _place: Place) -> bool:
    if value is not True:
        raise Invalid(f"can only be true, not {describe(value)}")
    return True


class _Schemas:
    """Reads schemas, those of files in a folder too."""

    def __init__(self, folder: PromptFolder) -> None:
        self._folder = folder

    def read(self, value: object, place: Place) -> Any:
        """A schema as a table, from a table or from the named file."""
        from streamdash.checks.schemas import SchemaError, examiner

        prefix = ""
        if isinstance(value, str):
            name = nonblank_text(value, place)
            prefix = f"{quoted(name)}: "
            schema = self._from_file(name)
        elif isinstance(value, dict):
            schema = value
        else:
            raise Invalid(f"must be a table or the name of a JSON file, not {describe(value)}")
        try:
            examiner(schema)
        except SchemaError as error:
            raise Invalid(f"{prefix}{error}") from None
        # a table of its own, without the dates that TOML has and JSON has not
        return json.loads(json.dumps(schema))

    def _from_file(self, name: str) -> dict[str, Any]:
        from streamdash.promptfile.json_format import read_json  # only where a schema is a file

        source = self._folder.read(name)
        try:
            document = read_json(source)
        except UnreadableFile as error:
            where = "" if error.line is None else f", line {error.line}"
            raise Invalid(f"{quoted(name)}{where}: {error.sentence}") from None
        if not isinstance(document.data, dict):
            raise Invalid(f"{quoted(name)}: must hold a table, not {describe(document.data)}")
        for path, sentence in document.faults:
            line = document.line_of(path)
            raise Invalid(f"{quoted(name)}, line {line}: {quoted(str(path[-1]))} {sentence}")
        return document.data


_VALUES: dict[str, ValueCheck] = {
    **dict.fromkeys(("contains", "not_contains"), nonblank_text),
    **dict.fromkeys(("equals", "starts_with", "ends_with"), nonblank_text),
    "one_of": _texts,
    "regex": _pattern,
    "not_regex": _pattern,
    "json": _true,
    "min_chars": whole_number(0),
    "max_chars": whole_number(0),
    "finish": _reasons,
    **dict.fromkeys(("max_ttft", "max_total", "max_felt_ttft", "max_felt_total"), seconds),
    "max_cost": number(0),
    "name": nonblank_text,
    "ignore_case": flag,
    "fenced": flag,
}
"""The keys of a check, except `schema`, which needs the folder of the prompt file."""
