"""All checks of one answer, decided while it streams and at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.checks.decision import Decision, TextSoFar
from streamdash.checks.json_answers import IsJson
from streamdash.checks.limits import cost_decision, finish_decision, time_decision
from streamdash.checks.patterns import Matches
from streamdash.checks.schemas import QUICK_CHARS, examiner
from streamdash.checks.words import Contains, EndsWith, Equals, LeastChars, MostChars, StartsWith
from streamdash.streams.check import TIME_KINDS, Verdict
from streamdash.streams.events import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from streamdash.checks.decision import Decider
    from streamdash.streams.check import Check
    from streamdash.streams.spec import StreamSpec
    from streamdash.streams.state import StreamState

    CostOf = Callable[[StreamState], float | None]


def decider(check: Check) -> Decider | None:
    """What reads the text for a check; None for a check of anything else.

    Raises ValueError that says why the check cannot be used.
    """
    value, ignore_case = check.value, check.ignore_case
    match check.kind:
        case "contains" | "not_contains":
            wanted = check.kind == "contains"
            return Contains(value, ignore_case=ignore_case, wanted=wanted)
        case "regex" | "not_regex":
            return Matches(value, ignore_case=ignore_case, wanted=check.kind == "regex")
        case "equals":
            return Equals((value,), ignore_case=ignore_case)
        case "one_of":
            return Equals(value, ignore_case=ignore_case)
        case "starts_with":
            return StartsWith(value, ignore_case=ignore_case)
        case "ends_with":
            return EndsWith(value, ignore_case=ignore_case)
        case "json":
            return IsJson(fenced=check.fenced)
        case "schema":
            return IsJson(fenced=check.fenced, examine=examiner(value), quick_chars=QUICK_CHARS)
        case "min_chars":
            return LeastChars(value)
        case "max_chars":
            return MostChars(value)
    return None


class Evaluation:
    """Decides the checks of one answer, each of whose characters it reads once.

    `cost` gives what an answer cost.
    """

    def __init__(self, state: StreamState, cost: CostOf) -> None:
        self._state, self._cost = state, cost
        self.checks = state.spec.checks
        self._read = 0
        self._deciders: list[Decider | None] = []
        self._unusable: dict[int, str] = {}
        self._decided: dict[int, Decision] = {}
        for place, check in enumerate(self.checks):
            try:
                self._deciders.append(decider(check))
            except ValueError as error:
                # of a recording, as a prompt file is checked before anything is sent
                self._deciders.append(None)
                self._unusable[place] = f"cannot be judged: the check {error}"

    def update(self, now: float, *, quick: bool) -> tuple[Verdict, ...]:
        """The verdicts at the time `now` of the run's clock.

        With `quick` nothing is done that the event loop would notice, and a check of a long answer
        may stay undecided after the end.
        """
        state = self._state
        new = state.text.since(self._read)
        self._read += len(new)
        # the end of an answer that was cut says nothing about the text that is missing
        ended = state.status.ended_well
        text = TextSoFar(new, state.text.value, state.text.chars, ended, quick)
        return tuple(
            self._verdict(place, check, text, now) for place, check in enumerate(self.checks)
        )

    def _verdict(self, place: int, check: Check, text: TextSoFar, now: float) -> Verdict:
        undecided = Verdict(check.title, check.kind, None)
        if self._state.status is Status.CANCELLED:
            return undecided._replace(message="the answer was cancelled")
        if place in self._unusable:
            return undecided._replace(message=self._unusable[place])
        decision = self._decided.get(place)
        if decision is None:
            decision = self._decision(place, check, text, now)
        bad_end = self._bad_end()
        if bad_end and (decision is None or decision.passed):
            return undecided._replace(passed=False, message=bad_end)
        if decision is None:
            return undecided
        return Verdict(check.title, check.kind, *decision)

    def _decision(self, place: int, check: Check, text: TextSoFar, now: float) -> Decision | None:
        state = self._state
        if check.kind in TIME_KINDS:
            return time_decision(check, state, now)
        if check.kind in ("finish", "max_cost"):
            if not state.status.ended_well:
                return None
            if check.kind == "finish":
                return finish_decision(check, state)
            return cost_decision(check, state, self._cost)
        reader = self._deciders[place]
        decision = None if reader is None else reader.update(text)
        if decision is not None:
            self._decided[place] = decision
        return decision

    def _bad_end(self) -> str:
        """Why no check of this answer passes; empty for one that ended well or goes on."""
        state = self._state
        if not state.status.final or state.status.ended_well:
            return ""
        kind = f" ({state.error.kind})" if state.error is not None else ""
        return f"the answer did not end well: {state.status.value}{kind}"


def final_verdicts(state: StreamState, cost: CostOf) -> tuple[Verdict, ...]:
    """The verdicts about an answer, which are kept once it has ended.

    A live answer is judged as far as it has come. One whose text is no longer in memory keeps the
    verdicts from before.
    """
    checks = state.spec.checks
    if not checks:
        return ()
    if state.checked is not None and state.checked[0] == checks:
        return state.checked[1]
    if state.texts_dropped:
        gone = "the text of this answer is no longer kept"
        return tuple(Verdict(one.title, one.kind, None, gone) for one in checks)
    ended = state.ended_at is not None
    now = state.ended_at if state.ended_at is not None else state.launched_at
    verdicts = Evaluation(state, cost).update(now, quick=not ended)
    if ended:
        state.checked = checks, verdicts
    return verdicts


def compile_checks(specs: Iterable[StreamSpec]) -> None:
    """Compile the patterns and schemas of recorded streams before the event loop runs."""
    for spec in specs:
        for check in spec.checks:
            try:
                decider(check)
            except ValueError:
                continue  # said again where the check is judged
