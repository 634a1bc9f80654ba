"""Reasoning text under the many field names of Chat Completions servers."""

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
"""Fields of a delta or message that hold reasoning; several may hold the same text."""

_INSIDE = ("text", "thinking", "summary", "content", "reasoning", "reasoning_content", "thought",
           "value", "parts")  # fmt: skip
"""Fields of a reasoning object that may hold its text."""
_HIDDEN = ("encrypted", "redacted", "signature")


def reasoning_of(value: object, depth: int = 5) -> str:
    """The text in a reasoning field, which may be a string, an object or a list."""
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
    """The joined texts of the items, without a text that is repeated under a second type."""
    texts: dict[str, object] = {}
    found: list[str] = []
    for item in items:
        text = reasoning_of(item, depth)
        kind = item.get("type") if isinstance(item, dict) else None
        if text and texts.setdefault(text, kind) == kind:
            found.append(text)
    return "".join(found)


def is_thought(delta: JsonObject) -> bool:
    """Whether a delta's or part's content is marked as reasoning, as Gemini does."""
    if delta.get("thought") is True or delta.get("is_thought") is True:
        return True
    extra = delta.get("extra_content")
    return isinstance(extra, dict) and any(
        isinstance(vendor, dict) and vendor.get("thought") is True
        for vendor in (extra, *extra.values())
    )


class RepeatFilter:
    """Drops text that another field has already sent, in the same chunk or an earlier one.

    Each field has its own position in the text so far. A field that lags behind repeats the
    others as long as its text agrees with theirs; where it differs, its text is new.
    """

    def __init__(self) -> None:
        self._only: str | None = None
        self._sent: list[str] = []
        """The text so far, while only one field has had any."""
        self._behind: dict[str, str] = {}
        """The text of other fields after each field's position."""
        self._dropped: dict[str, str] = {}
        """Text dropped as a repetition since the field last caught up with the others."""

    def new_text(self, field: str, text: str) -> str:
        """The part of `text` that no other field has sent."""
        if not self._behind:
            if self._only is None:
                self._only = field
            if field == self._only:
                self._sent.append(text)
                return text
            self._behind = {self._only: ""}
        behind = self._behind.get(field)
        if behind is None:
            behind = "".join(self._sent)
        if behind and behind.startswith(text):
            rest = behind[len(text) :]
            self._behind[field] = rest
            self._dropped[field] = self._dropped.get(field, "") + text if rest else ""
            return ""
        new = text[len(behind) :] if text.startswith(behind) else self._differing(field, text)
        self._behind = {name: missing + new for name, missing in self._behind.items()}
        self._behind[field] = ""
        self._dropped[field] = ""
        self._sent.append(new)
        return new

    def _differing(self, field: str, text: str) -> str:
        return self._dropped.get(field, "") + text
