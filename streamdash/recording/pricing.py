"""An estimate of what a stream cost, from the provider's own token counts and a price table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamdash.streams.state import StreamState


def cost_usd(state: StreamState) -> float | None:
    """US dollars by the list price of the endpoint's provider; None where anything is unknown.

    The price table tells the provider by the request's URL, so a local server that serves a
    model of a famous name costs nothing that we know of.
    """
    usage = state.usage
    endpoint = state.spec.endpoint
    if usage is None or usage.input is None or usage.output is None or endpoint.demo:
        return None
    from genai_prices import Usage, calc_price

    cached = usage.cached or 0
    # Anthropic counts cached input apart, the others within
    whole_input = usage.input + cached if endpoint.api == "anthropic" else usage.input
    try:
        price = calc_price(
            Usage(
                input_tokens=whole_input,
                cache_read_tokens=min(cached, whole_input),
                output_tokens=usage.output,
            ),
            model_ref=state.spec.model,
            provider_api_url=endpoint.base_url,
        )
    except (LookupError, ValueError):
        return None
    return float(price.total_price)
