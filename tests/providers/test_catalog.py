from __future__ import annotations

import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.providers.catalog import (
    BUILTIN_NAMES,
    builtin_endpoints,
    check_base_url,
    check_base_urls,
)
from streamdash.streams.errors import UsageError

LOCAL = {"ollama": 11434, "lmstudio": 1234, "llamacpp": 8080, "vllm": 8000}
DEMO = {"demo": "openai", "demo-responses": "openai-responses", "demo-anthropic": "anthropic"}


def test_every_endpoint_stands_under_its_own_name_in_the_documented_order() -> None:
    endpoints = builtin_endpoints({})

    assert tuple(endpoints) == BUILTIN_NAMES
    assert BUILTIN_NAMES == (
        "openai", "openai-responses", "anthropic", "gemini", "mistral", "groq", "openrouter",
        "deepseek", "xai", "together", "fireworks", "ollama", "lmstudio", "llamacpp", "vllm",
        "demo", "demo-responses", "demo-anthropic",
    )  # fmt: skip
    assert all(name == endpoint.name for name, endpoint in endpoints.items())
    assert all(endpoint.builtin for endpoint in endpoints.values())


def test_remote_endpoints_use_tls_and_the_key_of_their_name() -> None:
    endpoints = builtin_endpoints({})
    remote = [name for name in endpoints if name not in LOCAL | DEMO]

    for name in remote:
        variable = name.removesuffix("-responses").upper() + "_API_KEY"
        assert endpoints[name].key_env == variable
        assert endpoints[name].base_url.startswith("https://")
    assert {name: endpoints[name].api for name in remote if endpoints[name].api != "openai"} == {
        "openai-responses": "openai-responses",
        "anthropic": "anthropic",
    }


def test_local_and_demo_endpoints_send_no_key() -> None:
    endpoints = builtin_endpoints({"OPENAI_API_KEY": "x", "OPENAI_BASE_URL": "http://x/v1"})

    for name, port in LOCAL.items():
        assert endpoints[name].base_url == f"http://127.0.0.1:{port}/v1"
        assert (endpoints[name].key_env, endpoints[name].demo) == (None, False)
    for name, api in DEMO.items():
        assert (endpoints[name].api, endpoints[name].base_url) == (api, "")
        assert (endpoints[name].key_env, endpoints[name].demo) == (None, True)


def test_base_urls_of_the_catalog_pass_the_check_of_users_urls() -> None:
    for endpoint in builtin_endpoints({}).values():
        if not endpoint.demo:
            assert check_base_url(endpoint.base_url) == endpoint.base_url


def test_each_call_returns_a_new_dict() -> None:
    builtin_endpoints({}).clear()

    assert builtin_endpoints({})


def test_base_url_variables_change_only_their_own_endpoints() -> None:
    usual = builtin_endpoints({})
    moved = builtin_endpoints(
        {"OPENAI_BASE_URL": " http://gate:1/v1/ ", "ANTHROPIC_BASE_URL": "http://gate:2/v1"}
    )

    assert {
        name: endpoint.base_url
        for name, endpoint in moved.items()
        if endpoint.base_url != usual[name].base_url
    } == {
        "openai": "http://gate:1/v1",
        "openai-responses": "http://gate:1/v1",
        "anthropic": "http://gate:2",
    }


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_base_url_variable_counts_as_unset(value: str) -> None:
    assert builtin_endpoints({"OPENAI_BASE_URL": value}) == builtin_endpoints({})


def test_all_malformed_base_url_variables_are_reported_by_name() -> None:
    endpoints = builtin_endpoints(
        {"OPENAI_BASE_URL": "gate", "ANTHROPIC_BASE_URL": "https://a:b@c"}
    )
    with pytest.raises(UsageError) as caught:
        check_base_urls(endpoints.values())

    assert caught.value.problems == (
        "OPENAI_BASE_URL: must begin with http:// or https://",
        "ANTHROPIC_BASE_URL: has a user name or password in it; "
        "keys belong in the environment, the variable's name in api_key_env",
    )


def test_a_malformed_variable_does_not_affect_other_endpoints() -> None:
    endpoints = builtin_endpoints({"OPENAI_BASE_URL": "gate"})
    others = [endpoints[name] for name in endpoints if not name.startswith("openai")]
    check_base_urls(others)


def test_the_usual_base_urls_are_well_formed() -> None:
    check_base_urls(builtin_endpoints({}).values())


@pytest.mark.parametrize(
    ("url", "checked"),
    [
        ("http://localhost", "http://localhost"),
        ("https://a.b-c_d.example:65535/x/y//", "https://a.b-c_d.example:65535/x/y"),
        ("HTTP://[::1]:8000/v1", "HTTP://[::1]:8000/v1"),
        ("https://bücher.example/v1", "https://bücher.example/v1"),
        ("http://10.0.0.1./v1", "http://10.0.0.1./v1"),
    ],
)
def test_a_valid_base_url_is_normalised(url: str, checked: str) -> None:
    assert check_base_url(url) == checked


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "is empty"),
        ("localhost:8000/v1", "must begin with http:// or https://"),
        ("ftp://lab/v1", "must begin with http:// or https://"),
        ("file:///etc/passwd", "must begin with http:// or https://"),
        ("http:lab", "has no host"),
        ("http:///v1", "has no host"),
        ("http://:80/v1", "has no host"),
        ("http://la b/v1", "has a space, a backslash or a control character"),
        ("http://la\nb/v1", "has a space, a backslash or a control character"),
        ("http://lab\\v1", "has a space, a backslash or a control character"),
        ("http://lab:99999/v1", "has a port that is no number from 1 to 65535"),
        ("http://lab:0/v1", "has a port that is no number from 1 to 65535"),
        ("http://lab:/v1", "has a port that is no number from 1 to 65535"),
        ("http://lab:x/v1", "has a port that is no number from 1 to 65535"),
        ("http://[::1/v1", "has a host that is no valid address"),
        ("http://[zz]/v1", "has a host that is no valid"),
        ("http://la..b/v1", "has a host that is no valid name or address"),
        ("http://la%20b/v1", "has a host that is no valid name or address"),
        ("http://me@lab/v1", "has a user name or password in it"),
        ("http://lab/v1?key=x", "must end before '?' or '#'"),
        ("http://lab/v1#x", "must end before '?' or '#'"),
        ("https://api.openai.com/v1/chat/completions", "must end before '/chat/completions'"),
        ("https://api.anthropic.com/v1/messages/", "must end before '/messages'"),
    ],
)
def test_an_invalid_base_url_is_reported(url: str, problem: str) -> None:
    with pytest.raises(ValueError, match="^" + problem.replace("?", r"\?")):
        check_base_url(url)


@given(url=st.text(max_size=30) | st.text(max_size=30).map("http://".__add__))
def test_the_check_raises_only_value_errors(url: str) -> None:
    with suppress(ValueError):
        checked = check_base_url(url)
        assert check_base_url(checked) == checked


def test_the_catalog_loads_no_sdk() -> None:
    program = (
        "import sys, streamdash.providers.catalog, streamdash.promptfile; "
        "print([name for name in ('openai', 'anthropic', 'pydantic', 'yaml', 'aiohttp', 'httpx2')"
        " if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert done.stdout.strip() == b"[]"
