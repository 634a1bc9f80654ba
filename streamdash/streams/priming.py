"""The request that fills a prompt cache before a stream with `cache = "warm"` is measured."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

from streamdash.streams.errors import ErrorInfo, StreamError
from streamdash.streams.events import Primed, Usage
from streamdash.streams.provider import AttemptContext, current_exchange
from streamdash.streams.state import StreamState

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamdash.streams.errors import Form
    from streamdash.streams.provider import Provider
    from streamdash.streams.spec import StreamSpec

_MOST_TOKENS = {"openai": 16, "openai-responses": 16, "anthropic": 1}
"""The shortest answer that a dialect's servers accept; OpenAI's refuse fewer than 16 tokens."""
_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")


def priming_spec(spec: StreamSpec) -> StreamSpec:
    """The stream's request with as short an answer as the dialect allows.

    It is otherwise the same, for a prompt cache tells requests apart by all that is in front of
    the answer. A request whose thinking has a budget keeps its limits, which must exceed that.
    """
    if "thinking" in spec.params:
        return spec
    most = _MOST_TOKENS[spec.endpoint.api]
    params = {name: value for name, value in spec.params.items() if name not in _LIMITS}
    return spec._replace(max_tokens=min(spec.max_tokens or most, most), params=params)


async def prime(
    provider: Provider, spec: StreamSpec, index: int, clock: Callable[[], float]
) -> Primed:
    """Send the priming request and read its answer to the end; an error is part of the result.

    The stream's limit for the first token limits the whole of it.
    """
    asked = priming_spec(spec)
    began = clock()
    state = StreamState(asked, index, began, 0)
    limit = spec.deadlines.ttft
    error: ErrorInfo | None = None
    try:
        async with asyncio.timeout(limit if limit > 0 else None):
            await _send(provider, state, clock)
    except StreamError as failed:
        error = ErrorInfo(failed.kind, failed.message, failed.http_status)
    except TimeoutError:
        error = ErrorInfo("ttft", f"the priming request had no answer within {limit:g} s")
    except Exception as bug:
        error = ErrorInfo("internal", f"{type(bug).__name__}: {bug}")
    return Primed(clock() - began, asked.max_tokens, state.usage or Usage(), error)


async def _send(provider: Provider, state: StreamState, clock: Callable[[], float]) -> None:
    """Send the request, again in each other form that the server asks for."""
    forms: frozenset[Form] = frozenset()
    while True:
        exchange = AttemptContext(
            lambda event: state.apply(event, clock()), state.index, None, forms, state
        )
        token = current_exchange.set(exchange)
        try:
            async with aclosing(provider.stream(state.spec, exchange)) as events:
                async for event in events:
                    state.apply(event, clock())
        except StreamError as error:
            if error.form is None or error.form in forms:
                raise
            forms |= {error.form}
        else:
            return
        finally:
            exchange.leave()
            current_exchange.reset(token)
