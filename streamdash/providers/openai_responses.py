"""OpenAI Responses, and the servers that speak a part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamdash.providers.dialect import (
    JsonObject,
    raise_error_object,
    rows_of,
    table_of,
    text_of,
)
from streamdash.providers.failures import stream_error
from streamdash.providers.openai_sdk import OpenAiProvider
from streamdash.providers.usage import usage_in
from streamdash.streams.errors import StreamError
from streamdash.streams.events import (
    Channel,
    Delta,
    Event,
    Finish,
    Identity,
    Status,
    Terminal,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractAsyncContextManager

    from streamdash.streams.errors import Form
    from streamdash.streams.spec import StreamSpec

_DELTAS: dict[str, Channel] = {
    "response.output_text.delta": "answer",
    "response.refusal.delta": "refusal",
    "response.reasoning_text.delta": "reasoning",
    "response.reasoning_summary_text.delta": "reasoning",
    "response.function_call_arguments.delta": "tool",
    "response.custom_tool_call_input.delta": "tool",
    "response.mcp_call_arguments.delta": "tool",
}
_DONES: dict[str, tuple[Channel, str]] = {
    "response.output_text.done": ("answer", "text"),
    "response.refusal.done": ("refusal", "refusal"),
    "response.reasoning_text.done": ("reasoning", "text"),
    "response.reasoning_summary_text.done": ("reasoning", "text"),
    "response.function_call_arguments.done": ("tool", "arguments"),
}
"""Events that repeat a part's whole text; of use only where its deltas never came."""


class ResponsesReader:
    """`response.*` events, told apart by their `type`; unknown ones mean nothing."""

    def __init__(self) -> None:
        self.over = False
        self._streamed: set[Channel] = set()
        self._repeated: set[Channel] = set()
        self._identity = Identity(None, None)

    def read(self, body: JsonObject, name: str) -> Iterator[Event]:
        if channel := _DELTAS.get(name):
            if text := text_of(body.get("delta")):
                self._streamed.add(channel)
                yield Delta(channel, text)
        elif name in _DONES:
            channel, field = _DONES[name]
            text = text_of(body.get(field))
            if text and channel not in self._streamed:
                self._repeated.add(channel)
                yield Delta(channel, text)
        elif name == "error":
            raise stream_error(body)
        elif name in _ENDS or body.get("response"):
            yield from self._response(name, table_of(body.get("response")))
        else:
            raise_error_object(body)

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
        yield from self._silent_output(response)
        yield from usage_in(response)
        raise_error_object(response)
        if word == "failed":
            raise StreamError("server", "the provider says that it failed, not why", retryable=True)
        if word == "cancelled":
            raise StreamError("server", "the provider cancelled the response")
        reason = text_of(table_of(response.get("incomplete_details")).get("reason"))
        if reason == "content_filter":
            yield Finish(reason, Status.FILTERED)
        elif reason or word == "incomplete" or _cut_short(response):
            # some servers say `completed` of an answer that hit its limit
            yield Finish(reason or "incomplete", Status.INCOMPLETE)
        else:
            yield Finish(word, Status.DONE)

    def _silent_output(self, response: JsonObject) -> Iterator[Event]:
        """The output of a response whose deltas never came."""
        spoken = self._streamed | self._repeated
        for item in rows_of(response.get("output")):
            for part in [*rows_of(item.get("summary")), *rows_of(item.get("content"))]:
                channel: Channel = "reasoning" if item.get("type") == "reasoning" else "answer"
                text = text_of(part.get("text"))
                if refusal := text_of(part.get("refusal")):
                    channel, text = "refusal", refusal
                if text and channel not in spoken:
                    yield Delta(channel, text)
            if (arguments := text_of(item.get("arguments"))) and "tool" not in spoken:
                yield Delta("tool", arguments)

    def whole(self, body: JsonObject) -> Iterator[Event]:
        raise_error_object(body)
        if not isinstance(body.get("output"), list):
            raise StreamError("protocol", "the answer has no output in it")
        yield Identity(text_of(body.get("id")) or None, text_of(body.get("model")) or None)
        yield from self._ending(text_of(body.get("status")) or "completed", body)


_ENDS = frozenset(
    {"response.completed", "response.incomplete", "response.failed", "response.cancelled"}
)


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
            input=list(spec.messages),
            stream=spec.stream,
            extra_body={**body, **spec.params},
        )
        return opened
