"""The proxy that the environment names for a URL, as curl, git and requests read it.

`http_proxy` and `https_proxy` apply to their scheme, `all_proxy` to a scheme without its own;
lower case wins over upper case. `no_proxy` lists hosts that need no proxy: names (with all names
below them), addresses, networks such as `10.0.0.0/8`, each with or without a port, or `*`.
"""

from __future__ import annotations

import re
import socket
import sys
from base64 import b64encode
from contextlib import suppress
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import getproxies

from yarl import URL

from streamdash.streams.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[\w.-]+")
_BASIC = "Basic "


class Proxy(NamedTuple):
    """An HTTP proxy; `authorization` is a secret."""

    url: URL
    authorization: str | None = None

    @property
    def place(self) -> str:
        """`host:port`, for messages."""
        host = self.url.host or ""
        return f"[{host}]:{self.url.port}" if ":" in host else f"{host}:{self.url.port}"

    def __repr__(self) -> str:
        return f"Proxy({self.place})"


def proxy_for(url: URL, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy for `url`; None for a direct connection, which loopback always gets.

    Raises StreamError if the environment names an unusable proxy.
    """
    host = url.host or ""
    if is_loopback(host):
        return None
    named = _named(url.scheme, environ)
    if named is None or _in_no_proxy(url, environ):
        return None
    return _parsed(*named)


def proxy_secrets(environ: Mapping[str, str]) -> Iterator[str]:
    """The passwords in the proxy variables, plain and as encoded in the auth header."""
    for variable in _variables(environ):
        user, password = _credentials(_split(environ[variable]).userinfo)
        if password:
            yield password.decode("utf-8", "replace")
            yield _header(user, password).removeprefix(_BASIC)


def is_loopback(host: str) -> bool:
    """Whether `host` can only be this machine."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    if re.fullmatch(r"(0x[0-9a-f]+|[0-9]+)(\.(0x[0-9a-f]+|[0-9]+)){0,3}", name):
        # 127.1 and 2130706433 are addresses, too
        try:
            packed = socket.inet_aton(name)
        except OSError:
            return False
        return packed[0] == 127 or packed == b"\0\0\0\0"
    try:
        address = ip_address(name.strip("[]"))
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    # 0.0.0.0, which servers print as their address, also leads to this machine
    return address.is_loopback or address.is_unspecified


def _variables(environ: Mapping[str, str]) -> list[str]:
    """The names of the proxy variables that are set."""
    return [
        name
        for name, value in environ.items()
        if name.lower() in ("http_proxy", "https_proxy", "all_proxy") and value.strip()
    ]


def _named(scheme: str, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """The variable that applies to `scheme`, and its value."""
    for name in (f"{scheme}_proxy", "all_proxy"):
        spellings = [name, name.upper()]
        if name == "http_proxy" and "REQUEST_METHOD" in environ:
            # in a CGI script HTTP_PROXY holds the `Proxy` header of a client's request
            spellings.remove("HTTP_PROXY")
        for variable in spellings:
            value = environ.get(variable)
            if value is not None:
                if value.strip():
                    return variable, value.strip()
                break  # an empty lower case variable switches the other one off
    if sys.platform in ("darwin", "win32") and not _variables(environ):
        value = getproxies().get(scheme)
        return ("the system's settings", value) if value else None
    return None


class _Split(NamedTuple):
    """The parts of a variable's value."""

    scheme: str
    userinfo: str
    """`user:password`."""
    place: str
    """`host:port`."""


def _split(value: str) -> _Split:
    """Split at the last `@`, because a password may contain any character."""
    scheme, separator, rest = value.strip().partition("://")
    userinfo, _, after = (rest if separator else scheme).rpartition("@")
    return _Split(scheme.lower() if separator else "http", userinfo, re.split("[/?#]", after)[0])


def _parsed(variable: str, value: str) -> Proxy:
    """The proxy in a variable's value. No error message repeats the user and password."""
    scheme, userinfo, place = _split(value)
    host, port = _host_and_port(place)
    if not host or not scheme:
        raise StreamError(
            "connect", f"{variable} is not the address of a proxy; write http://HOST:PORT"
        )
    if scheme.startswith("socks"):
        raise StreamError(
            "connect",
            f"{variable} names a SOCKS proxy ({scheme}://{place}), which streamdash does not "
            "support; name an HTTP proxy, or put the host into NO_PROXY",
        )
    if scheme != "http":
        raise StreamError(
            "connect",
            f"{variable} names a proxy with {scheme[:20]}:// ({place}); only http:// proxies "
            "are supported; they carry https:// endpoints as well",
        )
    url = URL.build(scheme="http", host=host, port=port)
    return Proxy(url, _header(*_credentials(userinfo)) if userinfo else None)


def _host_and_port(place: str) -> tuple[str, int]:
    """Host and port; the host is empty if `place` is malformed."""
    try:
        parts = urlsplit(f"//{place}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "", 0
    if port == 0 or place.endswith(":"):
        return "", 0
    with suppress(ValueError):
        return str(ip_address(host)), port or _PORTS["http"]
    return (host if _HOST.fullmatch(host) else ""), port or _PORTS["http"]


def _credentials(userinfo: str) -> tuple[bytes, bytes]:
    user, _, password = userinfo.partition(":")
    return unquote_to_bytes(user), unquote_to_bytes(password)


def _header(user: bytes, password: bytes) -> str:
    return _BASIC + b64encode(user + b":" + password).decode()


def _in_no_proxy(url: URL, environ: Mapping[str, str]) -> bool:
    listed = environ.get("no_proxy")
    if listed is None:
        listed = environ.get("NO_PROXY", "")
    hosts = {(url.host or "").lower().rstrip("."), (url.raw_host or "").lower().rstrip(".")}
    return any(
        _matches(entry, host, url.port or 0)
        for entry in re.split(r"[,\s]+", listed.lower())
        if entry
        for host in hosts
    )


def _matches(entry: str, host: str, port: int) -> bool:
    """Whether an entry of `no_proxy` covers this host."""
    if entry == "*":
        return True
    name, wanted = _with_port(entry.rpartition("://")[2].rstrip("/"))
    if wanted is not None and wanted != port:
        return False
    if "/" in name:
        return _in_network(name, host)
    try:
        return ip_address(name) == ip_address(host)
    except ValueError:
        name = name.removeprefix("*").strip(".")
        return bool(name) and (host == name or host.endswith(f".{name}"))


def _with_port(entry: str) -> tuple[str, int | None]:
    """An entry's host and port, if any; an IPv6 address needs brackets before a port."""
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::(\d+))?(/\d+)?", entry)
    if bracketed:
        return bracketed[1] + (bracketed[3] or ""), int(bracketed[2]) if bracketed[2] else None
    plain = re.fullmatch(r"([^:]*):(\d+)", entry)
    return (plain[1], int(plain[2])) if plain else (entry, None)


def _in_network(network: str, host: str) -> bool:
    try:
        return ip_address(host) in ip_network(network, strict=False)
    except (ValueError, TypeError):
        return False
