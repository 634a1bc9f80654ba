"""A person reads earlier answers again, during the run and in its replay."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.program import streamdash
from tests.pseudo_terminal.session import session

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_person_walks_back_compares_and_finds_the_answers_in_report_and_replay(
    tmp_path: Path,
) -> None:
    recording = tmp_path / "run.jsonl"
    asked = ("-m", "demo:echo", "-p", "first words", "--record", str(recording))
    async with session(*asked, home=tmp_path, columns=80, rows=24) as terminal:
        await terminal.until("✓ 1 done")
        terminal.press("p")
        await terminal.until("Follow-up to echo")
        terminal.press("other words")
        await terminal.until("other words")
        terminal.press("enter")
        await terminal.until("2/2", "› other words", "✓ 1 done")
        terminal.press("r")
        await terminal.until("3/3", "✓ 1 done")
        terminal.press("(", "(")
        await terminal.until("1/3", ") newer")
        assert "other words" not in terminal.text
        terminal.press("d")
        await terminal.until("1/3-]", "3/3+}")
        terminal.press("escape")
        await terminal.until("1/3", "enter zoom")
        terminal.press(")")
        await terminal.until("2/3", "› other words")
        terminal.press("q")
        assert await terminal.ended() == 0
    report = await streamdash("report", str(recording), "--format", "json", home=tmp_path)
    (stream,) = json.loads(report.out)["streams"]
    answers = [*stream["earlier"], stream]
    assert [one["cause"] for one in answers] == ["start", "follow-up", "rerun"]
    async with session(
        "replay", str(recording), "--speed", "0", home=tmp_path, columns=60, rows=20
    ) as terminal:
        await terminal.until("3/3", "✓ 1")
        terminal.press("(", "(")
        await terminal.until("1/3")
        assert "other words" not in terminal.text
        terminal.press("q")
        await terminal.ended()
