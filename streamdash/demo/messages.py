"""The Messages dialect: content blocks start, grow and stop between two message events."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Literal

from streamdash.demo.dialect import TEXT_SLOT, Brief, Dialect, cut, encode, event_frame
from streamdash.demo.question import Question, input_tokens, last_user_text, limit_of, text_of
from streamdash.demo.script import Rejection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.events import Channel

Block = Literal["text", "thinking", "tool_use"]

_BLOCKS: dict[Channel, Block] = {
    "answer": "text",
    "refusal": "text",
    "reasoning": "thinking",
    "tool": "tool_use",
}
_FINISH = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool": "tool_use",
    "filter": "refusal",
}
_ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}
_PING = event_frame({"type": "ping"})
_SIGNATURE_BYTES = 96


def read(body: Mapping[str, object]) -> Question:
    """Read a request to /v1/messages."""
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise Rejection(400, "model: Field required")
    if body.get("max_tokens") is None:
        raise Rejection(400, "max_tokens: Field required")
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Rejection(400, "messages: at least one message is required")
    return Question(
        model=model,
        prompt=last_user_text(messages),
        input_tokens=input_tokens(messages, text_of(body.get("system"))),
        limit=limit_of(body, "max_tokens"),
        stream=body.get("stream") is True,
        body=body,
    )


def rejected(rejection: Rejection, request_id: str) -> bytes:
    """The body `{"type": "error", "error": {type, message}, "request_id"}`."""
    kind = _ERRORS.get(rejection.status, "api_error" if rejection.status >= 500 else _ERRORS[400])
    error = {"type": kind, "message": rejection.message}
    return encode({"type": "error", "error": error, "request_id": request_id})


def headers(request_id: str, _took_s: float) -> Mapping[str, str]:
    """The header with the request's id."""
    return {"request-id": request_id}


class MessageAnswer:
    """One message, as events or as a whole."""

    def __init__(self, brief: Brief) -> None:
        self._brief = brief
        self._id = brief.new_id("msg_")
        self._content: list[dict[str, object]] = []
        self._texts: list[str] = []
        self._block: Block | None = None
        self._around: list[bytes] = []

    def _message(self, stop_reason: str | None, output_tokens: int) -> dict[str, object]:
        return {
            "id": self._id,
            "type": "message",
            "role": "assistant",
            "model": self._brief.question.model,
            "content": self._content,
            "stop_reason": stop_reason,
            "stop_sequence": None,
            "stop_details": None,
            "usage": {
                **self._input_usage(),
                "output_tokens": output_tokens,
                "service_tier": "standard",
            },
        }

    def _input_usage(self) -> dict[str, object]:
        tokens = self._brief.tokens
        return {
            "input_tokens": tokens.input,
            "cache_creation_input_tokens": tokens.written,
            "cache_creation": {
                "ephemeral_5m_input_tokens": tokens.written,
                "ephemeral_1h_input_tokens": 0,
            },
            "cache_read_input_tokens": tokens.cached,
        }

    def opening(self) -> list[bytes]:
        """The start of the message, the start of its first block, and a ping."""
        frames = [event_frame({"type": "message_start", "message": self._message(None, 1)})]
        first = self._brief.script.first_channel
        if first is not None:
            frames += self._start(_BLOCKS[first])
        frames.append(_PING)
        return frames

    def delta(self, channel: Channel, text: str) -> list[bytes]:
        """One delta; a change of channel first ends the open block and starts another."""
        frames: list[bytes] = []
        block = _BLOCKS[channel]
        if block != self._block:
            frames = [*self._stop(), *self._start(block)]
        self._texts.append(text)
        before, after = self._around
        frames.append(before + encode(text) + after)
        return frames

    def _start(self, block: Block) -> list[bytes]:
        self._block = block
        self._texts = []
        index = len(self._content)
        empty: dict[str, object]
        if block == "text":
            empty, kind, key = {"type": "text", "text": ""}, "text_delta", "text"
        elif block == "thinking":
            empty = {"type": "thinking", "thinking": "", "signature": ""}
            kind, key = "thinking_delta", "thinking"
        else:
            call = {"id": self._brief.new_id("toolu_"), "name": self._brief.script.tool}
            empty = {"type": "tool_use", **call, "input": {}}
            kind, key = "input_json_delta", "partial_json"
        self._content.append(empty)
        self._around = cut(self._grow({"type": kind, key: TEXT_SLOT}))
        start = {"type": "content_block_start", "index": index, "content_block": empty}
        return [event_frame(start)]

    def _grow(self, delta: Mapping[str, object]) -> bytes:
        index = len(self._content) - 1
        return event_frame({"type": "content_block_delta", "index": index, "delta": delta})

    def _stop(self) -> list[bytes]:
        """End the open block, if any, and add its text to the message."""
        if self._block is None:
            return []
        text = "".join(self._texts)
        written = self._content[-1]
        frames: list[bytes] = []
        if self._block == "thinking":
            signature = b64encode(self._brief.ids.randbytes(_SIGNATURE_BYTES)).decode()
            frames.append(self._grow({"type": "signature_delta", "signature": signature}))
            written |= {"thinking": text, "signature": signature}
        elif self._block == "text":
            written["text"] = text
        else:
            written["input"] = _object(text)
        self._block = None
        stop = {"type": "content_block_stop", "index": len(self._content) - 1}
        return [*frames, event_frame(stop)]

    def ping(self) -> bytes:
        """The dialect's `ping` event."""
        return _PING

    def _finish_word(self) -> str | None:
        finish = self._brief.script.finish
        return None if finish is None else _FINISH.get(finish, finish)

    def closing(self) -> list[bytes]:
        """The end of the last block, the stop reason with the cumulative usage, and the end."""
        finish = self._finish_word()
        stopped = self._stop()
        if finish is None:
            return []
        tokens = self._brief.tokens
        usage = {**self._input_usage(), "output_tokens": tokens.output}
        if tokens.reasoning:
            usage["output_tokens_details"] = {"thinking_tokens": tokens.reasoning}
        delta = {"stop_reason": finish, "stop_sequence": None, "stop_details": None}
        return [
            *stopped,
            event_frame({"type": "message_delta", "delta": delta, "usage": usage}),
            event_frame({"type": "message_stop"}),
        ]

    def whole(self) -> bytes:
        """A `message` object."""
        return encode(self._message(self._finish_word(), self._brief.tokens.output))


def _object(text: str) -> object:
    """A tool call's arguments as a JSON value, or `{}` if they were cut off."""
    try:
        return json.loads(text)
    except ValueError:
        return {}


MESSAGES = Dialect(
    api="anthropic",
    path="/v1/messages",
    read=read,
    answer=MessageAnswer,
    rejected=rejected,
    headers=headers,
    request_id_prefix="req_011",
)
