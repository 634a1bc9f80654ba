"""OpenAI Chat Completions, and the many servers that speak it in their own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamdash.providers.dialect import (
    JsonObject,
    raise_error_object,
    rows_of,
    table_of,
    text_of,
)
from streamdash.providers.openai_sdk import OpenAiProvider
from streamdash.providers.usage import usage_in
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Delta, Event, Finish, Identity, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractAsyncContextManager

    from streamdash.streams.errors import Form
    from streamdash.streams.spec import StreamSpec

_EARLY = frozenset(
    {
        "length", "max_tokens", "max_output_tokens", "model_length", "abort", "cancelled",
        "insufficient_system_resource",
    }
)  # fmt: skip
_FILTERED = frozenset(
    {"content_filter", "refusal", "safety", "sensitive", "recitation", "prohibited_content"}
)


class ChatReader:
    """Chat completion chunks: `choices[0].delta`, a finish reason, usage, `[DONE]`."""

    def __init__(self) -> None:
        self.over = False
        self._spoken = False
        self._ending = False
        self._id: object = None
        self._model: object = None

    def read(self, body: JsonObject, name: str) -> Iterator[Event]:
        if body.get("id") != self._id or body.get("model") != self._model:
            self._id, self._model = body.get("id"), body.get("model")
            yield Identity(text_of(self._id) or None, text_of(self._model) or None)
        for choice in rows_of(body.get("choices")):
            if choice.get("index") in (0, None):
                yield from self._deltas(choice)
                reason = choice.get("finish_reason")
                if reason or "error" in choice:
                    self._ending = True
                    # gateways put an error beside the last words, with finish reason "error"
                    raise_error_object(choice)
                    raise_error_object(body)
                    yield from _finish(reason)
        raise_error_object(body)
        # most chunks have neither; what some servers call it otherwise comes at the end
        if body.get("usage") or self._ending or "x_groq" in body or not body.get("choices"):
            yield from usage_in(body)

    def whole(self, body: JsonObject) -> Iterator[Event]:
        self._ending = True
        yield from self.read(body, "")
        if not rows_of(body.get("choices")):
            raise StreamError("protocol", "the answer has no choices in it")

    def _deltas(self, choice: JsonObject) -> Iterator[Event]:
        delta = choice.get("delta")
        if isinstance(delta, dict):
            self._spoken = self._spoken or bool(delta.get("content"))
            yield from _deltas(delta)
        elif not self._spoken:
            # an answer in one piece; after deltas it would only repeat them
            yield from _deltas(table_of(choice.get("message")))


def _deltas(delta: JsonObject) -> Iterator[Delta]:
    content = delta.get("content")
    if len(delta) == 1 and isinstance(content, str):
        # nearly every chunk of nearly every server
        if content:
            yield Delta("answer", content)
        return
    # compatible servers spell reasoning in one of two ways, some in both at once
    reasoning = text_of(delta.get("reasoning_content")) or text_of(delta.get("reasoning"))
    if reasoning:
        yield Delta("reasoning", reasoning)
    if isinstance(content, list):
        yield from _parts(rows_of(content))
    elif text := text_of(content):
        yield Delta("answer", text)
    if refusal := text_of(delta.get("refusal")):
        yield Delta("refusal", refusal)
    calls = [table_of(call.get("function")) for call in rows_of(delta.get("tool_calls"))]
    for function in [*calls, table_of(delta.get("function_call"))]:
        if arguments := text_of(function.get("arguments")):
            yield Delta("tool", arguments)


def _parts(parts: list[JsonObject]) -> Iterator[Delta]:
    """Content as a list of typed parts, as Mistral's reasoning models send it."""
    for part in parts:
        thinking = part.get("thinking")
        if isinstance(thinking, list):
            thinking = "".join(text_of(row.get("text")) for row in rows_of(thinking))
        if text := text_of(thinking):
            yield Delta("reasoning", text)
        elif text := text_of(part.get("text")):
            yield Delta("answer", text)


def _finish(reason: object) -> Iterator[Event]:
    if not isinstance(reason, str) or not reason:
        return
    if reason == "error":
        raise StreamError(
            "server", "the provider ended the answer with finish reason 'error'", retryable=True
        )
    word = reason.lower()
    if word in _EARLY:
        yield Finish(reason, Status.INCOMPLETE)
    elif word in _FILTERED:
        yield Finish(reason, Status.FILTERED)
    else:
        yield Finish(reason, Status.DONE)


class ChatProvider(OpenAiProvider):
    """Streams from `POST {base_url}/chat/completions`."""

    reader = ChatReader

    def _open(
        self, client: Any, spec: StreamSpec, forms: frozenset[Form]
    ) -> AbstractAsyncContextManager[Any]:
        body: dict[str, object] = {
            "temperature": spec.temperature,
            "top_p": spec.top_p,
            "seed": spec.seed,
            "stop": list(spec.stop) or None,
            "reasoning_effort": spec.reasoning_effort,
            self._limit_name(forms): spec.max_tokens,
        }
        if spec.stream and "no_stream_options" not in forms:
            body["stream_options"] = {"include_usage": True}
        body = {name: value for name, value in body.items() if value is not None}
        messages = list(spec.messages)
        if spec.system is not None:
            messages.insert(0, {"role": "system", "content": spec.system})
        create = client.chat.completions.with_streaming_response.create
        opened: AbstractAsyncContextManager[Any] = create(
            model=spec.model,
            messages=messages,
            stream=spec.stream,
            extra_body={**body, **spec.params},
        )
        return opened

    def _has(self, form: Form, spec: StreamSpec, forms: frozenset[Form]) -> bool:
        if form == "no_stream_options":
            return spec.stream and "stream_options" not in spec.params
        # asked for both ways round, a server would be asked in turns
        tried = forms & {"max_tokens", "max_completion_tokens"}
        return spec.max_tokens is not None and not tried and form != self._limit_name(forms)

    def _limit_name(self, forms: frozenset[Form]) -> str:
        """OpenAI's reasoning models refuse `max_tokens`; most compatible servers know no other."""
        newer = self.host.endswith("openai.com")
        if "max_completion_tokens" in forms:
            newer = True
        elif "max_tokens" in forms:
            newer = False
        return "max_completion_tokens" if newer else "max_tokens"
