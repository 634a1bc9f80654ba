"""`streamdash endpoints`: what can be named before the colon, and whether it would work."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TextIO
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from streamdash.providers.catalog import base_url_problem, builtin_endpoints
from streamdash.providers.keys import read_key
from streamdash.streams.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.spec import Endpoint

ANSWER_S = 0.8
"""How long a local server may take to say what models it has."""


def show_endpoints(environ: Mapping[str, str], out: TextIO) -> int:
    """Print one line an endpoint; local ones are asked for their models."""
    endpoints = list(builtin_endpoints(environ).values())
    with ThreadPoolExecutor(max_workers=len(endpoints)) as pool:
        states = list(pool.map(lambda endpoint: _state(endpoint, environ), endpoints))
    rows = [("endpoint", "api", "base URL", "state")]
    for endpoint, state in zip(endpoints, states, strict=True):
        base_url = endpoint.base_url or "(embedded server)"
        if base_url_problem(endpoint):
            # it may hold a password
            base_url = "(malformed)"
        rows.append((endpoint.name, endpoint.api, base_url, state))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        out.write("  ".join([*cells, row[3]]) + "\n")
    return 0


def _state(endpoint: Endpoint, environ: Mapping[str, str]) -> str:
    if problem := base_url_problem(endpoint):
        return problem
    if endpoint.demo:
        return "always there, canned answers"
    if endpoint.key_env is None:
        return _answers(endpoint.base_url)
    try:
        read_key(endpoint, environ)
    except StreamError as error:
        if environ.get(endpoint.key_env, "").strip():
            return error.message
        return f"{endpoint.key_env} is not set"
    return f"{endpoint.key_env} is set"


def _answers(base_url: str) -> str:
    """Whether a local server is there, and how many models it lists."""
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(f"{base_url}/models", timeout=ANSWER_S) as response:
            models = json.loads(response.read(1 << 20)).get("data", [])
            return f"answers, {len(models)} model{'' if len(models) == 1 else 's'}"
    except HTTPError as error:
        return f"answers with HTTP {error.code}"
    except (URLError, OSError):
        return "no answer"
    except (ValueError, AttributeError, TypeError):
        return "answers, but not as an OpenAI-compatible server"
