"""A provider's token counts as `Usage`, whatever their names and sums.

`Usage` has one meaning, so counts with another meaning are recalculated:

- The output may exclude reasoning (xAI, Gemini). If the total exceeds input and output by the
  reasoning, the output gets it. An excess without a reasoning count is reasoning, too.
- The input may include or exclude cached tokens. `Usage` follows the dialect (Messages excludes
  them); the total, or a cache larger than the input, shows that a server differs.
- Many gateways fill unused names with 0, so a count above 0 wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.providers.json_fields import JsonObject, count_of, rows_of, table_of
from streamdash.streams.events import Usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Names = tuple[str, ...]

_INPUT: Names = (
    "prompt_tokens", "input_tokens", "promptTokenCount", "prompt_token_count",
    "prompt_eval_count", "inputTokens", "promptTokens", "tokens.input_tokens",
    "billed_units.input_tokens",
)  # fmt: skip
_OUTPUT: Names = (
    "completion_tokens", "output_tokens", "candidatesTokenCount", "candidates_token_count",
    "eval_count", "outputTokens", "completionTokens", "tokens.output_tokens",
    "billed_units.output_tokens",
)  # fmt: skip
_TOTAL: Names = ("total_tokens", "totalTokenCount", "total_token_count", "totalTokens")
_THOUGHTS: Names = ("thoughtsTokenCount", "thoughts_token_count")
"""Gemini's own names for reasoning, which its output always excludes."""
_REASONING: Names = (
    *(
        f"{details}{name}"
        for details in (
            "completion_tokens_details.", "output_tokens_details.", "completionTokensDetails.",
            "outputTokensDetails.", "",
        )
        for name in (
            "reasoning_tokens", "thinking_tokens", "reasoningTokens", "thoughts_token_count",
            "thoughtsTokenCount",
        )
    ),
)  # fmt: skip
_CACHED_APART: Names = ("cache_read_input_tokens", "cacheReadInputTokens")
_WRITTEN_APART: Names = (
    "cache_creation_input_tokens", "cacheWriteInputTokens", "cacheCreationInputTokens",
)  # fmt: skip
_DETAILS: Names = (
    "prompt_tokens_details.", "input_tokens_details.", "promptTokensDetails.",
    "inputTokensDetails.", "",
)  # fmt: skip
_CACHED: Names = (
    *(f"{details}cached_tokens" for details in _DETAILS),
    *(f"{details}cachedTokens" for details in _DETAILS),
    *(f"{details}cache_read_tokens" for details in _DETAILS),
    *(f"{details}cache_read_input_tokens" for details in _DETAILS[:2]),
    "prompt_cache_hit_tokens", "num_cached_tokens", "cachedContentTokenCount",
    "cached_content_token_count",
    *_CACHED_APART,
)  # fmt: skip
_WRITTEN: Names = (
    *(f"{details}cache_write_tokens" for details in _DETAILS),
    *(f"{details}cache_creation_tokens" for details in _DETAILS),
    *(f"{details}cached_creation_tokens" for details in _DETAILS),
    *(f"{details}created_cache_tokens" for details in _DETAILS),
    *(f"{details}cache_write_input_tokens" for details in _DETAILS),
    *(f"{details}cache_creation_input_tokens" for details in _DETAILS[:2]),
    *_WRITTEN_APART,
)  # fmt: skip
_LIFETIMES = ("ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens")
_ELSEWHERE: Names = ("usage_metadata", "usageMetadata", "meta", "token_usage")
"""Other objects of an event that may hold counts."""
_NATIVE = frozenset({"prompt_eval_count", "eval_count"})
"""Ollama's counts, which are fields of the event itself."""


class _Counts(NamedTuple):
    """The provider's counts under one name each."""

    input: int | None
    output: int | None
    total: int | None
    reasoning: int | None
    cached: int | None
    written: int | None
    written_1h: int | None
    thoughts: bool
    """Whether the reasoning has one of the names in `_THOUGHTS`."""

    @property
    def extra(self) -> int | None:
        """The excess of the total over input and output; None if that is unknown."""
        if self.total is None or self.input is None:
            return None
        if self.output is None and not self.thoughts:
            return None
        return self.total - self.input - (self.output or 0)

    @property
    def cache(self) -> int:
        return (self.cached or 0) + (self.written or 0)


def usage_in(body: JsonObject) -> Iterator[Usage]:
    """The counts of a chat completion chunk or a response, in any known place, if there are any."""
    tables = [
        table_of(body.get("usage")),
        table_of(table_of(body.get("x_groq")).get("usage")),
        *(table_of(choice.get("usage")) for choice in rows_of(body.get("choices"))),
        *(table_of(body.get(name)) for name in _ELSEWHERE),
    ]
    if not _NATIVE.isdisjoint(body):
        tables.append(body)
    found = [usage_of(table) for table in tables if table]
    if timings := table_of(body.get("timings")):
        found.append(_timed(timings))
    usage = _first_known(found)
    if usage != Usage():
        yield usage


def usage_of(counts: JsonObject, *, cache_apart: bool = False) -> Usage:
    """The counts in an object; `cache_apart` if the dialect's input excludes cached tokens."""
    given = _given(counts)
    placed = _placed(given, apart=_named_apart(counts, usual=cache_apart))
    output = given.output
    if (
        placed.reasoning is not None
        and placed.reasoning_apart
        and (output is not None or given.thoughts)
    ):
        output = (output or 0) + placed.reasoning
    tokens = given.input
    if tokens is not None and placed.cache_apart != cache_apart:
        tokens = tokens + given.cache if placed.cache_apart else max(0, tokens - given.cache)
    return Usage(tokens, output, placed.reasoning, given.cached, given.written, given.written_1h)


class _Placed(NamedTuple):
    """The reasoning, whether the output excludes it, and whether the input excludes the cache."""

    reasoning: int | None
    reasoning_apart: bool
    cache_apart: bool


def _placed(given: _Counts, *, apart: bool) -> _Placed:
    """Where reasoning and cache are counted; `apart` if the names suggest a separate cache."""
    tokens, output, reasoning = given.input or 0, given.output or 0, given.reasoning
    beside = given.thoughts or (reasoning or 0) > output
    apart = apart or given.cache > tokens
    extra = given.extra
    if extra is None or extra < 0:
        return _Placed(reasoning, beside, apart)
    if given.cache and extra != reasoning:
        if extra in (given.cache, given.cache + (reasoning or 0)):
            apart = True
            extra -= given.cache
        elif extra == 0:
            apart = given.cache > tokens
    if reasoning is None:
        return _Placed(extra or None, extra > 0, apart)
    return _Placed(reasoning, reasoning > output or 0 < reasoning <= extra, apart)


def _named_apart(counts: JsonObject, *, usual: bool) -> bool:
    """Whether the names suggest an input without the cache; `usual` if they suggest nothing."""
    if counts.get("prompt_tokens") or any(table_of(counts.get(d[:-1])) for d in _DETAILS[:-1]):
        return False
    own = (*_CACHED_APART, *_WRITTEN_APART, "cache_creation")
    return usual or any(counts.get(name) for name in own)


def _given(counts: JsonObject) -> _Counts:
    short, long = (count_of(table_of(counts.get("cache_creation")).get(x)) for x in _LIFETIMES)
    written = _count(counts, _WRITTEN)
    if not written and (short is not None or long is not None):
        written = (short or 0) + (long or 0)
    if long is not None and long > (written or 0):
        long = None
    return _Counts(
        input=_count(counts, _INPUT),
        output=_count(counts, _OUTPUT),
        total=_count(counts, _TOTAL),
        reasoning=_count(counts, _REASONING),
        cached=_count(counts, _CACHED),
        written=written,
        written_1h=long,
        thoughts=_count(counts, _THOUGHTS) is not None,
    )


def _count(counts: JsonObject, names: Names) -> int | None:
    """The first count above 0 under these names (`table.name` is nested); else 0, or None."""
    known: int | None = None
    for name in names:
        table, _, field = name.rpartition(".")
        value = count_of((table_of(counts.get(table)) if table else counts).get(field))
        if value:
            return value
        known = value if known is None else known
    return known


def _timed(timings: JsonObject) -> Usage:
    """llama.cpp's own counts; `prompt_n` excludes cached tokens."""
    read, cached = count_of(timings.get("prompt_n")), count_of(timings.get("cache_n"))
    whole = None if read is None else read + (cached or 0)
    return Usage(whole, count_of(timings.get("predicted_n")), cached=cached)


def _first_known(found: Iterable[Usage]) -> Usage:
    """The first count of each kind; a 0 gives way to a later count above 0."""
    merged = Usage()
    for usage in found:
        merged = Usage(
            *(old or (new if old is None else new or old)
              for old, new in zip(merged, usage, strict=True))
        )  # fmt: skip
    return merged
