"""Finds the provider of each endpoint; its SDK is imported in a thread when it is warmed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from streamdash.streams.timing import gc_tuning

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

    from streamdash.providers.sdk_provider import SdkProvider
    from streamdash.streams.events import Event
    from streamdash.streams.provider import AttemptContext, Provider
    from streamdash.streams.spec import Api, Endpoint, StreamSpec

_DIALECTS: dict[Api, tuple[str, str]] = {
    "openai": ("openai_chat", "ChatProvider"),
    "openai-responses": ("openai_responses", "ResponsesProvider"),
    "anthropic": ("anthropic_messages", "MessagesProvider"),
}


def provider_class(api: Api) -> type[SdkProvider]:
    """The provider of a dialect, whose module is imported if it is not loaded yet."""
    module, name = _DIALECTS[api]
    loaded = import_module(f"streamdash.providers.{module}")
    found: type[SdkProvider] = getattr(loaded, name)
    return found


class EmbeddedServer(Protocol):
    """The server behind the `demo*` endpoints."""

    async def start(self) -> None: ...

    def base_url(self, api: Api) -> str: ...

    async def aclose(self) -> None: ...


class Providers:
    """The providers of a run, one for each endpoint; starts the embedded server if one needs it.

    Endpoints of one name may differ, where a prompt file was edited during the run.
    """

    def __init__(
        self, environ: Mapping[str, str], demo: Callable[[], EmbeddedServer] | None = None
    ) -> None:
        self.environ = environ
        self._demo = demo
        self._server: asyncio.Task[EmbeddedServer] | None = None
        self._providers: defaultdict[str, list[LazyProvider]] = defaultdict(list)

    def provider(self, endpoint: Endpoint) -> Provider:
        """The endpoint's provider, the same one each time."""
        providers = self._providers[endpoint.name]
        for provider in providers:
            if provider.endpoint == endpoint:
                return provider
        providers.append(LazyProvider(endpoint, self))
        return providers[-1]

    async def located(self, endpoint: Endpoint) -> Endpoint:
        """`endpoint`, with the embedded server's address if it is a demo endpoint."""
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
        for provider in chain.from_iterable(self._providers.values()):
            await provider.aclose()
        if self._server is not None:
            starting, self._server = self._server, None
            starting.cancel()
            await asyncio.wait([starting])
            if not starting.cancelled() and starting.exception() is None:
                await starting.result().aclose()


class LazyProvider:
    """An endpoint's provider, which imports its module and SDK when it is first warmed."""

    def __init__(self, endpoint: Endpoint, providers: Providers) -> None:
        self.endpoint = endpoint
        self._providers = providers
        self._loading: asyncio.Task[Provider] | None = None
        self._warmed = False

    async def warm(self) -> None:
        """See `streams.provider.Provider`."""
        if self._loading is None:
            self._loading = asyncio.get_running_loop().create_task(self._load())
        provider = await asyncio.shield(self._loading)
        await provider.warm()
        if not self._warmed:
            self._warmed = True
            gc_tuning.skip_loaded()

    async def _load(self) -> Provider:
        endpoint = await self._providers.located(self.endpoint)
        # importing an SDK takes up to a second, too long for the event loop
        kind = await asyncio.to_thread(provider_class, endpoint.api)
        return kind(endpoint, self._providers.environ)

    def stream(self, spec: StreamSpec, exchange: AttemptContext) -> AsyncGenerator[Event, None]:
        """See `streams.provider.Provider`; raises RuntimeError before `warm`."""
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
