"""What a transcript begins with when it answers a follow-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.text import clean_line

if TYPE_CHECKING:
    from streamdash.streams.spec import StreamSpec

LONGEST = 500
"""Characters of a question that are repeated."""


def follow_up(spec: StreamSpec) -> str:
    """The last question of a conversation, in one clean line; empty where it was the first."""
    questions = [message for message in spec.messages if message.get("role") == "user"]
    if len(questions) < 2:
        return ""
    content = questions[-1].get("content")
    return clean_line(content, LONGEST) if isinstance(content, str) else ""
