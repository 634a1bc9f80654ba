"""The key w: the board as a prompt file, and a run of that file that asks the same."""

from __future__ import annotations

import asyncio
import os
import stat
import tomllib
from typing import TYPE_CHECKING

import pytest

from streamdash.demo.server import DemoServer
from streamdash.promptfile import Overrides, load_plan
from streamdash.promptfile.own_settings import OwnSettings
from streamdash.providers.catalog import builtin_endpoints
from streamdash.providers.registry import Providers
from streamdash.recording.reader import load_recording
from streamdash.recording.replay import ReplayRun
from streamdash.streams.live import live_run
from tests.tui.screen import shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.streams.run import Run
    from streamdash.streams.spec import RunPlan
    from streamdash.tui.app import StreamdashApp

MODELS = ("chat:brief", "responses:brief", "messages:brief")


async def shows(app: StreamdashApp, words: str) -> None:
    """Wait until the screen shows the words, which may be wrapped."""
    try:
        await until(lambda: words in " ".join(text(app).split()))
    except AssertionError:
        raise AssertionError(f"{words!r} not in\n{text(app)}") from None


def plan_of(path: Path | str) -> RunPlan:
    return load_plan(str(path), Overrides(), endpoints=builtin_endpoints({})).plan


async def run_of(plan: RunPlan) -> Run:
    run = live_run(plan, Providers({}))
    run.start()
    await run.wait()
    return run


async def test_a_written_board_asks_the_same_in_every_dialect(tmp_path: Path) -> None:
    async with DemoServer() as server:
        endpoints = "".join(
            f'[endpoints.{name}]\napi = "{api}"\nbase_url = "{server.base_url(api)}"\n'  # type: ignore[arg-type]
            for name, api in (
                ("chat", "openai"), ("responses", "openai-responses"), ("messages", "anthropic"),
            )
        )  # fmt: skip
        source = tmp_path / "source.toml"
        source.write_text(
            f'title = "Ünlike \\"any\\""\nmodels = {list(MODELS)}\n{endpoints}'
            '[defaults]\nsystem = "Be\\r\\nbrief."\ntemperature = 0.3\nstop = ["\\n\\n", "END"]\n'
            '[[prompts]]\nprompt = "Why?\\n\\t\\u0000 \\\\ \\"\\"\\""\n'
            '[[prompts]]\nlabel = "B"\nprompt = "How?"\nmax_tokens = 50\n'
            'params = { user = "u", metadata = { n = 1.5 } }\n'
        )
        run = live_run(plan_of(source), Providers({}))
        async with shown(run) as (app, pilot):
            await until(lambda: all(state.ended_at is not None for state in run.states))
            # a board that has changed: a follow-up, another model, one more, one less
            run.ask("And then?\n'really'", [0, 1, 2])
            await run.wait()
            state = run.states[3]
            run.change({3: state.spec._replace(model="other", temperature=None, seed=7)})
            run.add([state.spec._replace(label="Added", messages=run.states[0].spec.messages)])
            run.remove(4)
            await run.wait()
            wanted = [run.states[index].spec for index in run.present]
            await pilot.press("w")
            await shows(app, "Write the board")
            await pilot.press("enter")
            await shows(app, "written to")
        written = tmp_path / "Ünlike-any.toml"
        assert stat.S_IMODE(written.stat().st_mode) == 0o600
        plan = plan_of(written)
        assert [item._replace(turn=1, prompt_label=None) for item in plan.specs] == [
            item._replace(turn=1, prompt_label=None) for item in wanted
        ]
        bodies = []
        for specs in (tuple(wanted), plan.specs):
            before = len(server.requests)
            again = await run_of(plan._replace(specs=specs))
            bodies.append(sorted(str(got.body) for got in server.requests[before:]))
            await again.drain()
        assert len(bodies[0]) == 6
        assert bodies[0] == bodies[1]


async def test_an_untouched_board_of_prompts_and_models_is_written_as_it_was(
    tmp_path: Path,
) -> None:
    source = (
        'title = "T"\nmodels = ["demo:a", "demo-anthropic:b", "demo-responses:c"]\n'
        '[[prompts]]\nprompt = "Why?"\n[[prompts]]\nprompt = "How?"\n'
    )
    (tmp_path / "source.toml").write_text(source)
    plan = plan_of(tmp_path / "source.toml")
    run, _ = scripted_run()
    run = live_run(plan, run.performer.providers)  # type: ignore[attr-defined]
    async with shown(run, start=lambda: None) as (app, pilot):
        await pilot.press("w")
        await shows(app, "T.toml")
        await pilot.press("enter")
        await shows(app, "written to")
    assert plan_of(tmp_path / "T.toml") == plan
    assert tomllib.loads((tmp_path / "T.toml").read_text()) == {
        **tomllib.loads(source), "defaults": {},
    }  # fmt: skip


async def test_a_file_is_replaced_only_by_a_second_enter(tmp_path: Path) -> None:
    run, _ = scripted_run("A")
    target = tmp_path / "mine.toml"
    target.write_text("precious")
    target.chmod(0o644)
    async with shown(run) as (app, pilot):
        await pilot.press("w")
        await shows(app, "Test.toml")
        entry = app.screen.query_one("Entry")
        entry.value = "mine"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await shows(app, "exists: enter again replaces it")
        await pilot.press("end", "x", "enter")
        await shows(app, "written to")
        assert target.read_text() == "precious"
        assert (tmp_path / "minex.toml").exists()
        await pilot.press("w")
        await shows(app, "Write the board")
        app.screen.query_one("Entry").value = "mine.toml"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await shows(app, "exists: enter again")
        await pilot.press("enter")
        await until(lambda: target.read_text() != "precious")
        await until(lambda: "Write the board" not in text(app))
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
    tomllib.loads(target.read_text())
    assert not list(tmp_path.glob(".*"))


WRONG = {
    "": "the name is empty",
    "no/such/x.toml": "there is no folder",
    "folder": "it is a folder",
    "folder/": "the name is that of a folder",
    "x.json": "the file is TOML: name it x.toml",
    "/dev/null": "it is no regular file",
    "fifo.toml": "it is no regular file",
    "~nobody-of-this-name/x": "there is no folder",
}


@pytest.mark.parametrize(("name", "said"), WRONG.items(), ids=list(WRONG))
async def test_a_name_that_cannot_be_written_stays_in_the_field(
    name: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo.toml")
    run, _ = scripted_run("A")
    async with shown(run) as (app, pilot):
        await pilot.press("w")
        await shows(app, "Test.toml")
        app.screen.query_one("Entry").value = name  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(lambda: said in text(app))
        assert name in text(app)
        await pilot.press("escape")
        await until(lambda: "Write the board" not in text(app))
    assert {path.name for path in tmp_path.iterdir()} == {"folder", "fifo.toml"}


async def test_the_home_folder_and_a_free_name_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    (tmp_path / "Test.toml").touch()
    run, _ = scripted_run("A")
    async with shown(run) as (app, pilot):
        await pilot.press("w")
        await shows(app, "Test-2.toml")
        app.screen.query_one("Entry").value = "~/board"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await shows(app, "written to")
    assert (home / "board.toml").exists()


async def test_the_recording_of_the_run_is_spared(tmp_path: Path) -> None:
    recording = tmp_path / "run.toml"
    recording.write_text("{}")
    run, _ = scripted_run("A")
    async with shown(run, recorded_in=recording) as (app, pilot):
        await pilot.press("w")
        await shows(app, "Test.toml")
        app.screen.query_one("Entry").value = "run.toml"  # type: ignore[attr-defined]
        await pilot.press("enter", "enter")
        await shows(app, "the recording of this run")
    assert recording.read_text() == "{}"


async def test_the_order_of_a_blind_board_is_not_given_away(tmp_path: Path) -> None:
    run, _ = scripted_run("A", "B", "C", "D")
    async with shown(run) as (app, pilot):
        await pilot.press("b", "w")
        await shows(app, "Test.toml")
        await pilot.press("enter")
        await shows(app, "written to")
    rows = tomllib.loads((tmp_path / "Test.toml").read_text())["prompts"]
    assert [row["label"] for row in rows] == ["A", "B", "C", "D"]


async def test_a_board_without_a_prompt_says_that_there_is_nothing_to_write() -> None:
    run, _ = scripted_run("A", prompted=False)
    async with shown(run) as (app, pilot):
        await pilot.press("escape", "w")
        await shows(app, "Test.toml")
        await pilot.press("enter")
        await shows(app, "there is no prompt to write yet")


async def test_a_replay_is_written_as_well(tmp_path: Path) -> None:
    from tests.recording.scenes import record

    path = tmp_path / "run.jsonl"
    await asyncio.to_thread(record, path)
    run = ReplayRun(load_recording(str(path)), speed=0)
    async with shown(run, timeline=run.timeline) as (app, pilot):
        await pilot.press("w")
        await shows(app, ".toml")
        app.screen.query_one("Entry").value = "again"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(lambda: any("api_key_env" in notice.message for notice in app._notifications))
    found = plan_of(tmp_path / "again.toml").specs
    assert [(one.target, one.messages) for one in found] == [
        (one.target, one.messages) for one in run.plan.specs
    ]


async def test_an_endpoint_of_the_config_keeps_its_headers_there(tmp_path: Path) -> None:
    run, _ = scripted_run("A")
    lab = run.states[0].spec.endpoint._replace(headers={"x-team": "s3cret"})
    run.states[0].spec = run.states[0].spec._replace(endpoint=lab)
    own = OwnSettings(endpoints={"lab": lab})
    async with shown(run, own=own) as (app, pilot):
        await pilot.press("w")
        await shows(app, "Test.toml")
        await pilot.press("enter")
        await shows(app, "written to")
    written = tmp_path / "Test.toml"
    assert "s3cret" not in written.read_text()
    plan = load_plan(str(written), Overrides(), endpoints=builtin_endpoints({}), own=own).plan
    assert plan.specs[0].endpoint == lab
