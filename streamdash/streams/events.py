"""The events that a provider yields and a stream's state folds, as frozen values.

For each server-sent event a provider yields its `Wire` and then its meaning. The transport adds
`Connected` and `Sent`, the runner `Attempt`, `Retry`, `Flag` and `End`. A stream's state follows
from these alone, which is why a recording of them can be played again. Events carry no time: the
code that reads them stamps them.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from streamdash.streams.errors import ErrorInfo

Channel = Literal["answer", "reasoning", "refusal", "tool"]


class Status(StrEnum):
    """What a stream is doing, or how it ended: the last seven are final."""

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
    """A connection is open and the request not yet written. Durations are in seconds."""

    reused: bool
    dns_s: float | None = None
    connect_s: float | None = None
    """Name lookup, TCP and TLS together; None if the connection was reused."""


class Sent(NamedTuple):
    """The first byte of the request was sent; every time of the attempt counts from here."""


class Headers(NamedTuple):
    """The response's headers arrived."""

    http_status: int
    request_id: str | None
    content_type: str


class Wire(NamedTuple):
    """One server-sent event as it came, before it is interpreted."""

    type: str
    """Its `type` field, else `object`, else the value of `event:`."""
    raw: str | None
    """Its data, unchanged; None in a replay, because recordings store the type only."""
    chunk: bool = True
    """False if it carries no data, as the `[DONE]` marker does."""

    def decoded(self) -> object:
        """Its data as a JSON value, or as text if it is not JSON (`[DONE]`)."""
        try:
            return None if self.raw is None else json.loads(self.raw)
        except (ValueError, RecursionError):
            return self.raw


class Delta(NamedTuple):
    """Generated text, never empty."""

    channel: Channel
    text: str


class Identity(NamedTuple):
    """The ids in the answer; an id that the server does not give is None."""

    response_id: str | None
    response_model: str | None


class Usage(NamedTuple):
    """The provider's own count of tokens; None leaves an earlier count as it is.

    `output` includes `reasoning`. `input` includes `cached` (read from a prompt cache) and
    `cache_write`, except in the Messages dialect, which counts the three separately.
    `cache_write` includes `cache_write_1h`, the tokens cached for an hour.
    """

    input: int | None = None
    output: int | None = None
    reasoning: int | None = None
    cached: int | None = None
    cache_write: int | None = None
    cache_write_1h: int | None = None


class Finish(NamedTuple):
    """The provider's reason to stop, in its own word."""

    reason: str
    outcome: Status
    """`DONE`, `INCOMPLETE` or `FILTERED`; `FAILED` if the word itself is an error."""


class Terminal(NamedTuple):
    """The dialect's last event, which nothing follows."""


class Attempt(NamedTuple):
    """An HTTP request begins; a retry is a new attempt. `number` counts from 1."""

    number: int


class FreshLine(NamedTuple):
    """The attempt sends this line in front of the prompt, so that no prompt cache can answer it."""

    text: str


class Primed(NamedTuple):
    """A request filled the prompt cache before the stream's first attempt; part of no number.

    It asked what the stream asks, for at most `max_tokens` tokens. `error` is None if it ended
    well.
    """

    took_s: float
    max_tokens: int | None
    usage: Usage
    error: ErrorInfo | None = None


class Retry(NamedTuple):
    """The attempt failed, and the next one starts after `wait_s` seconds."""

    wait_s: float
    error: ErrorInfo


class Flag(NamedTuple):
    """A mark on the stream's numbers: a `FlagName`, or one of `flags.ignored`."""

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
    | FreshLine
    | Primed
    | Retry
    | Flag
    | End
)
