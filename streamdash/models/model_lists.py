"""The models that endpoints list, fetched at most once a day."""

from __future__ import annotations

from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from streamdash.providers.api_keys import read_key
from streamdash.providers.catalog import base_url_problem
from streamdash.providers.key_destinations import unexpected_destinations
from streamdash.streams.errors import StreamError
from streamdash.streams.timing.side_work import giving_way

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from streamdash.models.list_cache import ListCache
    from streamdash.providers.model_names import ModelList
    from streamdash.providers.registry import EmbeddedServer
    from streamdash.streams.spec import Endpoint


T = TypeVar("T")


async def _beside(work: Callable[[], T]) -> T:
    """The result of `work`, done in a thread that gives way to the streams."""
    # loaded here: completion only reads the cache, at each press of a key
    import asyncio

    return await asyncio.to_thread(giving_way, work)


class ModelLists:
    """Fetches the lists of endpoints with the keys of `environ`; `demo` makes an embedded server.

    Nothing is fetched or read before it is needed.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        demo: Callable[[], EmbeddedServer] | None = None,
        cache: ListCache | None = None,
    ) -> None:
        self._environ = environ
        self._demo = demo
        self._given_cache = cache

    def problem(self, endpoint: Endpoint) -> str | None:
        """Why nothing can be sent to the endpoint, such as a missing key; None if it can be."""
        if problem := base_url_problem(endpoint):
            return problem
        try:
            read_key(endpoint, self._environ)
        except StreamError as error:
            return error.message
        return None

    def caution(self, endpoint: Endpoint) -> str:
        """What to know before something is sent there; empty if there is nothing.

        Either nothing can be sent, or a key goes to an address where nobody expects it.
        """
        warnings = unexpected_destinations([endpoint], self._environ)
        return self.problem(endpoint) or next(warnings, "")

    def lacks_key(self, endpoint: Endpoint) -> bool:
        """Whether the variable of the endpoint's key is empty or not set."""
        name = endpoint.key_env
        return name is not None and not self._environ.get(name, "").strip()

    def cached(self, endpoint: Endpoint) -> ModelList | None:
        """The endpoint's models as listed within the last day; reads a file."""
        if endpoint.demo or self.problem(endpoint):
            return None
        return self._cache.read(endpoint, self._secret(endpoint))

    async def fetch(self, endpoint: Endpoint, *, refresh: bool = False) -> ModelList:
        """The endpoint's models, from the cache unless a `refresh` is wanted.

        Raises StreamError with one sentence if it lists none.
        """
        if problem := self.problem(endpoint):
            raise StreamError("auth", problem)
        if endpoint.demo:
            return await self._demo_models(endpoint)
        if not refresh:
            kept = await _beside(partial(self.cached, endpoint))
            if kept is not None:
                return kept
        found = await self._ask(endpoint)
        write = partial(self._cache.write, endpoint, self._secret(endpoint), found)
        await _beside(write)
        return found

    @cached_property
    def _cache(self) -> ListCache:
        from streamdash.models.list_cache import ListCache

        return self._given_cache or ListCache()

    def _secret(self, endpoint: Endpoint) -> str:
        """What else the list depends on: the key, and the values of the endpoint's headers."""
        key = read_key(endpoint, self._environ)
        parts = sorted(f"{name}: {value}" for name, value in endpoint.headers.items())
        return "\n".join(["" if key is None else key.reveal(), *parts])

    async def _demo_models(self, endpoint: Endpoint) -> ModelList:
        """Start an embedded server, which lists its models as a real one does."""
        from streamdash.providers.registry import Providers

        providers = Providers(self._environ, demo=self._demo)
        try:
            return await self._ask(await providers.located(endpoint))
        finally:
            await providers.aclose()

    async def _ask(self, endpoint: Endpoint) -> ModelList:
        # it imports aiohttp, which takes too long for the event loop
        module = await _beside(partial(import_module, "streamdash.providers.model_list"))
        found: ModelList = await module.list_models(endpoint, self._environ)
        return found
