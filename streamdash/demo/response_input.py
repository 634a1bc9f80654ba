"""Checks the input items of a Responses request as the strictest servers do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.demo.script import Rejection

if TYPE_CHECKING:
    from collections.abc import Sequence

_INPUT_PARTS = ("input_text", "input_image", "input_file")
_OUTPUT_PARTS = ("output_text", "refusal")
_ROLES = ("user", "assistant", "system", "developer")
_NEEDED = {
    "input_text": "text",
    "output_text": "text",
    "refusal": "refusal",
    "function_call": "arguments",
    "custom_tool_call": "input",
    "function_call_output": "call_id",
    "custom_tool_call_output": "call_id",
}
"""The field that a part or item of each type must have."""


def check_items(items: Sequence[object]) -> None:
    """Raise Rejection for the first item that a strict server would refuse.

    OpenAI accepts any message without a type; llama-server accepts any except an assistant's.
    """
    for index, item in enumerate(items):
        place = f"input[{index}]"
        if not isinstance(item, dict):
            raise _invalid(place, "expected an object")
        kind = item.get("type", "message")
        if kind == "message":
            _check_message(item, place)
        elif not isinstance(kind, str) or not kind:
            raise _invalid(f"{place}.type", "expected a string")
        elif not isinstance(item.get(_NEEDED.get(kind, "type")), str):
            raise _invalid(f"{place}.{_NEEDED[kind]}", "expected a string")


def _check_message(item: dict[str, object], place: str) -> None:
    role, content = item.get("role"), item.get("content")
    if role not in _ROLES:
        raise _invalid(f"{place}.role", f"supported values are: {_listed(_ROLES)}")
    if role == "assistant" and "type" not in item:
        raise Rejection(400, "Cannot determine type of 'item'", param=place)
    if isinstance(content, str):
        return
    if not isinstance(content, list) or not content:
        raise _invalid(f"{place}.content", "expected a string or an array of parts")
    allowed = _OUTPUT_PARTS if role == "assistant" else _INPUT_PARTS
    for index, part in enumerate(content):
        inside = f"{place}.content[{index}]"
        kind = part.get("type") if isinstance(part, dict) else None
        if not isinstance(kind, str) or kind not in allowed:
            raise _invalid(f"{inside}.type", f"supported values are: {_listed(allowed)}")
        field = _NEEDED.get(kind)
        if field is not None and not isinstance(part.get(field), str):
            raise _invalid(f"{inside}.{field}", "expected a string")


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _invalid(param: str, why: str) -> Rejection:
    return Rejection(400, f"Invalid value for '{param}': {why}.", param=param, code="invalid_value")
