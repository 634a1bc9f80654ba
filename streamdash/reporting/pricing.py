"""An estimate of what a stream cost, from the provider's own token counts and a price table."""

from __future__ import annotations

from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.streams.spec import Endpoint
    from streamdash.streams.state import StreamState


def cost_usd(state: StreamState) -> float | None:
    """US dollars by the list price of the endpoint's provider; None where anything is unknown.

    The price table tells the provider by the request's URL, so a local server that serves a
    model of a famous name costs nothing that we know of.
    """
    usage = state.usage
    endpoint = state.spec.endpoint
    if usage is None or usage.input is None or usage.output is None or not has_price(endpoint):
        return None
    from genai_prices import Usage, calc_price

    cached, written = usage.cached or 0, usage.cache_write or 0
    # Messages counts the tokens of a prompt cache apart, the other dialects within
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
            model_ref=state.spec.model,
            provider_api_url=endpoint.base_url,
        )
    except (LookupError, ValueError):
        return None
    return float(price.total_price)


def has_price(endpoint: Endpoint) -> bool:
    """Whether there may be a list price for what the endpoint serves."""
    host = urlsplit(endpoint.base_url).hostname or ""
    return not endpoint.demo and "." in host and not host.replace(".", "").isdigit()


def load_prices(endpoints: Iterable[Endpoint]) -> None:
    """Load the price table in a thread, if it will be needed: it takes 0.2 s, and the loop is
    shared with whatever stamps arrivals.
    """
    if any(has_price(endpoint) for endpoint in endpoints):
        Thread(target=import_module, args=("genai_prices",), daemon=True).start()
