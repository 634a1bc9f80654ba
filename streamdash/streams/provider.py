"""One attempt as runner, provider and transport see it together."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable

    from streamdash.streams.errors import Form
    from streamdash.streams.events import Event
    from streamdash.streams.secrets import Secrets
    from streamdash.streams.spec import StreamSpec
    from streamdash.streams.start_gate import StartGate
    from streamdash.streams.state import StreamState


class AttemptContext:
    """What an attempt carries with it down to the transport.

    `emit` takes events that the transport pushes (`Connected`, `Sent`); all others are yielded.
    `index` is the stream's place in its run; `forms` are the other spellings that the server
    asked for. `state` is what the attempt has made of the stream so far, `waited_s` how long it
    waited of its own accord for more than the server said, which is in no number. `secrets`, if
    the provider knows any when `stream` returns, are hidden from whoever reads of the stream.
    `proxy` is the proxy that a request goes through, while what breaks may be its fault. `url` is
    where the request went, once it has one; `answered` that a response with a good status came and
    was taken for an answer.
    """

    __slots__ = (
        "answered", "emit", "forms", "gate", "held_back", "index", "proxy", "secrets", "state",
        "url", "waited_s",
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
        self.index = index
        self.gate = gate
        self.forms = forms
        self.held_back: Callable[[], Iterable[Event]] | None = None
        """Events that a provider keeps for the attempt's end, however it ends."""
        self.secrets: Secrets | None = None
        self.proxy = ""
        self.url = ""
        self.answered = False

    @property
    def finished(self) -> bool:
        """Whether the provider has given its finish reason, and nothing more of the answer."""
        return self.state is not None and self.state.finished

    @property
    def chars(self) -> int:
        """Characters that have come on all channels."""
        return 0 if self.state is None else self.state.all_chars

    def through_proxy(self, message: str) -> str:
        """What to add to an error's message so that it names the proxy in between."""
        named = not self.proxy or f"proxy {self.proxy}" in message
        return "" if named else f" (through the proxy {self.proxy})"

    async def ready(self) -> None:
        """The connection stands; returns when the request may be written."""
        gate, self.gate = self.gate, None
        if gate is not None:
            gate.count(self.index)
            await gate.passed()

    def leave(self) -> None:
        """The attempt is over: emit what was held back, and let nobody at the gate wait."""
        self.release()
        gate, self.gate = self.gate, None
        if gate is not None:
            gate.count(self.index)

    def release(self) -> None:
        """Emit what the provider holds back: no event of the server's follows any more."""
        held, self.held_back = self.held_back, None
        if held is not None:
            for event in held():
                self.emit(event)


current_exchange: ContextVar[AttemptContext | None] = ContextVar("current_exchange", default=None)
"""The attempt that the running task makes; how it reaches the transport through an SDK."""


class Provider(Protocol):
    """The adapter for one dialect at one endpoint."""

    async def warm(self) -> None:
        """Import and try out what the first request needs, so that no clock pays for it.

        Raises StreamError if no request can be made at all (no key, say).
        """

    def stream(self, spec: StreamSpec, exchange: AttemptContext) -> AsyncGenerator[Event, None]:
        """Send one attempt and yield its events until the answer ends.

        Raises StreamError for every bad end. Closing the generator closes the connection.
        """

    async def aclose(self) -> None:
        """Close all connections."""
