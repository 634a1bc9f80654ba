"""The user's own config: what it sets, what wins over it, and what a mistake in it spoils."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from streamdash.config.env_files import with_env_files
from streamdash.config.listing import settings
from streamdash.config.own_config import FILE, OwnConfig
from streamdash.config.schema import read_config
from streamdash.config.theme_line import keep_theme
from streamdash.promptfile import Overrides, load_plan
from streamdash.providers.catalog import builtin_endpoints
from streamdash.streams.errors import UsageError
from tests.program import streamdash

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.streams.spec import RunPlan

KEY = "sk-proj-abcdefghijklmnopqrstuv123456"
LAB = '[endpoints.lab]\napi = "openai"\nbase_url = "http://127.0.0.1:9/v1"\n'


def config(tmp_path: Path, text: str) -> OwnConfig:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return read_config(path)


def plan(own: OwnConfig, file: Path | None = None, **options: object) -> RunPlan:
    return load_plan(
        None if file is None else str(file),
        Overrides(**options),  # type: ignore[arg-type]
        endpoints=builtin_endpoints({}),
        own=own.settings,
    ).plan


def test_the_config_names_models_for_prompts_that_name_none(tmp_path: Path) -> None:
    own = config(tmp_path, 'models = ["fast", "lab:big"]\naliases.fast = "demo:echo"\n' + LAB)
    note = tmp_path / "note.md"
    note.write_text("What is Rust?", encoding="utf-8")
    for found in (plan(own, note), plan(own, prompt="hi"), plan(own)):
        assert [spec.target for spec in found.specs] == ["demo:echo", "lab:big"]


@pytest.mark.parametrize(
    "text",
    [
        'models = ["demo:a"]\n[[prompts]]\nprompt = "hi"\n',
        'defaults.model = "demo:a"\n[[prompts]]\nprompt = "hi"\n',
        '[[streams]]\nmodel = "demo:a"\nprompt = "hi"\n',
    ],
)
def test_a_prompt_file_that_names_models_wins_over_the_config(tmp_path: Path, text: str) -> None:
    own = config(tmp_path, 'models = ["demo:other"]\n')
    file = tmp_path / "prompts.toml"
    file.write_text(text, encoding="utf-8")
    assert [spec.model for spec in plan(own, file).specs] == ["a"]
    assert [spec.model for spec in plan(own, file, models=("demo:b",)).specs] == ["b"]


def test_the_command_line_wins_over_the_file_and_the_file_over_the_config(tmp_path: Path) -> None:
    own = config(tmp_path, "[defaults]\nmax_tokens = 1\ntemperature = 1\ntop_p = 0.1\n")
    file = tmp_path / "prompts.toml"
    file.write_text(
        'models = ["demo:a"]\n[defaults]\ntemperature = 0.5\ntop_p = 0.5\n'
        '[[prompts]]\nprompt = "hi"\n',
        encoding="utf-8",
    )
    (spec,) = plan(own, file, set=("top_p=0.9",)).specs
    assert (spec.max_tokens, spec.temperature, spec.top_p) == (1, 0.5, 0.9)


def test_endpoints_of_the_file_win_over_the_config_and_the_config_over_built_in_ones(
    tmp_path: Path,
) -> None:
    own = config(tmp_path, LAB + LAB.replace("lab", "ollama").replace(":9", ":10"))
    file = tmp_path / "prompts.toml"
    file.write_text(
        LAB.replace(":9", ":11") + '[[streams]]\nmodel = "lab:a"\nprompt = "hi"\n'
        '[[streams]]\nmodel = "ollama:a"\nprompt = "hi"\n',
        encoding="utf-8",
    )
    assert [spec.endpoint.base_url for spec in plan(own, file).specs] == [
        "http://127.0.0.1:11/v1",
        "http://127.0.0.1:10/v1",
    ]


@pytest.mark.parametrize(
    ("text", "part", "words"),
    [
        ("theme = 3", "theme", "must be text"),
        ('markdown = "no"', "markdown", "true or false"),
        ('notice = "desktp"', "notice", "did you mean 'desktop'"),
        ("notice = true", "notice", "must be one of 'off', 'bell', 'desktop'"),
        ("models = 3", "models", "must be a list"),
        ("models = [3]", "models", "must be text"),
        ('[aliases]\n"a:b" = "demo:x"', "aliases.a:b", "colon"),
        ("[defaults]\ntemprature = 1", "defaults", "did you mean 'temperature'"),
        ('[defaults]\nprompt = "hi"', "defaults", "belongs in a prompt file"),
        ("[endpoints]\nlab = 3", "endpoints.lab", "table"),
        ("endpoints = 3", "endpoints", "table"),
        ("env_files = 3", "env_files", "list"),
        ("keys = 3", "keys", "table"),
        ("nodels = []", FILE, "did you mean 'models'"),
        ("models = [", FILE, "is not TOML"),
        ("\0", FILE, "NUL"),
    ],
)
def test_a_mistake_spoils_only_its_part(tmp_path: Path, text: str, part: str, words: str) -> None:
    own = config(tmp_path, text)
    ((found, line),) = own.mistakes
    assert found == part
    assert line.startswith(str(tmp_path / "config.toml"))
    assert words in line
    assert [spec.target for spec in plan(own, models=("demo:a",)).specs] == ["demo:a"]


@pytest.mark.parametrize(
    "text",
    [
        f'api_key = "{KEY}"',
        f'openai_api_key = "{KEY}"',
        f'[endpoints.lab]\napi = "openai"\nbase_url = "http://a/v1"\napi_key_env = "{KEY}"',
        f'[endpoints.lab]\napi = "openai"\nbase_url = "http://a/v1"\napi_key = "{KEY}"',
        f'[defaults]\napi_key = "{KEY}"',
        f'models = ["demo:a", "{KEY}"]',
        f'theme = "{KEY}"',
        f'markdown = "{KEY}"',
        f'notice = "{KEY}"',
        f'env_files = ["{KEY}"]',
        f'aliases.a = "{KEY}"',
        f'keys.cancel = "{KEY}"',
        f'keys.{KEY} = "x"',
        f'{KEY} = "x"',
        f'[defaults]\nsystem = "my key is {KEY}"',
        f'[defaults]\ntemperature = "{KEY}"',
        f'[defaults.params]\nmetadata = [{{ a = "{KEY}" }}]',
        f'[endpoints.lab]\napi = "{KEY}"\nbase_url = "http://a/v1"',
        f'[endpoints.lab]\napi = "openai"\nbase_url = "http://a/v1"\nheaders.x = "{KEY}"',
    ],
)
def test_a_key_in_the_config_is_warned_of_and_never_shown(tmp_path: Path, text: str) -> None:
    own = config(tmp_path, text)
    lines = [mistake.line for mistake in own.mistakes]
    lines += [" ".join(setting) for setting in settings(own, {}, [])]
    assert own.mistakes
    assert all(KEY not in line and "sk-" not in line for line in lines)


@pytest.mark.parametrize("name", ["endpoints", "config", "run"])
async def test_no_command_shows_a_key_of_the_config(tmp_path: Path, name: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(f'models = ["{KEY}"]\n{KEY} = 1\nenv_files = ["{KEY}"]\n', "utf-8")
    words = ["-p", "hi"] if name == "run" else [name]
    ended = await streamdash(*words, "--config", str(path), home=tmp_path)
    assert KEY not in ended.out + ended.err
    assert "***" in ended.out + ended.err


def test_the_environment_wins_over_files_and_earlier_files_over_later_ones(tmp_path: Path) -> None:
    (tmp_path / "a.env").write_text('A=1\nB="two words" # note\nexport C=3\nD\n', encoding="utf-8")
    (tmp_path / "b.env").write_text("B=other\nE=$A\n", encoding="utf-8")
    files = [str(tmp_path / "a.env"), str(tmp_path / "b.env")]
    environ, warnings = with_env_files({"A": "own"}, files, [str(tmp_path / "none.env")])
    assert environ == {"A": "own", "B": "two words", "C": "3", "E": "$A"}
    assert len(warnings) == 1
    with pytest.raises(UsageError, match="no such file"):
        with_env_files({}, [str(tmp_path / "none.env")])


@pytest.mark.parametrize(
    "text",
    ["", "# mine\n", 'theme = "old"  # dark\nmodels = []\n', '[keys]\ntheme = "t"\n', LAB],
)
def test_a_chosen_theme_is_kept_and_the_rest_of_the_config_stays(tmp_path: Path, text: str) -> None:
    path = tmp_path / "new" / "config.toml"
    if text:
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    assert keep_theme(path, "nord") is None
    assert read_config(path).theme == "nord"
    kept = path.read_text(encoding="utf-8").splitlines()
    rest = [line for line in text.splitlines() if not line.startswith('theme = "old"')]
    assert [line for line in kept if line in rest] == rest


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("theme   = 'old'  # dark\r\n", 'theme   = "nord"  # dark\r\n'),
        ('"theme" = "old"\n', '"theme" = "nord"\n'),
        ('m = """\ntheme = "x"\n"""\ntheme = "y"\n', 'm = """\ntheme = "x"\n"""\ntheme = "nord"\n'),
        ('m = [\n["a"],\n]\ntheme = "y"', 'm = [\n["a"],\n]\ntheme = "nord"'),
        ("# a\r\n[keys]\r\n", 'theme = "nord"\r\n# a\r\n[keys]\r\n'),
    ],
)
def test_a_chosen_theme_changes_only_its_value(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(before.encode())
    assert keep_theme(path, "nord") is None
    assert path.read_bytes() == after.encode()


def test_a_config_that_is_a_link_stays_one(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "streamdash.toml"
    real.parent.mkdir()
    real.write_text("# mine\n", encoding="utf-8")
    path = tmp_path / "config.toml"
    path.symlink_to("dotfiles/streamdash.toml")
    assert keep_theme(path, "nord") is None
    assert path.is_symlink()
    assert real.read_text(encoding="utf-8") == 'theme = "nord"\n# mine\n'


@pytest.mark.parametrize("kind", ["folder", "fifo", "dangling link", "unwritable"])
def test_a_theme_that_cannot_be_kept_is_said_in_one_sentence(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "config.toml"
    if kind == "unwritable":
        (tmp_path / "file").write_text("")
        path = tmp_path / "file" / "config.toml"
    else:
        spoil(path, kind)
    problem = keep_theme(path, "nord")
    assert problem is not None
    assert problem.startswith("the theme is not kept: ")
    assert "prompt" not in problem


def spoil(path: Path, kind: str) -> None:
    """Put something that is no config there."""
    match kind:
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "dangling link":
            path.symlink_to("nowhere/config.toml")
        case "circle of links":
            path.symlink_to(path.name)
        case "huge":
            path.write_bytes(b"#" * (2 << 20))
        case "latin-1":
            path.write_bytes(b'theme = "\xe9"\n')


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("folder", "is a folder; a config is read from a regular file"),
        ("fifo", "is a FIFO"),
        ("dangling link", "is a link to nowhere/config.toml, which cannot be opened"),
        ("circle of links", "which cannot be opened"),
        ("huge", "the limit is 1 MiB"),
        ("latin-1", "is not UTF-8"),
    ],
)
async def test_what_is_no_config_hurts_no_run_that_names_its_models(
    tmp_path: Path, kind: str, words: str
) -> None:
    folder = tmp_path / ".config" / "streamdash"
    folder.mkdir(parents=True)
    spoil(folder / "config.toml", kind)
    run = ("-m", "demo:echo", "-p", "hi", "--no-record", "--format", "json")
    ended = await streamdash(*run, home=tmp_path)
    assert ended.code == 0
    assert words in ended.err
    assert len(ended.err.splitlines()) == 1
    ignored = await streamdash("--no-config", *run, home=tmp_path)
    assert (ignored.code, ignored.err) == (0, "")
    named = await streamdash("--config", str(folder / "config.toml"), *run, home=tmp_path)
    assert named.code == 2
    assert words in named.err
    listed = await streamdash("config", home=tmp_path)
    assert listed.code == 2
    assert words in listed.err


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    own = config(tmp_path, '\ufefftheme = "nord"')
    assert own.theme == "nord"
    assert not own.mistakes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[aliases]\na = "b"\nb = "demo:x"', "aliases.a: 'b' is an alias itself"),
        ('[aliases]\na = "a"', "aliases.a: 'a' is an alias itself"),
        ('[aliases]\na = ""', "aliases.a: is empty"),
        ("[aliases]\na = 3", "aliases.a: must be text"),
    ],
)
def test_an_alias_must_stand_for_a_model(tmp_path: Path, text: str, words: str) -> None:
    own = config(tmp_path, text)
    ((part, line),) = own.mistakes
    assert part == "aliases.a"
    assert words in line


async def test_an_alias_with_a_mistake_is_an_error_only_where_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[aliases]\na = "b"\nb = "demo:echo"\nc = "nope:x"\n', "utf-8")
    run = ("--config", str(path), "-p", "hi", "--no-record", "--format", "json", "-m")
    assert (await streamdash(*run, "b", home=tmp_path)).code == 0
    for alias, words in (("a", "alias itself"), ("c", "unknown endpoint 'nope'")):
        ended = await streamdash(*run, alias, home=tmp_path)
        assert ended.code == 2
        assert words in ended.err


def test_a_file_of_variables_that_is_invalid_spoils_no_other(tmp_path: Path) -> None:
    own = config(tmp_path, 'env_files = ["a.env", "", 3, "b.env"]')
    assert own.env_files == (str(tmp_path / "a.env"), str(tmp_path / "b.env"))
    assert len(own.mistakes) == 2


def test_nothing_in_a_file_of_variables_is_run_or_expanded(tmp_path: Path) -> None:
    (tmp_path / "a.env").write_text(
        'export A="two\nlines"\nB=$(touch ran)\nC=`touch ran`\nD=${HOME}\n=x\nlonely\n', "utf-8"
    )
    environ, warnings = with_env_files({}, [], [str(tmp_path / "a.env")])
    assert environ == {"A": "two\nlines", "B": "$(touch ran)", "C": "`touch ran`", "D": "${HOME}"}
    assert not warnings
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("kind", ["folder", "fifo", "huge", "latin-1"])
def test_a_file_of_variables_that_cannot_be_read_is_a_warning(tmp_path: Path, kind: str) -> None:
    spoil(tmp_path / "a.env", kind)
    environ, warnings = with_env_files({"A": "1"}, [], [str(tmp_path / "a.env")])
    assert environ == {"A": "1"}
    assert len(warnings) == 1
    assert "prompt" not in warnings[0]


async def test_a_run_without_a_screen_says_nothing_of_the_looks_of_one(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'theme = 3\nmarkdown = 3\nnotice = 3\nkeys.foo = "x"\nkeys.quit = "ctrl+c"\n', "utf-8"
    )
    run = ("-m", "demo:echo", "-p", "hi", "--no-record", "--format", "json")
    ended = await streamdash("--config", str(path), *run, home=tmp_path)
    assert (ended.code, ended.err) == (0, "")


async def test_many_mistakes_are_not_all_listed(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("".join(f"unknown{number} = 1\n" for number in range(200)), "utf-8")
    run = ("-m", "demo:echo", "-p", "hi", "--no-record", "--format", "json")
    ended = await streamdash("--config", str(path), *run, home=tmp_path)
    assert ended.code == 0
    assert len(ended.err.splitlines()) == 4
    assert "197 more; see `streamdash config`" in ended.err


@pytest.mark.parametrize("text", ["models = [", 'theme = """a\nb"""\n'])
def test_a_config_with_mistakes_is_not_rewritten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    assert "not kept" in (keep_theme(path, "nord") or "")
    assert path.read_text(encoding="utf-8") == text


async def test_the_program_runs_the_models_of_its_config(tmp_path: Path) -> None:
    first = await streamdash("config", "--init", home=tmp_path)
    path = tmp_path / first.out.split()[1]
    assert (await streamdash("config", "--init", home=tmp_path)).code == 2
    path.write_text(path.read_text("utf-8") + '\n[aliases]\nfast = "demo:echo"\n', "utf-8")
    ended = await streamdash("-m", "fast", "-p", "hi", "--format", "csv", home=tmp_path)
    assert ended.code == 0
    assert ",demo,openai,echo,done," in ended.out
    wrong = await streamdash("-m", "fats", "-p", "hi", home=tmp_path)
    assert wrong.code == 2
    assert "did you mean 'fast'" in wrong.err
    without = await streamdash("--no-config", "-m", "fast", "-p", "hi", home=tmp_path)
    assert without.code == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["-m", "demo:echo", "-p", "hi"], 0),
        (["-m", "lab:x", "-p", "hi"], 2),
        (["-p", "hi"], 2),
        (["endpoints"], 0),
        (["config"], 2),
        (["demo", "--only", "about", "--format", "json"], 2),
    ],
)
async def test_a_mistake_hurts_only_the_runs_that_depend_on_it(
    tmp_path: Path, words: list[str], code: int
) -> None:
    folder = tmp_path / ".config" / "streamdash"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('models = 3\n[endpoints.lab]\napi = "x"\n', "utf-8")
    ended = await streamdash(*words, home=tmp_path)
    assert ended.code == code
    assert "Traceback" not in ended.err
