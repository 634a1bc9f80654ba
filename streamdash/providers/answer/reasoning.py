"""Reasoning under all the names that servers of Chat Completions give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamdash.providers.json_fields import JsonObject

REASONING_FIELDS = frozenset(
    {
        "reasoning_content", "reasoning", "reasoning_text", "reasoning_details",
        "reasoning_summary", "thinking", "thinking_content", "thinking_text", "thinking_blocks",
        "thought", "thoughts", "thought_content", "thought_summary",
    }
)  # fmt: skip
"""Fields of a delta or message; several of them may hold the same text."""

_INSIDE = ("text", "thinking", "summary", "content", "reasoning", "reasoning_content", "thought",
           "value", "parts")  # fmt: skip
"""Where an object keeps its text."""
_HIDDEN = ("encrypted", "redacted", "signature")


def reasoning_of(value: object, depth: int = 5) -> str:
    """The text in a reasoning field: a string, an object around one, or a list of them."""
    if isinstance(value, str):
        return value
    if not depth:
        return ""
    if isinstance(value, list):
        return _joined(value, depth - 1)
    if isinstance(value, dict) and not any(word in str(value.get("type")) for word in _HIDDEN):
        for name in _INSIDE:
            if text := reasoning_of(value.get(name), depth - 1):
                return text
    return ""


def _joined(items: list[object], depth: int) -> str:
    """The items' texts, without one that only repeats another under a second type."""
    texts: dict[str, object] = {}
    found: list[str] = []
    for item in items:
        text = reasoning_of(item, depth)
        kind = item.get("type") if isinstance(item, dict) else None
        if text and texts.setdefault(text, kind) == kind:
            found.append(text)
    return "".join(found)


def is_thought(delta: JsonObject) -> bool:
    """Whether the content of a delta or part is marked as reasoning, as Gemini marks it."""
    if delta.get("thought") is True or delta.get("is_thought") is True:
        return True
    extra = delta.get("extra_content")
    return isinstance(extra, dict) and any(
        isinstance(vendor, dict) and vendor.get("thought") is True
        for vendor in (extra, *extra.values())
    )


class RepeatFilter:
    """Counts once what several fields say, in the same chunk or one behind the other.

    Each field has an own place in the text said so far. What a field says where others have
    been is their echo; where it differs, it is a text of its own.
    """

    def __init__(self) -> None:
        self._only: str | None = None
        self._said: list[str] = []
        """All text while one field alone has spoken."""
        self._behind: dict[str, str] = {}
        """What others said since the field's own place."""
        self._swallowed: dict[str, str] = {}
        """What was taken for an echo since the field was last level with the others."""

    def fresh(self, field: str, text: str) -> str:
        """The part of `text` that nobody has said."""
        if not self._behind:
            if self._only is None:
                self._only = field
            if field == self._only:
                self._said.append(text)
                return text
            self._behind = {self._only: ""}
        behind = self._behind.get(field)
        if behind is None:
            behind = "".join(self._said)
        if behind and behind.startswith(text):
            rest = behind[len(text) :]
            self._behind[field] = rest
            self._swallowed[field] = self._swallowed.get(field, "") + text if rest else ""
            return ""
        said = text[len(behind) :] if text.startswith(behind) else self._differs(field, text)
        self._behind = {name: far + said for name, far in self._behind.items()}
        self._behind[field] = ""
        self._swallowed[field] = ""
        self._said.append(said)
        return said

    def _differs(self, field: str, text: str) -> str:
        return self._swallowed.get(field, "") + text
