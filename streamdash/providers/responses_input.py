"""A conversation as input items of Responses, spelt so that strict servers take it too.

Every item says its type: llama-server knows an assistant's message by nothing else. Text alone
stays a string, which every server reads; parts are `input_*`, but `output_text` and `refusal`
in what the assistant said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from streamdash.providers.answer.tool_arguments import argument_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Fields = Mapping[str, object]


def input_items(messages: Iterable[Fields]) -> list[object]:
    """Messages as chat servers take them, and items of Responses themselves, as input items."""
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
"""What an item may have beside its role and content; other fields are refused."""


def _call(call: object) -> Iterator[object]:
    """A tool call of a chat message as the item that it is in Responses."""
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
    """The text of a content that may be parts."""
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
    """One part of a message's content, from the spelling of Chat Completions or Messages."""
    text_type = "output_text" if answer else "input_text"
    if isinstance(part, str):
        return {"type": text_type, "text": part}
    if not isinstance(part, Mapping):
        return part
    match part.get("type"):
        case "text" | "input_text" | "output_text":
            kept = {name: value for name, value in part.items() if name != "cache_control"}
            return {**kept, "type": text_type}
        case "image_url":
            image = part.get("image_url")
            known = dict(image) if isinstance(image, Mapping) else {"url": image}
            detail = {"detail": known["detail"]} if known.get("detail") else {}
            return {"type": "input_image", "image_url": known.get("url"), **detail}
        case "image":
            return {"type": "input_image", "image_url": _source(part.get("source"))}
        case "file":
            held = part.get("file")
            return {"type": "input_file", **(held if isinstance(held, Mapping) else {})}
        case "document":
            title = part.get("title")
            named = {"filename": title if isinstance(title, str) and title else "document"}
            return {"type": "input_file", **named, "file_data": _source(part.get("source"))}
    return dict(part)


def _source(source: object) -> object:
    """The URL of a source as Messages writes it, or its bytes as a data URL."""
    if not isinstance(source, Mapping):
        return source
    if source.get("type") == "url":
        return source.get("url")
    return f"data:{source.get('media_type')};base64,{source.get('data')}"
