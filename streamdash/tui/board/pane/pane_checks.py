"""What a pane says about the checks of its answer, live and at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.reporting.checked import evaluation_of, verdicts_of
from streamdash.tui.board.pane.number_places import GAP
from streamdash.tui.widgets.latest_job import LatestJob
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.dom import DOMNode

    from streamdash.checks.evaluation import Evaluation
    from streamdash.streams.check import Check, Verdict
    from streamdash.streams.state import StreamState

AT_ONCE_CHARS = 1 << 12
"""Longer answers are judged for good in a thread."""
_MOST_NOTES = 10
_LONGEST_NOTE = 300


class PaneChecks:
    """Judges the answer of a pane as far as it has come.

    `judged` is called when a thread has judged a long answer.
    """

    def __init__(self, owner: DOMNode, judged: Callable[[], object]) -> None:
        self._judged = judged
        self._job: LatestJob[object] = LatestJob(owner)
        self._wanted: tuple[StreamState, tuple[Check, ...]] | None = None
        """The answer that the thread judges, or has judged last, and the checks."""
        self._followed: StreamState | None = None
        self._evaluation: Evaluation | None = None
        self._noted: tuple[Check, ...] = ()
        """The checks whose verdicts were last noted at the end of an answer."""

    def judging(self, state: StreamState) -> bool:
        """Whether the answer has ended and is still being judged, which the first call begins."""
        checks = state.spec.checks
        if not checks or state.ended_at is None or state.texts_dropped:
            return False
        if state.text.chars <= AT_ONCE_CHARS or _is_judged(state):
            return False
        if self._wanted is None or self._wanted[0] is not state or self._wanted[1] is not checks:
            self._wanted = state, checks
            self._job.want(lambda: verdicts_of(state), lambda _: self._judged())
        return True

    def are_edited(self, state: StreamState) -> bool:
        """Whether the checks are others than those noted at the end of this answer."""
        return state.spec.checks is not self._noted and state.spec.checks != self._noted

    def verdicts(self, state: StreamState, now: float) -> tuple[Verdict, ...]:
        """The verdicts at the time `now` of the run's clock; empty without checks."""
        checks = state.spec.checks
        if not checks:
            return ()
        if state.ended_at is not None and not self.judging(state):
            return verdicts_of(state)
        evaluation = self._evaluation
        if evaluation is None or state is not self._followed or evaluation.checks is not checks:
            self._followed = state
            self._evaluation = evaluation = evaluation_of(state)
        return evaluation.update(now, quick=True)

    def parts(self, state: StreamState, now: float) -> list[Part]:
        """`✓2 ✗1 ·1`, passed, failed and open, always as wide; live also why the last one failed.

        Empty without checks.
        """
        verdicts = self.verdicts(state, now)
        if not verdicts:
            return []
        passed = sum(one.passed is True for one in verdicts)
        failed = [one for one in verdicts if one.passed is False]
        left = len(verdicts) - passed - len(failed)
        counts = (("✓", passed), ("✗", len(failed)), ("·", left))
        words = " ".join(f"{sign}{number}" for sign, number in counts if number)
        short = f"✗{len(failed)}" if failed else f"✓{passed}" if passed else f"·{left}"
        tone = "bad" if failed else "good" if passed and not left else "quiet"
        full, least = check_cells(state)
        parts = [Part(f"{words:<{full}}", 1, tone, short=f"{short:<{least}}")]
        if failed and state.ended_at is None:
            parts.append(Part(f"✗ {_words(failed[-1])}", 9, "bad"))
        return parts

    def note(self, state: StreamState, now: float) -> str:
        """One line for each check that the answer failed, if it ended well."""
        self._noted = state.spec.checks
        if not state.status.ended_well:
            return ""
        failed = [one for one in self.verdicts(state, now) if one.passed is False]
        lines = [f"✗ {_words(one)}" for one in failed[:_MOST_NOTES]]
        if len(failed) > _MOST_NOTES:
            lines.append(f"✗ and {len(failed) - _MOST_NOTES} more checks")
        return "\n".join(lines)


def check_cells(state: StreamState) -> tuple[int, int]:
    """The cells of the counts in full and in short; 0 without checks."""
    checks = len(state.spec.checks)
    if not checks:
        return 0, 0
    digits = len(str(checks))
    # at most three counts, which add up to all checks
    return min(checks, 3) * (1 + digits + 1) - 1, 1 + digits


def with_checks(cells: tuple[int, ...], state: StreamState) -> tuple[int, ...]:
    """The cells that the extras of the numbers should get, with room for the counts."""
    full, least = check_cells(state)
    if not full:
        return cells
    gap = [GAP if one else 0 for one in cells]
    return (*(one + gap[at] + full for at, one in enumerate(cells)), cells[-1] + gap[-1] + least)


def _is_judged(state: StreamState) -> bool:
    return state.checked is not None and state.checked[0] is state.spec.checks


def _words(verdict: Verdict) -> str:
    """Why a check failed, and its name if the user gave it one."""
    named = not verdict.name.startswith(verdict.kind)
    return clean_line(f"{verdict.name}: " * named + verdict.message, _LONGEST_NOTE)
