"""The embedded server, which answers three dialects on one loopback port from scripts."""

from __future__ import annotations

import asyncio
import logging
import time
from random import Random
from typing import TYPE_CHECKING

from aiohttp import web

from streamdash.demo.chat import CHAT
from streamdash.demo.delivery import Delivery
from streamdash.demo.dialect import Brief, Dialect
from streamdash.demo.listing import models_body
from streamdash.demo.messages import MESSAGES
from streamdash.demo.metronome import Metronome
from streamdash.demo.personalities import PERSONALITIES
from streamdash.demo.prompt_cache import PromptCache
from streamdash.demo.question import Question, parse_body
from streamdash.demo.received import Received
from streamdash.demo.responses import RESPONSES
from streamdash.demo.script import Rejection, Script, count

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from streamdash.streams.spec import Api

HOST = "127.0.0.1"
REQUESTS_KEPT = 1_000
BODY_LIMIT = 16 * 1024 * 1024
_CLOSE_S = 0.3
_DIALECTS = {dialect.path: dialect for dialect in (CHAT, RESPONSES, MESSAGES)}
_logger = logging.getLogger(__name__)
_logger.addHandler(logging.NullHandler())  # otherwise logging writes over the screen


class DemoServer:
    """A server on 127.0.0.1 whose models are the personalities and the keys of `scripts`.

    If a model has a sequence of scripts, its n-th request gets the n-th script, and every request
    after the last script gets that one. A `sleep` must move the `clock`. `pace` multiplies all
    waits; with 0 there are none.
    """

    def __init__(
        self,
        *,
        pace: float = 1.0,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        scripts: Mapping[str, Script | Sequence[Script]] | None = None,
        port: int = 0,
    ) -> None:
        self._pace = pace
        self._sleep = sleep
        self._clock = clock
        self._scripts = {} if scripts is None else scripts
        self._port = port
        self._turns: dict[str, int] = {}
        self._cache = PromptCache()
        self._ids = Random("streamdash")  # noqa: S311  # ids need no secrecy
        self._runner: web.AppRunner | None = None
        self._answering: set[asyncio.Task[object]] = set()
        self._arrival = asyncio.Event()
        self.requests: list[Received] = []
        """The last `REQUESTS_KEPT` requests, oldest first."""

    async def __aenter__(self) -> DemoServer:
        await self.start()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.aclose()

    async def start(self) -> None:
        """Begin to listen. Raises OSError if the port is taken."""
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = runner = web.AppRunner(
            app,
            access_log=None,
            logger=_logger,
            handler_cancellation=True,
            shutdown_timeout=_CLOSE_S,
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, self._port).start()
        except OSError:
            await self.aclose()
            raise
        self._port = runner.addresses[0][1]

    def base_url(self, api: Api) -> str:
        """The base URL for the dialect's SDK; Anthropic's adds `/v1` itself."""
        if self._runner is None:
            raise RuntimeError("the embedded server is not running")
        root = f"http://{HOST}:{self._port}"
        return root if api == "anthropic" else f"{root}/v1"

    async def request(self, index: int) -> Received:
        """Wait for `requests[index]` and return it."""
        while len(self.requests) <= index:
            await self._arrival.wait()
        return self.requests[index]

    async def aclose(self) -> None:
        """Cancel all answers, close all connections, and stop listening."""
        runner, self._runner = self._runner, None
        if runner is None:
            return
        connections = [] if runner.server is None else runner.server.connections
        for task in self._answering:
            task.cancel()
        if self._answering:
            await asyncio.wait(set(self._answering), timeout=_CLOSE_S)
        for connection in connections:
            # A plain close would wait for ever for a client that does not read.
            if connection.transport is not None and connection.transport.get_write_buffer_size():
                connection.transport.abort()
        await runner.cleanup()
        # Sockets are closed and the tasks of connections end a turn of the loop later.
        for _ in range(3):
            await asyncio.sleep(0)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        entry = Received(
            method=request.method,
            path=request.path,
            headers=request.headers,
            received_at=self._clock(),
        )
        self.requests.append(entry)
        del self.requests[:-REQUESTS_KEPT]
        self._arrival.set()
        self._arrival.clear()
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # for the type: a coroutine that runs has a task
        self._answering.add(task)
        try:
            return await self._respond(request, entry)
        except (asyncio.CancelledError, ConnectionError):
            if self._runner is not None and entry.ended_at is None:
                entry.closed_by_client_at = self._clock()
            raise
        finally:
            self._answering.discard(task)
            entry.over.set()

    async def _respond(self, request: web.Request, entry: Received) -> web.StreamResponse:
        dialect = _DIALECTS.get(entry.path)
        if dialect is None:
            # The SDKs share some paths, and this header is Anthropic's only.
            dialect = MESSAGES if "anthropic-version" in entry.headers else CHAT
        entry.request_id = f"{dialect.request_id_prefix}{self._ids.getrandbits(96):024x}"
        metronome = Metronome(self._pace, self._sleep, self._clock)
        delivery = Delivery(request, entry, dialect, metronome, self._clock)
        try:
            if (entry.method, entry.path) == ("GET", "/v1/models"):
                names = [*self._scripts, *PERSONALITIES]
                return await delivery.send(models_body(dialect.api, names))
            question = await _question(request, entry, dialect)
            script = self._script(question)
        except Rejection as rejection:
            return await delivery.reject(rejection)
        if script.rejection is not None:
            return await delivery.reject(script.rejection)
        use = self._cache.use(question.body, asked=dialect.api == "anthropic")
        # Messages does not count the tokens of its cache as input
        apart = use.read + use.written if dialect.api == "anthropic" else 0
        tokens = count(script, max(0, question.input_tokens - apart), *use)
        brief = Brief(question, script, tokens, created=int(time.time()), ids=self._ids)
        return await (delivery.stream(brief) if question.stream else delivery.whole(brief))

    def _script(self, question: Question) -> Script:
        scripted = self._scripts.get(question.model)
        if isinstance(scripted, Script):
            return scripted
        if scripted:
            turn = self._turns.get(question.model, 0)
            self._turns[question.model] = turn + 1
            return scripted[min(turn, len(scripted) - 1)]
        personality = PERSONALITIES.get(question.model)
        if personality is None:
            raise Rejection(
                404,
                f"The model `{question.model}` does not exist.",
                param="model",
                code="model_not_found",
            )
        if personality.busy:
            # of each question apart; a fresh line in front of it makes no other question
            asked = " ".join((question.model, question.prompt.rpartition("\n")[2]))
            turn = self._turns.get(asked, 0)
            self._turns[asked] = turn + 1
            if turn % 2 == 0:
                raise Rejection(
                    429,
                    "This model refuses every question once. Please wait a second.",
                    code="rate_limit_exceeded",
                    headers={"retry-after": f"{round(self._pace)}"},
                )
        return personality.perform(question)


async def _question(request: web.Request, entry: Received, dialect: Dialect) -> Question:
    if entry.path not in _DIALECTS:
        raise Rejection(404, f"Invalid URL ({entry.method} {entry.path})")
    if entry.method != "POST":
        raise Rejection(405, f"Not allowed to {entry.method} on {entry.path}.")
    try:
        entry.body = raw = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise Rejection(413, "The request is larger than the server takes.") from None
    entry.body = body = parse_body(raw)
    return dialect.read(body)
