"""The proxy that the environment names for a URL, the way curl, git and requests read it.

`http_proxy` and `https_proxy` count for their scheme, `all_proxy` for both where the scheme has
none; lower case wins over upper case. `no_proxy` lists what is asked directly: names (with all
names below them), addresses, networks such as `10.0.0.0/8`, each with or without a port, or `*`.
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
        """`host:port`, as messages name it."""
        host = self.url.host or ""
        return f"[{host}]:{self.url.port}" if ":" in host else f"{host}:{self.url.port}"

    def __repr__(self) -> str:
        return f"Proxy({self.place})"


def proxy_for(url: URL, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy for `url`; None where it is asked directly, as loopback always is.

    Raises StreamError where the environment names one that cannot be used.
    """
    host = url.host or ""
    if is_loopback(host):
        return None
    named = _named(url.scheme, environ)
    if named is None or _spared(url, environ):
        return None
    return _parsed(*named)


def proxy_secrets(environ: Mapping[str, str]) -> Iterator[str]:
    """What in the variables of proxies must be shown to nobody."""
    for variable in _variables(environ):
        user, password = _credentials(_split(environ[variable]).known)
        if password:
            yield password.decode("utf-8", "replace")
            yield _header(user, password).removeprefix(_BASIC)


def is_loopback(host: str) -> bool:
    """Whether `host` can only be this machine."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    if re.fullmatch(r"(0x[0-9a-f]+|[0-9]+)(\.(0x[0-9a-f]+|[0-9]+)){0,3}", name):
        # also 127.1 and 2130706433, which the system takes for addresses
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
    # a connection to 0.0.0.0, which servers print as their address, stays here as well
    return address.is_loopback or address.is_unspecified


def _variables(environ: Mapping[str, str]) -> list[str]:
    """The variables that name a proxy for HTTP."""
    return [
        name
        for name, value in environ.items()
        if name.lower() in ("http_proxy", "https_proxy", "all_proxy") and value.strip()
    ]


def _named(scheme: str, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """The variable that counts for `scheme`, and its value."""
    for name in (f"{scheme}_proxy", "all_proxy"):
        spellings = [name, name.upper()]
        if name == "http_proxy" and "REQUEST_METHOD" in environ:
            # in a CGI script HTTP_PROXY is what the client put into a header called Proxy
            spellings.remove("HTTP_PROXY")
        for variable in spellings:
            value = environ.get(variable)
            if value is not None:
                if value.strip():
                    return variable, value.strip()
                break  # empty: the lower case name switches the other one off
    if sys.platform in ("darwin", "win32") and not _variables(environ):
        value = getproxies().get(scheme)
        return ("the system's settings", value) if value else None
    return None


class _Split(NamedTuple):
    """A variable's value in its parts."""

    scheme: str
    known: str
    """`user:password`."""
    place: str
    """`host:port`."""


def _split(value: str) -> _Split:
    """The last `@` ends the password, which may hold any character."""
    scheme, separator, rest = value.strip().partition("://")
    known, _, after = (rest if separator else scheme).rpartition("@")
    return _Split(scheme.lower() if separator else "http", known, re.split("[/?#]", after)[0])


def _parsed(variable: str, value: str) -> Proxy:
    """The proxy of a variable's value. No message repeats what stands before the `@`."""
    scheme, known, place = _split(value)
    host, port = _host_and_port(place)
    if not host or not scheme:
        raise StreamError("connect", f"{variable} is no address of a proxy; write http://HOST:PORT")
    if scheme.startswith("socks"):
        raise StreamError(
            "connect",
            f"{variable} names a SOCKS proxy ({scheme}://{place}), which streamdash does not "
            "speak to; name an HTTP proxy, or put the host into NO_PROXY",
        )
    if scheme != "http":
        raise StreamError(
            "connect",
            f"{variable} names a proxy with {scheme[:20]}:// ({place}); only proxies with http:// "
            "are spoken to, which carry https:// endpoints as well",
        )
    url = URL.build(scheme="http", host=host, port=port)
    return Proxy(url, _header(*_credentials(known)) if known else None)


def _host_and_port(place: str) -> tuple[str, int]:
    """Both, or an empty host where the two make no sense."""
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


def _credentials(known: str) -> tuple[bytes, bytes]:
    user, _, password = known.partition(":")
    return unquote_to_bytes(user), unquote_to_bytes(password)


def _header(user: bytes, password: bytes) -> str:
    return _BASIC + b64encode(user + b":" + password).decode()


# -- what is asked directly ---------------------------------------------------------------------


def _spared(url: URL, environ: Mapping[str, str]) -> bool:
    listed = environ.get("no_proxy")
    if listed is None:
        listed = environ.get("NO_PROXY", "")
    hosts = {(url.host or "").lower().rstrip("."), (url.raw_host or "").lower().rstrip(".")}
    return any(
        _spares(entry, host, url.port or 0)
        for entry in re.split(r"[,\s]+", listed.lower())
        if entry
        for host in hosts
    )


def _spares(entry: str, host: str, port: int) -> bool:
    """Whether an entry of `no_proxy` means this host."""
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
    """An entry's host and its port, if it has one; IPv6 addresses have one behind brackets only."""
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
