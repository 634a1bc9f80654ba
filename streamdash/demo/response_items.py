"""The output items of the Responses dialect: reasoning, messages and function calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.demo.dialect import Brief
    from streamdash.streams.events import Channel

Named: TypeAlias = "tuple[str, Mapping[str, object]]"
"""An event's type and its fields, without its sequence number."""


class Item:
    """One output item; a subclass adds the events of its type."""

    delta_type: str
    extra: Mapping[str, object] = {}
    """Fields that follow the text of a delta."""

    def __init__(self, channel: Channel, index: int, item_id: str) -> None:
        self.channel: Channel = channel
        self.id = item_id
        self.index = index
        self.texts: list[str] = []
        self.place: Mapping[str, object] = {"item_id": item_id, "output_index": index}
        """The fields that assign a delta to the item."""

    @property
    def text(self) -> str:
        """All text so far."""
        return "".join(self.texts)

    def started(self) -> list[Named]:
        """The events before the first delta."""
        return [self._item("added", "in_progress")]

    def ended(self, status: str) -> list[Named]:
        """The events after the last delta."""
        return [self._item("done", status)]

    def written(self, status: str) -> Mapping[str, object]:
        """The item as JSON; it is empty while `in_progress`."""
        raise NotImplementedError

    def _item(self, what: str, status: str) -> Named:
        fields = {"output_index": self.index, "item": self.written(status)}
        return f"response.output_item.{what}", fields


class ReasoningItem(Item):
    """A summary of reasoning, in one part."""

    delta_type = "response.reasoning_summary_text.delta"

    def __init__(self, channel: Channel, index: int, item_id: str) -> None:
        super().__init__(channel, index, item_id)
        self.place = {**self.place, "summary_index": 0}

    def started(self) -> list[Named]:
        part = {**self.place, "part": {"type": "summary_text", "text": ""}}
        return [*super().started(), ("response.reasoning_summary_part.added", part)]

    def ended(self, status: str) -> list[Named]:
        text = self.text
        part = {**self.place, "part": {"type": "summary_text", "text": text}}
        return [
            ("response.reasoning_summary_text.done", {**self.place, "text": text}),
            ("response.reasoning_summary_part.done", part),
            *super().ended(status),
        ]

    def written(self, status: str) -> Mapping[str, object]:
        summary = []
        if status != "in_progress":
            summary = [{"type": "summary_text", "text": self.text}]
        return {"id": self.id, "type": "reasoning", "summary": summary}


class MessageItem(Item):
    """A message with one part: text of an answer, or a refusal."""

    def __init__(self, channel: Channel, index: int, item_id: str) -> None:
        super().__init__(channel, index, item_id)
        self.place = {**self.place, "content_index": 0}
        self._refuses = channel == "refusal"
        kind = "refusal" if self._refuses else "output_text"
        self._event = f"response.{kind}"
        self.delta_type = f"{self._event}.delta"
        if not self._refuses:
            self.extra = {"logprobs": []}

    def _part(self, text: str) -> dict[str, object]:
        if self._refuses:
            return {"type": "refusal", "refusal": text}
        return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}

    def started(self) -> list[Named]:
        part = {**self.place, "part": self._part("")}
        return [*super().started(), ("response.content_part.added", part)]

    def ended(self, status: str) -> list[Named]:
        text = self.text
        key = "refusal" if self._refuses else "text"
        return [
            (f"{self._event}.done", {**self.place, key: text, **self.extra}),
            ("response.content_part.done", {**self.place, "part": self._part(text)}),
            *super().ended(status),
        ]

    def written(self, status: str) -> Mapping[str, object]:
        content = [] if status == "in_progress" else [self._part(self.text)]
        return {
            "id": self.id,
            "type": "message",
            "status": status,
            "content": content,
            "role": "assistant",
        }


class CallItem(Item):
    """A call of one function."""

    delta_type = "response.function_call_arguments.delta"

    def __init__(self, index: int, item_id: str, call_id: str, name: str) -> None:
        super().__init__("tool", index, item_id)
        self._call_id = call_id
        self._name = name

    def ended(self, status: str) -> list[Named]:
        arguments = {**self.place, "arguments": self.text}
        return [
            ("response.function_call_arguments.done", arguments),
            *super().ended(status),
        ]

    def written(self, status: str) -> Mapping[str, object]:
        return {
            "id": self.id,
            "type": "function_call",
            "status": status,
            "arguments": "" if status == "in_progress" else self.text,
            "call_id": self._call_id,
            "name": self._name,
        }


def open_item(channel: Channel, index: int, brief: Brief) -> Item:
    """A new item for the text of a channel."""
    if channel == "reasoning":
        return ReasoningItem(channel, index, brief.new_id("rs_", 48))
    if channel == "tool":
        call_id = brief.new_id("call_")
        return CallItem(index, brief.new_id("fc_", 48), call_id, brief.script.tool)
    return MessageItem(channel, index, brief.new_id("msg_", 48))
