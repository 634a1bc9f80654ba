"""How hard the fuzzers try: `--fuzz N` runs them N times as long as the gate does."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_effort = 1


def set_effort(times: int) -> None:
    """Called once by pytest's configuration, before any test module is imported."""
    global _effort  # noqa: PLW0603 - a test run has one effort, and decorators read it
    _effort = times


def rounds(usual: int) -> int:
    """Rounds of a hand-written fuzzer: `usual` in the gate, more with `--fuzz`."""
    return usual * _effort


def examples(usual: int) -> settings:
    """Hypothesis settings for `usual` examples in the gate, more with `--fuzz`."""
    return settings(
        max_examples=usual * _effort,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
