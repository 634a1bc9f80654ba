"""The OpenAI Chat Completions dialect, with the variations of compatible servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from streamdash.providers.answer.chat_choices import Choices, index_of
from streamdash.providers.answer.finish_reasons import finish_events
from streamdash.providers.answer.paragraphs import Paragraphs
from streamdash.providers.answer.reasoning import (
    REASONING_FIELDS,
    RepeatFilter,
    is_thought,
    reasoning_of,
)
from streamdash.providers.answer.tool_arguments import call_texts
from streamdash.providers.answer.usage import usage_in
from streamdash.providers.json_fields import JsonObject, rows_of, table_of, text_of
from streamdash.providers.openai_sdk import OpenAiProvider, new_client
from streamdash.providers.prompt_front import PromptFields
from streamdash.providers.sdk_provider import without_none
from streamdash.providers.wire.wire_reader import raise_error_object
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Delta, Event, Identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import httpx2

    from streamdash.providers.answer.chat_choices import Key
    from streamdash.providers.sdk_provider import SendRequest
    from streamdash.streams.errors import Form
    from streamdash.streams.provider import AttemptContext
    from streamdash.streams.spec import StreamSpec

_SERVER_TOOLS = "executed_tools"
"""Tools that the server itself has run; they are not part of the answer."""
_TOOL_FIELDS = ("tool_calls", "function_call", _SERVER_TOOLS)


class ChatReader:
    """Reads chat completion chunks: deltas, a finish reason, usage."""

    def __init__(self, choices: int = 1) -> None:
        self.over = False
        self._choices = Choices(choices)
        self._texts = ChoiceTexts()
        self._ending = False
        self._id: object = None
        self._model: object = None

    def read(self, body: JsonObject, name: str) -> Iterator[Event]:
        if body.get("id") != self._id or body.get("model") != self._model:
            self._id, self._model = body.get("id"), body.get("model")
            yield Identity(text_of(self._id) or None, text_of(self._model) or None)
        choices = rows_of(body.get("choices"))
        if len(choices) > 1:
            yield from self._several(choices)
        elif choices:
            choice = choices[0]
            if choice.get("index") == self._choices.direct and not choice.get("finish_reason"):
                yield from self._texts.of(choice)
                if "error" in choice:
                    raise_error_object(choice)
            else:
                yield from self._sorted(choice, index_of(choice.get("index")), body)
        raise_error_object(body)
        # usage under other names comes at the end, so most chunks need no search for it
        if body.get("usage") or self._ending or "x_groq" in body or not body.get("choices"):
            yield from usage_in(body)

    def rest(self) -> Iterator[Event]:
        """Events of other choices, held back until the end of the answer."""
        yield from self._choices.rest()

    def whole(self, body: JsonObject) -> Iterator[Event]:
        self._ending = True
        yield from self.read(body, "")
        yield from self.rest()
        if not rows_of(body.get("choices")):
            raise StreamError("protocol", "the answer has no choices in it")

    def _several(self, choices: list[JsonObject]) -> Iterator[Event]:
        """The events of a chunk with several choices, the lowest index first."""
        keys = [index_of(choice.get("index")) for choice in choices]
        if len({key for key in keys if key is not None}) < 2 and None in keys:
            keys = list(range(len(choices)))
        if len(set(keys)) > 1:
            yield from self._choices.note_several()
        numbered = list(zip(keys, choices, strict=True))
        if all(isinstance(key, int) for key in keys):
            numbered.sort(key=lambda pair: int(pair[0] or 0))
        for key, choice in numbered:
            yield from self._sorted(choice, key, choice)

    def _sorted(self, choice: JsonObject, key: Key, body: JsonObject) -> Iterator[Event]:
        """The events of one choice, sorted by `Choices`."""
        events: list[Event] = []
        try:
            # `extend` keeps the events that came before an error
            events.extend(self._texts.of(choice))
            if not events and "role" in table_of(choice.get("delta")):
                self._choices.announce(key)
            reason = choice.get("finish_reason")
            if reason or "error" in choice:
                self._ending = True
                # gateways put an error into the last chunk, with finish reason "error"
                raise_error_object(choice)
                raise_error_object(body)
                events.extend(finish_events(reason))
        except StreamError:
            yield from self._choices.take(key, events)
            raise
        yield from self._choices.take(key, events)


class ChoiceTexts:
    """Reads the texts of choices, from deltas or from a whole message."""

    def __init__(self) -> None:
        self._has_answer = False
        self._has_call = False
        self._repeats = RepeatFilter()
        self._paragraphs = Paragraphs()

    def of(self, choice: JsonObject) -> Iterable[Delta]:
        """The deltas of one choice of a chunk."""
        delta = choice.get("delta")
        if isinstance(delta, dict):
            content = delta.get("content")
            if len(delta) == 1 and isinstance(content, str) and not self._paragraphs.breaks:
                # nearly every chunk of nearly every server
                if not content:
                    return ()
                self._has_answer = True
                self._paragraphs.tails["answer"] = content
                return (Delta("answer", content),)
            return self._delta(delta)
        # a whole message; after deltas it would only repeat them
        return () if self._has_answer else self._message(choice)

    def _delta(self, delta: JsonObject) -> Iterator[Delta]:
        for event in self._texts(delta, ""):
            self._has_answer = self._has_answer or event.channel == "answer"
            self._has_call = self._has_call or event.channel == "tool"
            yield event

    def _message(self, choice: JsonObject) -> Iterator[Delta]:
        message = table_of(choice.get("message")) or {"content": choice.get("text")}
        for event in self._texts(message, "message."):
            if event.channel != "tool" or not self._has_call:
                yield event

    def _texts(self, delta: JsonObject, place: str) -> Iterator[Delta]:
        """The texts of a delta or message; `place` is a prefix that separates their fields."""
        content = delta.get("content")
        for name in delta:
            if name in REASONING_FIELDS:
                yield from self._reasoning(place + name, reasoning_of(delta[name]))
        if isinstance(content, str):
            if is_thought(delta):
                yield from self._reasoning(place + "content", content)
            elif content:
                yield Delta("answer", self._paragraphs.join("answer", content))
        elif content is not None:
            yield from self._parts(content, place)
        if refusal := text_of(delta.get("refusal")):
            yield Delta("refusal", refusal)
        for name in _TOOL_FIELDS:
            if name in delta and (calls := delta[name]):
                # text after a tool call begins a paragraph
                self._paragraphs.break_all()
                for text in call_texts(calls) if name != _SERVER_TOOLS else ():
                    yield Delta("tool", text)

    def _reasoning(self, field: str, text: str) -> Iterator[Delta]:
        if text and (new := self._repeats.new_text(field, text)):
            yield Delta("reasoning", self._paragraphs.join("reasoning", new))

    def _parts(self, content: object, place: str) -> Iterator[Delta]:
        """The texts of content in typed parts, as Mistral's reasoning models send it."""
        for part in content if isinstance(content, list) else [content]:
            if not isinstance(part, dict):
                if text := text_of(part):
                    yield Delta("answer", self._paragraphs.join("answer", text))
                continue
            kind = text_of(part.get("type"))
            content_text = part.get("text")
            if is_thought(part) or "thinking" in part or "reason" in kind or "think" in kind:
                yield from self._reasoning(place + "content", reasoning_of(part))
            elif text := text_of(part.get("refusal")):
                yield Delta("refusal", text)
            elif text := text_of(content_text) or text_of(table_of(content_text).get("value")):
                yield Delta("answer", self._paragraphs.join("answer", text))


class ChatProvider(OpenAiProvider):
    """Streams from `POST {base_url}/chat/completions`."""

    reader = ChatReader
    prompt = PromptFields(None, "messages", "text")

    def _reader_for(self, spec: StreamSpec, exchange: AttemptContext) -> ChatReader:
        requested = spec.params.get("n")
        reader = ChatReader(requested if isinstance(requested, int) else 1)
        exchange.held_back = reader.rest
        return reader

    @staticmethod
    def _new_sender(base_url: str, http_client: httpx2.AsyncClient) -> SendRequest:
        client = new_client(base_url, http_client)
        return cast("SendRequest", client.chat.completions.with_streaming_response.create)

    def _fields(self, spec: StreamSpec, forms: frozenset[Form]) -> dict[str, object]:
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
        messages = list(spec.messages)
        if spec.system is not None:
            messages.insert(0, {"role": "system", "content": spec.system})
        return {
            "model": spec.model,
            "messages": messages,
            "stream": spec.stream,
            "extra_body": {**without_none(body), **spec.params},
        }

    def _can_use(self, form: Form, spec: StreamSpec, forms: frozenset[Form]) -> bool:
        if form == "no_stream_options":
            return spec.stream and "stream_options" not in spec.params
        # each form is tried once, or two refusals would alternate for ever
        tried = forms & {"max_tokens", "max_completion_tokens"}
        return spec.max_tokens is not None and not tried and form != self._limit_name(forms)

    def _limit_name(self, forms: frozenset[Form]) -> str:
        """The name of the token limit; few compatible servers know OpenAI's newer one."""
        newer = self.host.endswith("openai.com")
        if "max_completion_tokens" in forms:
            newer = True
        elif "max_tokens" in forms:
            newer = False
        return "max_completion_tokens" if newer else "max_tokens"
