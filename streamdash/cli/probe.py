"""Asks local servers for their models, in a bounded time.

Anything may listen on a local port, so the answer is a sentence of ours that holds no text of the
server's.
"""

from __future__ import annotations

import http.client
import json
import socket
from contextlib import suppress
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BYTES = 4 << 20
"""The longest list of models that is read; that of a gateway with thousands takes 1 to 2 MB."""
NO_ANSWER = "no answer"
FOREIGN = "answers, but not as an OpenAI-compatible server"


def probe_models(base_urls: Sequence[str], timeout_s: float) -> list[str]:
    """Return a sentence about each server; all are probed at once, within `timeout_s` in total."""
    probes = [_Probe(base_url, timeout_s) for base_url in base_urls]
    until = monotonic() + timeout_s
    for probe in probes:
        probe.start()
    for probe in probes:
        probe.join(max(0.0, until - monotonic()))
    return [probe.finish() for probe in probes]


class _Probe(Thread):
    """One request for a server's models, in a thread that can be abandoned."""

    def __init__(self, base_url: str, timeout_s: float) -> None:
        super().__init__(name=f"probe {base_url}", daemon=True)
        parts = urlsplit(base_url)
        self._path = f"{parts.path}/models"
        self._timeout_s = timeout_s
        self._connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, timeout=timeout_s
        )
        self._socket: socket.socket | None = None
        self._result: str | None = None

    def run(self) -> None:
        """Send the request and store a sentence about the answer."""
        try:
            self._result = self._ask()
        except (http.client.HTTPException, OSError) as error:
            self._result = self._describe(error) if self._socket is not None else NO_ANSWER
        except Exception:
            # text that is not JSON or is nested too deeply, and anything else that trips the
            # library
            self._result = FOREIGN
        finally:
            with suppress(OSError):
                self._connection.close()

    def _ask(self) -> str:
        self._connection.connect()
        self._socket = self._connection.sock
        # a compressed body could unpack to any size
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        self._connection.request("GET", self._path, headers=headers)
        response = self._connection.getresponse()
        with response:
            if response.version < 10:
                return FOREIGN
            if response.status != 200:
                return f"answers with HTTP {response.status}"
            body = response.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            return FOREIGN
        return _count_models(json.loads(body))

    def finish(self) -> str:
        """Return the sentence about the answer; a request without one yet is abandoned."""
        result = self._result
        if result is not None:
            return result
        if self._socket is None:
            return NO_ANSWER
        # wakes the thread up, which then ends
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        return self._too_slow

    @property
    def _too_slow(self) -> str:
        return f"takes connections, but does not answer within {self._timeout_s:g} s"

    def _describe(self, error: Exception) -> str:
        """Describe how a server that accepted the connection broke it off."""
        if isinstance(error, http.client.RemoteDisconnected | ConnectionError):
            return "takes connections, but closes them without an answer"
        if isinstance(error, http.client.BadStatusLine):
            return "answers, but not in HTTP"
        if isinstance(error, TimeoutError):
            return self._too_slow
        return FOREIGN


def _count_models(answer: object) -> str:
    models = answer.get("data", FOREIGN) if isinstance(answer, dict) else FOREIGN
    if models is None:
        # Ollama sends null when it has no model
        models = []
    if not isinstance(models, list) or not all(isinstance(model, dict) for model in models):
        return FOREIGN
    return f"answers, {len(models):,} model{'' if len(models) == 1 else 's'}"
