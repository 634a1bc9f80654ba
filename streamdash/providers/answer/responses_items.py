"""The texts in the output items of an OpenAI response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.providers.answer.responses_parts import Place
from streamdash.providers.answer.tool_arguments import argument_text
from streamdash.providers.json_fields import JsonObject, rows_of, table_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamdash.streams.events import Channel


def output_of(response: JsonObject) -> Iterator[tuple[Place, list[tuple[Channel, str]]]]:
    """The place and the texts of each item in a response's output."""
    for index, item in enumerate(rows_of(response.get("output"))):
        yield Place(text_of(item.get("id")) or None, index, None), item_texts(item)


def item_texts(item: JsonObject) -> list[tuple[Channel, str]]:
    """The model's texts in an output item, in order, with their channels."""
    kind = text_of(item.get("type"))
    if kind.endswith("_output"):
        # the result of a tool is not the model's text
        return []
    reasons = kind == "reasoning"
    texts: list[tuple[Channel, str]] = []
    for field in ("summary", "content"):
        parts = item.get(field)
        if reasons or field == "content":
            for part in parts if isinstance(parts, list) else [parts]:
                texts += part_texts(part, reasons=reasons)
    for field in ("arguments", "input", "code"):
        if text := argument_text(item.get(field)):
            texts.append(("tool", text))
    return texts


def part_texts(part: object, *, reasons: bool) -> list[tuple[Channel, str]]:
    """The text of one content part with its channel; empty without a text."""
    fields = table_of(part)
    if text := text_of(fields.get("refusal")):
        return [("refusal", text)]
    text = text_of(part) or text_of(fields.get("text")) or text_of(fields.get("transcript"))
    reasons = reasons or "reasoning" in text_of(fields.get("type"))
    return [("reasoning" if reasons else "answer", text)] if text else []


def index_in(item: JsonObject, index: int) -> int | None:
    """The index of a text's part as the events count it; None if they do not."""
    both = bool(item.get("summary")) and bool(item.get("content"))
    return index if not both and item.get("type") in ("message", "reasoning", None) else None
