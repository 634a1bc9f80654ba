"""Asks whatever listens on a local port for its models, within a bounded time.

Anything may listen there: the answer is a sentence of ours and holds nothing of the server's.
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

LARGEST = 4 << 20
"""Bytes of a list of models; a gateway's thousands have one or two."""
FOREIGN = "answers, but not as an OpenAI-compatible server"


def listed(base_urls: Sequence[str], within_s: float) -> list[str]:
    """What each of the servers says, all asked at once; `within_s` is the time for all of it."""
    probes = [_Probe(base_url, within_s) for base_url in base_urls]
    until = monotonic() + within_s
    for probe in probes:
        probe.start()
    for probe in probes:
        probe.join(max(0.0, until - monotonic()))
    return [probe.abandoned() for probe in probes]


class _Probe(Thread):
    """One question in a thread that nobody waits for longer than there is time."""

    def __init__(self, base_url: str, within_s: float) -> None:
        super().__init__(name=f"probe {base_url}", daemon=True)
        parts = urlsplit(base_url)
        self._path = f"{parts.path}/models"
        self._within_s = within_s
        self._connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, timeout=within_s
        )
        self._socket: socket.socket | None = None
        self._said: str | None = None

    def run(self) -> None:
        try:
            self._said = self._asked()
        except (http.client.HTTPException, OSError) as error:
            self._said = _complaint(error) if self._socket is not None else "no answer"
        except Exception:
            # no JSON, one nested too deep, or what else the library stumbles over
            self._said = FOREIGN
        finally:
            with suppress(OSError):
                self._connection.close()

    def _asked(self) -> str:
        self._connection.connect()
        self._socket = self._connection.sock
        # a body that was packed could be any size
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        self._connection.request("GET", self._path, headers=headers)
        response = self._connection.getresponse()
        with response:
            if response.version < 10:
                return FOREIGN
            if response.status != 200:
                return f"answers with HTTP {response.status}"
            body = response.read(LARGEST + 1)
        if len(body) > LARGEST:
            return FOREIGN
        return _counted(json.loads(body))

    def abandoned(self) -> str:
        """What was found out; a question that is still open is given up."""
        said = self._said
        if said is not None:
            return said
        if self._socket is None:
            return "no answer"
        # the thread wakes up and ends, whatever it was reading
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        return f"takes connections, but does not answer within {self._within_s:g} s"


def _counted(answer: object) -> str:
    models = answer.get("data", FOREIGN) if isinstance(answer, dict) else FOREIGN
    if models is None:
        # Ollama without a model says so
        models = []
    if not isinstance(models, list) or not all(isinstance(model, dict) for model in models):
        return FOREIGN
    return f"answers, {len(models):,} model{'' if len(models) == 1 else 's'}"


def _complaint(error: Exception) -> str:
    """What a server does that breaks the question off."""
    if isinstance(error, http.client.RemoteDisconnected | ConnectionError):
        return "takes connections, but closes them without an answer"
    if isinstance(error, http.client.BadStatusLine):
        return "answers, but not in HTTP"
    if isinstance(error, TimeoutError):
        return "takes connections, but does not answer in time"
    return FOREIGN
