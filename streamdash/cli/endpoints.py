"""`streamdash endpoints`: what can be named before the colon, and whether it would work."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, TextIO

from streamdash.cli.probe import listed
from streamdash.providers.api_keys import read_key
from streamdash.providers.catalog import base_url_problem, builtin_endpoints
from streamdash.streams.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.spec import Endpoint

ANSWER_S = 0.8
"""How long a local server may take to say what models it has."""


def show_endpoints(environ: Mapping[str, str], out: TextIO) -> int:
    """Print one line an endpoint; local ones are asked for their models."""
    endpoints = list(builtin_endpoints(environ).values())
    states = [_state(endpoint, environ) for endpoint in endpoints]
    local = [
        endpoint.base_url for endpoint, state in zip(endpoints, states, strict=True) if not state
    ]
    answers = iter(listed(local, ANSWER_S))
    rows = [("endpoint", "api", "base URL", "state")]
    for endpoint, state in zip(endpoints, states, strict=True):
        state = state or next(answers)
        base_url = endpoint.base_url or "(embedded server)"
        if base_url_problem(endpoint):
            # it may hold a password
            base_url = "(malformed)"
        rows.append((endpoint.name, endpoint.api, base_url, state))
    if isinstance(out, io.TextIOWrapper):
        # a host's name may have letters that the terminal's encoding has not
        out.reconfigure(errors="backslashreplace")
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        out.write("  ".join([*cells, row[3]]) + "\n")
    return 0


def _state(endpoint: Endpoint, environ: Mapping[str, str]) -> str:
    """What is known without asking; empty for a local server."""
    if problem := base_url_problem(endpoint):
        return problem
    if endpoint.demo:
        return "always there, canned answers"
    if endpoint.key_env is None:
        return ""
    try:
        read_key(endpoint, environ)
    except StreamError as error:
        if environ.get(endpoint.key_env, "").strip():
            return error.message
        return f"{endpoint.key_env} is not set"
    return f"{endpoint.key_env} is set"
