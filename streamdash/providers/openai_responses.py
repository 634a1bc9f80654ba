"""OpenAI Responses, and the servers that speak a part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamdash.providers.dialect import (
    JsonObject,
    count_of,
    raise_error_object,
    rows_of,
    table_of,
    text_of,
)
from streamdash.providers.failures import stream_error
from streamdash.providers.finish_reasons import (
    UNKNOWN_FINISH,
    finish_events,
    outcome_of,
    raw_reason,
)
from streamdash.providers.openai_sdk import OpenAiProvider
from streamdash.providers.output_parts import OutputParts, Place, place_of
from streamdash.providers.reasoning import reasoning_of
from streamdash.providers.responses_input import input_items
from streamdash.providers.tool_arguments import argument_text
from streamdash.streams.errors import StreamError
from streamdash.streams.events import (
    Channel,
    Event,
    Finish,
    Flag,
    Identity,
    Status,
    Terminal,
    Usage,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractAsyncContextManager

    from streamdash.streams.errors import Form
    from streamdash.streams.spec import StreamSpec

_KINDS: tuple[tuple[str, Channel], ...] = (
    ("reasoning", "reasoning"),
    ("thinking", "reasoning"),
    ("refusal", "refusal"),
    ("_call", "tool"),
    ("output_text", "answer"),
    ("transcript", "answer"),
)
"""What an event is about, by the words in its name."""
_WHOLES = ("text", "refusal", "arguments", "input", "code", "transcript")
"""Where the events that end a part keep its whole text."""


class ResponsesReader:
    """`response.*` events, told apart by their `type`; unknown ones mean nothing."""

    def __init__(self) -> None:
        self.over = False
        self._parts = OutputParts()
        self._channels: dict[str, Channel | None] = {}
        self._identity = Identity(None, None)

    def read(self, body: JsonObject, name: str) -> Iterator[Event]:
        if name in self._channels:
            channel = self._channels[name]
        else:
            channel = self._channels[name] = _channel_of(name)
        if channel is not None and name.endswith(".delta"):
            if text := _delta_text(channel, body.get("delta")):
                yield self._parts.delta(channel, name, body, text)
        elif name == "error":
            raise stream_error(body)
        elif name in _ENDS or body.get("response"):
            yield from self._response(name, table_of(body.get("response")))
        elif name.startswith("response."):
            yield from self._milestone(body, name, channel)
            raise_error_object(body)
        else:
            raise_error_object(body)

    def _milestone(self, body: JsonObject, name: str, channel: Channel | None) -> Iterator[Event]:
        """A part or item begins or is done."""
        place = place_of(body)
        if name == "response.output_item.added":
            self._parts.item_begins(place)
        elif name == "response.output_item.done":
            item = table_of(body.get("item"))
            named = place._replace(item=place.item or text_of(item.get("id")) or None)
            for index, (kind, text) in enumerate(_item_texts(item)):
                yield from self._parts.done(kind, named._replace(part=_index_in(item, index)), text)
        elif name.endswith(("_part.added", "_part.done")):
            reasons = channel == "reasoning"
            for kind, text in _part_texts(table_of(body.get("part")), reasons=reasons):
                if name.endswith(".done"):
                    yield from self._parts.done(kind, place, text)
                else:
                    yield self._parts.delta(kind, _DELTA_NAMES[kind], body, text)
        elif channel is not None and name.endswith(".done"):
            for field in _WHOLES:
                if text := argument_text(body.get(field)):
                    yield from self._parts.done(channel, place, text)
                    return

    def _response(self, name: str, response: JsonObject) -> Iterator[Event]:
        who = Identity(text_of(response.get("id")) or None, text_of(response.get("model")) or None)
        if who != self._identity:
            self._identity = who
            yield who
        if name not in _ENDS:
            return
        yield from self._ending(name.removeprefix("response."), response)
        self.over = True
        yield Terminal()

    def _ending(self, word: str, response: JsonObject) -> Iterator[Event]:
        """What the last event, or a whole answer with status `word`, says of the end."""
        yield from self._parts.all_output(_output(response))
        yield from _usage(response)
        raise_error_object(response)
        status = text_of(response.get("status")).lower()
        for bad in ("failed", "cancelled"):
            # some servers say `completed` of a response whose status is another
            word = bad if bad in (word, status) else word
        if word == "failed":
            raise StreamError("server", "the provider says that it failed, not why", retryable=True)
        if word == "cancelled":
            raise StreamError("server", "the provider cancelled the response")
        details = response.get("incomplete_details")
        reason = raw_reason(details) or raw_reason(response.get("finish_reason"))
        reason = reason or raw_reason(response.get("stop_reason"))
        early = "incomplete" in (word, status) or bool(raw_reason(details)) or _cut_short(response)
        if early and (not reason or outcome_of(reason) is Status.DONE):
            # some servers say `completed` of an answer that hit its limit
            yield Finish(reason or "incomplete", Status.INCOMPLETE)
        elif early and outcome_of(reason) is None:
            yield Flag(UNKNOWN_FINISH)
            yield Finish(reason, Status.INCOMPLETE)
        else:
            yield from finish_events(reason or _finished(word))

    def whole(self, body: JsonObject) -> Iterator[Event]:
        raise_error_object(body)
        if not isinstance(body.get("output"), list):
            raise StreamError("protocol", "the answer has no output in it")
        yield Identity(text_of(body.get("id")) or None, text_of(body.get("model")) or None)
        yield from self._ending(text_of(body.get("status")) or "completed", body)


_ENDS = frozenset(
    {"response.completed", "response.incomplete", "response.failed", "response.cancelled",
     "response.done"}
)  # fmt: skip
_DELTA_NAMES: dict[Channel, str] = {
    "answer": "response.output_text.delta",
    "reasoning": "response.reasoning_text.delta",
    "refusal": "response.refusal.delta",
    "tool": "response.function_call_arguments.delta",
}


def _channel_of(name: str) -> Channel | None:
    """The channel of an event about a piece of text; None for any other."""
    if not name.startswith("response."):
        return None
    return next((channel for word, channel in _KINDS if word in name), None)


def _delta_text(channel: Channel, delta: object) -> str:
    if isinstance(delta, str) or channel in ("answer", "refusal"):
        return text_of(delta)
    if channel == "reasoning":
        return reasoning_of(delta)
    return argument_text(delta)


def _finished(word: str) -> str:
    """The status of a response whose last event has come; some servers forget to change it."""
    return "completed" if word in ("done", "in_progress", "queued") else word


def _output(response: JsonObject) -> Iterator[tuple[Place, list[tuple[Channel, str]]]]:
    """The items of a response's output with their texts."""
    for index, item in enumerate(rows_of(response.get("output"))):
        yield Place(text_of(item.get("id")) or None, index, None), _item_texts(item)


def _item_texts(item: JsonObject) -> list[tuple[Channel, str]]:
    """All that the model said in an output item, in order."""
    kind = text_of(item.get("type"))
    if kind.endswith("_output"):
        # what a tool gave back
        return []
    reasons = kind == "reasoning"
    texts: list[tuple[Channel, str]] = []
    for field in ("summary", "content"):
        parts = item.get(field)
        if reasons or field == "content":
            for part in parts if isinstance(parts, list) else [parts]:
                texts += _part_texts(part, reasons=reasons)
    for field in ("arguments", "input", "code"):
        if text := argument_text(item.get(field)):
            texts.append(("tool", text))
    return texts


def _part_texts(part: object, *, reasons: bool) -> list[tuple[Channel, str]]:
    """The text of one part, with its channel."""
    fields = table_of(part)
    if text := text_of(fields.get("refusal")):
        return [("refusal", text)]
    text = text_of(part) or text_of(fields.get("text")) or text_of(fields.get("transcript"))
    reasons = reasons or "reasoning" in text_of(fields.get("type"))
    return [("reasoning" if reasons else "answer", text)] if text else []


def _index_in(item: JsonObject, index: int) -> int | None:
    """Which part of its item a text is, where it has an index in the events."""
    both = bool(item.get("summary")) and bool(item.get("content"))
    return index if not both and item.get("type") in ("message", "reasoning", None) else None


def _cut_short(response: JsonObject) -> bool:
    return any(item.get("status") == "incomplete" for item in rows_of(response.get("output")))


def _usage(response: JsonObject) -> Iterator[Event]:
    if usage := table_of(response.get("usage")):
        output = table_of(usage.get("output_tokens_details"))
        prompt = table_of(usage.get("input_tokens_details"))
        yield Usage(
            input=count_of(usage.get("input_tokens")),
            output=count_of(usage.get("output_tokens")),
            reasoning=count_of(output.get("reasoning_tokens")),
            cached=count_of(prompt.get("cached_tokens")),
        )


class ResponsesProvider(OpenAiProvider):
    """Streams from `POST {base_url}/responses`."""

    reader = ResponsesReader
    ignores = ("seed", "stop")

    def _open(
        self, client: Any, spec: StreamSpec, forms: frozenset[Form]
    ) -> AbstractAsyncContextManager[Any]:
        effort = spec.reasoning_effort
        body: dict[str, object] = {
            "instructions": spec.system,
            "max_output_tokens": spec.max_tokens,
            "temperature": spec.temperature,
            "top_p": spec.top_p,
            "reasoning": None if effort is None else {"effort": effort},
        }
        body = {name: value for name, value in body.items() if value is not None}
        opened: AbstractAsyncContextManager[Any] = client.responses.with_streaming_response.create(
            model=spec.model,
            input=input_items(spec.messages),
            stream=spec.stream,
            extra_body={**body, **spec.params},
        )
        return opened
