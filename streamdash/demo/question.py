"""Reads the parts of a request that all dialects share; the body may be anything."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from streamdash.demo.script import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PIECE = re.compile(r"\n+|[ \t]?\w{1,7}|[ \t]?[^\w\s]|[ \t]+|\s")
_TOKENS_PER_MESSAGE = 4
"""Tokens of a message beyond those of its text, for its role and delimiters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request of any dialect; `prompt` is the text of its last user message."""

    model: str
    prompt: str
    input_tokens: int
    limit: int | None
    """The largest number of tokens in the answer; None for no limit."""
    stream: bool
    include_usage: bool = True
    body: Mapping[str, object]


def pieces(text: str) -> list[str]:
    """Cut a text into canned tokens: short words, each with the space before it."""
    return _PIECE.findall(text)


def parse_body(raw: bytes) -> Mapping[str, object]:
    """The request's JSON object. Raises Rejection for anything else."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise Rejection(400, "The request body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise Rejection(400, "The request body must be a JSON object.")
    return body


def text_of(content: object) -> str:
    """The text of a message's content, which is a string or a list of parts."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = (part.get("text") for part in content if isinstance(part, dict))
    return "".join(part for part in parts if isinstance(part, str))


def last_user_text(messages: Iterable[object]) -> str:
    """The text of the last message whose role is `user`, or an empty string."""
    text = ""
    for message in messages:
        if isinstance(message, dict) and message.get("role") == "user":
            text = text_of(message.get("content"))
    return text


def input_tokens(messages: Iterable[object], system: str = "") -> int:
    """The number of canned tokens in the whole request."""
    total = len(pieces(system))
    for message in messages:
        if isinstance(message, dict):
            total += len(pieces(text_of(message.get("content")))) + _TOKENS_PER_MESSAGE
    return total


def limit_of(body: Mapping[str, object], *keys: str) -> int | None:
    """The token limit in the first of the keys that is set. Raises Rejection if it is below 1."""
    for key in keys:
        value = body.get(key)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int):
            raise Rejection(
                400, f"Invalid type for '{key}': expected an integer.", param=key,
                code="invalid_type",
            )  # fmt: skip
        if value < 1:
            raise Rejection(
                400, f"Invalid '{key}': expected a value of at least 1, but got {value}.",
                param=key, code="integer_below_min_value",
            )  # fmt: skip
        return value
    return None
