"""What the server saw of one request and when: the other side's truth for tests."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True, kw_only=True, eq=False)
class Received:
    """One request; times are seconds on the server's clock, None until it happens."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    """As received; the names are found in any case."""
    received_at: float
    """All request headers were read."""
    body: object = None
    """The decoded JSON, or the bytes where it is none."""
    status: int | None = None
    """The answer's HTTP status."""
    request_id: str = ""
    opened_at: float | None = None
    """The response headers were written."""
    first_delta_at: float | None = None
    """Stamped just before the first text is written."""
    last_delta_at: float | None = None
    deltas: int = 0
    ended_at: float | None = None
    """Everything was written."""
    closed_by_client_at: float | None = None
    """The client had closed the connection before that."""
    spoke: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    """Set as the first text is written."""
    over: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    """Set when nothing more is going to happen."""
