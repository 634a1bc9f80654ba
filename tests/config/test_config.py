"""The user's own config: what it sets, what wins over it, and what a mistake in it spoils."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streamdash.config.env_files import with_env_files
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
    )


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
    ],
)
def test_a_key_in_the_config_is_warned_of_and_never_shown(tmp_path: Path, text: str) -> None:
    lines = [mistake.line for mistake in config(tmp_path, text).mistakes]
    assert lines
    assert all("key" in line and KEY not in line and "sk-" not in line for line in lines)


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
