"""What a heading gives up for the words that say which answer is shown."""

from __future__ import annotations

import pytest

from streamdash.tui.board.pane.heading_slots import STATUS_CELLS, AnswerCells, plan_slots
from streamdash.tui.names import PaneName

NAMES = [PaneName("lab:a-long-label", "a-long-label", "lab:model-1", "model-1")]


@pytest.mark.parametrize("needed", [False, True])
def test_a_wide_heading_has_room_for_everything(needed: bool) -> None:
    slots = plan_slots(NAMES, 60, AnswerCells(3, needed))
    assert (slots.answers, slots.status, slots.number, slots.prefix) == (3, True, True, True)


def test_no_cells_are_kept_free_while_no_stream_has_been_rerun() -> None:
    assert plan_slots(NAMES, 60) == plan_slots(NAMES, 60, AnswerCells(0))
    assert plan_slots(NAMES, 60).answers == 0


def test_the_number_of_a_current_answer_goes_before_the_status_word() -> None:
    slots = plan_slots(NAMES, 27, AnswerCells(3))
    assert (slots.answers, slots.status) == (0, True)


def test_an_earlier_answer_says_so_and_the_status_word_goes() -> None:
    slots = plan_slots(NAMES, 27, AnswerCells(3, needed=True))
    assert (slots.answers, slots.status) == (3, False)


@pytest.mark.parametrize("room", range(40))
def test_no_heading_takes_more_cells_than_it_has(room: int) -> None:
    for answers in (AnswerCells(), AnswerCells(3), AnswerCells(5, needed=True)):
        slots = plan_slots(NAMES, room, answers)
        taken = slots.label + (slots.target + 3 if slots.target else 0)
        taken += (2 if slots.number else 0) + (slots.answers + 1 if slots.answers else 0)
        taken += STATUS_CELLS + 1 if slots.status else 0
        assert taken <= room
        if answers.needed and room > answers.cells:
            assert slots.answers
