"""What was asked: endpoints, stream specs and the plan of a whole run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

Api = Literal["openai", "openai-responses", "anthropic"]
APIS: tuple[Api, ...] = get_args(Api)


class Endpoint(NamedTuple):
    """Where requests go: a dialect, a base URL and the name of the variable that holds the key.

    The key itself is never here: providers read it from the environment when they send.
    """

    name: str
    api: Api
    base_url: str
    key_env: str | None = None
    headers: Mapping[str, str] = {}
    demo: bool = False
    """Answered by the embedded server, whose port becomes `base_url` when it starts."""
    builtin: bool = False


class Deadlines(NamedTuple):
    """Seconds a stream may take: to connect, to its first delta, between deltas, altogether.

    Zero or less means no limit.
    """

    connect: float = 10.0
    ttft: float = 120.0
    stall: float = 60.0
    total: float = 600.0


class StreamSpec(NamedTuple):
    """One stream as it was asked for; `label` is for people and never an id."""

    label: str
    endpoint: Endpoint
    model: str
    messages: tuple[Mapping[str, object], ...]
    """Chat messages in order, each with `role` and `content`; the system prompt is apart."""
    system: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    reasoning_effort: str | None = None
    stream: bool = True
    params: Mapping[str, object] = {}
    """Put into the request body as it is, over anything the other fields say."""
    deadlines: Deadlines = Deadlines()
    retries: int = 2
    turn: int = 1
    """Which question this is, from 1: every follow-up begins the next turn."""

    @property
    def target(self) -> str:
        """`endpoint:model`, the way a prompt file names it."""
        return f"{self.endpoint.name}:{self.model}"

    @property
    def question(self) -> str:
        """The last user message as text; empty where nothing is asked yet."""
        for message in reversed(self.messages):
            if message.get("role") == "user":
                return content_text(message.get("content"))
        return ""


def content_text(content: object) -> str:
    """The text of a message's content: as it is, or of the text parts of a list."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    texts = [part.get("text") for part in content if isinstance(part, dict)]
    return "\n".join(text for text in texts if isinstance(text, str))


class RunPlan(NamedTuple):
    """All streams of one launch and how to start them."""

    specs: tuple[StreamSpec, ...]
    title: str = ""
    concurrency: int = 0
    """Streams at once; 0 means all."""
    repeat: int = 1
