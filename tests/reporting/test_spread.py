"""How numbers spread over rounds, failed, cancelled and cached ones included."""

from __future__ import annotations

import json
from dataclasses import replace
from math import inf

from streamdash.reporting.result_json import result_json
from streamdash.reporting.spread import Spread, spread, stats_of
from streamdash.streams.flags import FlagName
from tests.reporting.paired.rounds import in_rounds


def test_a_failed_round_is_slower_than_all_others() -> None:
    result = in_rounds("A", [0.3, 0.1, None, 0.2, 0.4])
    assert result.stats["ttft_s"] == Spread(5, 1, 0.1, 0.3, (0.1, inf), None, inf)


def test_the_rate_of_a_failed_round_is_the_lowest() -> None:
    result = in_rounds("A", [0.3, None, 0.1], rates=[30.0, 0.0, 10.0])
    assert result.stats["chars_per_s"] == Spread(3, 1, -inf, 10.0, None, None, 30.0)


def test_a_cancelled_round_counts_nowhere() -> None:
    cancelled = in_rounds("A", [0.3, 9.0, 0.1], cancelled={2}).stats["ttft_s"]
    assert cancelled is not None
    assert (cancelled.n, cancelled.failed, cancelled.max) == (2, 0, 0.3)


def test_a_round_that_a_cut_recording_left_open_is_no_failure() -> None:
    result = in_rounds("A", [0.3, 0.1, None])
    unfinished = result.runs[2].metrics._replace(flags=(FlagName.UNFINISHED,))
    runs = (*result.runs[:2], replace(result.runs[2], metrics=unfinished))
    known = stats_of(runs)[0]["ttft_s"]
    assert known is not None
    assert (known.n, known.failed) == (2, 0)


def test_a_p95_needs_twenty_rounds_and_an_interval_five() -> None:
    few, many = spread([0.1] * 19), spread([0.1] * 20)
    assert few is not None
    assert many is not None
    assert (few.p95, many.p95) == (None, 0.1)
    alone = spread([0.1] * 4)
    assert alone is not None
    assert alone.ci95 is None
    assert spread([]) is None


def test_a_number_that_no_good_round_has_is_unknown() -> None:
    result = in_rounds("A", [0.3, None, 0.1])
    assert result.stats["tokens_per_s"] is None
    never = in_rounds("A", [None, None]).stats["ttft_s"]
    assert never == Spread(2, 2, inf, inf, None, None, inf)


def test_cached_rounds_are_apart_only_if_others_were_not_cached() -> None:
    mixed = in_rounds("A", [0.4, 0.1, 0.1], cached={2, 3})
    assert mixed.stats["ttft_s"] == spread([0.4])
    assert mixed.stats_cached is not None
    assert mixed.stats_cached["ttft_s"] == spread([0.1, 0.1])
    all_cached = in_rounds("A", [0.1, 0.1, None], cached={1, 2})
    assert all_cached.stats_cached is None
    assert all_cached.stats["ttft_s"] == spread([0.1, 0.1, inf], failed=1)


def test_what_falls_on_a_failed_round_is_null_in_json() -> None:
    fields = result_json(in_rounds("A", [0.3, None, 0.1, None, None]))
    stats = json.loads(json.dumps(fields["stats"], allow_nan=False))
    assert stats["ttft_s"] == {
        "n": 5, "failed": 3, "min": 0.1, "median": None, "ci95": [0.1, None],
        "p95": None, "max": None,
    }  # fmt: skip
    assert fields["stats_cached"] is None
