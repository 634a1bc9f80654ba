"""The order of streams in rounds: the same ties as in the reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.reporting.result import paired_rounds, results_of
from streamdash.streams.rounds.round import Round
from streamdash.tui.screens.leaderboard.proven import proven_by
from tests.recording.scenes import record
from tests.streams.scripted import Scripted, spoken

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.tui.screens.leaderboard.proven import Proven


def proven(tmp_path: Path, **firsts: list[float]) -> Proven:
    """What rounds prove in which the first tokens come after these times."""
    known = {
        label: Scripted(*(spoken("x", "y", first=first) for first in times))
        for label, times in firsts.items()
    }
    rounds = len(next(iter(firsts.values())))
    run = record(tmp_path / "run.jsonl", known, repeat=rounds)
    assert run.states[0].round == Round(rounds)
    results = results_of(run)
    return proven_by(results, run.present, None, paired_rounds(run, results))


def test_a_stream_that_cannot_be_told_from_the_best_is_first_too(tmp_path: Path) -> None:
    found = proven(
        tmp_path,
        A=[0.40, 0.50, 0.42, 0.48, 0.45, 0.44],
        B=[0.45, 0.43, 0.47, 0.44, 0.46, 0.49],
        C=[0.90, 0.95, 0.91, 0.93, 0.97, 0.92],
    )
    assert found.ranks["ttft_s"] == {0: 1, 1: 1, 2: 3}
    assert {index for index, field in found.best if field == "ttft_s"} == {0, 1}


def test_with_few_rounds_all_streams_are_level_and_nobody_is_best(tmp_path: Path) -> None:
    found = proven(tmp_path, A=[0.1, 0.1], B=[0.9, 0.9])
    assert found.ranks["ttft_s"] == {0: 1, 1: 1}
    assert not found.best
