"""Gathers the models to choose from while the picker is open."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from streamdash.models.candidates import Candidate, Pool, aliases, candidates_of, listed
from streamdash.output.safe_text import clean_line
from streamdash.streams.errors import StreamError
from streamdash.streams.timing.side_work import giving_way

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.dom import DOMNode

    from streamdash.models.model_sources import ModelSources
    from streamdash.streams.spec import Endpoint

AT_ONCE = 8
"""Endpoints that are asked at the same time."""


class Failure(NamedTuple):
    """An endpoint that lists no models, and why."""

    endpoint: str
    reason: str


class Gathering:
    """The models of all sources, those of endpoints as they arrive.

    `changed` is called in the event loop after each change. The work ends with `owner`.
    """

    def __init__(
        self, owner: DOMNode, sources: ModelSources, changed: Callable[[], object]
    ) -> None:
        self._owner = owner
        self._sources = sources
        self._changed = changed
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.pool = Pool()
        self.failures: dict[str, Failure] = {}
        """By the name of the endpoint."""
        self.asking: list[str] = []
        """The endpoints whose lists are still to come."""
        self.pool.add(aliases(sources))
        self.pool.add(candidates_of(sources.planned, "this run"))
        self.pool.add(candidates_of(sources.configured, "config"))

    def start(self) -> None:
        """Look for recently used models and ask the endpoints, unless their lists are cached."""
        self._work(self._add_recent)
        self._ask_all(refresh=False)

    def refresh(self) -> None:
        """Ask all endpoints again, whatever is cached; does nothing while some are being asked."""
        if not self.asking:
            self._ask_all(refresh=True)

    def _ask_all(self, *, refresh: bool) -> None:
        endpoints = self._sources.askable()
        self.asking = [endpoint.name for endpoint in endpoints]
        for endpoint in endpoints:
            self._work(partial(self._ask, endpoint, refresh=refresh))
        self._changed()

    def _work(self, work: Callable[[], Awaitable[None]]) -> None:
        # a coroutine whose worker is cancelled before its first step would never be awaited
        self._owner.run_worker(work)

    async def _add_recent(self) -> None:
        self.pool.add(await asyncio.to_thread(giving_way, self._recent))
        self._changed()

    def _recent(self) -> list[Candidate]:
        known = self._sources.resolvable(self._sources.recent())
        return candidates_of((target for _, target in known), "recent")

    async def _ask(self, endpoint: Endpoint, *, refresh: bool) -> None:
        name = endpoint.name
        try:
            async with self._turns:
                found = await self._sources.lists.fetch(endpoint, refresh=refresh)
        except StreamError as error:
            if not self._sources.may_be_absent(endpoint):
                self.failures[name] = Failure(clean_line(name, 60), clean_line(error.message, 400))
        else:
            self.failures.pop(name, None)
            models = await asyncio.to_thread(giving_way, partial(listed, endpoint, found.models))
            self.pool.replace_listed(name, models)
        self.asking.remove(name)
        self._changed()
