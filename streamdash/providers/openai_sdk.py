"""The SDK client and the auth header that both OpenAI dialects share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.providers.sdk_provider import SDK_KEY, SdkProvider

if TYPE_CHECKING:
    import httpx2
    import openai


class OpenAiProvider(SdkProvider):
    """An endpoint reached through the `openai` package."""

    sdk = "openai"
    own = frozenset({"openai", "openai-responses"})

    @staticmethod
    def _auth_header(key: str) -> tuple[str, str]:
        return "authorization", f"Bearer {key}"


def new_client(base_url: str, http_client: httpx2.AsyncClient) -> openai.AsyncOpenAI:
    """A client of the SDK, without retries and deadlines of its own."""
    import openai

    return openai.AsyncOpenAI(
        api_key=SDK_KEY,
        base_url=base_url,
        http_client=http_client,
        max_retries=0,
        timeout=None,
    )
