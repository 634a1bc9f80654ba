"""Finds the provider of an endpoint; what it must import, it imports in a thread when warmed."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from streamdash.streams import gc_tuning

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

    from streamdash.streams.events import Event
    from streamdash.streams.provider import AttemptContext, Provider
    from streamdash.streams.spec import Api, Endpoint, StreamSpec

_ADAPTERS: dict[Api, tuple[str, str]] = {
    "openai": ("openai_chat", "ChatProvider"),
    "openai-responses": ("openai_responses", "ResponsesProvider"),
    "anthropic": ("anthropic_messages", "MessagesProvider"),
}


class EmbeddedServer(Protocol):
    """What answers the `demo*` endpoints."""

    async def start(self) -> None: ...

    def base_url(self, api: Api) -> str: ...

    async def aclose(self) -> None: ...


class Providers:
    """One provider for each endpoint of a run; starts the embedded server when one needs it."""

    def __init__(
        self, environ: Mapping[str, str], demo: Callable[[], EmbeddedServer] | None = None
    ) -> None:
        self.environ = environ
        self._demo = demo
        self._server: asyncio.Task[EmbeddedServer] | None = None
        self._known: dict[str, LazyProvider] = {}

    def provider(self, endpoint: Endpoint) -> Provider:
        """The endpoint's provider, the same one each time."""
        known = self._known.get(endpoint.name)
        if known is None:
            known = self._known[endpoint.name] = LazyProvider(endpoint, self)
        return known

    async def located(self, endpoint: Endpoint) -> Endpoint:
        """`endpoint` with the embedded server's address, if that is what it means."""
        if not endpoint.demo:
            return endpoint
        if self._server is None:
            self._server = asyncio.get_running_loop().create_task(self._start_server())
        server = await asyncio.shield(self._server)
        return endpoint._replace(base_url=server.base_url(endpoint.api))

    async def _start_server(self) -> EmbeddedServer:
        if self._demo is None:
            raise RuntimeError("no embedded server was given")
        server = await asyncio.to_thread(self._demo)
        await server.start()
        return server

    async def aclose(self) -> None:
        """Close all connections, then the embedded server."""
        for provider in self._known.values():
            await provider.aclose()
        if self._server is not None:
            starting, self._server = self._server, None
            starting.cancel()
            await asyncio.wait([starting])
            if not starting.cancelled() and starting.exception() is None:
                await starting.result().aclose()


class LazyProvider:
    """An endpoint's provider that loads its adapter and SDK when it is first warmed."""

    def __init__(self, endpoint: Endpoint, providers: Providers) -> None:
        self._endpoint = endpoint
        self._providers = providers
        self._loading: asyncio.Task[Provider] | None = None
        self._warmed = False

    async def warm(self) -> None:
        """See `streams.exchange.Provider`."""
        if self._loading is None:
            self._loading = asyncio.get_running_loop().create_task(self._load())
        provider = await asyncio.shield(self._loading)
        await provider.warm()
        if not self._warmed:
            self._warmed = True
            gc_tuning.skip_loaded()

    async def _load(self) -> Provider:
        endpoint = await self._providers.located(self._endpoint)
        module, name = _ADAPTERS[endpoint.api]
        # importing an SDK takes up to a second: not on the loop that paints
        loaded = await asyncio.to_thread(import_module, f"streamdash.providers.{module}")
        provider: Provider = getattr(loaded, name)(endpoint, self._providers.environ)
        return provider

    def stream(self, spec: StreamSpec, exchange: AttemptContext) -> AsyncGenerator[Event, None]:
        """See `streams.exchange.Provider`; only after `warm`."""
        if self._loading is None or not self._loading.done():
            raise RuntimeError("stream before warm")
        return self._loading.result().stream(spec, exchange)

    async def aclose(self) -> None:
        """Close all connections."""
        loading, self._loading = self._loading, None
        if loading is None:
            return
        loading.cancel()
        await asyncio.wait([loading])
        if not loading.cancelled() and loading.exception() is None:
            await loading.result().aclose()
