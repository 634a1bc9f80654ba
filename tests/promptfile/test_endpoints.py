from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.promptfile.loading import from_command_line, refused

if TYPE_CHECKING:
    from tests.promptfile.loading import Workspace

KNOWN = (
    "known: openai, openai-responses, anthropic, gemini, mistral, groq, openrouter, deepseek, xai, "
    "together, fireworks, ollama, lmstudio, llamacpp, vllm, demo, demo-responses, demo-anthropic"
)


def lab(**keys: str) -> str:
    """A file with the endpoint `lab`; `keys` replaces some of its keys and omits empty ones."""
    usual = {"api": '"openai"', "base_url": '"http://lab:8000/v1"', **keys}
    lines = "".join(f"{key} = {value}\n" for key, value in usual.items() if value)
    return f"[endpoints.lab]\n{lines}[[streams]]\nmodel = 'lab:x'\nprompt = 'hi'\n"


def test_an_endpoint_of_the_file_replaces_a_built_in_one_without_its_key(
    workspace: Workspace,
) -> None:
    content = lab().replace("lab:x", "openai:x").replace(".lab", ".openai")

    endpoint = workspace.load("a.toml", content).specs[0].endpoint
    assert (endpoint.name, endpoint.base_url) == ("openai", "http://lab:8000/v1")
    assert (endpoint.key_env, dict(endpoint.headers)) == (None, {})
    assert not endpoint.builtin


def test_an_endpoint_may_have_the_name_of_a_demo_endpoint(workspace: Workspace) -> None:
    content = lab().replace("lab:x", "demo:x").replace(".lab", ".demo")

    endpoint = workspace.load("a.toml", content).specs[0].endpoint
    assert (endpoint.demo, endpoint.base_url) == (False, "http://lab:8000/v1")


@pytest.mark.parametrize("url", ["https://proxy:1/v1", "https://proxy:1/v1/", "https://proxy:1//"])
def test_a_trailing_v1_is_removed_for_the_anthropic_sdk(workspace: Workspace, url: str) -> None:
    content = lab(api='"anthropic"', base_url=f'"{url}"')

    assert workspace.load("a.toml", content).specs[0].endpoint.base_url == "https://proxy:1"


def test_other_base_urls_lose_only_their_last_slashes(workspace: Workspace) -> None:
    content = lab(base_url='" http://lab:8000/v1// "')

    assert workspace.load("a.toml", content).specs[0].endpoint.base_url == "http://lab:8000/v1"


def test_header_values_lose_the_spaces_around_them(workspace: Workspace) -> None:
    content = lab(headers='{ X-Team = " a b ", x_empty = "" }')

    assert dict(workspace.load("a.toml", content).specs[0].endpoint.headers) == {
        "X-Team": "a b",
        "x_empty": "",
    }


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"api": ""}, ": has no api; write one of openai, openai-responses, anthropic"),
        (
            {"base_url": ""},
            ': has no base_url; write one such as "http://127.0.0.1:8000/v1"',
        ),
        (
            {"api": '"opnai"'},
            ".api: unknown api 'opnai' (did you mean 'openai'?); "
            "known: openai, openai-responses, anthropic",
        ),
        (
            {"api": '"zzz"'},
            ".api: unknown api 'zzz'; known: openai, openai-responses, anthropic",
        ),
        ({"api": "1"}, ".api: must be text, not 1"),
        ({"base_url": "1"}, ".base_url: must be text, not 1"),
        ({"base_url": '"lab:8000"'}, ".base_url: must begin with http:// or https://"),
        ({"api_key_env": "1"}, ".api_key_env: must be text, not a number"),
        (
            {"api_key_env": '"MY KEY"'},
            ".api_key_env: must be the name of an environment variable, such as LAB_API_KEY",
        ),
        (
            {"api_key": '"x"'},
            ": unknown key 'api_key'; "
            "a key does not belong in the file: name its variable in api_key_env",
        ),
        ({"baseurl": "1"}, ": unknown key 'baseurl' (did you mean 'base_url'?)"),
        ({"headers": '"x"'}, ".headers: must be a table of texts, not text"),
        ({"headers": '{"a b" = "c"}'}, ".headers: 'a b' is not a valid header name"),
    ],
)
def test_an_invalid_endpoint_is_reported(
    workspace: Workspace, keys: dict[str, str], problem: str
) -> None:
    (line,) = workspace.problems("a.toml", lab(**keys))

    assert line.partition(": ")[2] == f"endpoints.lab{problem}"


@pytest.mark.parametrize("name", ['"a:b"', '"a b"', '""', '"\\u001b"'])
def test_an_endpoint_needs_a_name_that_fits_into_a_reference(
    workspace: Workspace, name: str
) -> None:
    (line,) = workspace.problems(
        "a.toml", lab().replace(".lab", f".{name}").replace("lab:x", "demo:x")
    )

    assert line.endswith("an endpoint's name may contain only letters, digits, '-', '_' and '.'")


SECRET = "canary5ecret"


@pytest.mark.parametrize(
    "keys",
    [
        {"api_key_env": f'"sk-{SECRET}"'},
        {"api_key_env": f'"gsk_{SECRET}"'},
        {"api_key_env": f'"AIza{SECRET}"'},
        {"api_key_env": f'"Bearer {SECRET}"'},
        {"api_key_env": f'"{SECRET}{SECRET}{SECRET}"'},
        {"api_key_env": f'"{SECRET}é"'},
        {"api_key": f'"{SECRET}"'},
        {"headers": f'{{ x-key = "{SECRET}\\n" }}'},
        {"headers": f'{{ x-key = ["{SECRET}"] }}'},
        {"headers": f'"{SECRET}"'},
        {"base_url": f'"https://user:{SECRET}@lab/v1"'},
        {"base_url": f'"https://lab/v1?key={SECRET}"'},
        {"base_url": f'"{SECRET}"'},
    ],
)
def test_no_problem_repeats_a_possible_secret(workspace: Workspace, keys: dict[str, str]) -> None:
    (line,) = workspace.problems("a.toml", lab(**keys))

    assert SECRET not in line
    assert "endpoints.lab" in line


def test_a_key_in_place_of_its_variable_is_recognised(workspace: Workspace) -> None:
    assert workspace.problems("a.toml", lab(api_key_env='"sk-abcdefgh"')) == [
        "a.toml:4: endpoints.lab.api_key_env: looks like a key itself; "
        "the NAME of the variable that holds it belongs here, such as LAB_API_KEY"
    ]


@pytest.mark.parametrize("name", ["XAI_API_KEY_2", "HF_TOKEN_FOR_LAB", "_k", "sk_live", "Key1"])
def test_a_variables_name_is_not_mistaken_for_a_key(workspace: Workspace, name: str) -> None:
    plan = workspace.load("a.toml", lab(api_key_env=f'"{name}"'))

    assert plan.specs[0].endpoint.key_env == name


def test_an_invalid_endpoint_is_not_also_reported_as_unknown(workspace: Workspace) -> None:
    assert len(workspace.problems("a.toml", lab(api='"zzz"'))) == 1


@pytest.mark.parametrize(
    ("reference", "endpoint", "model"),
    [
        ("ollama:qwen3:8b", "ollama", "qwen3:8b"),
        ("openrouter:meta/llama-3:free", "openrouter", "meta/llama-3:free"),
        (" openai : gpt-4o ", "openai", "gpt-4o"),
        ("demo::x", "demo", ":x"),
    ],
)
def test_a_reference_is_split_at_its_first_colon(reference: str, endpoint: str, model: str) -> None:
    (spec,) = from_command_line(models=(reference,)).specs

    assert (spec.endpoint.name, spec.model) == (endpoint, model)


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("opnai:x", f"unknown endpoint 'opnai' (did you mean 'openai'?); {KNOWN}"),
        ("OpenAI:x", f"unknown endpoint 'OpenAI' (did you mean 'openai'?); {KNOWN}"),
        ("qwen3:8b", f"unknown endpoint 'qwen3'; {KNOWN}"),
        (":x", f"unknown endpoint ''; {KNOWN}"),
        ("openai:", "'openai:' names no model; write openai:MODEL"),
        ("openai", "'openai' names an endpoint but no model; write openai:MODEL"),
        ("", "is empty; write endpoint:model, such as openai:gpt-4o-mini"),
        ("o3", "'o3' names no endpoint; write endpoint:model, such as openai:o3"),
        (
            "claude-sonnet-4-5",
            "'claude-sonnet-4-5' names no endpoint; "
            "write endpoint:model, such as anthropic:claude-sonnet-4-5",
        ),
        ("demo:\x1b[31m", "'demo:\\x1b[31m' contains a control character"),
    ],
)
def test_an_invalid_reference_is_reported_with_a_suggestion(reference: str, problem: str) -> None:
    assert refused(lambda: from_command_line(models=(reference,))) == [f"-m: {problem}"]


def test_the_files_own_endpoints_are_listed_as_known(workspace: Workspace) -> None:
    problems = workspace.problems("a.toml", lab().replace("lab:x", "lob:x"))

    assert problems == [
        f"a.toml:5: streams[0].model: unknown endpoint 'lob' (did you mean 'lab'?); {KNOWN}, lab"
    ]
