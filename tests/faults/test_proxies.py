"""Proxies of the environment: which one is asked, and what is said of one that fails."""

from __future__ import annotations

import base64
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import TYPE_CHECKING

import pytest
from yarl import URL

from streamdash.providers.transport.proxies import proxy_for
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Status
from streamdash.streams.spec import Deadlines
from tests.faults.asking import asked, ended, endpoint_at
from tests.faults.dialects import CHAT, DIALECTS
from tests.faults.framing import answered
from tests.faults.proxy import FaultProxy
from tests.faults.scenarios.scenario import CALM
from tests.faults.server import FaultServer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.state import StreamState
    from tests.faults.dialects import Dialect
    from tests.faults.proxy import Answer

IDS = [dialect.api for dialect in DIALECTS]
P = "http://10.0.0.9:3128"
fault = pytest.mark.fault("files and environment", "a proxy of the environment")
SSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
LAB = Path(__file__).with_name("lab_certificate.pem")
"""The certificate and the key of `lab.invalid`, signed by itself."""
QUICK = Deadlines(connect=0.3, ttft=0.3, stall=0.3, total=5)


async def through(
    url: str, environ: Mapping[str, str], d: Dialect = CHAT, deadlines: Deadlines = QUICK
) -> StreamState:
    """A stream to a host that is nowhere but behind the proxy."""
    (state,) = await ended(asked(endpoint_at(d, url), "m", deadlines=deadlines), environ=environ)
    return state


# -- which one ----------------------------------------------------------------------------------

CHOICES: dict[str, tuple[str, dict[str, str], str | None]] = {
    "none": ("http://a.example", {}, None),
    "http_proxy": ("http://a.example", {"http_proxy": P}, P),
    "HTTP_PROXY": ("http://a.example", {"HTTP_PROXY": P}, P),
    "HTTPS_PROXY": ("https://a.example", {"HTTPS_PROXY": P}, P),
    "of the other scheme": ("https://a.example", {"http_proxy": P}, None),
    "all_proxy": ("https://a.example", {"all_proxy": P}, P),
    "ALL_PROXY": ("http://a.example", {"ALL_PROXY": P}, P),
    "the scheme's own first": ("http://a.example", {"ALL_PROXY": "x:1", "HTTP_PROXY": P}, P),
    "lower case first": ("http://a.example", {"HTTP_PROXY": "x:1", "http_proxy": P}, P),
    "lower case empty": ("http://a.example", {"HTTP_PROXY": P, "http_proxy": ""}, None),
    "a CGI script's": ("http://a.example", {"HTTP_PROXY": P, "REQUEST_METHOD": "GET"}, None),
    "empty": ("http://a.example", {"HTTP_PROXY": " "}, None),
    "host:port": ("http://a.example", {"http_proxy": "10.0.0.9:3128"}, P),
    "a host alone": ("http://a.example", {"http_proxy": "proxy.example"}, "http://proxy.example"),
    "spaces around": ("http://a.example", {"http_proxy": f"  {P}/ "}, P),
    "capitals": ("http://a.example", {"http_proxy": "HTTP://10.0.0.9:3128"}, P),
    "IPv6": ("http://a.example", {"http_proxy": "[fd00::1]:3128"}, "http://[fd00::1]:3128"),
    "loopback": ("http://127.8.8.8:1", {"ALL_PROXY": P}, None),
    "localhost": ("http://LOCALHOST.:8000", {"ALL_PROXY": P}, None),
    "a short loopback": ("http://127.1:8000", {"ALL_PROXY": P}, None),
    "any address": ("http://0.0.0.0:8000", {"ALL_PROXY": P}, None),
    "IPv6 loopback": ("http://[::1]:8000", {"ALL_PROXY": P}, None),
    "IPv4 loopback in IPv6": ("http://[::ffff:127.0.0.1]:8000", {"ALL_PROXY": P}, None),
}


@fault
@pytest.mark.parametrize(("url", "environ", "found"), CHOICES.values(), ids=CHOICES)
def test_the_variable_that_counts(url: str, environ: dict[str, str], found: str | None) -> None:
    proxy = proxy_for(URL(url), environ)
    assert (None if proxy is None else str(proxy.url).rstrip("/")) == found


SPARED = {
    "*": True,
    "a.example": True,
    "A.EXAMPLE.": True,
    "example": True,
    ".example": True,
    "*.example": True,
    "ample": False,
    "b.a.example": False,
    "x, a.example ,y": True,
    "x a.example\ty": True,
    "a.example:8000": True,
    "a.example:80": False,
    ".example:8000": True,
    "http://a.example:8000/": True,
    "10.0.0.0/8": False,
    ",,": False,
    "": False,
}


@fault
@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
@pytest.mark.parametrize(("listed", "spared"), SPARED.items())
def test_what_is_listed_is_asked_directly(name: str, listed: str, spared: bool) -> None:
    proxy = proxy_for(URL("http://a.example:8000"), {"ALL_PROXY": P, name: listed})
    assert (proxy is None) is spared


ADDRESSES = [
    ("10.1.2.3", "10.0.0.0/8", True),
    ("10.1.2.3", "10.1.2.3", True),
    ("10.1.2.3", "10.1.2", False),
    ("10.1.2.3:8000", "10.1.2.3:8000", True),
    ("10.1.2.3:8000", "10.0.0.0/8:1", False),
    ("192.168.7.7", "10.0.0.0/8, 192.168.0.0/16", True),
    ("[fd00::7]", "fd00::/8", True),
    ("[fd00::7]", "fd00::7", True),
    ("[fd00::7]", "[fd00:0::7]", True),
    ("[fd00::7]:8000", "[fd00::7]:8000", True),
    ("[fd00::7]:8000", "[fd00::7]:8001", False),
    ("[fd00::7]", "10.0.0.0/8", False),
    ("10.1.2.3", "10.0.0.0/99", False),
]


@fault
@pytest.mark.parametrize(("host", "listed", "spared"), ADDRESSES)
def test_addresses_and_networks_are_asked_directly(host: str, listed: str, spared: bool) -> None:
    proxy = proxy_for(URL(f"http://{host}"), {"ALL_PROXY": P, "NO_PROXY": listed})
    assert (proxy is None) is spared


UNUSABLE = {
    "socks5://127.0.0.1:1080": "SOCKS",
    "socks5h://user:hunter22@127.0.0.1:1080": "SOCKS",
    "SOCKS4://127.0.0.1:1080": "SOCKS",
    "socks://127.0.0.1:1080": "SOCKS",
    "https://proxy.example:3128": "https://",
    "quic://proxy.example": "quic://",
    "http://": "not the address",
    "http://:3128": "not the address",
    "http://proxy.example:port": "not the address",
    "http://proxy.example:70000": "not the address",
    "http://proxy.example:0": "not the address",
    "http://user:hunter22@": "not the address",
    "http://[fd00::1": "not the address",
    "http://user:hunter22@a b:1": "not the address",
    "://": "not the address",
}


@fault
@pytest.mark.parametrize(("value", "word"), UNUSABLE.items())
def test_what_is_no_http_proxy_is_refused_by_name(value: str, word: str) -> None:
    with pytest.raises(StreamError) as refused:
        proxy_for(URL("https://a.example"), {"ALL_PROXY": value})
    assert refused.value.kind == "connect"
    assert refused.value.message.startswith("ALL_PROXY ")
    assert word in refused.value.message
    assert "hunter22" not in refused.value.message


@fault
@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks4", "https"])
async def test_nothing_is_sent_to_a_proxy_of_another_kind(d: Dialect, scheme: str) -> None:
    with FaultProxy(b"?") as proxy:
        environ = {"all_proxy": f"{scheme}://{proxy.place}"}
        state = await through("http://lab.invalid", environ, d)
        assert proxy.heads == []
    assert state.status is Status.FAILED
    assert state.error is not None
    assert (state.error.kind, state.attempts) == ("connect", 1)
    assert scheme in state.error.message


# -- through it ---------------------------------------------------------------------------------


@fault
@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
@pytest.mark.parametrize(
    "known",
    ["", "me:pass%40word1@", "me:p@ss/wo#rd1@", "me@"],
    ids=["none", "escaped", "raw", "user"],
)
async def test_a_plain_request_reaches_its_server_through_the_proxy(d: Dialect, known: str) -> None:
    with FaultProxy(SSE + d.healthy("fine")) as proxy:
        state = await through("http://lab.invalid", {"http_proxy": known + proxy.place}, d)
        (head,) = proxy.heads
    assert (state.status, state.text.value()) == (Status.DONE, "fine")
    assert head.startswith("POST http://lab.invalid/")
    assert "\r\nhost: lab.invalid\r\n" in head.lower()
    password = {"": None, "me:pass%40word1@": "pass@word1", "me:p@ss/wo#rd1@": "p@ss/wo#rd1"}
    sent = base64.b64encode(f"me:{password.get(known, '')}".encode()).decode()
    assert (f"proxy-authorization: Basic {sent}".lower() in head.lower()) is bool(known)


@fault
@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
async def test_a_tunnel_is_asked_for_with_the_password_and_without_the_key(d: Dialect) -> None:
    with FaultProxy(b"HTTP/1.1 403 No\r\n\r\n") as proxy:
        environ = {"HTTPS_PROXY": f"http://me:secret99@{proxy.place}", "LAB_KEY": "key-key-key"}
        endpoint = endpoint_at(d, "https://lab.invalid", key_env="LAB_KEY")
        await ended(asked(endpoint, "m", deadlines=QUICK), environ=environ)
        (head,) = proxy.heads
    assert head.startswith("CONNECT lab.invalid:443 ")
    sent = base64.b64encode(b"me:secret99").decode()
    assert f"proxy-authorization: basic {sent}".lower() in head.lower()
    assert "key-key-key" not in head


ANSWERS: dict[str, tuple[Answer, str, str]] = {
    "407": (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "connect", "HTTP 407"),
    "403": (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "connect", "HTTP 403"),
    "502": (b"HTTP/1.0 502 Bad Gateway\r\n\r\nsorry", "connect", "HTTP 502"),
    "503 without words": (b"HTTP/1.1 503\r\n\r\n", "connect", "HTTP 503"),
    "302": (b"HTTP/1.1 302 Log in\r\nLocation: http://portal\r\n\r\n", "connect", "HTTP 302"),
    "an end": ("close", "connect", "closed"),
    "a reset": ("reset", "connect", "reset"),
    "garbage": (b"SSH-2.0-OpenSSH\r\n\r\n", "connect", "not an HTTP answer"),
    "TLS": (b"\x15\x03\x01\x00\x02\x02\x46", "connect", "not an HTTP answer"),
    "a tunnel to nowhere": (b"HTTP/1.1 200 OK\r\n\r\n", "connect", ""),
    "a tunnel that says hello": (b"HTTP/1.1 200 OK\r\n\r\nhello, who is it?", "connect", ""),
    "silence": ("hang", "connect", "no connection within 0.3 s"),
}


@fault
@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
@pytest.mark.parametrize(("answer", "kind", "words"), ANSWERS.values(), ids=ANSWERS)
async def test_a_proxy_that_gives_no_tunnel_is_named(
    answer: Answer, kind: str, words: str, d: Dialect
) -> None:
    with FaultProxy(answer) as proxy:
        state = await through("https://lab.invalid", {"https_proxy": proxy.place}, d)
        assert len(proxy.heads) == 1
    assert state.error is not None
    assert state.error.kind == kind
    assert f"the proxy {proxy.place}" in state.error.message
    assert words in state.error.message
    status = int(words.removeprefix("HTTP ")) if words.startswith("HTTP") else None
    assert state.error.http_status == status
    assert state.status is (Status.TIMEOUT if answer == "hang" else Status.FAILED)


PLAIN: dict[str, tuple[Answer, str, str]] = {
    "407": (b"HTTP/1.1 407 Who?\r\nContent-Length: 0\r\n\r\n", "connect", "HTTP 407"),
    "403": (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "auth", "HTTP 403"),
    "503": (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "server", "HTTP 503"),
    "302": (b"HTTP/1.1 302 Log in\r\nLocation: http://portal\r\n\r\n", "protocol", "HTTP 302"),
    "a page": (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<h1>Hotel",
        "protocol",
        "text/html",
    ),
    "an end": ("close", "connect", "closed"),
    "a reset": ("reset", "connect", "reset"),
    "garbage": (b"220 mail.example\r\n\r\n", "connect", "not an HTTP answer"),
    "a cut answer": (SSE.replace(b"Connection: close", b"Content-Length: 99"), "disconnected", ""),
    "silence": ("hang", "ttft", "no first token"),
}


@fault
@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
@pytest.mark.parametrize(("answer", "kind", "words"), PLAIN.values(), ids=PLAIN)
async def test_a_proxy_that_spoils_a_plain_request_is_named(
    answer: Answer, kind: str, words: str, d: Dialect
) -> None:
    with FaultProxy(answer) as proxy:
        state = await through("http://lab.invalid", {"http_proxy": proxy.place}, d)
    assert state.error is not None
    assert state.error.kind == kind
    assert f"the proxy {proxy.place}" in state.error.message
    assert words in state.error.message


@fault
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("place", "kind"),
    [("127.0.0.1:9", "connect"), ("[::1]:9", "connect"), ("proxy.invalid:3128", "dns")],
)
async def test_a_proxy_that_is_not_there_is_named(scheme: str, place: str, kind: str) -> None:
    environ = {"ALL_PROXY": f"me:secret99@{place}"}
    calm = Deadlines(connect=20, ttft=20, stall=20, total=20)
    state = await through(f"{scheme}://lab.invalid", environ, deadlines=calm)
    assert state.error is not None
    assert (state.status, state.error.kind) == (Status.FAILED, kind)
    assert f"the proxy {place}" in state.error.message
    assert "secret99" not in state.error.message


@fault
async def test_a_password_that_the_proxy_repeats_is_masked() -> None:
    sent = base64.b64encode(b"me:secret99").decode()
    for echo in ("secret99", sent):
        body = f"HTTP/1.1 407 bad {echo}\r\n\r\n".encode()
        page = f"HTTP/1.1 403 No\r\nContent-Length: {len(echo)}\r\n\r\n{echo}".encode()
        for url, answer in (("https://lab.invalid", body), ("http://lab.invalid", page)):
            with FaultProxy(answer) as proxy:
                state = await through(url, {"ALL_PROXY": f"me:secret99@{proxy.place}"})
            assert state.error is not None
            assert echo not in state.error.message
            assert "***" in state.error.message


@fault
async def test_an_attempt_through_a_busy_proxy_is_made_again() -> None:
    with FaultProxy(b"HTTP/1.1 503 Busy\r\n\r\n") as busy, FaultProxy("hang") as closed:
        specs = [
            asked(endpoint_at(CHAT, "https://lab.invalid"), "m", deadlines=QUICK, retries=1),
        ]
        (state,) = await ended(*specs, environ={"https_proxy": busy.place})
        assert len(busy.heads) == state.attempts == 2
        assert closed.heads == []


@fault
async def test_the_fault_of_a_server_behind_a_tunnel_is_not_the_proxys() -> None:
    signed = SSLContext(PROTOCOL_TLS_SERVER)
    signed.load_cert_chain(LAB)
    with (
        FaultServer({"m": (answered(503, "busy"),)}, tls=signed) as server,
        FaultProxy("tunnel", server.port) as proxy,
    ):
        environ = {"https_proxy": proxy.place, "SSL_CERT_FILE": str(LAB)}
        state = await through("https://lab.invalid", environ, deadlines=CALM)
        distrusted = await through("https://lab.invalid", {"https_proxy": proxy.place})
    assert state.error is not None
    assert (state.error.kind, state.error.http_status) == ("server", 503)
    assert "proxy" not in state.error.message
    assert distrusted.error is not None
    assert distrusted.error.kind == "tls"
    assert f"the proxy {proxy.place}" in distrusted.error.message
