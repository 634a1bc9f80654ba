"""The Anthropic Messages dialect: its reader and its provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from streamdash.providers.answer.anthropic_blocks import ContentBlocks
from streamdash.providers.answer.finish_reasons import finish_events
from streamdash.providers.answer.usage import usage_of
from streamdash.providers.errors.error_messages import error_from_object
from streamdash.providers.json_fields import JsonObject, rows_of, table_of, text_of
from streamdash.providers.prompt_front import PromptFields
from streamdash.providers.sdk_provider import SDK_KEY, SdkProvider, without_none
from streamdash.providers.wire.wire_reader import raise_error_object
from streamdash.streams.errors import StreamError
from streamdash.streams.events import Event, Identity, Terminal, Usage
from streamdash.streams.spec import ANTHROPIC_MAX_TOKENS, IGNORED

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2

    from streamdash.providers.sdk_provider import SendRequest
    from streamdash.streams.errors import Form
    from streamdash.streams.spec import StreamSpec


class MessagesReader:
    """Reads `message_*` and `content_block_*` events until `message_stop`."""

    def __init__(self) -> None:
        self.over = False
        self._blocks = ContentBlocks()
        self._usage = Usage()

    def read(self, body: JsonObject, name: str) -> Iterator[Event]:
        match name:
            case "content_block_delta":
                yield from self._blocks.delta(body.get("index"), table_of(body.get("delta")))
            case "content_block_start":
                block = table_of(body.get("content_block"))
                yield from self._blocks.start(body.get("index"), block)
            case "content_block_stop":
                yield from self._blocks.stop(body.get("index"))
            case "message_start":
                message = table_of(body.get("message"))
                yield Identity(
                    text_of(message.get("id")) or None, text_of(message.get("model")) or None
                )
                # the output count is only a placeholder here
                self._usage = _usage(message)._replace(output=None)
            case "message_delta":
                yield from self._counted(body)
                delta = table_of(body.get("delta"))
                yield from finish_events(delta.get("stop_reason") or delta.get("finish_reason"))
            case "message_stop":
                if body.get("usage"):
                    yield from self._counted(body)
                self.over = True
                yield Terminal()
            case "error":
                raise error_from_object(body)
            case _:
                raise_error_object(body)

    def _counted(self, body: JsonObject) -> Iterator[Usage]:
        """The counts so far, which are cumulative; a 0 from a gateway never replaces a count."""
        usage = _usage(body)
        self._usage = Usage(
            *(new or (new if old is None else old)
              for new, old in zip(usage, self._usage, strict=True))
        )  # fmt: skip
        if self._usage != Usage():
            yield self._usage

    def whole(self, body: JsonObject) -> Iterator[Event]:
        raise_error_object(body)
        if not isinstance(body.get("content"), list):
            raise StreamError("protocol", "the answer has no content in it")
        yield Identity(text_of(body.get("id")) or None, text_of(body.get("model")) or None)
        for index, block in enumerate(rows_of(body.get("content"))):
            yield from self._blocks.start(index, block)
        yield _usage(body)
        yield from finish_events(body.get("stop_reason") or body.get("finish_reason"))


def _usage(body: JsonObject) -> Usage:
    return usage_of(table_of(body.get("usage")), cache_apart=True)


class MessagesProvider(SdkProvider):
    """Streams from `POST {base_url}/v1/messages`."""

    sdk = "anthropic"
    own = frozenset({"anthropic"})
    reader = MessagesReader
    prompt = PromptFields("system", "messages", "text")
    ignores = IGNORED["anthropic"]

    @staticmethod
    def _auth_header(key: str) -> tuple[str, str]:
        return "x-api-key", key

    @staticmethod
    def _new_sender(base_url: str, http_client: httpx2.AsyncClient) -> SendRequest:
        import anthropic

        client = anthropic.AsyncAnthropic(
            api_key=SDK_KEY,
            base_url=base_url,
            http_client=http_client,
            max_retries=0,
            timeout=None,
        )
        return cast("SendRequest", client.messages.with_streaming_response.create)

    def _fields(self, spec: StreamSpec, forms: frozenset[Form]) -> dict[str, object]:
        body: dict[str, object] = {
            "system": spec.system,
            "temperature": spec.temperature,
            "top_p": spec.top_p,
            "stop_sequences": list(spec.stop) or None,
            "output_config": {"effort": spec.reasoning_effort} if spec.reasoning_effort else None,
        }
        return {
            "model": spec.model,
            "messages": list(spec.messages),
            "max_tokens": spec.max_tokens or ANTHROPIC_MAX_TOKENS,
            "stream": spec.stream,
            "extra_body": {**without_none(body), **spec.params},
        }
