"""The events of the three dialects, as the bytes that their servers send."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.streams.spec import Api

Outcome = Literal["stop", "length", "filter"]

DONE = b"data: [DONE]\n\n"


def event(body: object, name: str | None = None) -> bytes:
    """One server-sent event; a `str` or `bytes` body goes out as it is."""
    if isinstance(body, bytes):
        data = body
    elif isinstance(body, str):
        data = body.encode()
    else:
        data = json.dumps(body, ensure_ascii=False).encode()
    start = b"" if name is None else f"event: {name}\n".encode()
    return start + b"data: " + data + b"\n\n"


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """The parts of a healthy server's answer; `healthy` joins them."""

    api: Api
    reason: dict[Outcome, str]
    """The dialect's own words for how an answer ends."""

    @property
    def begin(self) -> bytes:
        """Everything before the first delta, no delta in it."""
        raise NotImplementedError

    def say(self, text: str) -> bytes:
        raise NotImplementedError

    def think(self, text: str) -> bytes:
        raise NotImplementedError

    def call(self, arguments: str) -> bytes:
        """A piece of a tool call's arguments."""
        raise NotImplementedError

    def finish(self, outcome: Outcome = "stop") -> bytes:
        """The finish reason; empty where the terminal marker is what carries it."""
        raise NotImplementedError

    def end(self, outcome: Outcome = "stop") -> bytes:
        """The terminal marker."""
        raise NotImplementedError

    def fail(self, kind: str, message: str) -> bytes:
        """The dialect's error object in the middle of a stream."""
        raise NotImplementedError

    def whole(self, text: str, outcome: Outcome = "stop") -> dict[str, object]:
        """The answer as one JSON object."""
        raise NotImplementedError

    def says(self, texts: Iterable[str]) -> bytes:
        return b"".join(map(self.say, texts))

    def healthy(self, *texts: str, outcome: Outcome = "stop") -> bytes:
        """A whole answer, every event of it."""
        return self.begin + self.says(texts) + self.finish(outcome) + self.end(outcome)


class Chat(Dialect):
    def _chunk(self, delta: object, finish_reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        return event(
            {"id": "c-1", "object": "chat.completion.chunk", "model": "m-1", "choices": [choice]}
        )

    @property
    def begin(self) -> bytes:
        return self._chunk({"role": "assistant", "content": ""})

    def say(self, text: str) -> bytes:
        return self._chunk({"content": text})

    def think(self, text: str) -> bytes:
        return self._chunk({"reasoning_content": text})

    def call(self, arguments: str) -> bytes:
        return self._chunk({"tool_calls": [{"index": 0, "function": {"arguments": arguments}}]})

    def finish(self, outcome: Outcome = "stop") -> bytes:
        return self._chunk({}, self.reason[outcome])

    def end(self, outcome: Outcome = "stop") -> bytes:
        usage = {"prompt_tokens": 3, "completion_tokens": 7, "total_tokens": 10}
        return event({"id": "c-1", "model": "m-1", "choices": [], "usage": usage}) + DONE

    def fail(self, kind: str, message: str) -> bytes:
        return event({"error": {"type": kind, "code": None, "message": message}})

    def whole(self, text: str, outcome: Outcome = "stop") -> dict[str, object]:
        message = {"role": "assistant", "content": text}
        return {
            "id": "c-1",
            "object": "chat.completion",
            "model": "m-1",
            "choices": [{"index": 0, "message": message, "finish_reason": self.reason[outcome]}],
            "usage": {"prompt_tokens": 3, "completion_tokens": 7},
        }


class Responses(Dialect):
    def _named(self, name: str, **fields: object) -> bytes:
        return event({"type": name, **fields}, name)

    @property
    def begin(self) -> bytes:
        started = {"id": "r-1", "model": "m-1", "status": "in_progress", "output": []}
        item = {"type": "message", "role": "assistant", "content": []}
        return (
            self._named("response.created", response=started)
            + self._named("response.in_progress", response=started)
            + self._named("response.output_item.added", output_index=0, item=item)
            + self._named("response.content_part.added", part={"type": "output_text", "text": ""})
        )

    def say(self, text: str) -> bytes:
        return self._named("response.output_text.delta", output_index=0, delta=text)

    def think(self, text: str) -> bytes:
        return self._named("response.reasoning_summary_text.delta", delta=text)

    def call(self, arguments: str) -> bytes:
        return self._named("response.function_call_arguments.delta", delta=arguments)

    def finish(self, outcome: Outcome = "stop") -> bytes:
        return b""

    def end(self, outcome: Outcome = "stop") -> bytes:
        response: dict[str, object] = {
            "id": "r-1",
            "model": "m-1",
            "status": "completed",
            "error": None,
            "usage": {"input_tokens": 3, "output_tokens": 7},
        }
        if outcome != "stop":
            response |= {
                "status": "incomplete",
                "incomplete_details": {"reason": self.reason[outcome]},
            }
        return self._named(f"response.{response['status']}", response=response)

    def fail(self, kind: str, message: str) -> bytes:
        return self._named("error", code=kind, message=message, param=None)

    def whole(self, text: str, outcome: Outcome = "stop") -> dict[str, object]:
        content = [{"type": "output_text", "text": text, "annotations": []}]
        response: dict[str, object] = {
            "id": "r-1",
            "object": "response",
            "model": "m-1",
            "status": "completed",
            "error": None,
            "output": [{"type": "message", "role": "assistant", "content": content}],
            "usage": {"input_tokens": 3, "output_tokens": 7},
        }
        if outcome != "stop":
            response |= {
                "status": "incomplete",
                "incomplete_details": {"reason": self.reason[outcome]},
            }
        return response


class Messages(Dialect):
    def _named(self, name: str, **fields: object) -> bytes:
        return event({"type": name, **fields}, name)

    def _delta(self, kind: str, field: str, text: str) -> bytes:
        return self._named("content_block_delta", index=0, delta={"type": kind, field: text})

    @property
    def begin(self) -> bytes:
        usage = {"input_tokens": 3, "output_tokens": 1}
        message = {"id": "a-1", "model": "m-1", "role": "assistant", "content": [], "usage": usage}
        block = {"type": "text", "text": ""}
        return (
            self._named("message_start", message=message)
            + self._named("content_block_start", index=0, content_block=block)
            + self._named("ping")
        )

    def say(self, text: str) -> bytes:
        return self._delta("text_delta", "text", text)

    def think(self, text: str) -> bytes:
        return self._delta("thinking_delta", "thinking", text)

    def call(self, arguments: str) -> bytes:
        return self._delta("input_json_delta", "partial_json", arguments)

    def finish(self, outcome: Outcome = "stop") -> bytes:
        return self._named("content_block_stop", index=0) + self._named(
            "message_delta",
            delta={"stop_reason": self.reason[outcome], "stop_sequence": None},
            usage={"output_tokens": 7},
        )

    def end(self, outcome: Outcome = "stop") -> bytes:
        return self._named("message_stop")

    def fail(self, kind: str, message: str) -> bytes:
        return self._named("error", error={"type": kind, "message": message})

    def whole(self, text: str, outcome: Outcome = "stop") -> dict[str, object]:
        return {
            "id": "a-1",
            "type": "message",
            "role": "assistant",
            "model": "m-1",
            "content": [{"type": "text", "text": text}],
            "stop_reason": self.reason[outcome],
            "usage": {"input_tokens": 3, "output_tokens": 7},
        }


CHAT = Chat("openai", {"stop": "stop", "length": "length", "filter": "content_filter"})
RESPONSES = Responses(
    "openai-responses",
    {"stop": "completed", "length": "max_output_tokens", "filter": "content_filter"},
)
MESSAGES = Messages("anthropic", {"stop": "end_turn", "length": "max_tokens", "filter": "refusal"})
DIALECTS: tuple[Dialect, ...] = (CHAT, RESPONSES, MESSAGES)
