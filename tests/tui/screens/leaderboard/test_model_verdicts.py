"""The verdict per model on the leaderboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from streamdash.reporting.models.table import ModelTable, model_tables
from streamdash.reporting.result import results_of
from streamdash.streams.live import live_run
from streamdash.streams.spec import RunPlan
from streamdash.tui.screens.leaderboard.model_verdicts import model_rows
from tests.tui.screen import rows, shown, text, until
from tests.tui.scripted_run import ScriptedProviders, scripted_run, spec

if TYPE_CHECKING:
    from streamdash.streams.run import Run

QUESTIONS = ("why?", "how?")
MODELS = ("m-1", "m-2")


def prompts_by_models() -> tuple[Run, ScriptedProviders]:
    provider = ScriptedProviders()
    specs = tuple(
        spec(f"{question} {model}")._replace(
            model=model, messages=({"role": "user", "content": question},)
        )
        for question in QUESTIONS
        for model in MODELS
    )
    return live_run(RunPlan(specs, "Test"), provider), provider


async def test_models_have_the_rows_of_the_reports_on_one_key() -> None:
    run, provider = prompts_by_models()
    async with shown(run, size=(100, 30)) as (app, pilot):
        await pilot.press("l", "m")
        await until(lambda: "no verdict per model" in text(app))
        assert "per model" in rows(app)[0]
        for question in QUESTIONS:
            for model in MODELS:
                provider[f"{question} {model}"].say("x")
                provider[f"{question} {model}"].finish()
        await until(lambda: "TTFT per model over 2 questions" in text(app))
        await until(lambda: [line.split()[1] for line in model_lines(rows(app))] == ["2"] * 4)
        tables = model_tables(run, results_of(run))
        written = [cell for table in tables for row in table.rows for cell in row]
        assert all(cell in text(app) for cell in written if cell != "-")
        await pilot.press("m")
        await until(lambda: "TTFT ▲" in text(app) and "per model" not in text(app))


async def test_blind_mode_hides_the_models() -> None:
    run, _ = prompts_by_models()
    async with shown(run) as (app, pilot):
        await pilot.press("b", "l", "m")
        await until(lambda: "blind mode hides the models" in text(app))
        assert "m-1" not in text(app)


async def test_one_model_alone_is_offered_no_verdict() -> None:
    run, _ = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        await pilot.press("l")
        await until(lambda: "Leaderboard" in text(app))
        assert "m models" not in text(app)


def test_columns_are_left_out_on_a_narrow_screen_and_the_verdict_never() -> None:
    row = ("lab:\x1b[31mevil" * 9, "12", "0", "1.20 s", "1.1 s - 1.3 s", "0.67", "0.5 - 0.8", "6/6")
    table = ModelTable("TTFT per model", [(*row, "not told apart")])
    for width in (60, 80, 160):
        heading, lines = model_rows([table], width)
        drawn = "  ".join(cell.text for cell in lines[1])
        assert cell_len(drawn) <= width
        assert "not told apart" in drawn
        assert "\x1b" not in drawn
        assert ("p10 - p90" in [cell.text.strip() for cell in heading]) == (width == 160)


def model_lines(lines: list[str]) -> list[str]:
    return [line for line in lines if line.split()[:1] in (["lab:m-1"], ["lab:m-2"])]
