"""Lists every answer of a run: those of all rounds, and those before a rerun or follow-up."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from streamdash.reporting.result import StreamResult


class Answer(NamedTuple):
    """One answer of a stream."""

    result: StreamResult
    number: int | None
    """Of its round, from 1; None without rounds, and for a rerun outside the rounds."""
    stream: int
    """The index of the stream's result."""
    earlier: bool = False
    """Whether a rerun or a follow-up came after it."""


def every_answer(results: Sequence[StreamResult]) -> list[Answer]:
    """Every answer of every stream in order: the earlier ones, the rounds, a rerun after them.

    Warm-up rounds are left out, unless a stream has no other answer.
    """
    answers: list[Answer] = []
    for stream, result in enumerate(results):
        answers += [Answer(one, None, stream, earlier=True) for one in result.earlier]
        answers += [Answer(one, one.round, stream) for one in result.runs]
        if result.round is None and not (result.runs and result.warmup):
            answers.append(Answer(result, None, stream))
    return answers


def labelled_answers(results: Sequence[StreamResult]) -> list[StreamResult]:
    """Every answer; the label of a round's answer says which of how many, as in `PY 2/3`."""
    answers = every_answer(results)
    rounds = max((answer.number or 0 for answer in answers), default=0)
    return [
        answer.result
        if answer.number is None
        else replace(answer.result, label=f"{answer.result.label} {answer.number}/{rounds}")
        for answer in answers
    ]


def with_earlier(results: Iterable[StreamResult]) -> list[StreamResult]:
    """The results, each preceded by those from before its last rerun or follow-up."""
    return [one for result in results for one in (*result.earlier, result)]


def numbered(
    results: Sequence[StreamResult],
) -> Iterator[tuple[tuple[str, int], StreamResult]]:
    """Each result under its label, with a number from 1 that distinguishes equal labels."""
    seen: Counter[str] = Counter()
    for result in results:
        seen[result.label] += 1
        yield (result.label, seen[result.label]), result
