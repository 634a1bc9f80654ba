"""The interface between a runner and the providers, down to their transport."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable

    from streamdash.streams.errors import Form
    from streamdash.streams.events import Event
    from streamdash.streams.redaction.secrets import Secrets
    from streamdash.streams.spec import StreamSpec
    from streamdash.streams.state import StreamState
    from streamdash.streams.timing.start_gate import StartGate


class AttemptContext:
    """State of one attempt that its runner, provider and transport share.

    `emit` takes the events that the transport pushes (`Connected`, `Sent`); all others are yielded
    by the provider. `index` is the stream's place in its run, `state` its state so far, and
    `forms` are the other forms of the request that the server has asked for.
    """

    __slots__ = (
        "answered", "emit", "forms", "fresh_line", "gate", "held_back", "index", "proxy", "secrets",
        "state", "url", "waited_s",
    )  # fmt: skip

    def __init__(
        self,
        emit: Callable[[Event], None],
        index: int = 0,
        gate: StartGate | None = None,
        forms: frozenset[Form] = frozenset(),
        state: StreamState | None = None,
    ) -> None:
        self.emit = emit
        self.state = state
        self.waited_s = 0.0
        """How long the provider waited for more than the server had announced; in no number."""
        self.index = index
        self.gate = gate
        self.forms = forms
        self.fresh_line: str | None = None
        """A line to put in front of the prompt; None if the request is to go as it is."""
        self.held_back: Callable[[], Iterable[Event]] | None = None
        """Returns the events that the provider holds back until the attempt ends, in any way."""
        self.secrets: Secrets | None = None
        """Hidden from all readers of the stream; set, if at all, when `stream` returns."""
        self.proxy = ""
        """The proxy that the request goes through, while it may still cause an error."""
        self.url = ""
        """Where the request was sent; empty before that."""
        self.answered = False
        """Whether a response with a good status came and was accepted as an answer."""

    @property
    def finished(self) -> bool:
        """Whether the provider has given a finish reason and no text after it."""
        return self.state is not None and self.state.finished

    @property
    def chars(self) -> int:
        """The number of characters received on all channels."""
        return 0 if self.state is None else self.state.all_chars

    def through_proxy(self, message: str) -> str:
        """A suffix for an error message that names the proxy; empty if the message already does."""
        named = not self.proxy or f"proxy {self.proxy}" in message
        return "" if named else f" (through the proxy {self.proxy})"

    async def ready(self) -> None:
        """Report an open connection; returns when the request may be written."""
        gate, self.gate = self.gate, None
        if gate is not None:
            gate.count(self.index)
            await gate.passed()

    def leave(self) -> None:
        """End the attempt: emit the events held back; the start gate no longer waits for it."""
        self.release()
        gate, self.gate = self.gate, None
        if gate is not None:
            gate.count(self.index)

    def release(self) -> None:
        """Emit the events that the provider holds back; no more come from the server."""
        held, self.held_back = self.held_back, None
        if held is not None:
            for event in held():
                self.emit(event)


current_exchange: ContextVar[AttemptContext | None] = ContextVar("current_exchange", default=None)
"""The attempt of the running task, which reaches the transport this way through an SDK."""


class Provider(Protocol):
    """The adapter for one dialect at one endpoint."""

    async def warm(self) -> None:
        """Import and try out everything the first request needs, before any clock runs.

        Raises StreamError if no request is possible, for example without a key.
        """

    def stream(self, spec: StreamSpec, exchange: AttemptContext) -> AsyncGenerator[Event, None]:
        """Send one request and yield its events until the answer ends.

        Raises StreamError for every bad end. Closing the generator closes the connection.
        """

    async def aclose(self) -> None:
        """Close all connections."""
