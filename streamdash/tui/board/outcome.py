"""The outcome of a run in a few words: what failed its checks, who came first, how fast."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

from streamdash.reporting.checked import verdicts_of
from streamdash.reporting.figures import duration
from streamdash.reporting.winners import best_of, question_of, ties_within, tolerance
from streamdash.streams.check import all_passed
from streamdash.streams.flags import is_ttft_late
from streamdash.streams.metrics import measure
from streamdash.tui.board.pane.pane_checks import AT_ONCE_CHARS
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from streamdash.reporting.result import RunSnapshot
    from streamdash.reporting.winners import Question
    from streamdash.streams.check import Verdict
    from streamdash.streams.state import StreamState
    from streamdash.tui.names import StreamNames

_RANK = 1
_LEAST = 16
Contest = dict[int, float]
"""The TTFT of each stream that competes, by its index."""


def outcome_parts(run: RunSnapshot, names: StreamNames) -> list[Part]:
    """How many answers failed checks, and who had the first token most often, or else all TTFTs.

    The streams of one question compete; if all failed, their errors are counted. The run has no
    rounds, so it says what was measured once, and proves nothing.
    """
    return [*check_parts(run), *_speed_parts(run, names)]


def check_parts(run: RunSnapshot) -> list[Part]:
    """How many answers failed a check, of those that are judged; long ones may not be yet."""
    judged = [verdicts for state in _present(run) if (verdicts := _known_verdicts(state))]
    failed = sum(all_passed(verdicts) is False for verdicts in judged)
    if not failed:
        return []
    words = f"✗ {failed} of {len(judged)} failed checks"
    return [Part(words, _RANK, "bad", short=f"✗ {failed} failed checks")]


def _known_verdicts(state: StreamState) -> tuple[Verdict, ...]:
    if state.ended_at is None or (state.checked is None and state.text.chars > AT_ONCE_CHARS):
        return ()
    return verdicts_of(state)


def _speed_parts(run: RunSnapshot, names: StreamNames) -> list[Part]:
    """Which stream or model had the first token most often, or the range of TTFTs, or errors."""
    contests = _contests(run)
    first = _first(run, contests, names) if contests else None
    if first is not None:
        return [first]
    known = [ttft for state in _present(run) if (ttft := _ttft(state)) is not None]
    if known:
        low, high = duration(min(known)), duration(max(known))
        span = low if low == high else f"{low} to {high}"
        return [Part(f"TTFT {span}", _RANK, "figures", short=span)]
    return failure_parts(run)


def failure_parts(run: RunSnapshot) -> list[Part]:
    """How many streams failed in which way."""
    kinds = Counter(state.error.kind for state in _present(run) if state.error is not None)
    words = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    return [Part(words, _RANK, "bad", flexible=True, least=_LEAST)] if words else []


def _contests(run: RunSnapshot) -> list[Contest]:
    """One contest for each question with at least two streams that ended well."""
    groups: dict[Question, Contest] = {}
    for index in run.present:
        ttft = _ttft(run.states[index])
        if ttft is not None:
            groups.setdefault(_question(run.states[index]), {})[index] = ttft
    return [group for group in groups.values() if len(group) > 1]


def _first(run: RunSnapshot, contests: Sequence[Contest], names: StreamNames) -> Part | None:
    """The name that came first most often; None if names cannot be compared."""
    named = _contest_names(run, contests, names)
    if named is None:
        return None
    least = tolerance("ttft_s", run.lag.p99_s)
    wins: Counter[str] = Counter()
    for contest in contests:
        best = best_of(contest, -1, ties_within(contest, least))
        wins.update(dict.fromkeys(named[index] for index in sorted(best)).keys())
    if not wins:
        return Part("level in TTFT", _RANK, "figures")
    most = max(wins.values())
    leaders = [name for name in wins if wins[name] == most]
    if len(leaders) > 2:
        return Part(f"{len(leaders)} level in front", _RANK, "figures")
    won = [
        (index, ttft)
        for contest in contests
        for index, ttft in contest.items()
        if named[index] in leaders
    ]
    late = any(is_ttft_late(measure(run.states[index]).flags) for index, _ in won)
    typical = ("~" if late else "") + duration(median(ttft for _, ttft in won))
    often = f" in {most} of {len(contests)}" if len(contests) > 1 else ""
    words = f"{' and '.join(leaders)} first{often}"
    return Part(
        f"{words}, TTFT {typical}", _RANK, "good",
        short=words, flexible=True, least=_LEAST,
    )  # fmt: skip


def _contest_names(
    run: RunSnapshot, contests: Iterable[Contest], names: StreamNames
) -> dict[int, str] | None:
    """The name of each stream in the contests: its label, or if questions differ, its model.

    None if the models do not tell the streams of a question apart, or are hidden.
    """
    fields = {frozenset(contest) for contest in contests}
    indices = set().union(*fields)
    if len({_question(run.states[index]) for index in indices}) == 1:
        return {index: names.label(run.states[index]) for index in indices}
    if names.blind:
        return None
    models = {index: names.model(run.states[index]) for index in indices}
    if any(len({models[index] for index in field}) < len(field) for field in fields):
        return None
    return models


def _present(run: RunSnapshot) -> Sequence[StreamState]:
    return [run.states[index] for index in run.present]


def _question(state: StreamState) -> Question:
    return question_of(state.spec.turn, state.spec.system, state.spec.messages)


def _ttft(state: StreamState) -> float | None:
    return measure(state).ttft_s if state.status.ended_well else None
