"""What the leaderboard measures, when, and of which runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.events import Attempt, Delta, End, Event, Sent, Status
from streamdash.streams.rounds.round import Round
from streamdash.streams.state import StreamState
from streamdash.tui.screens.leaderboard.standings import (
    AGAIN_S,
    FAILED,
    LIVE_GAPS,
    ROUNDS,
    Standings,
)
from tests.tui.scripted_run import scripted_run, spec

if TYPE_CHECKING:
    from streamdash.streams.run import Run


def tell(run: Run, *events: tuple[float, Event], index: int = 0) -> None:
    for at, event in events:
        run.states[index].apply(event, at)


def began(ttft: float = 0.5) -> list[tuple[float, Event]]:
    return [(0.0, Attempt(1)), (0.0, Sent()), (ttft, Delta("answer", "one "))]


def fresh(standings: Standings, at: float) -> Standings:
    while standings.refresh(at):
        pass
    return standings


async def test_a_live_stream_is_measured_once_a_second_and_an_end_at_once() -> None:
    run, _ = scripted_run("A")
    standings = fresh(Standings(run), 0.0)
    assert standings[0].numbers["ttft_s"] is None
    tell(run, *began())
    assert fresh(standings, AGAIN_S / 2)[0].numbers["ttft_s"] is None
    assert fresh(standings, AGAIN_S)[0].numbers["ttft_s"] == 0.5
    assert standings[0].numbers["total_s"] is None
    tell(run, (3.0, End(Status.DONE)))
    assert fresh(standings, AGAIN_S)[0].numbers["total_s"] == 3.0


async def test_all_streams_are_measured_a_few_at_a_time() -> None:
    run, _ = scripted_run(*(str(number) for number in range(200)))
    for index in range(200):
        tell(run, *began(), *((0.5 + n / 100, Delta("answer", "x")) for n in range(300)),
             index=index)  # fmt: skip
    standings = Standings(run)
    looks = 1
    while standings.refresh(0.0):
        looks += 1
    assert looks > 1
    assert all(standing.numbers["ttft_s"] == 0.5 for standing in standings.values())
    assert len(list(standings)) == 200


async def test_a_long_live_stream_is_measured_by_its_last_gaps_and_keeps_its_own() -> None:
    run, _ = scripted_run("A")
    tell(run, *began(), (2.5, Delta("answer", "x")))
    tell(run, *((2.5 + (n + 1) / 100, Delta("answer", "x")) for n in range(LIVE_GAPS)))
    numbers = fresh(Standings(run), 0.0)[0].numbers
    assert numbers["gap_p95_s"] is not None
    assert abs(numbers["gap_p95_s"] - 0.01) < 1e-6
    assert numbers["ttft_s"] == 0.5
    assert len(run.states[0].delta_times) == LIVE_GAPS + 2


async def test_rounds_are_ranked_by_medians_in_which_a_failed_one_is_the_slowest() -> None:
    run, _ = scripted_run("A", repeat=4)
    run.states[0].launch(0.0, Round(4))
    ends = ((8.0, Status.DONE), (1.0, Status.DONE), (9.0, Status.FAILED), (3.0, Status.INCOMPLETE))
    for number, (ttft, status) in enumerate(ends):
        begun = Round(number) if number else Round(1, warmup=True)
        state = StreamState(spec("A"), 0, 0.0, round=begun)
        for at, event in [*began(ttft), (10.0, End(status))]:
            state.apply(event, at)
        run.past[0].append(state)
    standings = fresh(Standings(run), 0.0)
    numbers = standings[0].numbers
    assert (numbers[ROUNDS], numbers[FAILED], numbers["ttft_s"]) == (3, 1, 3.0)
    assert numbers["chars"] == 4
    tell(run, *began(5.0), (10.0, End(Status.DONE)))
    numbers = fresh(standings, 0.0)[0].numbers
    assert (numbers[ROUNDS], numbers["ttft_s"]) == (4, 4.0)


async def test_a_rerun_is_a_new_stream() -> None:
    run, _ = scripted_run("A")
    tell(run, *began(), (3.0, End(Status.DONE)))
    standings = fresh(Standings(run), 0.0)
    assert standings[0].numbers["total_s"] == 3.0
    run.states[0] = StreamState(spec("A"), 0, 5.0)
    assert fresh(standings, 0.0)[0].numbers["total_s"] is None


async def test_a_stream_that_failed_cannot_win() -> None:
    run, _ = scripted_run("A", "B")
    tell(run, *began(), (3.0, End(Status.FAILED)))
    standings = fresh(Standings(run), 0.0)
    assert not standings[0].fair
    assert standings[1].fair
