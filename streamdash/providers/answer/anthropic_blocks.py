"""The content blocks of Anthropic Messages: which texts join and which begin a paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.providers.answer.paragraphs import Paragraphs
from streamdash.providers.answer.tool_arguments import argument_text
from streamdash.streams.events import Delta

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from streamdash.providers.json_fields import JsonObject
    from streamdash.streams.events import Channel

_FIELDS: tuple[tuple[str, Channel], ...] = (
    ("text", "answer"),
    ("thinking", "reasoning"),
    ("partial_json", "tool"),
    ("reasoning", "reasoning"),
    ("reasoning_content", "reasoning"),
    ("refusal", "refusal"),
)

_PLAIN: dict[str, tuple[object, str, Channel]] = {
    "text_delta": ("text_delta", "text", "answer"),
    "thinking_delta": ("thinking_delta", "thinking", "reasoning"),
}
"""The common deltas: type, type again, field and channel."""
_GROWING = ("text", "thinking", "tool")
"""Kinds of blocks that deltas extend; a delta of another type belongs to the current block."""


class ContentBlocks:
    """Reads blocks in the order of their arrival; indexes are compared but need not count up.

    Adjacent text blocks are pieces of one text, cut for citations. Text after any other block,
    and each further block of reasoning, begins a paragraph.
    """

    def __init__(self) -> None:
        self._paragraphs = Paragraphs()
        self._kinds: dict[str, str] = {}
        """The kind of the block at each index."""
        self._current: object = None
        self._kind = ""
        self._plain: tuple[object, str, Channel] | None = None
        """Type, field and channel of the last delta if another one of its type only adds text."""
        self._inputs: dict[str, str] = {}
        """Tool input that came with the start of its block, by the block's index."""
        self._pieces: dict[str, list[str]] = {}
        """Tool input in later deltas of such a block, which usually repeats the first."""

    def start(self, index: object, block: JsonObject) -> Iterator[Delta]:
        """A block begins; some servers send its text or a tool's whole input with it."""
        yield from self.stop(index)
        kind = _kind_of(block)
        self._turn_to(index, kind, new=True)
        self._kinds[str(index)] = kind
        yield from self._texts(block)
        if kind == "tool" and (given := block.get("input")):
            text = argument_text(given)
            self._inputs[str(index)] = text
            yield Delta("tool", text)

    def delta(self, index: object, delta: JsonObject) -> Iterable[Delta]:
        """A delta of a block arrives."""
        plain = self._plain
        if plain is not None and delta.get("type") == plain[0] and index == self._current:
            text = delta.get(plain[1])
            if isinstance(text, str):
                if not text:
                    return ()
                self._paragraphs.tails[plain[2]] = text
                return (Delta(plain[2], text),)
        return self._other_delta(index, delta)

    def _other_delta(self, index: object, delta: JsonObject) -> Iterator[Delta]:
        """A delta that is not like the last one."""
        kind = _kind_of(delta)
        if kind in _GROWING and (index != self._current or kind != self._kind):
            self._turn_to(index, kind, new=self._kinds.get(str(index)) != kind)
            self._kinds[str(index)] = kind
        if self._inputs and kind == "tool" and str(index) in self._inputs:
            self._pieces.setdefault(str(index), []).append(argument_text(delta.get("partial_json")))
            return
        yield from self._texts(delta)
        self._plain = _PLAIN.get(str(delta.get("type"))) if kind == self._kind else None

    def stop(self, index: object) -> Iterator[Delta]:
        """A block ends; tool input in its deltas that differs from the start's is shown now."""
        given = self._inputs.pop(str(index), None)
        pieces = "".join(self._pieces.pop(str(index), ()))
        if given is not None and pieces and _unspaced(pieces) != _unspaced(given):
            yield Delta("tool", pieces)

    def _turn_to(self, index: object, kind: str, *, new: bool) -> None:
        if kind == "text":
            if self._kind != "text":
                self._paragraphs.break_off("answer")
        elif kind == "thinking" and new:
            self._paragraphs.break_off("reasoning")
        self._current, self._kind, self._plain = index, kind, None

    def _texts(self, fields: JsonObject) -> Iterator[Delta]:
        reasons = "think" in self._kind
        for field, channel in _FIELDS:
            text = fields.get(field)
            if channel == "tool":
                text = argument_text(text)
            if isinstance(text, str) and text:
                if reasons and channel == "answer":
                    channel = "reasoning"
                yield Delta(channel, self._paragraphs.join(channel, text))


def _kind_of(block: JsonObject) -> str:
    """The kind of a block or delta: `text`, `thinking`, `tool`, or its type if that is another."""
    kind = block.get("type")
    word = kind if isinstance(kind, str) else ""
    if word in ("text_delta", "text") or (not word and "text" in block):
        return "text"
    if "thinking" in word or "reasoning" in word or (not word and "thinking" in block):
        return "thinking"
    if "tool_use" in word or "input_json" in word or (not word and "partial_json" in block):
        return "tool"
    return word


def _unspaced(json_text: str) -> str:
    return "".join(json_text.split())
