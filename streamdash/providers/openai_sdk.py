"""What the two OpenAI dialects share: the SDK that sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamdash.providers.sdk_provider import SDK_KEY, SdkProvider

if TYPE_CHECKING:
    import httpx2


class OpenAiProvider(SdkProvider):
    """An endpoint spoken to through the `openai` package."""

    sdk = "openai"
    own = frozenset({"openai", "openai-responses"})

    @staticmethod
    def _new_client(base_url: str, http_client: httpx2.AsyncClient) -> Any:
        import openai

        return openai.AsyncOpenAI(
            api_key=SDK_KEY,
            base_url=base_url,
            http_client=http_client,
            max_retries=0,
            timeout=None,
        )
