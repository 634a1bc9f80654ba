"""Puts a line in front of a request's prompt, wherever the dialect and `params` have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from streamdash.streams.errors import StreamError

_FIRST = ("system", "developer")
"""Roles of a message that comes before all others, wherever it stands."""


class PromptFields(NamedTuple):
    """The fields of a dialect's request that hold its prompt."""

    system: str | None
    """The field of the system prompt; None if that is a message, too."""
    messages: str
    text_type: str
    """The type of a content part of text."""


def with_fresh_line(
    request: Mapping[str, object], line: str, places: PromptFields
) -> dict[str, object]:
    """The arguments of `SendRequest` with `line` in front of the prompt.

    The line goes in front of the system prompt if there is one, else of the first user message.
    Raises StreamError if the request has no prompt of a known form, because a request without the
    line could be answered from a cache.
    """
    extra = request.get("extra_body")
    extra = dict(extra) if isinstance(extra, Mapping) else {}
    front = _Front(line, places.text_type)
    for name, put in ((places.system, front.content), (places.messages, front.conversation)):
        # what `params` holds goes over the other fields
        value = None if name is None else extra.get(name, request.get(name))
        if name is None or not value or (found := put(value)) is None:
            continue
        if name in extra:
            return {**request, "extra_body": {**extra, name: found}}
        return {**request, name: found}
    raise StreamError(
        "bad_request", "cache = 'cold' found no prompt in this request to put a fresh line before"
    )


class _Front:
    """Puts one line in front of contents; None stands for a form that it does not know."""

    def __init__(self, line: str, text_type: str) -> None:
        self._line = line
        self._part = {"type": text_type, "text": line}

    def content(self, value: object) -> object:
        """A text or a list of parts, with the line before it."""
        if isinstance(value, str):
            return f"{self._line}\n\n{value}"
        return [self._part, *value] if isinstance(value, list) else None

    def conversation(self, value: object) -> object:
        """Messages with the line in the system message, else in the first user message."""
        if isinstance(value, str):
            return self.content(value)
        if not isinstance(value, list):
            return None
        roles = [one.get("role") if isinstance(one, Mapping) else None for one in value]
        at = next((at for at, role in enumerate(roles) if role in _FIRST), None)
        if at is None:
            at = roles.index("user") if "user" in roles else None
        message = None if at is None else value[at]
        content = None if message is None else self.content(message.get("content"))
        if message is None or content is None:
            return [{"role": "user", "content": self._line}, *value]
        return [{**message, "content": content} if one is message else one for one in value]
