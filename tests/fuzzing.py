"""How hard the fuzzers try: `--fuzz N` runs them N times as long as the gate does.

The gate runs half of what a test calls usual, because it must end soon.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_effort = 1


def set_effort(times: int) -> None:
    """Called once by pytest's configuration, before any test module is imported."""
    global _effort  # noqa: PLW0603 - a test run has one effort, and decorators read it
    _effort = times


def rounds(usual: int) -> int:
    """Rounds of a hand-written fuzzer: half of `usual` in the gate, more with `--fuzz`."""
    return max(1, usual * _effort // 2)


def examples(usual: int) -> settings:
    """Hypothesis settings: half of `usual` examples in the gate, more with `--fuzz`."""
    return settings(
        max_examples=max(1, usual * _effort // 2),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
