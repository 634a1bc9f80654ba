"""The Responses dialect: a response object first and last, and items in between."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from streamdash.demo.dialect import (
    NUMBER_SLOT,
    TEXT_SLOT,
    Brief,
    Dialect,
    cut,
    encode,
    event_frame,
)
from streamdash.demo.openai_errors import headers, missing, model_of, rejected
from streamdash.demo.question import Question, input_tokens, last_user_text, limit_of, text_of
from streamdash.demo.response_input import check_items
from streamdash.demo.response_items import Item, open_item

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.events import Channel

_INCOMPLETE = {"length": "max_output_tokens", "filter": "content_filter"}


def read(body: Mapping[str, object]) -> Question:
    """Read a request to /v1/responses."""
    model = model_of(body)
    items = body.get("input")
    if isinstance(items, str):
        items = [{"role": "user", "content": items}]
    if not isinstance(items, list) or not items:
        raise missing("input")
    check_items(items)
    return Question(
        model=model,
        prompt=last_user_text(items),
        input_tokens=input_tokens(items, text_of(body.get("instructions"))),
        limit=limit_of(body, "max_output_tokens"),
        stream=body.get("stream") is True,
        body=body,
    )


class _Ending(NamedTuple):
    """A finish in this dialect: the response's status, and the reason if it is incomplete."""

    status: str
    reason: str | None


def _ending(finish: str | None) -> _Ending:
    if finish in ("stop", "tool", "refusal", "completed"):
        return _Ending("completed", None)
    return _Ending("incomplete", _INCOMPLETE.get(finish or "", finish))


class ResponseAnswer:
    """One response, as events or as a whole."""

    def __init__(self, brief: Brief) -> None:
        self._brief = brief
        self._id = brief.new_id("resp_", 48)
        self._ending = _ending(brief.script.finish)
        self._number = 0
        self._done: list[Mapping[str, object]] = []
        self._item: Item | None = None
        self._around: list[bytes] = []

    def _event(self, kind: str, fields: Mapping[str, object]) -> bytes:
        number = self._number
        self._number += 1
        return event_frame({"type": kind, "sequence_number": number, **fields})

    def _response(self, status: str) -> dict[str, object]:
        body = self._brief.question.body
        over = status != "in_progress"
        incomplete = {"reason": self._ending.reason} if status == "incomplete" else None
        return {
            "id": self._id,
            "object": "response",
            "created_at": self._brief.created,
            "status": status,
            "background": False,
            "completed_at": int(time.time()) if status == "completed" else None,
            "error": None,
            "incomplete_details": incomplete,
            "instructions": body.get("instructions"),
            "max_output_tokens": body.get("max_output_tokens"),
            "metadata": {},
            "model": self._brief.question.model,
            "output": self._done if over else [],
            "parallel_tool_calls": True,
            "previous_response_id": None,
            "reasoning": body.get("reasoning") or {"effort": None, "summary": None},
            "service_tier": "default",
            "store": body.get("store", True),
            "temperature": body.get("temperature", 1.0),
            "text": body.get("text") or {"format": {"type": "text"}},
            "tool_choice": body.get("tool_choice", "auto"),
            "tools": body.get("tools") or [],
            "top_p": body.get("top_p", 1.0),
            "truncation": "disabled",
            "usage": self._usage() if over else None,
            "user": None,
        }

    def _usage(self) -> dict[str, object]:
        tokens = self._brief.tokens
        return {
            "input_tokens": tokens.input,
            "input_tokens_details": {"cached_tokens": tokens.cached, "cache_write_tokens": 0},
            "output_tokens": tokens.output,
            "output_tokens_details": {"reasoning_tokens": tokens.reasoning},
            "total_tokens": tokens.input + tokens.output,
        }

    def opening(self) -> list[bytes]:
        """The empty response twice, as created and as in progress."""
        response = {"response": self._response("in_progress")}
        return [
            self._event("response.created", response),
            self._event("response.in_progress", response),
        ]

    def delta(self, channel: Channel, text: str) -> list[bytes]:
        """One delta; a change of channel first ends the open item and starts another."""
        frames: list[bytes] = []
        if self._item is None or self._item.channel != channel:
            frames = self._close("completed")
            self._item = open_item(channel, len(self._done), self._brief)
            frames += [self._event(*event) for event in self._item.started()]
            self._around = cut(
                event_frame(
                    {
                        "type": self._item.delta_type,
                        "sequence_number": NUMBER_SLOT,
                        **self._item.place,
                        "delta": TEXT_SLOT,
                        **self._item.extra,
                    }
                )
            )
        self._item.texts.append(text)
        start, middle, end = self._around
        frames.append(b"%b%d%b%b%b" % (start, self._number, middle, encode(text), end))
        self._number += 1
        return frames

    def _close(self, status: str) -> list[bytes]:
        """End the open item, if any, and add it to the final response."""
        item, self._item = self._item, None
        if item is None:
            return []
        frames = [self._event(*event) for event in item.ended(status)]
        self._done.append(item.written(status))
        return frames

    def ping(self) -> bytes:
        """A comment, which gateways send to keep a connection alive."""
        return b": keep-alive\n\n"

    def closing(self) -> list[bytes]:
        """The end of the last item, and the whole response with its usage."""
        status = self._ending.status
        frames = self._close(status)
        if self._brief.script.finish is None:
            return []
        return [*frames, self._event(f"response.{status}", {"response": self._response(status)})]

    def whole(self) -> bytes:
        """A `response` object."""
        return encode(self._response(self._ending.status))


RESPONSES = Dialect(
    api="openai-responses",
    path="/v1/responses",
    read=read,
    answer=ResponseAnswer,
    rejected=rejected,
    headers=headers,
)
