"""Tokens from a prompt cache, under every name that servers give them, with hostile values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.providers.openai_chat import ChatReader
from streamdash.streams.events import Usage
from tests.fuzzing import examples
from tests.providers.reading import meaning

if TYPE_CHECKING:
    from collections.abc import Mapping

READ = (
    "prompt_tokens_details.cached_tokens", "input_tokens_details.cached_tokens",
    "promptTokensDetails.cachedTokens", "prompt_tokens_details.cache_read_tokens",
    "prompt_tokens_details.cache_read_input_tokens", "cached_tokens", "prompt_cache_hit_tokens",
    "num_cached_tokens", "cachedContentTokenCount", "cached_content_token_count",
    "cache_read_input_tokens", "cacheReadInputTokens",
)  # fmt: skip
WRITTEN = (
    "prompt_tokens_details.cache_write_tokens", "prompt_tokens_details.cache_creation_tokens",
    "prompt_tokens_details.cached_creation_tokens", "cache_creation_input_tokens",
    "cacheWriteInputTokens", "cacheCreationInputTokens",
)  # fmt: skip
NO_COUNTS = (
    st.none()
    | st.booleans()
    | st.text(max_size=5)
    | st.integers(max_value=-1)
    | st.integers(min_value=10**15)
    | st.floats(allow_nan=True, allow_infinity=True).filter(
        lambda x: not (0 <= x < 1e15 and x == int(x))
    )
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
)


def counted(**counts: object) -> dict[str, object]:
    """A usage whose input has another, larger count of its own."""
    usage: dict[str, object] = {"prompt_tokens": 50, "completion_tokens": 9}
    for name, value in counts.items():
        table, _, field = name.rpartition(".")
        if table:
            usage[table] = {field: value}
        else:
            usage[field] = value
    return usage


def read(usage: object, **more: object) -> Usage:
    (found,) = meaning(ChatReader(), {"choices": [], "usage": usage, **more})
    assert isinstance(found, Usage)
    return found


@pytest.mark.parametrize("name", READ)
def test_tokens_read_from_a_cache_are_found_under_every_name(name: str) -> None:
    assert read(counted(**{name: 20})).cached == 20
    assert read(counted(**{name: 0})).cached == 0
    assert read(counted()).cached is None


@pytest.mark.parametrize("name", WRITTEN)
def test_tokens_written_to_a_cache_are_found_under_every_name(name: str) -> None:
    assert read(counted(**{name: 20})).cache_write == 20
    assert read(counted()).cache_write is None


@given(name=st.sampled_from(READ + WRITTEN), value=NO_COUNTS)
@examples(300)
def test_what_is_no_count_is_unknown_and_spoils_no_other_count(name: str, value: object) -> None:
    assert read(counted(**{name: value})) == Usage(input=50, output=9)


@given(name=st.sampled_from(READ), value=NO_COUNTS, other=st.sampled_from(READ))
@examples(200)
def test_a_good_count_is_found_beside_a_bad_one(name: str, value: object, other: str) -> None:
    if name.rpartition(".")[0] == other.rpartition(".")[0] != "" or name == other:
        return
    assert read(counted(**{name: value, other: 20})).cached == 20


LLAMA: list[tuple[Mapping[str, object], Mapping[str, object], int | None]] = [
    ({}, {"prompt_n": 4, "cache_n": 46}, 46),
    ({"prompt_tokens_details": {"cached_tokens": 0}}, {"prompt_n": 4, "cache_n": 46}, 46),
    ({"prompt_tokens_details": {"cached_tokens": 46}}, {"prompt_n": 4, "cache_n": 0}, 46),
    ({"prompt_tokens_details": {"cached_tokens": 0}}, {"prompt_n": 50, "cache_n": 0}, 0),
    ({}, {"prompt_n": 50}, None),
    ({}, {"prompt_n": 50, "cache_n": None}, None),
    ({}, {"prompt_n": 50, "cache_n": "46"}, None),
    ({}, {"prompt_n": 50, "cache_n": 1e300}, None),
    ({}, {"prompt_n": 50, "cache_n": -1}, None),
]


@pytest.mark.parametrize(("details", "timings", "cached"), LLAMA)
def test_a_zero_in_the_usage_does_not_hide_what_the_timings_say(
    details: Mapping[str, object], timings: Mapping[str, object], cached: int | None
) -> None:
    usage = {"prompt_tokens": 50, "completion_tokens": 9, **details}
    assert read(usage, timings=timings) == Usage(input=50, output=9, cached=cached)
