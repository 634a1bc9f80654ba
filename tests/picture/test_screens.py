"""Every screen looks as its kept picture does; `pytest --update-pictures` rewrites the pictures."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest

from tests.picture.scenario import pictured_run
from tests.picture.text_picture import text_picture

SCREENS = Path(__file__).parent / "screens"
RICH_ANSWER = Path(__file__).parent / "rich_answer.md"
SIZES = [(200, 50), (80, 24), (60, 20)]
KEYS = {
    "inspector": "i",
    "leaderboard": "l",
    "diff": "d",
    "help": "question_mark",
    "prompt": "p",
    "models": "a",
}
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
    _compare(drawn, f"{columns}x{rows}", request)


@pytest.mark.parametrize("columns", [120, 80, 40])
async def test_a_rich_answer_looks_as_in_its_picture(
    columns: int, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = 66 if columns > 60 else 90
    async with pictured_run((columns, rows), ["Rich"]) as pictured:
        await pictured.answer("Rich", RICH_ANSWER.read_text(encoding="utf-8"))
        await pictured.press("escape")
        drawn = {"rich-answer": text_picture(pictured.app)}
    _compare(drawn, f"{columns}x{rows}", request)


def _compare(drawn: dict[str, str], size: str, request: pytest.FixtureRequest) -> None:
    """Compare what was drawn, by the screens' names, with the kept pictures of this size."""
    files = {name: SCREENS / f"{name}-{size}.txt" for name in drawn}
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
