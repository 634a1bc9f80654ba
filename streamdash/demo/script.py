"""The script of one answer: its steps and its finish, or a rejection instead."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from streamdash.streams.events import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.events import Channel

Cue: TypeAlias = "Channel | Literal['ping']"
"""The channel of a step; a `ping` has no content."""

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Rejection(Exception):  # noqa: N818  # an answer of the server, not an error of this program
    """Answers a request with an HTTP error, in the form of its dialect."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] = _NO_HEADERS,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
        """The key of the request that is wrong, for the dialects that report it."""
        self.code = code
        self.headers = headers
        """Further response headers, such as `retry-after`."""


class Step(NamedTuple):
    """One delta, written `delay_s` after the step before it, or after the opening."""

    delay_s: float
    channel: Cue
    text: str = ""
    tokens: int = 1
    """The number of canned tokens in the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One answer, given exactly as written, even beyond the request's token limit."""

    steps: tuple[Step, ...] = ()
    opening_s: float = 0.0
    """Seconds from the request to the headers and the dialect's first events, without text."""
    finish: str | None = "stop"
    """`stop`, `length`, `tool`, `filter` or `refusal`, which each dialect has its own word for; any
    other word is sent unchanged. None cuts the answer, which then has no finish reason and no
    terminal marker.
    """
    usage: Usage | None = None
    """The usage to report; None, here or in a field, reports the server's own count."""
    tool: str = "get_weather"
    """The function that `tool` steps call; each unbroken sequence of them is one call."""
    rejection: Rejection | None = None
    """An HTTP error to send instead of the answer."""

    @property
    def first_channel(self) -> Channel | None:
        """The channel of the first text; None if there is none."""
        for step in self.steps:
            if step.channel != "ping":
                return step.channel
        return None


class Count(NamedTuple):
    """The tokens of one answer, as its usage reports them; `output` includes `reasoning`."""

    input: int
    output: int
    reasoning: int
    cached: int
    written: int = 0
    """Tokens that were added to a prompt cache."""


def count(script: Script, input_tokens: int, cached: int = 0, written: int = 0) -> Count:
    """The usage in the script, with missing fields counted from its steps and the prompt."""
    given = script.usage or Usage()
    texts = [step for step in script.steps if step.channel != "ping"]
    output = sum(step.tokens for step in texts)
    reasoning = sum(step.tokens for step in texts if step.channel == "reasoning")
    return Count(
        input=input_tokens if given.input is None else given.input,
        output=output if given.output is None else given.output,
        reasoning=reasoning if given.reasoning is None else given.reasoning,
        cached=cached if given.cached is None else given.cached,
        written=written if given.cache_write is None else given.cache_write,
    )
