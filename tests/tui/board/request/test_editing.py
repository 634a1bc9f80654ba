"""The key E: what is edited, what is sent, and what is said where nothing is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.reader import load_recording
from streamdash.recording.replay import ReplayRun
from streamdash.streams.errors import UsageError
from streamdash.tui.board.request.editor_command import editor_command
from tests.recording.scenes import record
from tests.tui.screen import shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.tui.app import StreamdashApp


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fake editor, which a test fills with lines of shell."""
    path = tmp_path / "an editor.sh"
    monkeypatch.setenv("VISUAL", f"sh '{path}'")
    return path


def said(app: StreamdashApp) -> str:
    return " | ".join(notice.message for notice in app._notifications)


async def test_a_saved_change_reruns_this_pane_alone_and_keeps_the_answer_before(
    editor: Path,
) -> None:
    editor.write_text('sed -i \'s/"hello"/"bye"/; s/"B"/"Bee"/\' "$1"')
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        for label in "AB":
            provider[label].say(f"I am {label}")
            provider[label].finish()
        await until(lambda: text(app).count("✓ done") == 2)
        await pilot.press("tab", "E")
        await until(lambda: "› bye" in text(app))
        assert run.states[1].spec.label == "Bee"
        assert [state.spec.question for state in run.states] == ["hello", "bye"]
        assert [len(earlier) for earlier in run.earlier] == [0, 1]
        assert run.earlier[1][0].text.value() == "I am B"
        assert not said(app)


async def test_a_broken_edit_is_kept_until_it_is_mended(editor: Path, tmp_path: Path) -> None:
    editor.write_text("sed -i 's/# retries = .*/x/; s/^retries = .*/retries = 99/' \"$1\"")
    run, _ = scripted_run("A")
    async with shown(run) as (app, pilot):
        await pilot.press("E")
        await until(lambda: "retries: must be from 0 to 10" in text(app))
        await pilot.press("escape")
        await until(lambda: "E opens it again" in said(app))
        assert run.states[0].spec.retries == 0
        # it opens again with what was typed
        editor.write_text(f"cp \"$1\" '{tmp_path}/seen'")
        await pilot.press("E")
        await until(lambda: said(app).count("E opens it again") == 2)
        assert "retries = 99" in (tmp_path / "seen").read_text()
        # mistakes stand on top when it is edited again at once
        editor.write_text("sed -i 's/99/98/' \"$1\"")
        await pilot.press("E")
        await until(lambda: "not 98" in text(app))
        editor.write_text(f"cp \"$1\" '{tmp_path}/seen'; sed -i 's/98/7/' \"$1\"")
        await pilot.press("e")
        await until(lambda: run.states[0].spec.retries == 7)
        assert (tmp_path / "seen").read_text().startswith("#! Not sent, because of a mistake:")


async def test_an_edit_is_not_lost_when_its_editor_fails(editor: Path) -> None:
    editor.write_text("sed -i 's/hello/bye/' \"$1\"; exit 1")
    run, _ = scripted_run("A")
    async with shown(run) as (app, pilot):
        await pilot.press("E")
        await until(lambda: "ended with code 1: nothing was changed; what you typed" in said(app))
        assert run.states[0].spec.question == "hello"
        editor.write_text('echo >> "$1"')
        await pilot.press("E")
        await until(lambda: run.states[0].spec.question == "bye")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("printf '\\377\\376b\\000' > \"$1\"", "is UTF-16 text"),
        ('printf \'prompt = "\\377"\' > "$1"', "is not UTF-8"),
        ("printf 'a\\000b' > \"$1\"", "is not text"),
        ("head -c 2000000 /dev/zero | tr '\\0' x > \"$1\"", "the limit is 1 MiB"),
        ("printf '\\033]0;title\\007' > \"$1\"", "is not TOML"),
    ],
)
async def test_a_file_that_is_no_text_is_a_mistake_like_others(
    editor: Path, lines: str, reason: str
) -> None:
    editor.write_text(lines)
    run, _ = scripted_run("A")
    async with shown(run) as (app, pilot):
        await pilot.press("E")
        await until(lambda: reason in text(app))
        assert "\x1b" not in text(app)
        await pilot.press("escape")
        await until(lambda: "nothing was sent" in said(app) or "discarded" in said(app))


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"VISUAL": "no-such-editor -w"}, "VISUAL names the editor 'no-such-editor', which is not"),
        ({"EDITOR": "vi 'x"}, "EDITOR has a quote that does not end"),
        ({"PATH": "/nowhere"}, "no editor: name yours in VISUAL or EDITOR"),
    ],
)
async def test_an_editor_that_is_not_there_is_named(
    variables: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    run, _ = scripted_run("A")
    async with shown(run) as (app, pilot):
        await pilot.press("E")
        await until(lambda: words in said(app))


def test_visual_wins_and_arguments_are_kept() -> None:
    variables = {"PATH": "/bin:/usr/bin", "VISUAL": "sh -c 'x y' ", "EDITOR": "cat"}
    assert editor_command(variables) == ["sh", "-c", "x y"]
    assert editor_command({**variables, "VISUAL": " "}) == ["cat"]
    with pytest.raises(UsageError):
        editor_command({"PATH": "/nowhere", "VISUAL": "''"})


async def test_blind_mode_and_a_replay_have_no_editor(editor: Path, tmp_path: Path) -> None:
    editor.write_text(f"touch '{tmp_path}/opened'")
    run, _ = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        await pilot.press("b", "E")
        await until(lambda: "the request names the model: b ends blind mode" in said(app))
    replay = await asyncio.to_thread(recorded, tmp_path / "run.jsonl")
    async with shown(replay, timeline=replay.timeline) as (app, pilot):
        await pilot.press("E")
        await until(lambda: "a replay sends nothing" in said(app))
    assert not (tmp_path / "opened").exists()


def recorded(path: Path) -> ReplayRun:
    record(path)
    return ReplayRun(load_recording(str(path)), speed=0)


async def test_a_stream_without_a_prompt_gets_one_in_the_editor(editor: Path) -> None:
    editor.write_text('sed -i \'s/prompt = ""/prompt = "first"/\' "$1"')
    run, _ = scripted_run("A", prompted=False)
    async with shown(run) as (app, pilot):
        await pilot.press("escape", "E")
        await until(lambda: run.states[0].spec.question == "first")
        await until(lambda: "› first" in text(app))
