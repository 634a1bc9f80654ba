"""One tree of errors; whatever goes wrong with a stream becomes data here.

StreamdashError
|-- UsageError      a mistake on the command line or in a prompt file: exit code 2
`-- StreamError     a stream's bad end: a kind, a message, perhaps an HTTP status
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

ErrorKind = Literal[
    "connect", "dns", "tls", "auth", "not_found", "bad_request", "rate_limit", "overloaded",
    "server", "disconnected", "protocol", "ttft", "stall", "total", "internal",
]  # fmt: skip
ERROR_KINDS: tuple[ErrorKind, ...] = get_args(ErrorKind)
TIMEOUT_KINDS: frozenset[str] = frozenset({"connect", "ttft", "stall", "total"})
"""`connect` is also a failure's kind (connection refused); the status tells them apart."""

Form = Literal["no_stream_options", "max_completion_tokens", "max_tokens"]
"""Another spelling of a request, tried when a server refuses the usual one."""


class StreamdashError(Exception):
    """Everything this program raises on purpose."""


class UsageError(StreamdashError):
    """What the user typed or wrote is wrong; each problem is one line for standard error."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StreamError(StreamdashError):
    """A stream cannot go on.

    `http_status` is the answer's status if there was an answer. `retryable` says that the same
    request may succeed later; `retry_after_s` is what the server asked to wait. `form` names
    another spelling of the request that this server would accept.
    """

    def __init__(
        self,
        kind: ErrorKind,
        message: str,
        *,
        http_status: int | None = None,
        retryable: bool = False,
        retry_after_s: float | None = None,
        form: Form | None = None,
        timeout: bool = False,
    ) -> None:
        super().__init__(message)
        self.kind: ErrorKind = kind
        self.message = message
        self.http_status = http_status
        self.retryable = retryable
        self.retry_after_s = retry_after_s
        self.form = form
        self.timeout = timeout


class ErrorInfo(NamedTuple):
    """What is kept of an error: strings, never the exception, which would keep sockets open."""

    kind: ErrorKind
    message: str
    http_status: int | None = None
