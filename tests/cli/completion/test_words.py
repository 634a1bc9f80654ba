"""The words that a shell is given at the end of a command line."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.cli.completion.shell_words import line_for, unquoted
from tests.cli.test_models import KEY, config
from tests.fuzzing import examples
from tests.models.serving import answer, openai_list, serving
from tests.program import streamdash

if TYPE_CHECKING:
    from pathlib import Path

FILE = """
[endpoints.lab]
api = "openai"
base_url = "http://127.0.0.1:9/v1"
[[streams]]
label = "first"
model = "lab:a"
prompt = "hi"
[[streams]]
label = "second one"
model = "demo:echo"
prompt = "hi"
"""


async def words(home: Path, *typed: str, shell: str = "fish", **variables: str) -> list[str]:
    """The lines for a command line whose last word ends at the cursor, without descriptions."""
    ended = await streamdash(
        "completion", "words", shell, *typed, home=home, variables=variables or None
    )
    assert (ended.code, ended.err) == (0, "")
    return [line.partition("\t")[0] for line in ended.out.splitlines()]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ([""], ["files", "replay", "report", "models", "demo", "completion"]),
        (["completion", ""], ["words", "bash", "zsh", "fish"]),
        (["--order", ""], ["words", "together", "turns"]),
        (["report", "--format", ""], ["words", "html"]),
        (["--format="], ["words", "--format=json", "--format=events"]),
        (["-"], ["words", "--model", "--only", "--help"]),
        (["replay", "x", ""], ["words", "--speed", "--baseline"]),
        (["--config", ""], ["files"]),
        (["--record="], ["files"]),
        (["-o", ""], ["files"]),
        (["models", ""], ["words", "openai", "ollama", "demo"]),
        (["-m", ""], ["words", "openai:", "ollama:"]),
        (["-m", "demo:"], ["words", "demo:echo", "demo:quick"]),
        (["-mdemo:"], ["words", "-mdemo:echo"]),
        (["--set", ""], ["words", "max_tokens=", "temperature="]),
        (["--", "-"], ["files"]),
    ],
)
async def test_what_fits_is_offered(tmp_path: Path, typed: list[str], expected: list[str]) -> None:
    found = await words(tmp_path, *typed)
    assert found[0] == expected[0]
    assert set(expected) <= set(found)


@pytest.mark.parametrize(
    ("typed", "absent"),
    [
        (["prompts.toml", ""], "replay"),
        (["runs", ""], "replay"),
        (["--plain", "-"], "--plain"),
        (["--only", "first", "prompts.toml", "--only", ""], "first"),
        (["--prompt", ""], "replay"),
        (["models", "demo", ""], "demo"),
        (["demo", ""], "replay"),
        (["completion", ""], "words"),
        ([""], "words "),
    ],
)
async def test_what_does_not_fit_is_not_offered(
    tmp_path: Path, typed: list[str], absent: str
) -> None:
    (tmp_path / "prompts.toml").write_text(FILE)
    assert absent not in (await words(tmp_path, *typed))[1:]


@pytest.mark.parametrize("option", ["--only", "--reference"])
async def test_labels_are_those_that_the_command_line_would_run(
    tmp_path: Path, option: str
) -> None:
    (tmp_path / "prompts.toml").write_text(FILE)
    labels = ["words", "first", "second one"]
    assert await words(tmp_path, "prompts.toml", option, "") == labels
    assert await words(tmp_path, "--plain", f"{tmp_path}/prompts.toml", option, "x") == labels
    assert await words(tmp_path, "'prompts.toml'", option, '"') == labels
    assert await words(tmp_path, "-m", "demo:a", "-mdemo:b", option, "") == ["words", "a", "b"]
    assert "Tides" in await words(tmp_path, "demo", option, "")
    assert await words(tmp_path, "-", "-m", "demo:a", option, "") == ["words", "a"]


async def test_endpoints_of_the_file_and_aliases_of_the_config_come_first(tmp_path: Path) -> None:
    (tmp_path / "prompts.toml").write_text(FILE)
    (tmp_path / "own.toml").write_text('aliases.fast = "demo:echo"\n')
    own = ("--config", "own.toml")
    assert (await words(tmp_path, "prompts.toml", *own, "-m", ""))[1:3] == ["fast", "lab:"]
    assert "fast" not in await words(tmp_path, *own, "--no-config", "-m", "")
    assert "lab:" not in await words(tmp_path, *own, "-m", "")


async def test_models_come_from_the_cache_and_nothing_is_sent_for_them(tmp_path: Path) -> None:
    (tmp_path / "keys.env").write_text(f"LAB_KEY={KEY}\n")
    async with serving(answer(openai_list(["b:2", "a$(x)"]))) as server:
        own = (*config(tmp_path, server.url), "--env-file", "keys.env")
        assert await words(tmp_path, *own, "-m", "lab:") == ["words"]
        assert server.requests == []
        await streamdash("models", "lab", *own, home=tmp_path)
        found = ["words", "lab:a$(x)", "lab:b:2"]
        assert await words(tmp_path, *own, "-m", "lab:") == found
        assert await words(tmp_path, *config(tmp_path, server.url), "-m", "lab:") == ["words"]
        assert len(server.requests) == 1


async def test_recorded_runs_are_offered_by_number(tmp_path: Path) -> None:
    assert await words(tmp_path, "replay", "") == ["files"]
    for title in ("one", "two"):
        await streamdash("-m", "demo:echo", "-p", title, "--headless", home=tmp_path)
    for typed in (["replay"], ["report", "x"], ["x.toml", "--baseline"]):
        assert await words(tmp_path, *typed, "") == ["files", "last", "1", "2"]
    ended = await streamdash("completion", "words", "fish", "replay", "", home=tmp_path)
    assert ended.out.splitlines()[2].endswith("  two · echo")


@pytest.mark.parametrize(
    "content",
    [b"", b"[[streams]", b"\xff\xfe\0", b"[[streams]]\nlabel = 3\n", b"[" * 100_000, None],
)
@pytest.mark.fault("input", "a prompt file that cannot be read, under completion")
async def test_a_broken_file_has_no_words_and_is_no_failure(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "prompts.toml"
    if content is None:
        os.mkfifo(path)
    else:
        path.write_bytes(content)
    assert await words(tmp_path, "prompts.toml", "--only", "") == ["words"]
    assert "openai:" in await words(tmp_path, "prompts.toml", "-m", "")
    assert "openai:" in await words(tmp_path, "--config", "prompts.toml", "-m", "")
    assert "openai:" in await words(tmp_path, "--env-file", "prompts.toml", "-m", "")


@pytest.mark.parametrize("typed", [[], ["ksh", ""], ["bash"], [""]])
async def test_a_call_that_no_script_makes_prints_no_error(
    tmp_path: Path, typed: list[str]
) -> None:
    ended = await streamdash("completion", "words", *typed, home=tmp_path)
    assert (ended.code, ended.err) == (0, "")


@pytest.mark.parametrize("words", [["ksh"], [], ["bash", "zsh"]])
async def test_an_unknown_shell_is_refused_in_a_sentence(tmp_path: Path, words: list[str]) -> None:
    ended = await streamdash("completion", *words, home=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("streamdash: ")
    assert len(ended.err.splitlines()) == 2


@pytest.mark.parametrize("name", ["a\x1b[31m", "a\nb", "a\tb", "a\u202eb", "a\x00", "a\ud800"])
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.fault("input", "a label that a terminal would obey, under completion")
async def test_names_that_cannot_be_typed_are_left_out(
    tmp_path: Path, shell: str, name: str
) -> None:
    streams = [{"label": label, "model": "demo:echo", "prompt": "hi"} for label in (name, "plain")]
    (tmp_path / "prompts.json").write_text(json.dumps({"streams": streams}))
    found = await words(tmp_path, "prompts.json", "--only", "", shell=shell)
    assert found in (["words", "plain"], ["words"])


@examples(300)
@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1), st.data())
def test_bash_reads_back_what_it_is_given_in_any_quotes(name: str, data: st.DataObject) -> None:
    quote = data.draw(st.sampled_from(["", '"', "'"]))
    line = line_for("bash", name, "", quote)
    if line is None:
        assert not name.isprintable() or (quote == '"' and "!" in name)
    else:
        assert unquoted(line) == name
        assert line_for("bash", name, "", line) == line


@examples(300)
@given(st.text(alphabet="ab \\\"'$`"))
def test_any_half_typed_word_is_read(raw: str) -> None:
    assert set(unquoted(raw)) <= set(raw)
