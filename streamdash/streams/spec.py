"""Everything a user requests: endpoints, stream specs and the plan of a whole run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.check import Check

Api = Literal["openai", "openai-responses", "anthropic"]
APIS: tuple[Api, ...] = get_args(Api)
Order = Literal["together", "turns"]
ORDERS: tuple[Order, ...] = get_args(Order)
"""How the requests of a round leave: at the same moment, or one after the other."""
CacheMode = Literal["as-is", "cold", "warm"]
CACHE_MODES: tuple[CacheMode, ...] = get_args(CacheMode)
ANTHROPIC_MAX_TOKENS = 1024
"""The token limit of Anthropic streams without one, because the API requires a limit."""
IGNORED: Mapping[Api, tuple[str, ...]] = {
    "openai": (),
    "openai-responses": ("seed", "stop"),
    "anthropic": ("seed",),
}
"""The keys of a stream for which a dialect has no field, so that they are not sent."""


class Endpoint(NamedTuple):
    """Where requests go: a dialect, a base URL and the name of the variable that holds the key.

    The key itself is not part of it: providers read it from the environment when they send.
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
    """How many seconds a stream may take; zero or less means no limit.

    They count to the connection, to the first delta, between two deltas, and to the end.
    """

    connect: float = 10.0
    ttft: float = 120.0
    stall: float = 60.0
    total: float = 600.0


class StreamSpec(NamedTuple):
    """One stream as the user asked for it; `label` is for people and never an id."""

    label: str
    endpoint: Endpoint
    model: str
    messages: tuple[Mapping[str, object], ...]
    """Chat messages in order, each with `role` and `content`; `system` is not among them."""
    system: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    reasoning_effort: str | None = None
    stream: bool = True
    params: Mapping[str, object] = {}
    """Goes into the request body unchanged and overrides the other fields."""
    deadlines: Deadlines = Deadlines()
    retries: int = 2
    cache: CacheMode = "as-is"
    """What is done about prompt caches: nothing; a fresh line in front of each attempt's prompt,
    so that none can answer (`cold`); or a priming request before the first one (`warm`)."""
    checks: tuple[Check, ...] = ()
    """What the answer must fulfil."""
    turn: int = 1
    """The number of the question in its conversation, from 1; each follow-up adds one."""
    case: str | None = None
    """The label or number of the case whose columns were filled in; None without one."""
    prompt_label: str | None = None
    """The label of its prompt or stream in the file, as written there, or else the beginning of its
    text if there are several; with `case` it says which question this is."""

    @property
    def target(self) -> str:
        """`endpoint:model`, as in a prompt file."""
        return f"{self.endpoint.name}:{self.model}"

    @property
    def has_default_limit(self) -> bool:
        """Whether the token limit is the one that Anthropic streams have by default."""
        return self.endpoint.api == "anthropic" and self.max_tokens == ANTHROPIC_MAX_TOKENS

    def with_default_limit(self) -> StreamSpec:
        """The spec with a token limit where its dialect requires one."""
        if self.max_tokens is None and self.endpoint.api == "anthropic":
            return self._replace(max_tokens=ANTHROPIC_MAX_TOKENS)
        return self

    @property
    def question(self) -> str:
        """The last user message as text; empty if there is none yet."""
        for message in reversed(self.messages):
            if message.get("role") == "user":
                return content_text(message.get("content"))
        return ""


def content_text(content: object) -> str:
    """The text of a message's content, which is a string or a list of parts."""
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
    """How many streams run at once; 0 means all."""
    repeat: int = 1
    """How many rounds are measured; with `until` at most that many."""
    warmup: int = 0
    """Rounds before them that are in no number."""
    order: Order = "together"
    until: float | None = None
    """Ends the rounds once the medians of all streams are known within this fraction."""
    seed: int = 0
    """Of the order of turns and of the statistics, so that they can be repeated."""
    reference: str | None = None
    """The label of the stream that the others are compared with; None for the first one."""
    shape: str = ""
    """The product that makes the streams, as `3 prompts x 40 cases x 2 models`; empty without
    cases, or where the streams are no such product."""

    @property
    def in_rounds(self) -> bool:
        """Whether the streams are measured in rounds, which even one round after a warm-up is."""
        return self.repeat > 1 or self.warmup > 0 or self.until is not None
