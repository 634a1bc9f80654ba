"""The server's view of one request, with times, for tests to compare with."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True, kw_only=True, eq=False)
class Received:
    """One request. Times are seconds on the server's clock, and None until they come."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    """As received; names are looked up without regard to case."""
    received_at: float
    """When all request headers had been read."""
    body: object = None
    """The decoded JSON, or the bytes if they are not JSON."""
    status: int | None = None
    """The answer's HTTP status."""
    request_id: str = ""
    opened_at: float | None = None
    """When the response headers were written."""
    first_delta_at: float | None = None
    """Just before the first text was written."""
    last_delta_at: float | None = None
    deltas: int = 0
    ended_at: float | None = None
    """When the last byte was written."""
    closed_by_client_at: float | None = None
    """When the client closed the connection, if it did so earlier."""
    begun: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    """Set when the first text is written."""
    over: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    """Set when the request is over."""
