"""What caches saved and what priming cost, and felt times, in every format of a report."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from streamdash.reporting.cache_sentences import cache_sentences
from streamdash.reporting.csv_table import csv_table
from streamdash.reporting.html.tables import result_table
from streamdash.reporting.markdown import markdown_report
from streamdash.reporting.pricing import cost_usd
from streamdash.reporting.result import stream_result
from streamdash.reporting.result_json import result_json
from streamdash.reporting.spread import stats_of
from streamdash.reporting.text_table import text_table
from streamdash.streams.errors import ErrorInfo
from streamdash.streams.events import (
    Attempt,
    Delta,
    End,
    Headers,
    Primed,
    Retry,
    Sent,
    Status,
    Usage,
)
from streamdash.streams.metrics import measure
from streamdash.streams.spec import Api, Endpoint
from streamdash.streams.state import StreamState
from tests.streams.scripted import SPEC

if TYPE_CHECKING:
    from streamdash.reporting.result import StreamResult
    from streamdash.streams.events import Event
    from streamdash.streams.spec import StreamSpec

OPENAI = SPEC._replace(
    endpoint=Endpoint(name="openai", api="openai", base_url="https://api.openai.com/v1"),
    model="gpt-4o",
)
CLAUDE = SPEC._replace(
    endpoint=Endpoint(name="anthropic", api="anthropic", base_url="https://api.anthropic.com"),
    model="claude-sonnet-4-5",
)
BUSY = ErrorInfo("rate_limit", "slow down", 429)


def answered(spec: StreamSpec, *events: tuple[float, Event]) -> StreamState:
    state = StreamState(spec, 0, 0.0)
    for at, event in (*events, (9.0, End(Status.DONE))):
        state.apply(event, at)
    return state


def counted(spec: StreamSpec, usage: Usage, *before: tuple[float, Event]) -> StreamState:
    return answered(spec, *before, (1.0, Attempt(1)), (1.0, Sent()), (2.0, Delta("answer", "a")),
                    (3.0, usage))  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "usage", "whole"),
    [
        (OPENAI, Usage(2000, 10, cached=1024), Usage(2000, 10)),
        (CLAUDE, Usage(976, 10, cached=1024), Usage(2000, 10)),
        (CLAUDE, Usage(476, 10, cached=1024, cache_write=500), Usage(1500, 10, cache_write=500)),
    ],
)
def test_savings_are_the_price_without_a_cache_less_that_with_it(
    spec: StreamSpec, usage: Usage, whole: Usage
) -> None:
    result = stream_result(counted(spec, usage))
    without = cost_usd(counted(spec, whole))
    assert without is not None
    assert result.cost_usd is not None
    assert result.cache_saved_usd == pytest.approx(without - result.cost_usd)
    assert result.cache_saved_usd
    assert result.cache_saved_usd > 0
    (sentence,) = cache_sentences([result])
    assert sentence.startswith("Prompt caches answered 1,024 of 2,000 input tokens, in 1 of 1 ")
    assert ", and saved ~$" in sentence


@pytest.mark.parametrize("cached", [None, 0])
def test_nothing_is_said_of_caches_that_answered_nothing(cached: int | None) -> None:
    result = stream_result(counted(OPENAI, Usage(2000, 10, cached=cached)))
    assert cache_sentences([result]) == []
    assert result.cache_saved_usd is None


def test_tokens_without_a_price_are_counted_and_cost_nothing() -> None:
    result = stream_result(counted(SPEC, Usage(100, 10, cached=64)))
    assert cache_sentences([result]) == [
        "Prompt caches answered 64 of 100 input tokens, in 1 of 1 answer."
    ]
    priced = stream_result(counted(OPENAI, Usage(2000, 10, cached=1024)))
    assert cache_sentences([result, priced])[0].endswith(" (1 without a list price).")


def test_priming_is_told_with_its_cost_and_its_failures() -> None:
    primed = (0.5, Primed(0.5, 16, Usage(2000, 1)))
    failed = (0.5, Primed(0.5, 16, Usage(), BUSY))
    results = [
        stream_result(counted(OPENAI, Usage(2000, 10), primed)),
        stream_result(counted(OPENAI, Usage(2000, 10), failed)),
    ]
    (sentence,) = cache_sentences(results)
    assert sentence.startswith("2 priming requests, 2,001 tokens, ~$0.00")
    assert sentence.endswith("1 failed (rate_limit); in no other number.")
    assert results[0].metrics == results[1].metrics


def with_rounds(label: str, cached: list[float], others: list[float]) -> StreamResult:
    """A stream with rounds from a cache and others, whose first tokens take these seconds."""
    rounds = [
        stream_result(
            answered(
                SPEC, (0.0, Attempt(1)), (0.0, Sent()), (ttft, Delta("answer", "a")), (5, used)
            )
        )
        for ttfts, used in ((cached, Usage(10, 1, cached=8)), (others, Usage(10, 1)))
        for ttft in ttfts
    ]
    stats, apart = stats_of(rounds)
    return replace(rounds[-1], label=label, runs=tuple(rounds), stats=stats, stats_cached=apart)


def test_the_time_that_a_cache_saved_is_told_beside_that_of_the_other_rounds() -> None:
    (_, time) = cache_sentences([with_rounds("PY\x1b", [0.08, 0.1, 0.12], [0.2, 0.3])])
    assert time == "PY␛'s first token took 100 ms from a cache (3 rounds), else 250 ms (2 rounds)."
    (_, one) = cache_sentences([with_rounds("RS", [0.3], [0.2])])
    assert one == "RS's first token took 300 ms from a cache (1 round), else 200 ms (1 round)."


def test_many_streams_have_one_sentence_on_the_time_that_caches_saved() -> None:
    results = [with_rounds(label, [0.1], [0.4]) for label in "ABCD"]
    (_, time) = cache_sentences(results)
    assert time.startswith("First tokens of rounds from a cache took 0.25 times as long")
    assert time.endswith("(the median of 4 streams).")


@pytest.mark.parametrize(("cached", "others"), [([0.1], []), ([], [0.1])])
def test_without_both_kinds_of_rounds_no_time_is_compared(
    cached: list[float], others: list[float]
) -> None:
    assert not any(
        "first token" in one for one in cache_sentences([with_rounds("A", cached, others)])
    )


RETRIED: tuple[tuple[float, Event], ...] = (
    (0.0, Attempt(1)), (0.1, Sent()), (0.2, Headers(429, None, "")), (0.3, Retry(2.0, BUSY)),
    (2.3, Attempt(2)), (2.4, Sent()), (2.5, Headers(200, None, "")), (3.0, Delta("answer", "a")),
)  # fmt: skip


def test_felt_times_stand_in_every_table_once_an_answer_was_retried() -> None:
    retried = stream_result(answered(SPEC, *RETRIED))
    once = stream_result(counted(SPEC, Usage(10, 10)))
    for told in (text_table([retried, once]), markdown_report([retried, once], ""),
                 result_table([retried, once], None)):  # fmt: skip
        assert "felt TTFT" in told
        assert "3.00 s" in told
        assert "9.00 s" in told or "9.0 s" in told
    assert "felt" not in text_table([once])
    assert "felt" not in markdown_report([once], "")
    (row,) = csv.DictReader(io.StringIO(csv_table([retried])))
    fields = json.loads(json.dumps(result_json(retried)))
    assert float(row["felt_ttft_s"]) == fields["felt_ttft_s"] == 3.0
    assert [one["http_status"] for one in fields["attempt_log"]] == [429, 200]
    assert [one["waited_s"] for one in fields["attempt_log"]] == pytest.approx([2.0, 0.0])


@pytest.mark.parametrize("cached", [1, 64])
@pytest.mark.parametrize("api", ["openai", "openai-responses", "anthropic"])
def test_an_answer_from_a_cache_is_flagged(api: Api, cached: int) -> None:
    spec = SPEC._replace(endpoint=SPEC.endpoint._replace(api=api))
    assert "cached" in measure(counted(spec, Usage(100, 10, cached=cached))).flags
    for none in (None, 0):
        assert "cached" not in measure(counted(spec, Usage(100, 10, cached=none))).flags
