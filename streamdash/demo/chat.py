"""The Chat Completions dialect: chunks with deltas, a usage chunk without choices, `[DONE]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.demo.dialect import TEXT_SLOT, Brief, Dialect, cut, data_frame, encode
from streamdash.demo.openai_errors import headers, missing, model_of, rejected
from streamdash.demo.question import Question, input_tokens, last_user_text, limit_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.events import Channel

_FINISH = {"tool": "tool_calls", "filter": "content_filter", "refusal": "stop"}
_FINGERPRINT = "fp_streamdash"
_KEYS: dict[Channel, str] = {
    "answer": "content",
    "reasoning": "reasoning_content",
    "refusal": "refusal",
}


def read(body: Mapping[str, object]) -> Question:
    """Read a request to /v1/chat/completions."""
    model = model_of(body)
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise missing("messages")
    options = body.get("stream_options")
    return Question(
        model=model,
        prompt=last_user_text(messages),
        input_tokens=input_tokens(messages),
        limit=limit_of(body, "max_completion_tokens", "max_tokens"),
        stream=body.get("stream") is True,
        include_usage=isinstance(options, dict) and options.get("include_usage") is True,
        body=body,
    )


class ChatAnswer:
    """One chat completion, as chunks or as a whole."""

    def __init__(self, brief: Brief) -> None:
        self._brief = brief
        self._id = brief.new_id("chatcmpl-", 29)
        self._finish = brief.script.finish
        self._texts: dict[str, list[str]] = {}
        self._calls: list[dict[str, object]] = []
        self._arguments: list[list[str]] = []
        self._channel: Channel | None = None
        self._around: list[bytes] = []

    def _chunk(self, delta: Mapping[str, object], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return self._bare([choice], None)

    def _bare(self, choices: list[object], usage: object) -> bytes:
        chunk: dict[str, object] = {
            "id": self._id,
            "object": "chat.completion.chunk",
            "created": self._brief.created,
            "model": self._brief.question.model,
            "service_tier": "default",
            "system_fingerprint": _FINGERPRINT,
            "choices": choices,
        }
        if self._brief.question.include_usage:
            chunk["usage"] = usage
        return data_frame(chunk)

    def opening(self) -> list[bytes]:
        """The chunk that names the role and has no text."""
        content = None if self._brief.script.first_channel == "tool" else ""
        return [self._chunk({"role": "assistant", "content": content, "refusal": None})]

    def delta(self, channel: Channel, text: str) -> list[bytes]:
        """One chunk; the first one of a tool call comes after a chunk with its id and name."""
        frames: list[bytes] = []
        if channel != self._channel:
            frames = self._turn_to(channel)
        if channel == "tool":
            self._arguments[-1].append(text)
        else:
            self._texts[_KEYS[channel]].append(text)
        before, after = self._around
        frames.append(before + encode(text) + after)
        return frames

    def _turn_to(self, channel: Channel) -> list[bytes]:
        self._channel = channel
        if channel != "tool":
            self._texts.setdefault(_KEYS[channel], [])
            self._around = cut(self._chunk({_KEYS[channel]: TEXT_SLOT}))
            return []
        index = len(self._calls)
        call: dict[str, object] = {"id": self._brief.new_id("call_"), "type": "function"}
        name = self._brief.script.tool
        self._calls.append({**call, "function": {"name": name, "arguments": ""}})
        self._arguments.append([])
        head = {"index": index, **self._calls[-1]}
        piece = {"index": index, "function": {"arguments": TEXT_SLOT}}
        self._around = cut(self._chunk({"tool_calls": [piece]}))
        return [self._chunk({"tool_calls": [head]})]

    def ping(self) -> bytes:
        """A comment, which gateways send to keep a connection alive."""
        return b": keep-alive\n\n"

    def _finish_word(self) -> str | None:
        return None if self._finish is None else _FINISH.get(self._finish, self._finish)

    def closing(self) -> list[bytes]:
        """The finish chunk, the usage chunk if the request wants it, and the marker."""
        if self._finish is None:
            return []
        frames = [self._chunk({}, self._finish_word())]
        if self._brief.question.include_usage:
            frames.append(self._bare([], self._usage()))
        frames.append(b"data: [DONE]\n\n")
        return frames

    def _usage(self) -> dict[str, object]:
        tokens = self._brief.tokens
        return {
            "prompt_tokens": tokens.input,
            "completion_tokens": tokens.output,
            "total_tokens": tokens.input + tokens.output,
            "prompt_tokens_details": {"cached_tokens": tokens.cached, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": tokens.reasoning,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }

    def whole(self) -> bytes:
        """A `chat.completion` object."""
        fields = {key: "".join(texts) for key, texts in self._texts.items()}
        message: dict[str, object] = {
            "role": "assistant",
            "content": None if fields.keys() <= {"refusal"} and (fields or self._calls) else "",
            "refusal": None,
            "annotations": [],
            **fields,
        }
        if self._calls:
            name = self._brief.script.tool
            message["tool_calls"] = [
                {**call, "function": {"name": name, "arguments": "".join(arguments)}}
                for call, arguments in zip(self._calls, self._arguments, strict=True)
            ]
        choice = {
            "index": 0,
            "message": message,
            "logprobs": None,
            "finish_reason": self._finish_word(),
        }
        return encode(
            {
                "id": self._id,
                "object": "chat.completion",
                "created": self._brief.created,
                "model": self._brief.question.model,
                "choices": [choice],
                "usage": self._usage(),
                "service_tier": "default",
                "system_fingerprint": _FINGERPRINT,
            }
        )


CHAT = Dialect(
    api="openai",
    path="/v1/chat/completions",
    read=read,
    answer=ChatAnswer,
    rejected=rejected,
    headers=headers,
)
