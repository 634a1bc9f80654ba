"""`streamdash endpoints`: the names before a model's colon, and whether each would work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.cli.endpoint_states import PROBE_S
from streamdash.cli.exit_codes import ExitCode
from streamdash.cli.own_config import load_config
from streamdash.cli.probe import probe_models
from streamdash.config.own_config import FILE
from streamdash.output.console import say, write_out
from streamdash.providers.catalog import base_url_problem, builtin_endpoints
from streamdash.providers.endpoint_state import known_state

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from streamdash.cli.commands import ConfigOptions


def show_endpoints(own: ConfigOptions, environ: MutableMapping[str, str]) -> ExitCode:
    """Print one line per endpoint; local servers are asked for their models.

    The config's own endpoints come first, and replace the built-in ones of the same name.
    """
    config = load_config(own, environ)
    for mistake in config.mistakes:
        if mistake.part == FILE or mistake.part.startswith("endpoints"):
            say(f"streamdash: {mistake.line}")
    known = builtin_endpoints(environ)
    configured = {name: one for name, one in config.settings.endpoints.items() if one.base_url}
    endpoints = list({**configured, **known, **configured}.values())
    states = [known_state(endpoint, environ) for endpoint in endpoints]
    local = [
        endpoint.base_url
        for endpoint, state in zip(endpoints, states, strict=True)
        if state is None
    ]
    answers = iter(probe_models(local, PROBE_S))
    rows = [("endpoint", "api", "base URL", "state")]
    for endpoint, state in zip(endpoints, states, strict=True):
        words = next(answers) if state is None else state.sentence
        base_url = endpoint.base_url or "(embedded server)"
        if base_url_problem(endpoint):
            # it may hold a password
            base_url = "(malformed)"
        rows.append((endpoint.name, endpoint.api, base_url, words))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, row[3]]) + "\n")
    write_out("".join(lines))
    return ExitCode.GOOD
