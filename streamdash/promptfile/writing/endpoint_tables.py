"""The endpoints that a written prompt file has to define, without anything secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.writing import toml_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from streamdash.streams.spec import Endpoint


_MOST_NAMES = 3


class EndpointTables(NamedTuple):
    """The lines of `[endpoints.NAME]` tables, and a sentence for each thing they leave out."""

    lines: tuple[str, ...]
    notes: tuple[str, ...]


def endpoint_tables(
    endpoints: Iterable[Endpoint],
    builtin: Mapping[str, Endpoint],
    own: Mapping[str, Endpoint],
    *,
    recorded: bool,
) -> EndpointTables:
    """The tables of all `endpoints` but the built-in ones.

    The values of headers may be secret, and a prompt file is there to be passed on: only their
    names are written, in a comment. An endpoint of `own`, the user's config, which has headers is
    left there. `recorded` endpoints do not know the variable of their key.
    """
    lines: list[str] = []
    keyless: list[str] = []
    headed: list[str] = []
    for endpoint in {endpoint.name: endpoint for endpoint in endpoints}.values():
        if _same(endpoint, builtin.get(endpoint.name)):
            continue
        in_config = _same(endpoint, own.get(endpoint.name)) and bool(endpoint.headers)
        name = toml_text.key(endpoint.name)
        mark = "# " if in_config else ""
        if in_config:
            lines.append(f"# {name} stays in your config, which has the values of its headers")
        lines.append(f"{mark}[endpoints.{name}]")
        lines.append(f"{mark}api = {toml_text.text(endpoint.api)}")
        lines.append(f"{mark}base_url = {toml_text.text(endpoint.base_url)}")
        if endpoint.key_env is not None:
            lines.append(f"{mark}api_key_env = {toml_text.text(endpoint.key_env)}")
        elif recorded:
            lines.append('# api_key_env = "..."   # recordings do not name the variable of a key')
            keyless.append(endpoint.name)
        if endpoint.headers:
            names = ", ".join(f'{toml_text.key(header)} = "..."' for header in endpoint.headers)
            lines.append(f"# headers = {{ {names} }}   # values are never written")
            if not in_config:
                headed.append(endpoint.name)
        lines.append("")
    notes = []
    if headed:
        notes.append(f"the values of the headers of {_listed(headed)} are to be filled in")
    if keyless:
        notes.append(f"api_key_env of {_listed(keyless)} is to be filled in")
    return EndpointTables(tuple(lines), tuple(notes))


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def _same(endpoint: Endpoint, known: Endpoint | None) -> bool:
    """Whether a known endpoint is this one, which may come from a recording."""
    if known is None or endpoint.demo or known.demo:
        return known is not None and endpoint.demo and known.demo
    return (endpoint.api, endpoint.base_url) == (known.api, known.base_url)
