"""Estimates the cost of a stream from the provider's token counts and list prices."""

from __future__ import annotations

from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.streams.events import Usage as CountedTokens
    from streamdash.streams.spec import Endpoint, StreamSpec
    from streamdash.streams.state import StreamState


def cost_usd(state: StreamState) -> float | None:
    """What the stream's last attempt cost; see `price_of`."""
    return price_of(state.usage, state.spec)


def saved_usd(state: StreamState) -> float | None:
    """What the tokens read from a prompt cache would have cost more; None if that is unknown."""
    usage = state.usage
    if usage is None or not usage.cached:
        return None
    apart = state.spec.endpoint.api == "anthropic"
    read = usage.cached if apart else 0
    uncached = usage._replace(input=None if usage.input is None else usage.input + read, cached=0)
    price, paid = price_of(uncached, state.spec), price_of(usage, state.spec)
    return None if price is None or paid is None else price - paid


def price_of(usage: CountedTokens | None, spec: StreamSpec) -> float | None:
    """US dollars at the list price of the endpoint's provider; None if anything is unknown.

    The price table identifies the provider by the request's URL, so a local server has no price,
    whatever model it serves.
    """
    endpoint = spec.endpoint
    if usage is None or usage.input is None or usage.output is None or not has_price(endpoint):
        return None
    from genai_prices import Usage, calc_price

    cached, written = usage.cached or 0, usage.cache_write or 0
    # Messages does not count cached tokens as input, the other dialects do
    whole_input = usage.input + cached + written if endpoint.api == "anthropic" else usage.input
    cached = min(cached, whole_input)
    written = min(written, whole_input - cached)
    try:
        price = calc_price(
            Usage(
                input_tokens=whole_input,
                cache_read_tokens=cached,
                cache_write_tokens=written,
                cache_write_1h_tokens=min(usage.cache_write_1h or 0, written),
                output_tokens=usage.output,
            ),
            model_ref=spec.model,
            provider_api_url=endpoint.base_url,
        )
    except (LookupError, ValueError):
        return None
    return float(price.total_price)


def has_price(endpoint: Endpoint) -> bool:
    """Whether the endpoint may have list prices: it is public, neither the demo nor an address."""
    host = urlsplit(endpoint.base_url).hostname or ""
    return not endpoint.demo and "." in host and not host.replace(".", "").isdigit()


def load_prices(endpoints: Iterable[Endpoint]) -> None:
    """Load the price table in a thread if any endpoint needs it.

    It takes 0.2 s, in which the loop could not stamp arrivals.
    """
    if any(has_price(endpoint) for endpoint in endpoints):
        Thread(target=import_module, args=("genai_prices",), daemon=True).start()
