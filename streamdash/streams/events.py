"""What a provider yields and a stream's state folds: frozen values, one small type each.

A provider yields, per server-sent event, first its `Wire` and then what it means; the transport
adds `Connected` and `Sent`, the runner `Attempt`, `Retry`, `Flag` and `End`. A stream's state is
a fold of these and nothing else, so a recording that keeps them can be played again. Nothing here
carries a time: the reader of the events stamps them.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from streamdash.streams.errors import ErrorInfo

Channel = Literal["answer", "reasoning", "refusal", "tool"]


class Status(StrEnum):
    """Where a stream stands; the last seven are final."""

    QUEUED = "queued"
    CONNECTING = "connecting"
    WAITING = "waiting"
    STREAMING = "streaming"
    RETRYING = "retrying"
    DONE = "done"
    INCOMPLETE = "incomplete"
    FILTERED = "filtered"
    TRUNCATED = "truncated"
    FAILED = "failed"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        return self in _FINAL

    @property
    def ended_well(self) -> bool:
        return self in ENDED_WELL


_FINAL = frozenset(
    {
        Status.DONE,
        Status.INCOMPLETE,
        Status.FILTERED,
        Status.TRUNCATED,
        Status.FAILED,
        Status.TIMEOUT,
        Status.CANCELLED,
    }
)
ENDED_WELL = frozenset({Status.DONE, Status.INCOMPLETE})
"""The ends whose answer counts: its numbers are compared, and a follow-up sends it on.

`incomplete` is one of them, because the provider itself stopped at a limit. Every other end cut
the answer. A status written as a plain string can be looked up here too.
"""


class Connected(NamedTuple):
    """A connection stands; the request is not yet written. Durations in seconds."""

    reused: bool
    dns_s: float | None = None
    connect_s: float | None = None
    """Name lookup, TCP and TLS together; None for a reused connection."""


class Sent(NamedTuple):
    """The request's first byte leaves now: every time of the attempt counts from here."""


class Headers(NamedTuple):
    """The response's headers arrived."""

    http_status: int
    request_id: str | None
    content_type: str


class Wire(NamedTuple):
    """One server-sent event as it came, before any meaning is given to it."""

    type: str
    """The event's own name for itself: `type`, else `object`, else `event:`'s value."""
    raw: str | None
    """What it carried, as it came; None in a replay, as recordings keep the name only."""
    chunk: bool = True
    """False for what carries no data, such as the `[DONE]` marker."""

    def decoded(self) -> object:
        """The JSON value that it carried, or the text where it is none (`[DONE]`)."""
        try:
            return None if self.raw is None else json.loads(self.raw)
        except (ValueError, RecursionError):
            return self.raw


class Delta(NamedTuple):
    """Generated text, never empty."""

    channel: Channel
    text: str


class Identity(NamedTuple):
    """Who answered, as the answer says; None where it does not say."""

    response_id: str | None
    response_model: str | None


class Usage(NamedTuple):
    """The provider's own count; None keeps what is known.

    `output` holds the reasoning tokens. `input` holds the `cached` ones (read from a prompt cache)
    and the `cache_write` ones, but in the Messages dialect, which counts all three apart.
    `cache_write` holds `cache_write_1h`, those that were written for an hour.
    """

    input: int | None = None
    output: int | None = None
    reasoning: int | None = None
    cached: int | None = None
    cache_write: int | None = None
    cache_write_1h: int | None = None


class Finish(NamedTuple):
    """The provider said why it stopped, in its own word."""

    reason: str
    outcome: Status
    """`DONE`, `INCOMPLETE` or `FILTERED`; `FAILED` where the word itself is an error."""


class Terminal(NamedTuple):
    """The dialect's last event came: nothing follows it."""


class Attempt(NamedTuple):
    """One HTTP request begins; a retry is a new attempt. Counted from 1."""

    number: int


class Retry(NamedTuple):
    """The attempt failed and another one starts after `wait_s` seconds."""

    wait_s: float
    error: ErrorInfo


class Flag(NamedTuple):
    """A mark on the stream's numbers, shown with the results."""

    name: str


class End(NamedTuple):
    """The stream is over; `status` is final."""

    status: Status
    error: ErrorInfo | None = None


Event: TypeAlias = (
    Attempt
    | Connected
    | Sent
    | Headers
    | Wire
    | Delta
    | Identity
    | Usage
    | Finish
    | Terminal
    | Retry
    | Flag
    | End
)
