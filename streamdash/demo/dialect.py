"""What every dialect of the server's has: a path, a reader of requests, writers of answers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from streamdash.demo.question import Question
    from streamdash.demo.script import Count, Rejection, Script
    from streamdash.streams.events import Channel
    from streamdash.streams.spec import Api

_ALPHABET = "0123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
NUMBER_SLOT, TEXT_SLOT = "\0number", "\0text"
"""Stand in a frame for what differs from delta to delta."""
_SLOT = re.compile(rb'"\\u0000(?:number|text)"')
_plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_escaped = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class Brief(NamedTuple):
    """All that an answer's writer needs to know."""

    question: Question
    script: Script
    tokens: Count
    created: int
    """Seconds since 1970."""
    ids: Random
    """Where ids come from."""

    def new_id(self, prefix: str, length: int = 24) -> str:
        """An id in the dialects' look, such as `msg_4fW...`."""
        return prefix + "".join(self.ids.choices(_ALPHABET, k=length))


class Answer(Protocol):
    """Writes one answer: each item of a returned list is one event, whole, ready to be sent."""

    def opening(self) -> list[bytes]:
        """What comes before the first text."""

    def delta(self, channel: Channel, text: str) -> list[bytes]:
        """A piece of text, with the events that a change of channel needs before it."""

    def ping(self) -> bytes:
        """A sign of life without content."""

    def closing(self) -> list[bytes]:
        """What comes after the last text, to the terminal marker."""

    def whole(self) -> bytes:
        """All of it as one JSON body, after the deltas and the closing were taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One API as it is spoken on the wire."""

    api: Api
    path: str
    read: Callable[[Mapping[str, object]], Question]
    """Raises Rejection for a request that the API would not take."""
    answer: Callable[[Brief], Answer]
    rejected: Callable[[Rejection, str], bytes]
    """The error body for a rejection and a request id."""
    headers: Callable[[str, float], Mapping[str, str]]
    """The response headers for a request id and the seconds the answer took to begin."""
    request_id_prefix: str = "req_"


def encode(value: object) -> bytes:
    """Compact JSON; a lone half of a surrogate pair, which UTF-8 cannot carry, is escaped."""
    try:
        return _plain(value).encode()
    except UnicodeEncodeError:
        return _escaped(value).encode()


def data_frame(value: object) -> bytes:
    """One event without a name."""
    return b"data: " + encode(value) + b"\n\n"


def event_frame(value: Mapping[str, object]) -> bytes:
    """One event named by its `type`."""
    return b"event: " + str(value["type"]).encode() + b"\n" + data_frame(value)


def cut(frame: bytes) -> list[bytes]:
    """The parts of a frame around its slots: made once, a delta's frame is then a join."""
    return _SLOT.split(frame)
