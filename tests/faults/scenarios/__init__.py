"""The table of faults: every scenario, rendered for each dialect."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.faults.scenarios.aside import aside
from tests.faults.scenarios.bodies import bodies, redirects, whole_answers
from tests.faults.scenarios.choices import choices
from tests.faults.scenarios.cuts import cuts
from tests.faults.scenarios.errors import endings, errors
from tests.faults.scenarios.finish_words import finish_words
from tests.faults.scenarios.headers import headers
from tests.faults.scenarios.lines import lines
from tests.faults.scenarios.odd import odd
from tests.faults.scenarios.parts import parts
from tests.faults.scenarios.reasoning_names import reasoning_names
from tests.faults.scenarios.refusals import refusals
from tests.faults.scenarios.retries import retries
from tests.faults.scenarios.silence import silence
from tests.faults.scenarios.spoken import spoken

if TYPE_CHECKING:
    from tests.faults.dialects import Dialect
    from tests.faults.scenarios.scenario import Scenario

_TOPICS = {
    "endings": endings,
    "cut streams": cuts,
    "bodies that are no event stream": bodies,
    "redirects": redirects,
    "whole answers": whole_answers,
    "refused connections": refusals,
    "errors of the server": errors,
    "errors in forms of their own": spoken,
    "keepalives, markers and tails": aside,
    "headers that say something else": headers,
    "odd events": odd,
    "several choices and odd indexes": choices,
    "finish reasons of all servers": finish_words,
    "answers in several parts": parts,
    "reasoning under other names, tools in other shapes": reasoning_names,
    "lines": lines,
    "silence": silence,
    "retries": retries,
}


def scenarios(dialect: Dialect) -> list[Scenario]:
    """All scenarios of one dialect; a name comes once."""
    found = [
        replace(scenario, topic=topic)
        for topic, make in _TOPICS.items()
        for scenario in make(dialect)
    ]
    names = [scenario.name for scenario in found]
    assert len(set(names)) == len(names), sorted({n for n in names if names.count(n) > 1})
    return found
