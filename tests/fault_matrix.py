"""The summary of a test run: each kind of fault, and how many of its inputs were handled correctly.

A test is counted if it is marked with `@pytest.mark.fault(AREA, KIND)`, in plain words:
`@pytest.mark.fault("terminal", "bytes that are not UTF-8")`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

_PROPERTY = "fault"


def note_fault(item: pytest.Item) -> None:
    """Attach the kinds of fault of `item` to its report, which also crosses processes."""
    for marker in item.iter_markers("fault"):
        area, kind = marker.args
        item.user_properties.append((_PROPERTY, f"{area}\t{kind}"))


def fault_matrix(passed: Iterable[pytest.TestReport], failed: Iterable[pytest.TestReport]) -> str:
    """One row per kind of fault, grouped by area; empty if no test with a fault has run."""
    good, bad = Counter(_faults(passed)), Counter(_faults(failed))
    rows = sorted(good.keys() | bad.keys())
    if not rows:
        return ""
    width = max(len(kind) for _, kind in rows)
    lines: list[str] = []
    area = None
    for row in rows:
        if row[0] != area:
            area = row[0]
            lines.append(area)
        inputs = good[row] + bad[row]
        verdict = f"{good[row]} of {inputs} right" if bad[row] else f"{inputs} right"
        lines.append(f"  {row[1]:<{width}}  {verdict}")
    return "\n".join(lines)


def _faults(reports: Iterable[pytest.TestReport]) -> Iterable[tuple[str, str]]:
    for report in reports:
        if report.when == "call" or report.failed:
            # a module that cannot be imported has a report, but no tests and no properties
            for name, value in getattr(report, "user_properties", ()):
                if name == _PROPERTY:
                    area, _, kind = str(value).partition("\t")
                    yield area, kind
