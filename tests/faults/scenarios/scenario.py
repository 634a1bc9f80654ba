"""What a scenario is: a script for the server and how the stream must end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from streamdash.streams.events import Status
from streamdash.streams.spec import Deadlines

if TYPE_CHECKING:
    from streamdash.streams.errors import ErrorKind
    from tests.faults.server import Reply, Script, Step

PIECES = ("Grüße, ", "世界 ", "😀 und ", "Ende.")
TEXT = "".join(PIECES)
CALM = Deadlines(connect=20.0, ttft=30.0, stall=30.0, total=60.0)
"""For scenarios that are not about time: no noisy machine comes near these."""

QUICK_TTFT = Deadlines(connect=20.0, ttft=0.8, stall=30.0, total=60.0)
QUICK_STALL = Deadlines(connect=20.0, ttft=30.0, stall=0.8, total=60.0)

Place = Literal[
    "server", "alone", "refused", "nowhere", "other as https", "silent", "other", "untrusted"
]
"""Where the request goes: the server of all, one of its own, or where none of them answers.

At `other` the script is what a connection is greeted with.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How the stream ends and what it keeps."""

    status: Status
    kind: ErrorKind | None = None
    text: str = ""
    finish: str | None = None
    http_status: int | None = None
    says: tuple[str, ...] = ()
    """Words that the error's message has in it."""
    flags: tuple[str, ...] = ()
    reasoning: str = ""
    refusal: str = ""
    tool: str = ""
    attempts: int = 1
    retry_wait_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """`name` reads on as in "the stream meets ..."."""

    name: str
    script: Script
    expected: Expected
    deadlines: Deadlines = CALM
    retries: int = 0
    stream: bool = True
    max_tokens: int | None = None
    place: Place = "server"
    topic: str = ""
    """The kind of fault, for the page that counts them."""


def once(*steps: Step) -> tuple[Reply, ...]:
    """A script that replies to every request in the same way."""
    return (steps,)


def failed(kind: ErrorKind, *says: str, text: str = "", http_status: int | None = None) -> Expected:
    return Expected(status=Status.FAILED, kind=kind, says=says, text=text, http_status=http_status)


def done(text: str = TEXT, *, finish: str | None = None, reasoning: str = "") -> Expected:
    return Expected(status=Status.DONE, text=text, finish=finish, reasoning=reasoning)


def truncated(text: str = "") -> Expected:
    return Expected(status=Status.TRUNCATED, text=text)
