"""What the server says in one answer and when: steps, a finish, perhaps a rejection instead."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from streamdash.streams.events import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.events import Channel

Cue: TypeAlias = "Channel | Literal['ping']"
"""Which channel a step speaks on; `ping` is a sign of life without content."""

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Rejection(Exception):  # noqa: N818  # an answer of the server's, not an error of ours
    """A request is answered with an HTTP error, in the words of the dialect it came in."""

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
        """The request's key that is wrong, for the dialects that name it."""
        self.code = code
        self.headers = headers
        """Further response headers, such as `retry-after`."""


class Step(NamedTuple):
    """One delta, written `delay_s` after the step before it (the first one after the opening)."""

    delay_s: float
    channel: Cue
    text: str = ""
    tokens: int = 1
    """How many canned tokens the text counts for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One answer, said exactly as written here whatever the request's token limit."""

    steps: tuple[Step, ...] = ()
    opening_s: float = 0.0
    """From the request to the headers and the dialect's first events, which carry no text."""
    finish: str | None = "stop"
    """`stop`, `length`, `tool`, `filter` or `refusal`, which each dialect says in its own word;
    any other word goes out as it is. None ends the answer in the air: no finish reason, no
    terminal marker."""
    usage: Usage | None = None
    """What to report; None, whole or in a field, reports what was counted."""
    tool: str = "get_weather"
    """The function that `tool` steps call; each unbroken row of them is a call of its own."""
    rejection: Rejection | None = None
    """Answer with this HTTP error and say nothing else."""

    @property
    def first_channel(self) -> Channel | None:
        """The channel that speaks first; None if nothing is said."""
        for step in self.steps:
            if step.channel != "ping":
                return step.channel
        return None


class Count(NamedTuple):
    """The tokens of one answer as its usage reports them; `output` holds the reasoning tokens."""

    input: int
    output: int
    reasoning: int
    cached: int


def count(script: Script, input_tokens: int) -> Count:
    """What the script says of its usage, filled up by counting its steps."""
    told = script.usage or Usage()
    spoken = [step for step in script.steps if step.channel != "ping"]
    output = sum(step.tokens for step in spoken)
    reasoning = sum(step.tokens for step in spoken if step.channel == "reasoning")
    return Count(
        input=input_tokens if told.input is None else told.input,
        output=output if told.output is None else told.output,
        reasoning=reasoning if told.reasoning is None else told.reasoning,
        cached=0 if told.cached is None else told.cached,
    )
