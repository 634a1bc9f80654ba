"""A base URL that lacks its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.asking import asked, ended, endpoint_at
from tests.faults.dialects import CHAT, DIALECTS
from tests.faults.framing import answered
from tests.faults.server import FaultServer

if TYPE_CHECKING:
    from tests.faults.dialects import Dialect

NOT_FOUND = ["404 page not found", '{"detail":"Not Found"}', "", "<h1>Not Found</h1>"]


@pytest.mark.fault("wire", "a 404 where the base URL has no path")
@pytest.mark.parametrize("body", NOT_FOUND)
@pytest.mark.parametrize("d", DIALECTS, ids=[dialect.api for dialect in DIALECTS])
@pytest.mark.parametrize("path", ["", "/v1", "/api/openai"])
async def test_a_404_at_the_root_asks_for_the_missing_path(
    d: Dialect, path: str, body: str
) -> None:
    with FaultServer({"m": (answered(404, body, "text/plain"),)}) as server:
        endpoint = endpoint_at(d, server.url)._replace(base_url=server.url + path)
        (state,) = await ended(asked(endpoint, "m"))
    assert state.error is not None
    assert state.error.kind == "not_found"
    # the SDK of Messages adds the path itself
    asks = path == "" and d.api != "anthropic"
    assert ("is `/v1` missing in base_url?" in state.error.message) is asks


@pytest.mark.fault("wire", "a 404 where the base URL has no path")
async def test_other_refusals_at_the_root_raise_no_question() -> None:
    for status in (400, 401, 403, 405, 500):
        with FaultServer({"m": (answered(status, "no"),)}) as server:
            endpoint = endpoint_at(CHAT, server.url)._replace(base_url=server.url)
            (state,) = await ended(asked(endpoint, "m"))
        assert state.error is not None
        assert "/v1" not in state.error.message
