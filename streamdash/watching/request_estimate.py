"""A rough price of requests that are not sent yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.reporting.pricing import has_price, price_of
from streamdash.streams.events import Usage
from streamdash.streams.spec import content_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.streams.spec import StreamSpec

MANY_REQUESTS = 20
"""More requests than this are not sent without a question."""
MUCH_USD = 1.0
"""Nor are requests that may cost more than this."""
_CHARS_PER_TOKEN = 4
_USUAL_TOKENS = 1_000
"""The length of an answer without a limit."""


class RequestEstimate(NamedTuple):
    """How many requests there are, and what they may cost."""

    requests: int
    usd: float = 0.0
    unknown: int = 0
    """Requests to public endpoints whose price is not known."""

    @property
    def needs_consent(self) -> bool:
        """Whether to ask before they are sent."""
        return self.requests > MANY_REQUESTS or self.usd > MUCH_USD

    def __str__(self) -> str:
        """`25 requests, about $1.20`."""
        counted = f"{self.requests:,} request{'' if self.requests == 1 else 's'}"
        if not self.usd:
            return counted + (", price unknown" if self.unknown else "")
        cost = f"${self.usd:,.2f}" if self.usd >= 0.01 else "less than $0.01"
        return f"{counted}, {'at least' if self.unknown else 'about'} {cost}"


def estimate_requests(specs: Sequence[StreamSpec], requests: int) -> RequestEstimate:
    """The price of `requests` in all, for streams with these specs; loads the price table.

    Four characters of the prompt count as a token. An answer has as many tokens as it may have,
    or 1,000 where there is no limit.
    """
    usd, unknown = 0.0, 0
    for spec in specs:
        if not has_price(spec.endpoint):
            continue
        texts = (spec.system or "", *(content_text(one.get("content")) for one in spec.messages))
        usage = Usage(
            input=sum(map(len, texts)) // _CHARS_PER_TOKEN, output=spec.max_tokens or _USUAL_TOKENS
        )
        price = price_of(usage, spec)
        usd, unknown = usd + (price or 0.0), unknown + (price is None)
    share = requests / len(specs) if specs else 0
    return RequestEstimate(requests, usd * share, unknown)
