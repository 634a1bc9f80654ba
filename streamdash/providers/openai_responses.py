"""The OpenAI Responses dialect: its reader and its provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from streamdash.providers.answer.finish_reasons import (
    finish_events,
    outcome_of,
    raw_reason,
)
from streamdash.providers.answer.reasoning import reasoning_of
from streamdash.providers.answer.responses_items import index_in, item_texts, output_of, part_texts
from streamdash.providers.answer.responses_parts import ResponseParts, place_of
from streamdash.providers.answer.tool_arguments import argument_text
from streamdash.providers.answer.usage import usage_in
from streamdash.providers.errors.error_messages import error_from_object
from streamdash.providers.json_fields import JsonObject, rows_of, table_of, text_of
from streamdash.providers.openai_sdk import OpenAiProvider, new_client
from streamdash.providers.prompt_front import PromptFields
from streamdash.providers.responses_input import input_items
from streamdash.providers.sdk_provider import without_none
from streamdash.providers.wire.wire_reader import raise_error_object
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
from streamdash.streams.spec import IGNORED

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2

    from streamdash.providers.sdk_provider import SendRequest
    from streamdash.streams.errors import Form
    from streamdash.streams.spec import StreamSpec

_CHANNELS: tuple[tuple[str, Channel], ...] = (
    ("reasoning", "reasoning"),
    ("thinking", "reasoning"),
    ("refusal", "refusal"),
    ("_call", "tool"),
    ("output_text", "answer"),
    ("transcript", "answer"),
)
"""The channel of an event's text, by a word in the event's name; the first match counts."""
_WHOLE_TEXTS = ("text", "refusal", "arguments", "input", "code", "transcript")
"""Fields that may hold the whole text of a part that is done."""


class ResponsesReader:
    """Reads `response.*` events by their `type` and ignores unknown ones."""

    def __init__(self) -> None:
        self.over = False
        self._parts = ResponseParts()
        self._deltas: dict[str, Channel] = {}
        """The channel of each delta event's name seen so far."""
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
            raise error_from_object(body)
        elif name in _ENDS or body.get("response"):
            yield from self._response(name, table_of(body.get("response")))
        elif name.startswith("response."):
            yield from self._milestone(body, name, _channel_of(name))
            raise_error_object(body)
        else:
            raise_error_object(body)

    def _milestone(self, body: JsonObject, name: str, channel: Channel | None) -> Iterator[Event]:
        """The texts of an event that begins or completes a part or an item."""
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
            for field in _WHOLE_TEXTS:
                if text := argument_text(body.get(field)):
                    yield from self._parts.done(channel, place, text)
                    return

    def _response(self, name: str, response: JsonObject) -> Iterator[Event]:
        identity = _identity_of(response)
        if identity != self._identity:
            self._identity = identity
            yield identity
        if name not in _ENDS:
            return
        yield from self._ending(name.removeprefix("response."), response)
        self.over = True
        yield Terminal()

    def _ending(self, word: str, response: JsonObject) -> Iterator[Event]:
        """The events of the last event, or of a whole answer; `word` is its name or status."""
        yield from self._parts.all_output(output_of(response))
        yield from usage_in(response)
        raise_error_object(response)
        status = text_of(response.get("status")).lower()
        for bad in ("failed", "cancelled"):
            # some servers send `response.completed` with a status that is not `completed`
            word = bad if bad in (word, status) else word
        if word == "failed":
            raise StreamError(
                "server", "the response failed, and the provider gives no reason", retryable=True
            )
        if word == "cancelled":
            raise StreamError("server", "the provider cancelled the response")
        details = response.get("incomplete_details")
        reason = raw_reason(details) or raw_reason(response.get("finish_reason"))
        reason = reason or raw_reason(response.get("stop_reason"))
        early = "incomplete" in (word, status) or bool(raw_reason(details)) or _cut_short(response)
        if early and (not reason or outcome_of(reason) is Status.DONE):
            # some servers send `response.completed` for an answer that hit its limit
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
        yield _identity_of(body)
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


def _identity_of(response: JsonObject) -> Identity:
    return Identity(text_of(response.get("id")) or None, text_of(response.get("model")) or None)


def _channel_of(name: str) -> Channel | None:
    """The channel of the text in an event of this name; None for other events."""
    if not name.startswith("response."):
        return None
    return next((channel for word, channel in _CHANNELS if word in name), None)


def _delta_text(channel: Channel, delta: object) -> str:
    if isinstance(delta, str) or channel in ("answer", "refusal"):
        return text_of(delta)
    if channel == "reasoning":
        return reasoning_of(delta)
    return argument_text(delta)


def _finished(word: str) -> str:
    """The status of a response that is over; some servers leave it at an earlier one."""
    return "completed" if word in ("done", "in_progress", "queued") else word


def _cut_short(response: JsonObject) -> bool:
    return any(item.get("status") == "incomplete" for item in rows_of(response.get("output")))


class ResponsesProvider(OpenAiProvider):
    """Streams from `POST {base_url}/responses`."""

    reader = ResponsesReader
    prompt = PromptFields("instructions", "input", "input_text")
    ignores = IGNORED["openai-responses"]

    @staticmethod
    def _new_sender(base_url: str, http_client: httpx2.AsyncClient) -> SendRequest:
        client = new_client(base_url, http_client)
        return cast("SendRequest", client.responses.with_streaming_response.create)

    def _fields(self, spec: StreamSpec, forms: frozenset[Form]) -> dict[str, object]:
        effort = spec.reasoning_effort
        body: dict[str, object] = {
            "instructions": spec.system,
            "max_output_tokens": spec.max_tokens,
            "temperature": spec.temperature,
            "top_p": spec.top_p,
            "reasoning": None if effort is None else {"effort": effort},
        }
        return {
            "model": spec.model,
            "input": input_items(spec.messages),
            "stream": spec.stream,
            "extra_body": {**without_none(body), **spec.params},
        }
