"""The arguments of tool calls as text, although some servers send them as objects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamdash.providers.json_fields import JsonObject

_HOLDERS = ("function", "custom")
_FIELDS = ("arguments", "input")


def argument_text(value: object) -> str:
    """A value as text: a string unchanged, null as nothing, any other value as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    try:
        return json.dumps(value, ensure_ascii=False)
    except (RecursionError, ValueError):
        return ""


def call_texts(calls: object) -> Iterator[str]:
    """The arguments of each call in a delta: of functions, custom tools and unwrapped calls."""
    for call in calls if isinstance(calls, list) else [calls]:
        if isinstance(call, dict):
            holders: list[object] = [call.get(name) for name in _HOLDERS]
            for holder in (*holders, call):
                if text := _text_in(holder):
                    yield text
                    break


def _text_in(holder: object) -> str:
    if not isinstance(holder, dict):
        return ""
    fields: JsonObject = holder
    return next((text for name in _FIELDS if (text := argument_text(fields.get(name)))), "")
