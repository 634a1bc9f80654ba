"""The interface of a dialect: its path, how it reads requests, and how it writes answers."""

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
"""Placeholders in a frame for the values that differ from delta to delta."""
_SLOT = re.compile(rb'"\\u0000(?:number|text)"')
_plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_escaped = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class Brief(NamedTuple):
    """Everything that an `Answer` is made from."""

    question: Question
    script: Script
    tokens: Count
    created: int
    """Seconds since 1970."""
    ids: Random
    """The source of ids."""

    def new_id(self, prefix: str, length: int = 24) -> str:
        """A new id, such as `msg_4fW...`."""
        return prefix + "".join(self.ids.choices(_ALPHABET, k=length))


class Answer(Protocol):
    """Writes one answer; each item of a returned list is one event, ready to be sent."""

    def opening(self) -> list[bytes]:
        """The events before the first text."""

    def delta(self, channel: Channel, text: str) -> list[bytes]:
        """A piece of text, after the events that a change of channel needs."""

    def ping(self) -> bytes:
        """An event or comment without content."""

    def closing(self) -> list[bytes]:
        """The events after the last text, up to the terminal marker."""

    def whole(self) -> bytes:
        """The answer as one JSON body; called after all deltas and `closing`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One API on the wire."""

    api: Api
    path: str
    read: Callable[[Mapping[str, object]], Question]
    """Raises Rejection for a request that the API would refuse."""
    answer: Callable[[Brief], Answer]
    rejected: Callable[[Rejection, str], bytes]
    """The error body for a rejection and a request id."""
    headers: Callable[[str, float], Mapping[str, str]]
    """The response headers for a request id and the seconds until the answer begins."""
    request_id_prefix: str = "req_"


def encode(value: object) -> bytes:
    """Compact JSON; half of a surrogate pair, which UTF-8 cannot encode, makes it all ASCII."""
    try:
        return _plain(value).encode()
    except UnicodeEncodeError:
        return _escaped(value).encode()


def data_frame(value: object) -> bytes:
    """An event without a name."""
    return b"data: " + encode(value) + b"\n\n"


def event_frame(value: Mapping[str, object]) -> bytes:
    """An event named by its `type`."""
    return b"event: " + str(value["type"]).encode() + b"\n" + data_frame(value)


def cut(frame: bytes) -> list[bytes]:
    """The parts of a frame around its placeholders, from which the frames of deltas are joined."""
    return _SLOT.split(frame)
