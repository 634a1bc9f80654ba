"""Crosses prompts with cases: finds the columns that a prompt names, and fills them in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.cases.case_set import LABEL
from streamdash.promptfile.cases.filling import fill, line_of, names_in
from streamdash.promptfile.problems import did_you_mean, quoted
from streamdash.promptfile.prompts import PROMPT_KEYS
from streamdash.streams.check import TEXT_KINDS
from streamdash.streams.spec import content_text

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence

    from streamdash.promptfile.cases.case_set import Case, CaseSet
    from streamdash.promptfile.layers import Layer
    from streamdash.promptfile.problems import Place
    from streamdash.streams.check import Check

    PlaceOf = Callable[[Sequence[str], int], Place]
    """The place where the first of these stream keys is given; a file that is one prompt has the
    line of the prompt's text."""

MAX_CHARS = 256 << 20
"""Of all prompts of a run together, which all are in memory."""
_LISTED = 8


class FilledPrompt(NamedTuple):
    """A prompt with one case filled in; `case` is None where it names no column."""

    layer: Layer
    case: Case | None = None
    first: str = ""
    """The value of the column that the prompt names first."""


class FilledPrompts:
    """Fills the prompts of a run, and notes which columns they name."""

    def __init__(self, found: CaseSet) -> None:
        self._set = found
        self._named = {LABEL}
        self._chars = 0

    def fill(self, layer: Layer, place_of: PlaceOf) -> Iterator[FilledPrompt]:
        """The prompt filled with each case, or only once if it names no column.

        Unknown names, values that are no text, and prompts that become empty are problems.
        """
        names: dict[str, None] = {}
        problems = 0
        for keys, text in _texts(layer):
            for name in names_in(text):
                if name in self._set.columns:
                    names[name] = None
                else:
                    problems += 1
                    self._report_unknown(name, text, partial(place_of, keys))
        self._named.update(names)
        if self._report_faults(names):
            return
        if not names:
            yield FilledPrompt(layer if problems else _filled(layer, {}))
            return
        first = next(iter(names))
        place = place_of(PROMPT_KEYS, 1)
        for case in self._set.cases:
            filled = _filled(layer, case.values)
            self._chars += sum(len(text) for _, text in _texts(filled))
            if self._chars > MAX_CHARS:
                place.report(f"its cases make more than {MAX_CHARS >> 20} MiB of text in all")
                return
            if any(_is_blank(content_text(one.get("content"))) for one in filled.messages or ()):
                empty = [name for name in names if _is_blank(case.values[name])]
                case.place.report(
                    f"leaves nothing to ask: {', '.join(map(_braced, empty))} "
                    f"{'is' if len(empty) == 1 else 'are'} empty here"
                )
            yield FilledPrompt(filled, case, case.values[first])

    def unnamed(self) -> str | None:
        """A line about columns that no prompt names; None if there are none."""
        columns = [column for column in self._set.columns if column not in self._named]
        if not columns:
            return None
        verb = "is" if len(columns) == 1 else "are"
        noun = "column" if len(columns) == 1 else "columns"
        return f"{self._set.source}: the {noun} {_listed(columns)} {verb} named in no prompt"

    def _report_unknown(self, name: str, text: str, place_of: Callable[[int], Place]) -> None:
        columns = self._set.columns
        line = line_of(name, text)
        place = place_of(line)
        known = "\n" not in text.strip() or place.line_of(()) == line
        where = "" if known else f" in line {line}"
        place.report(
            f"{_braced(name)}{where} is no column of {self._set.source}"
            f"{did_you_mean(name, columns)}; columns: {_listed(columns)} "
            "(a literal {{ is written \\{{)"
        )

    def _report_faults(self, names: Container[str]) -> bool:
        """Add the problems of values that have no text in these columns; whether there are any."""
        faults = [fault for fault in self._set.faults if fault[0] in names]
        for _, place, sentence in faults:
            place.report(sentence)
        return bool(faults)


def _texts(layer: Layer) -> Iterator[tuple[Sequence[str], str]]:
    """The texts of a prompt that are filled, each with the keys that may have given it."""
    for message in layer.messages or ():
        yield PROMPT_KEYS, content_text(message.get("content"))
    if layer.system is not None:
        yield ("system", "messages"), layer.system
    if layer.label is not None:
        yield ("label",), layer.label
    for check in layer.checks or ():
        for text in _check_texts(check):
            yield ("checks",), text


def _filled(layer: Layer, values: Mapping[str, str]) -> Layer:
    """The layer with these values; a system prompt or label that becomes blank is none."""
    messages = layer.messages and tuple(
        {**message, "content": fill(content_text(message.get("content")), values)}
        for message in layer.messages
    )
    system = None if layer.system is None else fill(layer.system, values)
    label = None if layer.label is None else fill(layer.label, values)
    checks = layer.checks and tuple(_filled_check(check, values) for check in layer.checks)
    return layer._replace(
        messages=messages,
        checks=checks,
        system=None if system is None or _is_blank(system) else system,
        label=None if label is None or _is_blank(label) else label,
    )


def _check_texts(check: Check) -> Iterator[str]:
    """The texts of a check that are filled: its name, and what it compares answers with."""
    yield check.name
    if check.kind in TEXT_KINDS:
        yield from (check.value,) if isinstance(check.value, str) else check.value


def _filled_check(check: Check, values: Mapping[str, str]) -> Check:
    value = check.value
    if check.kind in TEXT_KINDS:
        texts = (value,) if isinstance(value, str) else value
        filled = tuple(fill(text, values) for text in texts)
        value = filled[0] if isinstance(value, str) else filled
    return check._replace(name=fill(check.name, values), value=value)


def _is_blank(text: str) -> bool:
    return not text or text.isspace()


def _braced(name: str) -> str:
    return f"{{{{{quoted(name)[1:-1]}}}}}"


def _listed(columns: Sequence[str]) -> str:
    listed = ", ".join(map(quoted, columns[:_LISTED]))
    return f"{listed} and {len(columns) - _LISTED} more" if len(columns) > _LISTED else listed
