"""Asks an endpoint which models it has: `GET /models`, in pages where the dialect has them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import httpx2

from streamdash import __version__
from streamdash.providers.api_keys import read_key
from streamdash.providers.errors.error_messages import explain_body
from streamdash.providers.errors.sdk_errors import error_from_exception
from streamdash.providers.model_names import MOST_MODELS, ModelList, NotAListError, join, read_page
from streamdash.providers.registry import provider_class
from streamdash.providers.transport.proxies import is_loopback
from streamdash.providers.transport.response_checks import body_chunks, check_response
from streamdash.streams.errors import StreamError
from streamdash.streams.timing.side_work import giving_way

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.providers.api_keys import Mask
    from streamdash.providers.model_names import Page
    from streamdash.providers.sdk_provider import SdkProvider
    from streamdash.streams.spec import Endpoint

REMOTE_S = 10.0
LOCAL_S = 2.0
"""How long a list may take, all pages together; a local server answers at once or not at all."""
PAGE_BYTES = 8 << 20
"""The longest page that is read; that of a gateway with thousands of models takes 1 to 2 MB."""
MOST_PAGES = 50
MESSAGE_MAX = 300
_HEADERS = {"accept": "application/json", "user-agent": f"streamdash/{__version__}"}
_PAGED_HEADERS = {**_HEADERS, "anthropic-version": "2023-06-01"}


def is_local(endpoint: Endpoint) -> bool:
    """Whether the endpoint can only be on this machine."""
    return is_loopback(httpx2.URL(endpoint.base_url).host)


async def list_models(
    endpoint: Endpoint, environ: Mapping[str, str], *, timeout_s: float | None = None
) -> ModelList:
    """The models that the endpoint lists.

    Raises StreamError with one sentence, in which no key appears, if it lists none.
    """
    key = read_key(endpoint, environ)
    kind = await asyncio.to_thread(giving_way, partial(provider_class, endpoint.api))
    provider = kind(endpoint, environ)
    if key is not None:
        provider.mask.learn(key)
    limit = timeout_s or (LOCAL_S if is_local(endpoint) else REMOTE_S)
    try:
        async with asyncio.timeout(limit):
            return await _all_pages(endpoint, provider)
    except TimeoutError:
        message = f"does not list its models within {limit:g} s"
        raise StreamError("total", message, timeout=True) from None
    except Exception as raised:
        raise _presentable(error_from_exception(raised, provider.mask), provider.mask) from None
    finally:
        await provider.aclose()


async def _all_pages(endpoint: Endpoint, provider: SdkProvider) -> ModelList:
    paged = endpoint.api == "anthropic"
    path = "/v1/models" if paged else "/models"
    params: dict[str, str] = {"limit": "1000"} if paged else {}
    headers = _PAGED_HEADERS if paged else _HEADERS
    http = provider.open_client()
    pages: list[Page] = []
    while len(pages) < MOST_PAGES:
        url = endpoint.base_url + path
        request = http.build_request("GET", url, params=params or None, headers=headers)
        page = await _page(http, request, provider.mask)
        pages.append(page)
        after = page.next_after
        if not paged or after is None or after == params.get("after_id"):
            break
        if sum(len(each.models) for each in pages) >= MOST_MODELS:
            break
        params["after_id"] = after
    return join(pages)


async def _page(http: httpx2.AsyncClient, request: httpx2.Request, mask: Mask) -> Page:
    response = await http.send(request, stream=True)
    try:
        if response.status_code >= 400:
            await response.aread()
            response.raise_for_status()
        trust = check_response(response, "json")
        body = bytearray()
        async with body_chunks(response) as chunks:
            async for data in chunks:
                body += data
                if len(body) > PAGE_BYTES:
                    raise StreamError("protocol", f"its list is longer than {PAGE_BYTES >> 20} MiB")
    finally:
        await response.aclose()
    try:
        # a page of thousands takes some 50 ms, too long for the event loop
        return await asyncio.to_thread(giving_way, partial(read_page, bytes(body)))
    except NotAListError as foreign:
        if not trust.doubted:
            raise StreamError("protocol", str(foreign)) from None
        content_type = response.headers.get("content-type", "").partition(";")[0].strip()
        words = explain_body(bytes(body[: 64 << 10]), mask)
        raise StreamError("protocol", f"answers with {content_type}: {words}") from None


def _presentable(error: StreamError, mask: Mask) -> StreamError:
    """The error with a message on one line, without keys and not too long."""
    message = " ".join(mask.message(error).split())
    error.message = message if len(message) <= MESSAGE_MAX else message[:MESSAGE_MAX] + "…"
    error.args = (error.message,)
    return error
