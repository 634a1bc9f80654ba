"""The table of faults: how a stream ends, what it keeps, and that nobody else notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streamdash.streams.events import Status
from tests.faults.dialects import DIALECTS
from tests.faults.scenarios import scenarios
from tests.faults.trial import NEIGHBOURS, Outcome, neighbour_text, perform

if TYPE_CHECKING:
    from tests.faults.dialects import Dialect
    from tests.faults.scenarios.scenario import Scenario

CASES = [
    pytest.param(
        dialect,
        scenario,
        id=f"{dialect.api}: {scenario.name}",
        marks=pytest.mark.fault("wire", f"{scenario.topic} ({dialect.api})"),
    )
    for dialect in DIALECTS
    for scenario in scenarios(dialect)
]


@pytest.fixture(scope="module")
def trial() -> dict[str, dict[str, Outcome]]:
    return perform()


@pytest.mark.parametrize(("dialect", "scenario"), CASES)
def test_the_stream_meets(
    trial: dict[str, dict[str, Outcome]], dialect: Dialect, scenario: Scenario
) -> None:
    outcome = trial[dialect.api][scenario.name]
    state, expected = outcome.state, scenario.expected
    error = state.error
    assert (state.status, error and error.kind) == (expected.status, expected.kind), error
    assert state.text.value() == expected.text
    assert state.reasoning.value() == expected.reasoning
    assert state.refusal.value() == expected.refusal
    assert state.tool.value() == expected.tool
    if expected.finish is not None:
        assert state.finish is not None
        assert state.finish.reason == expected.finish
    if expected.http_status is not None:
        assert error is not None
        assert error.http_status == expected.http_status
    for words in expected.says:
        assert error is not None
        assert words in error.message
    assert set(expected.flags) <= set(state.flags)
    assert ("unterminated" in state.flags) == ("unterminated" in expected.flags)
    assert state.attempts == expected.attempts
    if expected.retry_wait_s is not None:
        assert state.retry_wait_s == expected.retry_wait_s
    assert outcome.events_after_end == 0


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.api)
def test_no_stream_stays_live(trial: dict[str, dict[str, Outcome]], dialect: Dialect) -> None:
    for outcome in trial[dialect.api].values():
        assert outcome.state.status.final
        assert outcome.state.ended_at is not None


@pytest.mark.parametrize("number", range(NEIGHBOURS))
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.api)
def test_a_healthy_neighbour_of_all_these_is_untouched(
    trial: dict[str, dict[str, Outcome]], dialect: Dialect, number: int
) -> None:
    outcome = trial[dialect.api][f"neighbour {number}"]
    state = outcome.state
    assert state.status is Status.DONE
    assert state.error is None
    assert all(flag.startswith(("lag", "paused")) for flag in state.flags)
    assert state.attempts == 1
    assert state.text.value() == "".join(neighbour_text(dialect, number))
    assert state.deltas == 60
