"""The fields of the form, and the texts that they begin with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from streamdash.promptfile.overrides import value_of_text
from streamdash.streams.redaction.named_keys import without_keys
from streamdash.tui.text.pasted import pasted_line, pasted_text

if TYPE_CHECKING:
    from streamdash.streams.spec import StreamSpec

FieldName = Literal[
    "model", "system", "prompt", "temperature", "top_p", "max_tokens", "seed", "stop",
    "reasoning_effort", "params",
]  # fmt: skip
"""A stream key of prompt files."""
FIELDS: tuple[FieldName, ...] = get_args(FieldName)
"""In the order of the form."""
LONGEST_LINE = 1_000
"""Characters of a field of one line."""


class Lines(NamedTuple):
    """A field of several lines: how many rows it has at least and at most."""

    least: int
    most: int


SEVERAL_LINES: dict[FieldName, Lines] = {
    "system": Lines(1, 5),
    "prompt": Lines(3, 10),
    "stop": Lines(1, 3),
    "params": Lines(1, 6),
}
"""The other fields have one line."""


def field_texts(spec: StreamSpec) -> dict[FieldName, str]:
    """The text of each field, safe to be shown; a setting that is not made is empty.

    The token limit that an Anthropic stream has by default counts as not made. Values of `params`
    that are keys by their names are hidden.
    """
    limit = None if spec.has_default_limit else spec.max_tokens
    texts: dict[FieldName, str] = {
        "model": spec.target,
        "system": spec.system or "",
        "prompt": spec.question,
        "temperature": _number(spec.temperature),
        "top_p": _number(spec.top_p),
        "max_tokens": _number(limit),
        "seed": _number(spec.seed),
        "stop": _stop(spec.stop),
        "reasoning_effort": spec.reasoning_effort or "",
        "params": json.dumps(without_keys(spec.params), ensure_ascii=False) if spec.params else "",
    }
    return {
        name: pasted_text(text) if name in SEVERAL_LINES else pasted_line(text, LONGEST_LINE)
        for name, text in texts.items()
    }


def _number(value: float | None) -> str:
    return "" if value is None else repr(value).removesuffix(".0")


def _stop(stop: tuple[str, ...]) -> str:
    """One stop as it is if it would be read as such, else all of them as a list."""
    if not stop:
        return ""
    if len(stop) == 1 and stop[0].isprintable() and value_of_text("stop", stop[0]) == stop[0]:
        return stop[0]
    # the two escape all control characters alike, except for one that JSON leaves as it is
    return json.dumps(stop, ensure_ascii=False).replace("\x7f", "\\u007f")
