"""Sends the answer to one request: streamed, whole, or rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.http import HttpVersion11

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamdash.demo.dialect import Brief, Dialect
    from streamdash.demo.metronome import Metronome
    from streamdash.demo.received import Received
    from streamdash.demo.script import Rejection

_STREAM_HEADERS = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
}


class Delivery:
    """Writes the answer to one request, and the time of each step into the request's entry."""

    def __init__(
        self,
        request: web.Request,
        entry: Received,
        dialect: Dialect,
        metronome: Metronome,
        clock: Callable[[], float],
    ) -> None:
        self._request = request
        self._entry = entry
        self._dialect = dialect
        self._metronome = metronome
        self._clock = clock

    async def stream(self, brief: Brief) -> web.StreamResponse:
        """Stream the script, with one write per event."""
        script, entry = brief.script, self._entry
        answer = self._dialect.answer(brief)
        await self._metronome.wait(script.opening_s)
        response = web.StreamResponse(headers={**_STREAM_HEADERS, **self._identity()})
        if self._request.version >= HttpVersion11:
            response.enable_chunked_encoding()
        await response.prepare(self._request)
        entry.status = response.status
        entry.opened_at = self._clock()
        for frame in answer.opening():
            await response.write(frame)
        for step in script.steps:
            await self._metronome.wait(step.delay_s)
            if step.channel == "ping":
                await response.write(answer.ping())
                continue
            frames = answer.delta(step.channel, step.text)
            if step.text:
                self._stamp_delta()
            for frame in frames:
                await response.write(frame)
        for frame in answer.closing():
            await response.write(frame)
        entry.ended_at = self._clock()
        await response.write_eof()
        return response

    def _stamp_delta(self) -> None:
        entry, now = self._entry, self._clock()
        if entry.first_delta_at is None:
            entry.first_delta_at = now
            entry.begun.set()
        entry.last_delta_at = now
        entry.deltas += 1

    async def whole(self, brief: Brief) -> web.StreamResponse:
        """Wait for the length of the script, then send all of it as one JSON body."""
        script = brief.script
        answer = self._dialect.answer(brief)
        await self._metronome.wait(script.opening_s + sum(step.delay_s for step in script.steps))
        for step in script.steps:
            if step.channel != "ping":
                answer.delta(step.channel, step.text)
        answer.closing()
        return await self.send(answer.whole())

    async def send(self, body: bytes) -> web.StreamResponse:
        """Send a JSON body."""
        return await self._out(web.Response(body=body, headers=self._identity()))

    async def reject(self, rejection: Rejection) -> web.StreamResponse:
        """Send an error in the dialect's form."""
        return await self._out(
            web.Response(
                status=rejection.status,
                body=self._dialect.rejected(rejection, self._entry.request_id),
                headers={**self._identity(), **rejection.headers},
            )
        )

    async def _out(self, response: web.Response) -> web.StreamResponse:
        response.content_type = "application/json"
        self._entry.status = response.status
        self._entry.opened_at = self._clock()
        await response.prepare(self._request)
        await response.write_eof()
        self._entry.ended_at = self._clock()
        return response

    def _identity(self) -> dict[str, str]:
        took = self._clock() - self._entry.received_at
        return dict(self._dialect.headers(self._entry.request_id, took))
