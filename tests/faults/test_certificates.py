"""Variables of the environment that name certificates and logs of TLS, and name them wrongly."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from ssl import CERT_REQUIRED, PROTOCOL_TLS_SERVER, SSLContext
from typing import TYPE_CHECKING

import pytest

from streamdash.providers.transport.certificates import tls_context
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Status
from tests.faults.asking import asked, ended, endpoint_at
from tests.faults.dialects import DIALECTS
from tests.faults.framing import streamed
from tests.faults.server import FaultServer
from tests.program import streamdash

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.faults.dialects import Dialect

IDS = [dialect.api for dialect in DIALECTS]
CERTIFICATE = Path(__file__).with_name("certificate.pem")
fault = pytest.mark.fault("files and environment", "a TLS variable that names no use")


def made(folder: Path, what: str) -> str:
    """Something at a path in `folder`; the path."""
    path = folder / what
    match what:
        case "empty.pem" | "with-certificates":
            path.write_bytes(b"")
        case "words.pem":
            path.write_text("this is no certificate\n")
        case "key.pem":
            path.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
        case "binary.pem":
            path.write_bytes(bytes(range(256)))
        case "folder":
            path.mkdir()
        case "unhashed":
            path.mkdir()
            shutil.copy(CERTIFICATE, path / "ca.pem")
        case "fifo":
            os.mkfifo(path)
        case "dangling":
            path.symlink_to("nowhere")
    return str(path)


USELESS = [
    ("SSL_CERT_FILE", "missing.pem", "No such file"),
    ("SSL_CERT_FILE", "dangling", "No such file"),
    ("SSL_CERT_FILE", "folder", "SSL_CERT_DIR"),
    ("SSL_CERT_FILE", "empty.pem", "no certificate"),
    ("SSL_CERT_FILE", "words.pem", "no certificate"),
    ("SSL_CERT_FILE", "key.pem", "no certificate"),
    ("SSL_CERT_FILE", "binary.pem", "no certificate"),
    ("SSL_CERT_FILE", "fifo", "not a regular file"),
    ("SSL_CERT_DIR", "missing", "No such file"),
    ("SSL_CERT_DIR", "words.pem", "Not a directory"),
    ("SSL_CERT_DIR", "folder", "hashed name"),
    ("SSL_CERT_DIR", "unhashed", "hashed name"),
    ("SSLKEYLOGFILE", "folder", "is a folder"),
    ("SSLKEYLOGFILE", "fifo", "not a regular file"),
    ("SSLKEYLOGFILE", "missing/keys", "No such file"),
    ("SSLKEYLOGFILE", "words.pem/keys", "Not a directory"),
]


@fault
@pytest.mark.parametrize(("variable", "what", "words"), USELESS)
def test_the_variable_and_its_file_are_named(
    tmp_path: Path, variable: str, what: str, words: str
) -> None:
    made(tmp_path, "words.pem")
    path = str(tmp_path / what) if "/" in what else made(tmp_path, what)
    with pytest.raises(StreamError) as broken:
        tls_context({variable: path})
    assert broken.value.kind == "tls"
    assert not broken.value.retryable
    assert broken.value.message.startswith(f"{variable}: {path}: ")
    assert words in broken.value.message


@fault
def test_a_path_with_a_nul_is_reported() -> None:
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"):
        with pytest.raises(StreamError) as broken:
            tls_context({variable: "a\0b"})
        assert broken.value.message.startswith(variable)


@fault
def test_one_good_folder_of_several_is_enough(tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.mkdir()
    shutil.copy(CERTIFICATE, good / "0a1b2c3d.0")
    context = tls_context({"SSL_CERT_DIR": f"{tmp_path / 'none'}{os.pathsep}{good}"})
    assert context.verify_mode is CERT_REQUIRED


@fault
@pytest.mark.parametrize("d", DIALECTS, ids=IDS)
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"])
async def test_a_broken_variable_fails_tls_and_nothing_else(
    d: Dialect, variable: str, tmp_path: Path
) -> None:
    environ = {variable: str(tmp_path / "no" / "such")}
    with FaultServer({"m": (streamed(d.healthy("fine")),)}) as server:
        plain, tls = await ended(
            asked(endpoint_at(d, server.url), "m"),
            asked(endpoint_at(d, server.url.replace("http:", "https:"), name="tls"), "m"),
            environ=environ,
        )
        assert server.connections == 1
    assert plain.status is Status.DONE
    assert tls.error is not None
    assert (tls.status, tls.error.kind, tls.attempts) == (Status.FAILED, "tls", 1)
    assert variable in tls.error.message


@fault
async def test_keys_are_logged_where_the_log_can_be_written(tmp_path: Path) -> None:
    signed = SSLContext(PROTOCOL_TLS_SERVER)
    signed.load_cert_chain(CERTIFICATE)
    log = tmp_path / "keys"
    d = DIALECTS[0]
    with FaultServer({"m": (streamed(d.healthy("fine")),)}, tls=signed) as server:
        environ = {"SSL_CERT_FILE": str(CERTIFICATE), "SSLKEYLOGFILE": str(log)}
        (state,) = await ended(asked(endpoint_at(d, server.url), "m"), environ=environ)
    assert state.text.value() == "fine"
    assert "CLIENT_HANDSHAKE_TRAFFIC_SECRET" in log.read_text()


PROMPTS = """
[endpoints.far]
api = "openai"
base_url = "https://127.0.0.1:9/v1"
[[streams]]
model = "demo:echo"
label = "demo"
prompt = "Hello"
[[streams]]
model = "far:m"
prompt = "Hello"
retries = 0
"""


@fault
@pytest.mark.parametrize(
    ("variable", "what"),
    [
        ("SSL_CERT_FILE", "fifo"),
        ("SSL_CERT_FILE", "words.pem"),
        ("SSL_CERT_DIR", "words.pem"),
        ("SSLKEYLOGFILE", "fifo"),
        ("SSLKEYLOGFILE", "folder"),
    ],
)
async def test_the_program_reports_it_once_and_the_demo_goes_on(
    tmp_path: Path, variable: str, what: str
) -> None:
    path = made(tmp_path, what)
    (tmp_path / "p.toml").write_text(PROMPTS)
    ended = await streamdash(
        "p.toml", "--format", "json", "--no-record", home=tmp_path, variables={variable: path}
    )
    demo, far = json.loads(ended.out)["streams"]
    assert demo["status"] == "done"
    assert _error(far)["kind"] == "tls"
    assert ended.err.count(variable) == 1
    assert len(ended.err.splitlines()) == 1
    assert ended.code == 1


def _error(result: Mapping[str, object]) -> Mapping[str, object]:
    error = result["error"]
    assert isinstance(error, dict)
    return error
