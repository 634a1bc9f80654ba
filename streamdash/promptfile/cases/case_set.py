"""The cases of a run: rows with a text for each column."""

from __future__ import annotations

import json
from datetime import date, time
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.problems import quoted
from streamdash.promptfile.values import Invalid, describe_type
from streamdash.streams.labels import distinct_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from streamdash.promptfile.cases.csv_rows import CsvRow
    from streamdash.promptfile.problems import Place

MAX_CASES = 10_000
TOO_MANY = f"has more than {MAX_CASES:,} cases, which is the limit"
_MAX_ROWS = 100_000
"""With the empty ones."""
LABEL = "label"
"""The column that names a case."""
_LABEL_CHARS = 80


class Case(NamedTuple):
    """One row of a data set."""

    number: int
    """From 1."""
    name: str
    """Its label, or else its number; different from those of all other cases."""
    label: str | None
    values: Mapping[str, str]
    """A text for each column."""
    place: Place


class CaseSet(NamedTuple):
    """All cases of a run."""

    source: str
    """The name of the file that holds them."""
    columns: tuple[str, ...]
    cases: tuple[Case, ...]
    faults: tuple[tuple[str, Place, str], ...] = ()
    """Column, place and sentence of each value that is no text; a problem if a prompt needs it."""


class _Row(NamedTuple):
    values: Mapping[str, str]
    place: Place


def csv_case_set(rows: Iterable[CsvRow], place: Place) -> CaseSet | None:
    """The cases in the rows of a CSV text, of which the first is the header.

    None after adding problems. Raises UnreadableFile, see `csv_rows`.
    """
    remaining = iter(rows)
    header = next(remaining, None)
    if header is None:
        place.report("is empty; a header with the names of the columns comes first")
        return None
    names = [name.strip() for name in header.cells]
    while len(names) > 1 and not names[-1]:
        names.pop()
    problems = len(place.problems)
    _check_names(names, _on_line(place, header.line))
    found: list[_Row] = []
    for count, row in enumerate(remaining):
        if len(found) == MAX_CASES or count > _MAX_ROWS:
            place.report(TOO_MANY)
            return None
        if not any(row.cells):
            continue  # a row of separators, as spreadsheets leave them below a table
        where = _on_line(place, row.line)
        extra = any(row.cells[len(names) :])
        if extra or len(row.cells) < len(names):
            where.report(_ragged(row, names))
        found.append(_Row(dict(zip(names, row.cells, strict=False)), where))
    if not found:
        place.report("has a header and no rows below it")
    if len(place.problems) > problems:
        return None
    return CaseSet(place.source, tuple(names), _cases(found))


def _on_line(place: Place, line: int) -> Place:
    return place._replace(line_of=lambda _: line)


def _check_names(names: Sequence[str], place: Place) -> None:
    for number, name in enumerate(names, 1):
        if not name:
            place.report(f"column {number} has no name")
        elif name in names[: number - 1]:
            place.report(f"the column {quoted(name)} is named twice")


def _ragged(row: CsvRow, names: Sequence[str]) -> str:
    cells, columns = len(row.cells), len(names)
    counted = f"has {cells} cell{'' if cells == 1 else 's'}, and the header names {columns}"
    if cells < columns:
        return f"{counted}: nothing for {quoted(names[cells])}"
    return f"{counted}; a cell with the separator in it needs quotes around it"


def table_case_set(data: object, place: Place) -> CaseSet | None:
    """The cases in a list of tables that is at `place`; None after adding problems."""
    if not isinstance(data, list):
        place.report(f"must be a list of cases, not {describe_type(data)}")
        return None
    if not data:
        place.report("has no cases in it")
        return None
    if len(data) > MAX_CASES:
        place.report(TOO_MANY)
        return None
    rows = [(place.at(index), row) for index, row in enumerate(data)]
    tables = [(where, row) for where, row in rows if isinstance(row, dict)]
    columns = dict.fromkeys(key.strip() for _, row in tables for key in row)
    faults: list[tuple[str, Place, str]] = []
    found = [_Row(_texts(row, columns, where, faults), where) for where, row in tables]
    if len(tables) < len(data):
        for where, row in rows:
            if not isinstance(row, dict):
                where.report(f"must be a table of columns and values, not {describe_type(row)}")
        return None
    if "" in columns:
        place.report("has a column without a name")
        return None
    return CaseSet(place.source, tuple(columns), _cases(found), tuple(faults))


def _texts(
    row: Mapping[str, object],
    columns: Iterable[str],
    place: Place,
    faults: list[tuple[str, Place, str]],
) -> dict[str, str]:
    """The text of each column; values that have none are added to `faults`."""
    values = dict.fromkeys(columns, "")
    missing = set(values)
    for key, value in row.items():
        column = key.strip()
        where = place.at(key)
        if column not in missing:
            faults.append((column, where, "is given twice"))
            continue
        missing.remove(column)
        try:
            values[column] = _value_text(value)
        except Invalid as problem:
            faults.append((column, where, str(problem)))
    faults += [(column, place, f"has no {quoted(column)}, as other cases do") for column in missing]
    return values


def _value_text(value: object) -> str:
    """The value as JSON has it, text as it is, and nothing for null. Raises Invalid."""
    if value is None:
        return ""
    if isinstance(value, date | time):
        return str(value)
    if isinstance(value, list | dict):
        raise Invalid(f"is {describe_type(value)}; a case has one text or number in each column")
    if isinstance(value, float) and not isfinite(value):
        raise Invalid("must be a finite number")
    try:
        if not isinstance(value, str):
            return json.dumps(value)
        value.encode()
    except UnicodeEncodeError:
        raise Invalid("contains half of a surrogate pair, which no request can carry") from None
    except ValueError:  # the interpreter's limit for whole numbers
        raise Invalid("is a number with too many digits") from None
    return value


def _cases(rows: Sequence[_Row]) -> tuple[Case, ...]:
    labels = [" ".join(row.values.get(LABEL, "").split())[:_LABEL_CHARS] for row in rows]
    names = distinct_labels([label or str(number) for number, label in enumerate(labels, 1)])
    return tuple(
        Case(number, name, name if label else None, row.values, row.place)
        for number, (name, label, row) in enumerate(zip(names, labels, rows, strict=True), 1)
    )
