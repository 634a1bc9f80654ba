"""Replaces `{{name}}` in a text by a case's column: once, as text, without expressions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"\\\{\{|\{\{([^{}\r\n]++)\}\}")
"""A literal `\\{{`, or a name with the white space around it."""


def names_in(text: str) -> list[str]:
    """The names in a text, each one once, in their order."""
    names = (match[1].strip() for match in _NAME.finditer(text) if match[1] is not None)
    return list(dict.fromkeys(filter(None, names)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with `{{name}}` replaced by the value of that name, and `\\{{` by `{{`.

    Values are not searched for names. A name without a value stays as it is written.
    """
    return _NAME.sub(lambda match: _replacement(match, values), text)


def line_of(name: str, text: str) -> int:
    """The line of a text in which a name is written first, from 1."""
    found = (match for match in _NAME.finditer(text) if (match[1] or "").strip() == name)
    first = next(found, None)
    return 1 if first is None else 1 + text.count("\n", 0, first.start())


def _replacement(match: re.Match[str], values: Mapping[str, str]) -> str:
    if match[1] is None:
        return "{{"
    return values.get(match[1].strip(), match[0])
