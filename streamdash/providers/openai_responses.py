"""OpenAI Responses, and the servers that speak a part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamdash.providers.answer.finish_reasons import (
    finish_events,
    outcome_of,
    raw_reason,
)
from streamdash.providers.answer.output_items import index_in, item_texts, output_of, part_texts
from streamdash.providers.answer.output_parts import OutputParts, place_of
from streamdash.providers.answer.reasoning import reasoning_of
from streamdash.providers.answer.tool_arguments import argument_text
from streamdash.providers.answer.usage import usage_in
from streamdash.providers.http_errors import stream_error
from streamdash.providers.openai_sdk import OpenAiProvider
from streamdash.providers.responses_input import input_items
from streamdash.providers.wire.wire_reader import (
    JsonObject,
    raise_error_object,
    rows_of,
    table_of,
    text_of,
)
from streamdash.streams.errors import StreamError
from streamdash.streams.events import (
    Channel,
    Event,
    Finish,
    Flag,
    Identity,
    Status,
    Terminal,
)
from streamdash.streams.flags import FlagName

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
        self._deltas: dict[str, Channel] = {}
        """The channels of the events of text that have come."""
        self._identity = Identity(None, None)

    def read(self, body: JsonObject, name: str) -> Iterator[Event]:
        channel = self._deltas.get(name)
        if channel is not None:
            delta = body.get("delta")
            if type(delta) is str and delta:
                yield self._parts.delta(channel, name, body, delta)
            elif text := _delta_text(channel, delta):
                yield self._parts.delta(channel, name, body, text)
        elif name.endswith(".delta") and (channel := _channel_of(name)):
            self._deltas[name] = channel
            yield from self.read(body, name)
        elif name == "error":
            raise stream_error(body)
        elif name in _ENDS or body.get("response"):
            yield from self._response(name, table_of(body.get("response")))
        elif name.startswith("response."):
            yield from self._milestone(body, name, _channel_of(name))
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
            for index, (kind, text) in enumerate(item_texts(item)):
                yield from self._parts.done(kind, named._replace(part=index_in(item, index)), text)
        elif name.endswith(("_part.added", "_part.done")):
            reasons = channel == "reasoning"
            for kind, text in part_texts(table_of(body.get("part")), reasons=reasons):
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
        yield from self._parts.all_output(output_of(response))
        yield from usage_in(response)
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
            yield Flag(FlagName.UNKNOWN_FINISH)
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


def _cut_short(response: JsonObject) -> bool:
    return any(item.get("status") == "incomplete" for item in rows_of(response.get("output")))


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
