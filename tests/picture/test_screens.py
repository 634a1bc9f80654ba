"""Every screen looks as its kept picture does; `pytest --update-pictures` rewrites the pictures."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest

from tests.picture.scenario import pictured_run
from tests.picture.text_picture import text_picture

SCREENS = Path(__file__).parent / "screens"
SIZES = [(200, 50), (80, 24), (60, 20)]
KEYS = {"inspector": "i", "leaderboard": "l", "diff": "d", "help": "question_mark", "prompt": "p"}
"""The screens that a key opens over the ended run."""


@pytest.mark.parametrize(("columns", "rows"), SIZES)
async def test_every_screen_looks_as_in_its_picture(
    columns: int,
    rows: int,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    drawn: dict[str, str] = {}
    async with pictured_run((columns, rows)) as pictured:
        await pictured.stream_for_a_while()
        await pictured.settle()
        drawn["board-running"] = text_picture(pictured.app)
        await pictured.end_all()
        drawn["board-ended"] = text_picture(pictured.app)
        await pictured.press("s")
        drawn["summary"] = text_picture(pictured.app)
        await pictured.press("escape")
        for name, key in KEYS.items():
            await pictured.press(key)
            drawn[name] = text_picture(pictured.app)
            await pictured.press("escape")
    files = {name: SCREENS / f"{name}-{columns}x{rows}.txt" for name in drawn}
    if request.config.getoption("--update-pictures"):
        SCREENS.mkdir(exist_ok=True)
        for name, file in files.items():
            file.write_text(drawn[name], encoding="utf-8")
    changes = [
        line
        for name, file in files.items()
        for line in unified_diff(
            file.read_text(encoding="utf-8").splitlines(),
            drawn[name].splitlines(),
            f"kept {file.name}",
            f"drawn {file.name}",
            lineterm="",
            n=1,
        )
    ]
    assert not changes, "\n".join(changes)
