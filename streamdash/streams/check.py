"""What an answer must fulfil, as the user asked for it, and what became of it."""

from __future__ import annotations

from typing import Any, NamedTuple

TEXT_KINDS = ("contains", "not_contains", "equals", "starts_with", "ends_with", "one_of")
PATTERN_KINDS = ("regex", "not_regex")
JSON_KINDS = ("json", "schema")
TIME_KINDS = ("max_ttft", "max_total", "max_felt_ttft", "max_felt_total")
KINDS = (
    *TEXT_KINDS, *PATTERN_KINDS, *JSON_KINDS, "min_chars", "max_chars", "finish", *TIME_KINDS,
    "max_cost",
)  # fmt: skip
_LONGEST_VALUE = 40


class Check(NamedTuple):
    """One check of a stream; `value` has the type that its kind needs.

    Text for most kinds, a tuple of texts for `one_of` and `finish`, True for `json`, a table for
    `schema`, characters, seconds and US dollars for the limits.
    """

    kind: str
    value: Any
    name: str = ""
    """The user's name for it; empty if there is none."""
    ignore_case: bool = False
    fenced: bool = False
    """Whether a JSON answer may stand in a code fence."""

    @property
    def title(self) -> str:
        """Its name, else its kind and value: `contains 'Paris'`."""
        if self.name:
            return self.name
        if self.kind in JSON_KINDS:
            return self.kind
        return f"{self.kind} {written(self.value)}"


class Verdict(NamedTuple):
    """What became of a check."""

    name: str
    kind: str
    passed: bool | None
    """None while it is undecided, and for an answer that its user cancelled."""
    message: str = ""
    """Why it failed, or why it was not decided; empty if it passed."""
    place: tuple[int, int] | None = None
    """The characters of the answer that decided it, if it was some of them."""


def written(value: object) -> str:
    """A check's value or a part of an answer, short and on one line."""
    if isinstance(value, tuple):
        return shortened(", ".join(map(repr, value)), 2 * _LONGEST_VALUE)
    if isinstance(value, str):
        shown = shortened(value, _LONGEST_VALUE)
        # a pattern reads better without its backslashes doubled
        return f"'{shown}'" if shown.isprintable() and "'" not in shown else repr(shown)
    return f"{value:g}" if isinstance(value, float) else str(value)


def shortened(text: str, longest: int) -> str:
    """The beginning of a text, with an ellipsis if it was longer."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def all_passed(verdicts: tuple[Verdict, ...]) -> bool | None:
    """False if any check failed, True if all passed, None otherwise and without checks."""
    if any(one.passed is False for one in verdicts):
        return False
    return True if verdicts and all(one.passed for one in verdicts) else None


def check_table(check: Check) -> dict[str, object]:
    """The check as a table of a prompt file."""
    value = list(check.value) if isinstance(check.value, tuple) else check.value
    table: dict[str, object] = {check.kind: value}
    if check.name:
        table["name"] = check.name
    for option in ("ignore_case", "fenced"):
        if getattr(check, option):
            table[option] = True
    return table
