"""Recordings are found by file, name, number or `last`, from any working directory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from streamdash.recording import lookup
from streamdash.recording.library import list_runs
from streamdash.recording.lookup import find_recording
from streamdash.recording.run_title import run_title
from streamdash.reporting.runs_table import runs_table
from streamdash.streams.errors import UsageError
from tests.program import streamdash_series
from tests.recording.scenes import record
from tests.streams.scripted import Scripted, spec, spoken

if TYPE_CHECKING:
    from pathlib import Path

NAMES = pytest.mark.fault("files and environment", "what `runs` prints cannot be opened")
TITLES = pytest.mark.fault("files and environment", "runs cannot be told apart")


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three runs in the folder of runs, with another working directory."""
    folder = tmp_path / "runs"
    folder.mkdir()
    for name in ("a", "b", "c"):
        record(folder / f"{name}.jsonl", {name: Scripted(spoken("x"))}, title=f"Run {name}")
    here = tmp_path / "elsewhere"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(lookup, "runs_folder", lambda: folder)
    return folder


@NAMES
def test_names_numbers_and_last_mean_what_the_list_shows(runs: Path) -> None:
    listed = list_runs(runs)
    for number, run in enumerate(listed, start=1):
        assert find_recording(str(number)) == run.path
        assert find_recording(f"#{number}") == run.path
        assert find_recording(run.path.name) == run.path
        assert find_recording(run.path.stem) == run.path
        assert find_recording(str(run.path)) == run.path
        assert f"{number}  " in runs_table(listed).splitlines()[number]
    assert find_recording("last") == listed[0].path


@NAMES
def test_a_file_of_that_name_wins_and_a_folder_does_not(runs: Path) -> None:
    open("2", "w").close()
    os.mkdir("3")
    os.mkdir("last")
    assert str(find_recording("2")) == "2"
    assert find_recording("3").parent == runs
    assert find_recording("last").parent == runs


@NAMES
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("4", ("only 3 runs are recorded in", "numbers them from 1")),
        ("0", ("only 3 runs", "0")),
        ("#12345678", ("only 3 runs", "'#12345678'")),
        ("nosuch", ("no such file in", "no recording of that name in", "streamdash runs")),
        ("nosuch.jsonl", ("'nosuch.jsonl'", "no recording of that name in")),
        ("", ("cannot be read",)),
    ],
)
def test_an_error_says_what_was_looked_for(runs: Path, name: str, words: tuple[str, ...]) -> None:
    from streamdash.recording.reader import load_recording

    with pytest.raises(UsageError) as caught:
        load_recording(str(find_recording(name)))
    said = str(caught.value)
    if words != ("cannot be read",):
        assert str(runs) in said
        assert os.getcwd() in said
        assert all(word in said for word in words)


@NAMES
@pytest.mark.parametrize("name", ["last", "1", "../x", "a\0b", "~", "-"])
def test_an_empty_folder_has_no_last_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from streamdash.recording.reader import load_recording

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lookup, "runs_folder", lambda: tmp_path / "none")
    with pytest.raises(UsageError):
        load_recording(str(find_recording(name)))


@NAMES
@TITLES
def test_report_replay_and_baseline_take_what_runs_prints(tmp_path: Path) -> None:
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    home = tmp_path / "here"
    home.mkdir()
    *ran, runs = streamdash_series(
        ("-m", "demo:echo", "-p", "What is Rust?", "--headless"),
        ("-m", "demo:echo", "-p", "What is Go?", "--headless"),
        ("runs",),
        home=tmp_path,
        variables=state,
    )
    assert [ended.code for ended in ran] == [0, 0]
    listed = runs.out.splitlines()
    assert {line.split("  ")[2] for line in listed[1:]} == {
        "What is Rust? · echo", "What is Go? · echo"
    }  # fmt: skip
    name = listed[1].split()[-1]
    *found, missing = streamdash_series(
        ("report", name),
        ("report", "last"),
        ("report", "1", "2"),
        ("replay", name.removesuffix(".jsonl"), "--format", "json"),
        ("replay", "2", "--headless", "--baseline", "2"),
        ("replay", "7"),
        home=home,
        variables=state,
    )
    for ended in found:
        assert ended.code == 0, ended.err
        assert ended.out
    assert missing.code == 2
    assert "only 2 runs are recorded in" in missing.err


@TITLES
@pytest.mark.parametrize(
    ("questions", "models", "title"),
    [
        (["What is Rust?"], ["a"], "What is Rust? · a"),
        (["x\n\ty  z"], ["a", "b", "a"], "x y z · a, b"),
        (["one?", "two?", "one?"], ["a"], "one? and 1 more · a"),
        (
            ["long " * 40],
            list("abcde"),
            "long long long long long long long long… · a, b, c and 2 more",
        ),
        ([""], ["a"], "a"),
        (["\x1b[31mred"], ["m\n"], "\u241b[31mred · m"),
    ],
)
def test_a_run_without_a_title_gets_one(
    questions: list[str], models: list[str], title: str
) -> None:
    count = max(len(questions), len(models))
    specs = [
        spec(
            str(place),
            model=models[place % len(models)],
            messages=({"role": "user", "content": questions[place % len(questions)]},),
        )
        for place in range(count)
    ]
    assert run_title(specs) == title


@TITLES
def test_a_run_that_began_with_the_prompt_bar_is_titled_by_its_first_question(
    tmp_path: Path,
) -> None:
    async def ask(run: object) -> None:
        run.ask("What now?", [0])  # type: ignore[attr-defined]

    unasked = spec("A", messages=())
    path = tmp_path / "r.jsonl"
    record(path, {"A": Scripted(spoken("x"))}, title="", specs=(unasked,), during=ask)
    # the scene starts the stream first, as no run on the screen does
    (run,) = list_runs(tmp_path)
    assert run.title == "What now? · m"


@TITLES
def test_a_prompt_in_place_of_the_files_is_in_the_title(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text('title = "Mine"\n[[streams]]\nmodel = "demo:echo"\nprompt = "x"\n')
    unchanged, asked = streamdash_series(
        (str(file), "--format", "markdown"),
        (str(file), "-p", "What\nelse?", "--format", "markdown"),
        home=tmp_path,
    )
    assert unchanged.out.splitlines()[0] == "# Mine"
    assert asked.out.splitlines()[0] == "# Mine · What else?"
