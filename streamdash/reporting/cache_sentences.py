"""What prompt caches did in a run, in words: what they saved, and what filling them cost.

The time that they saved is known only of a stream with rounds from a cache and others.
"""

from __future__ import annotations

from math import isfinite
from statistics import median
from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.reporting.figures import count, dollars, duration
from streamdash.reporting.repetitions import every_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from streamdash.reporting.priming import PrimingResult
    from streamdash.reporting.result import StreamResult
    from streamdash.reporting.spread import Spread


_LABEL_CELLS = 30
_MOST_STREAMS = 3
"""If more streams than this have cached rounds and others, one sentence speaks of all."""


def cache_sentences(results: Sequence[StreamResult]) -> list[str]:
    """A few sentences on savings in money, in time, and on priming; earlier answers count nowhere.

    Labels are cleaned.
    """
    answers = [answer.result for answer in every_answer(results) if not answer.earlier]
    primings = [one.priming for one in answers if one.priming is not None]
    return [*_savings(answers), *_times(results), *_primings(primings)]


def _savings(answers: Sequence[StreamResult]) -> Iterable[str]:
    counted = [one for one in answers if one.metrics.cached_tokens is not None]
    read = [one for one in counted if one.metrics.cached_tokens]
    if not read:
        return
    cached = sum(one.metrics.cached_tokens or 0 for one in read)
    sentence = (
        f"Prompt caches answered {count(cached)} of {count(sum(map(_input, counted)))} input "
        f"tokens, in {len(read)} of {_several(len(answers), 'answer')}"
    )
    saved = [one.cache_saved_usd for one in read if one.cache_saved_usd is not None]
    if saved:
        unpriced = len(read) - len(saved)
        rest = f" ({unpriced} without a list price)" if unpriced else ""
        sentence += f", and saved {dollars(sum(saved))}{rest}"
    yield sentence + "."


def _times(results: Sequence[StreamResult]) -> Iterable[str]:
    """How soon the first token came in cached rounds, and in the others."""
    told: list[tuple[str, Spread, Spread]] = []
    for result in results:
        others, cached = result.stats.get("ttft_s"), (result.stats_cached or {}).get("ttft_s")
        if others and cached and isfinite(others.median) and isfinite(cached.median):
            told.append((clean_line(result.label, _LABEL_CELLS), others, cached))
    if len(told) > _MOST_STREAMS:
        ratio = median(cached.median / max(others.median, 1e-6) for _, others, cached in told)
        yield (
            f"First tokens of rounds from a cache took {ratio:.2f} times as long as those of "
            f"the others (the median of {len(told)} streams)."
        )
        return
    for label, others, cached in told:
        yield (
            f"{label}'s first token took {duration(cached.median)} from a cache "
            f"({_several(cached.n, 'round')}), else {duration(others.median)} "
            f"({_several(others.n, 'round')})."
        )


def _input(result: StreamResult) -> int:
    """All tokens of the prompt; Anthropic's dialect counts those of its cache apart."""
    metrics = result.metrics
    tokens = metrics.input_tokens or 0
    if result.api == "anthropic":
        tokens += (metrics.cached_tokens or 0) + (metrics.cache_write_tokens or 0)
    return max(tokens, metrics.cached_tokens or 0)


def _primings(primings: Sequence[PrimingResult]) -> Iterable[str]:
    if not primings:
        return
    failed = [one.error for one in primings if one.error is not None]
    costs = [one.cost_usd for one in primings if one.cost_usd is not None]
    tokens = sum(sum(n or 0 for n in (one.input_tokens, one.output_tokens)) for one in primings)
    words = [_several(len(primings), "priming request")]
    if tokens:
        words.append(f"{count(tokens)} tokens")
    if costs:
        words.append(dollars(sum(costs)))
    if failed:
        words.append(f"{len(failed)} failed ({failed[0].kind})")
    yield ", ".join(words) + "; in no other number."


def _several(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
