"""All rounds of a stream as a bundle under its bar."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from streamdash.streams.events import Attempt, Delta, End, Event, Sent, Status
from streamdash.streams.rounds.round import Round
from streamdash.streams.state import StreamState
from streamdash.tui.screens.leaderboard.bundle import Span, bundle_row, spans_of
from streamdash.tui.screens.leaderboard.ladder import Scale
from tests.tui.scripted_run import scripted_run, spec

SCALE = Scale(first=0.0, longest=10.0, label=3, width=10)


def drawn(*spans: Span, scale: Scale = SCALE) -> str:
    return "".join(cell.text for cell in bundle_row(spans, scale))


def test_the_bundle_rises_with_first_tokens_and_falls_with_ends() -> None:
    assert drawn(Span(1, 8, False), Span(2, 9, False)) == "     ▄██████▄ "


def test_even_one_round_of_many_is_seen() -> None:
    assert drawn(*[Span(1, 2, False)] * 99, Span(8, 9, False)) == "     █      ▁ "


def test_a_round_that_failed_has_its_mark_where_it_ended() -> None:
    assert drawn(Span(1, 4, False), Span(None, 7, True)) == "     ▄▄▄   ✗  "


def test_only_rounds_that_count_and_have_ended_are_drawn() -> None:
    run, _ = scripted_run("A", repeat=3)
    warm = Round(1, warmup=True)
    ends = ((warm, Status.DONE), (Round(1), Status.FAILED), (Round(2), Status.CANCELLED))
    for begun, status in ends:
        state = StreamState(spec("A"), 0, 0.0, round=begun)
        events: list[tuple[float, Event]] = [
            (0.0, Attempt(1)), (0.0, Sent()), (2.0, Delta("answer", "x")), (5.0, End(status)),
        ]  # fmt: skip
        for at, event in events:
            state.apply(event, at)
        run.past[0].append(state)
    run.states[0].launch(6.0, Round(3))
    assert spans_of(run, 0) == [Span(2.0, 5.0, True)]


times = st.lists(st.floats(0, 1e6), min_size=2, max_size=2).map(sorted)


@given(st.lists(st.builds(lambda it, failed: Span(it[0], it[1], failed), times, st.booleans())))
def test_a_bundle_is_as_wide_as_its_scale(spans: list[Span]) -> None:
    assert cell_len(drawn(*spans)) == SCALE.label + 1 + SCALE.width
    assert (drawn(*spans).strip() == "") == (not spans)
