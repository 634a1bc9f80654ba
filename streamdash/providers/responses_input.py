"""A conversation as input items of the Responses dialect, in a form that strict servers accept.

Every item has its type, because llama-server needs it. Plain text stays a string, which every
server accepts. Parts are `input_*`, except `output_text` and `refusal` in assistant messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from streamdash.providers.answer.tool_arguments import argument_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Fields = Mapping[str, object]


def input_items(messages: Iterable[Fields]) -> list[object]:
    """Chat messages as input items; messages that are items already stay as they are."""
    return [item for message in messages for item in _items(message)]


def _items(message: Fields) -> Iterator[object]:
    role = message.get("role")
    if message.get("type", "message") != "message" or not isinstance(role, str):
        yield dict(message)
        return
    content = message.get("content")
    if role in ("tool", "function"):
        call_id = message.get("tool_call_id") or message.get("call_id") or message.get("name")
        yield {"type": "function_call_output", "call_id": call_id, "output": _text(content)}
        return
    rest = {name: message[name] for name in _ITEM_FIELDS if name in message}
    calls = message.get("tool_calls")
    refusal = message.get("refusal")
    if not content and isinstance(refusal, str) and refusal:
        content = [{"type": "refusal", "refusal": refusal}]
    if content or not calls:
        parts = _parts(content, answer=role == "assistant")
        yield {"type": "message", **rest, "role": role, "content": parts}
    for call in calls if isinstance(calls, list) else ():
        yield from _call(call)


_ITEM_FIELDS = ("id", "status", "phase")
"""Fields that an item may have besides role and content; others would be refused."""


def _call(call: object) -> Iterator[object]:
    """A tool call of a chat message as an item."""
    if not isinstance(call, Mapping):
        return
    function, custom = call.get("function"), call.get("custom")
    call_id = call.get("id") or call.get("call_id")
    if isinstance(function, Mapping):
        arguments = argument_text(function.get("arguments")) or "{}"
        yield {"type": "function_call", "call_id": call_id, "name": function.get("name"),
               "arguments": arguments}  # fmt: skip
    elif isinstance(custom, Mapping):
        yield {"type": "custom_tool_call", "call_id": call_id, "name": custom.get("name"),
               "input": argument_text(custom.get("input"))}  # fmt: skip


def _text(content: object) -> str:
    """The text of a content, which may consist of parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        texts = (part.get("text") for part in content if isinstance(part, Mapping))
        return "".join(text for text in texts if isinstance(text, str))
    return argument_text(content)


def _parts(content: object, *, answer: bool) -> object:
    if not isinstance(content, list):
        return content if isinstance(content, str) else argument_text(content)
    return [_part(part, answer=answer) for part in content]


def _part(part: object, *, answer: bool) -> object:
    """A content part of Chat Completions or Anthropic Messages as a part of Responses."""
    text_type = "output_text" if answer else "input_text"
    if isinstance(part, str):
        return {"type": text_type, "text": part}
    if not isinstance(part, Mapping):
        return part
    match part.get("type"):
        case "text" | "input_text" | "output_text":
            fields = {name: value for name, value in part.items() if name != "cache_control"}
            return {**fields, "type": text_type}
        case "image_url":
            image = part.get("image_url")
            fields = dict(image) if isinstance(image, Mapping) else {"url": image}
            detail = {"detail": fields["detail"]} if fields.get("detail") else {}
            return {"type": "input_image", "image_url": fields.get("url"), **detail}
        case "image":
            return {"type": "input_image", "image_url": _source(part.get("source"))}
        case "file":
            file = part.get("file")
            return {"type": "input_file", **(file if isinstance(file, Mapping) else {})}
        case "document":
            title = part.get("title")
            name = {"filename": title if isinstance(title, str) and title else "document"}
            return {"type": "input_file", **name, "file_data": _source(part.get("source"))}
    return dict(part)


def _source(source: object) -> object:
    """The URL of an Anthropic source, or its data as a data URL."""
    if not isinstance(source, Mapping):
        return source
    if source.get("type") == "url":
        return source.get("url")
    return f"data:{source.get('media_type')};base64,{source.get('data')}"
