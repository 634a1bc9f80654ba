"""Checks base URLs before anything is sent to them."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from streamdash.streams.spec import Api

_HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?")
_IPV6 = re.compile(r"\[[^\[\]]+\](:\d*)?")
_OPERATIONS = ("/chat/completions", "/completions", "/responses", "/messages")


def check_base_url(text: str) -> str:
    """The URL without slashes at its end. Raises ValueError that says how to correct it.

    No message repeats a password from the URL.
    """
    url = text.strip()
    if not url:
        raise ValueError("is empty; write an address such as http://127.0.0.1:8000/v1")
    if not url.isprintable() or " " in url or "\\" in url:
        raise ValueError("has a space, a backslash or a control character in it")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("has a host that is no valid address") from None
    if "@" in parts.netloc:
        raise ValueError(
            "has a user name or password in it; keys belong in the environment, "
            "the variable's name in api_key_env"
        )
    if parts.scheme not in {"http", "https"}:
        raise ValueError("must begin with http:// or https://")
    _check_host_and_port(parts)
    if "?" in url or "#" in url:
        raise ValueError("must end before '?' or '#'")
    url = url.rstrip("/")
    for operation in _OPERATIONS:
        if url.endswith(operation):
            raise ValueError(f"must end before {operation!r}, which is added to it")
    return url


def _check_host_and_port(parts: SplitResult) -> None:
    host = parts.hostname
    if not host:
        raise ValueError("has no host; write an address such as http://127.0.0.1:8000/v1")
    if not ((_IPV6.fullmatch(parts.netloc) and _is_ipv6(host)) or _HOST.fullmatch(host)):
        raise ValueError("has a host that is no valid name or address")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0 or parts.netloc.endswith(":"):
        raise ValueError("has a port that is no number from 1 to 65535")


def _is_ipv6(host: str) -> bool:
    try:
        IPv6Address(host)
    except ValueError:
        return False
    return True


def base_url_for(api: Api, text: str) -> str:
    """The checked URL as the dialect's SDK expects it: Anthropic's SDK adds `/v1` itself."""
    url = check_base_url(text)
    return url.removesuffix("/v1").rstrip("/") if api == "anthropic" else url
