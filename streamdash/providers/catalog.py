"""The built-in endpoints. Imports no SDK, which makes listing them fast."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from streamdash.streams.base_url import base_url_for, check_base_url
from streamdash.streams.errors import UsageError
from streamdash.streams.spec import Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from streamdash.streams.spec import Api

__all__ = ["BUILTIN_NAMES", "builtin_endpoints", "check_base_url"]

_REMOTE: tuple[tuple[str, Api, str, str], ...] = (
    ("openai", "openai", "https://api.openai.com/v1", "OPENAI_API_KEY"),
    ("openai-responses", "openai-responses", "https://api.openai.com/v1", "OPENAI_API_KEY"),
    ("anthropic", "anthropic", "https://api.anthropic.com", "ANTHROPIC_API_KEY"),
    (
        "gemini",
        "openai",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "GEMINI_API_KEY",
    ),
    ("mistral", "openai", "https://api.mistral.ai/v1", "MISTRAL_API_KEY"),
    ("groq", "openai", "https://api.groq.com/openai/v1", "GROQ_API_KEY"),
    ("openrouter", "openai", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
    ("deepseek", "openai", "https://api.deepseek.com", "DEEPSEEK_API_KEY"),
    ("xai", "openai", "https://api.x.ai/v1", "XAI_API_KEY"),
    ("together", "openai", "https://api.together.ai/v1", "TOGETHER_API_KEY"),
    ("fireworks", "openai", "https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY"),
)
_LOCAL: tuple[tuple[str, int], ...] = (
    ("ollama", 11434),
    ("lmstudio", 1234),
    ("llamacpp", 8080),
    ("vllm", 8000),
)
_DEMO: tuple[tuple[str, Api], ...] = (
    ("demo", "openai"),
    ("demo-responses", "openai-responses"),
    ("demo-anthropic", "anthropic"),
)
_BASE_URL_VARIABLES = {
    "openai": "OPENAI_BASE_URL",
    "openai-responses": "OPENAI_BASE_URL",
    "anthropic": "ANTHROPIC_BASE_URL",
}

BUILTIN_NAMES: tuple[str, ...] = (
    *(entry[0] for entry in _REMOTE),
    *(entry[0] for entry in _LOCAL),
    *(entry[0] for entry in _DEMO),
)


def builtin_endpoints(environ: Mapping[str, str]) -> dict[str, Endpoint]:
    """A new dict of endpoints by name, in the order of `BUILTIN_NAMES`.

    A malformed base URL variable is taken over unchanged, for `check_base_urls` to report.
    """
    endpoints: dict[str, Endpoint] = {}
    for name, api, base_url, key_env in _REMOTE:
        variable = _BASE_URL_VARIABLES.get(name, "")
        chosen = environ.get(variable, "").strip() if variable else ""
        if chosen:
            with suppress(ValueError):
                chosen = base_url_for(api, chosen)
            base_url = chosen
        endpoints[name] = Endpoint(
            name=name, api=api, base_url=base_url, key_env=key_env, builtin=True
        )
    for name, port in _LOCAL:
        endpoints[name] = Endpoint(
            name=name, api="openai", base_url=f"http://127.0.0.1:{port}/v1", builtin=True
        )
    for name, api in _DEMO:
        endpoints[name] = Endpoint(name=name, api=api, base_url="", demo=True, builtin=True)
    return endpoints


def base_url_problem(endpoint: Endpoint) -> str | None:
    """The problem with the variable that sets a built-in endpoint's base URL; None without one."""
    variable = _BASE_URL_VARIABLES.get(endpoint.name)
    if endpoint.builtin and variable is not None:
        try:
            check_base_url(endpoint.base_url)
        except ValueError as error:
            return f"{variable}: {error}"
    return None


def check_base_urls(endpoints: Iterable[Endpoint]) -> None:
    """Raise UsageError with a line for each malformed variable that these endpoints use."""
    problems = dict.fromkeys(filter(None, map(base_url_problem, endpoints)))
    if problems:
        raise UsageError(*problems)
