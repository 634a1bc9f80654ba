"""Warns of keys that a prompt file sends to unexpected hosts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from streamdash.providers.api_keys import read_key
from streamdash.providers.catalog import builtin_endpoints
from streamdash.streams.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from streamdash.streams.spec import Endpoint

_KEY_NAME = r"(.*_)?API_?KEY(_\w+)?"
"""Names of API keys: LAB_API_KEY, APIKEY, LAB_API_KEY_2."""


def unexpected_destinations(
    endpoints: Iterable[Endpoint], environ: Mapping[str, str]
) -> Iterator[str]:
    """A line for each variable that a file's endpoint sends to an unexpected address.

    A built-in variable is expected at its own endpoint's address, and at the one in the user's
    OPENAI_BASE_URL or ANTHROPIC_BASE_URL. Any other variable must be named like an API key.
    """
    homes = _homes(environ)
    seen: set[tuple[str, str]] = set()
    for endpoint in endpoints:
        name = endpoint.key_env
        if endpoint.builtin or name is None:
            continue
        origin = _origin(endpoint.base_url)
        if (name, origin) in seen or not _is_sent(endpoint, environ):
            continue
        seen.add((name, origin))
        home = homes.get(name.upper())
        if home is not None:
            if origin not in home:
                where = home[0].partition("://")[2]
                yield f"{name} is sent to {origin} (endpoint {endpoint.name!r}), not to {where}"
        elif re.fullmatch(_KEY_NAME, name.upper()) is None:
            yield (
                f"{name}, whose name is not that of an API key, is sent to {origin} "
                f"(endpoint {endpoint.name!r})"
            )


def _homes(environ: Mapping[str, str]) -> dict[str, list[str]]:
    """The expected addresses of each built-in variable, its provider's own first."""
    homes: dict[str, list[str]] = {}
    for endpoints in (builtin_endpoints({}), builtin_endpoints(environ)):
        for endpoint in endpoints.values():
            if endpoint.key_env is not None:
                homes.setdefault(endpoint.key_env, []).append(_origin(endpoint.base_url))
    return homes


def _is_sent(endpoint: Endpoint, environ: Mapping[str, str]) -> bool:
    try:
        return read_key(endpoint, environ) is not None
    except StreamError:
        return False


def _origin(base_url: str) -> str:
    """Scheme, host and unusual port of a URL, with the host as a name server sees it."""
    try:
        parts = urlsplit(base_url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "nowhere"
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            host = host.encode("ascii", "backslashreplace").decode()
    if ":" in host:
        host = f"[{host}]"
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")
