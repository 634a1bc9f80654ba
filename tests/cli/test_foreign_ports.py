"""`streamdash endpoints` when other programs listen on the ports of local servers."""

from __future__ import annotations

import gzip
import json
import random
import socket
import struct
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from streamdash.cli import endpoints
from streamdash.cli.commands import ConfigOptions
from streamdash.providers import catalog
from tests.fuzzing import rounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Answer = Callable[[socket.socket], None]

PATIENCE_S = 2.0
"""All servers together have 0.8 s; the rest is for a busy machine."""
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"


@contextmanager
def listening(answer: Answer, family: socket.AddressFamily = socket.AF_INET) -> Iterator[int]:
    """A port where every connection gets `answer`."""
    with socket.socket(family) as server:
        server.bind(("::1" if family is socket.AF_INET6 else "127.0.0.1", 0))
        server.listen(20)

        def talk(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                answer(connection)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=talk, args=(server.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def says(data: bytes, *, first: bool = False, hold_s: float = 0.0) -> Answer:
    """Send `data` after the request, or before it, then keep the connection open for a while."""

    def answer(connection: socket.socket) -> None:
        if not first:
            connection.recv(65536)
        connection.sendall(data)
        if first:
            # closing with an unread request would reset the connection
            connection.recv(65536)
        time.sleep(hold_s)

    return answer


def floods(head: bytes, again: bytes, pause_s: float = 0.0) -> Answer:
    """Send `head`, then `again` without end."""

    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(head)
        while True:
            connection.sendall(again)
            time.sleep(pause_s)

    return answer


def resets(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent(connection: socket.socket) -> None:
    connection.recv(65536)
    time.sleep(3)


def states(monkeypatch: pytest.MonkeyPatch, ports: dict[str, int]) -> dict[str, str]:
    """The state that is printed for each local endpoint on these ports."""
    monkeypatch.setattr(catalog, "_LOCAL", tuple(ports.items()))
    written: list[str] = []
    monkeypatch.setattr(endpoints, "write_out", written.append)
    began = time.monotonic()
    assert endpoints.show_endpoints(ConfigOptions(no_config=True), {}) == 0
    assert time.monotonic() - began < PATIENCE_S
    lines = "".join(written).splitlines()
    assert len(lines) == 1 + 11 + len(ports) + 3, "one line each, and the titles"
    assert all(line.isprintable() for line in lines)
    rows = {line.split()[0]: line.split("/v1", 1)[-1].strip() for line in lines}
    return {name: rows[name] for name in ports}


def answered(body: bytes, head: bytes = PLAIN) -> Answer:
    return says(head + body)


def models(*entries: object) -> bytes:
    return json.dumps({"object": "list", "data": list(entries)}).encode()


FOREIGN = "answers, but not as an OpenAI-compatible server"
NOT_HTTP = "answers, but not in HTTP"
SLOW = "takes connections, but does not answer within 0.8 s"
CLOSES = "takes connections, but closes them without an answer"
HEAD_OF_10_MIB = b"HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n"
KINDS: dict[str, tuple[Answer, str]] = {
    "a Redis": (says(b"-ERR unknown command 'GET'\r\n"), NOT_HTTP),
    "an SMTP greeting": (says(b"220 mail.example ESMTP\r\n", first=True, hold_s=2), NOT_HTTP),
    "an SSH banner": (says(b"SSH-2.0-dropbear_2022.83\r\n", first=True), NOT_HTTP),
    "a TLS alert": (says(b"\x15\x03\x03\x00\x02\x02\x0a"), NOT_HTTP),
    "a node debugger": (
        says(b"HTTP/1.0 400 Bad Request\r\nContent-Type: text/html\r\n\r\nWebSockets request"),
        "answers with HTTP 400",
    ),
    "no answer at all": (silent, SLOW),
    "a reset": (resets, CLOSES),
    "an end without an answer": (says(b""), CLOSES),
    "a status line that never ends": (floods(b"HTTP/1.1 200 ", b"a" * 1000, 0.01), FOREIGN),
    "a slow status line": (floods(b"HTTP/1.1 200 ", b"a", 0.1), SLOW),
    "headers without end": (floods(b"HTTP/1.1 200 OK\r\n", b"x-a: b\r\n", 0.001), FOREIGN),
    "100 Continue without end": (floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.001), SLOW),
    "an event stream without end": (floods(PLAIN, b": ping\n\n", 0.1), SLOW),
    "a body without end": (floods(PLAIN, b" " * 65536), FOREIGN),
    "a body that never comes": (says(HEAD_OF_10_MIB + b"{", hold_s=2), SLOW),
    "a body that is cut": (says(HEAD_OF_10_MIB + b"{"), FOREIGN),
    "a redirect to itself": (
        answered(b"", b"HTTP/1.1 307 Again\r\nLocation: /v1/models\r\n\r\n"),
        "answers with HTTP 307",
    ),
    "a redirect to a file": (
        answered(b"", b"HTTP/1.1 301 There\r\nLocation: file:///etc/passwd\r\n\r\n"),
        "answers with HTTP 301",
    ),
    "a gzip bomb": (
        answered(
            gzip.compress(b" " * (30 << 20)),
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n",
        ),
        FOREIGN,
    ),
    "HTTP/0.9": (says(b"<html>hello</html>\n"), NOT_HTTP),
    "HTTP/2 without negotiation": (
        says(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" * 3, first=True),
        NOT_HTTP,
    ),
    "a content length of minus one": (
        answered(models(), b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
        "answers, 0 models",
    ),
    "a content length in words": (
        answered(models(), b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"),
        "answers, 0 models",
    ),
    "a status of many digits": (says(b"HTTP/1.1 99999999999999 OK\r\n\r\n"), NOT_HTTP),
    "malformed chunks": (
        says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n"),
        FOREIGN,
    ),
    "an index page": (answered(b"<!doctype html><h1>It works!</h1>"), FOREIGN),
    "an empty body": (answered(b""), FOREIGN),
    "half of a character": (answered(b'{"data": ["\xf0\x9f"]}'), FOREIGN),
    "brackets 300,000 deep": (answered(b'{"data":' + b"[" * 300_000), FOREIGN),
    "a number of a million digits": (answered(b'{"data": ' + b"9" * 1_000_000 + b"}"), FOREIGN),
    "a list": (answered(b"[1, 2]"), FOREIGN),
    "null": (answered(b"null"), FOREIGN),
    "NaN": (answered(b"NaN"), FOREIGN),
    "no models but something else": (answered(b'{"status": "ok"}'), FOREIGN),
    "models by name": (answered(b'{"data": {"a": 1}}'), FOREIGN),
    "models that are numbers": (answered(b'{"data": [1, 2]}'), FOREIGN),
    "models that are text": (answered(b'{"data": "abc"}'), FOREIGN),
    "an Ollama without a model": (answered(b'{"object":"list","data":null}'), "answers, 0 models"),
    "one model": (answered(models({"id": "a"})), "answers, 1 model"),
    "hostile names": (
        answered(models({"id": "\x1b]0;owned\x07\x1b[2J\r\n"}, {"id": None})),
        "answers, 2 models",
    ),
    "thousands of models": (
        answered(models(*({"id": f"m{n}", "owned_by": "x" * 200} for n in range(9_000)))),
        "answers, 9,000 models",
    ),
}


@pytest.mark.fault("files and environment", "another program listens on a local server's port")
@pytest.mark.parametrize(("answer", "state"), KINDS.values(), ids=KINDS)
def test_every_listener_gets_one_line_in_time(
    answer: Answer, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(answer) as port:
        assert states(monkeypatch, {"llamacpp": port}) == {"llamacpp": state}


@pytest.mark.fault("files and environment", "another program listens on a local server's port")
def test_a_server_that_hangs_does_not_delay_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    good = answered(models({"id": "a"}, {"id": "b"}))
    slow = floods(PLAIN, b" ", 0.1)
    with listening(silent) as a, listening(slow) as b, listening(good) as c:
        seen = states(monkeypatch, {"ollama": a, "vllm": b, "lmstudio": c})
    assert seen == {"ollama": SLOW, "vllm": SLOW, "lmstudio": "answers, 2 models"}


@pytest.mark.fault("files and environment", "another program listens on a local server's port")
def test_a_full_queue_and_an_ipv6_listener_give_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = []
        for _ in range(4):
            client = socket.socket()
            client.setblocking(False)
            with suppress(BlockingIOError):
                client.connect(("127.0.0.1", port))
            waiting.append(client)
        seen = states(monkeypatch, {"vllm": port})
        for client in waiting:
            client.close()
    assert seen["vllm"] in ("no answer", SLOW)
    if socket.has_ipv6:
        with suppress(OSError), listening(answered(models()), socket.AF_INET6) as port:
            assert states(monkeypatch, {"vllm": port}) == {"vllm": "no answer"}


@pytest.mark.fault("files and environment", "another program listens on a local server's port")
def test_no_mutated_answer_breaks_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(20)
    whole = PLAIN + models({"id": "a"}, {"id": "b"})
    for _ in range(rounds(8)):
        with listening(says(_mutated(whole, rng))) as a, listening(says(_mutated(whole, rng))) as b:
            seen = states(monkeypatch, {"ollama": a, "vllm": b})
        assert all(state.startswith(("answers", "takes connections")) for state in seen.values())


def _mutated(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        place = rng.randrange(len(changed))
        match rng.randrange(3):
            case 0:
                changed[place] = rng.randrange(256)
            case 1:
                del changed[place : place + rng.randint(1, 20)]
            case _:
                changed[place:place] = rng.randbytes(rng.randint(1, 20))
        changed = changed or bytearray(b" ")
    return bytes(changed)
