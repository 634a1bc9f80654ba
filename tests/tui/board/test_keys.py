"""The key line offers what the keys do now."""

from __future__ import annotations

from typing import Any

import pytest

from streamdash.tui.board.keys import (
    BOARD_KEYS,
    DRAWER_KEYS,
    key_sections,
    palette_keys,
)
from streamdash.tui.board.offered_keys import KeyMode, visible_keys


def briefs(**mode: Any) -> list[str]:
    return [key.brief for key in visible_keys(KeyMode()._replace(**mode))]


def test_cancel_is_offered_while_streams_are_live_and_the_summary_after() -> None:
    assert "cancel" in briefs(live=True)
    assert "summary" not in briefs(live=True)
    assert "cancel" not in briefs()
    assert "summary" in briefs()


def test_help_and_quit_come_last() -> None:
    assert briefs()[-2:] == ["quit", "help"]


def test_blind_mode_offers_to_reveal_and_no_inspector() -> None:
    assert "reveal" in briefs(blind=True)
    assert not {"blind", "inspect"} & set(briefs(blind=True))


def test_blind_mode_offers_no_key_that_it_refuses() -> None:
    assert not {"add", "earlier"} & set(briefs(blind=True, answers=True))
    assert "add" in briefs()


def test_a_paused_replay_offers_to_go_on_and_no_prompt() -> None:
    offered = briefs(replay=True, paused=True)
    assert "go on" in offered
    assert not {"pause", "prompt"} & set(offered)


def test_an_empty_board_offers_to_add_a_stream_unless_it_is_a_replay() -> None:
    assert briefs(empty=True)[0] == "add"
    assert "add" not in briefs(empty=True, replay=True)


def test_before_the_first_question_what_leads_to_one_comes_first() -> None:
    offered = briefs(unasked=True)
    assert offered == ["prompt", "add", "change", "edit", "zoom", "quit", "help"]


@pytest.mark.parametrize(("pages", "offered"), [(1, False), (2, True)])
def test_pages_are_offered_where_there_are_some(pages: int, offered: bool) -> None:
    assert ("page" in briefs(pages=pages)) is offered


@pytest.mark.parametrize("replay", [False, True])
def test_the_palette_offers_only_keys_of_the_help(replay: bool) -> None:
    listed = {key for _, keys in key_sections(replay=replay) for key in keys}
    assert set(palette_keys(replay=replay)) <= listed
    assert all(key.action and key.does for key in palette_keys(replay=replay))


def test_no_key_is_bound_twice() -> None:
    keys = (*BOARD_KEYS, *DRAWER_KEYS)
    bound = [name for key in keys for name in key.keys.split(",") if name]
    assert len(bound) == len(set(bound))
