"""The errors that this program raises, and their form as data.

StreamdashError
|-- UsageError      a mistake on the command line or in a prompt file: exit code 2
`-- StreamError     ends a stream badly: a kind, a message, perhaps an HTTP status
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

ErrorKind = Literal[
    "connect", "dns", "tls", "auth", "not_found", "bad_request", "rate_limit", "overloaded",
    "server", "disconnected", "protocol", "ttft", "stall", "total", "internal",
]  # fmt: skip
ERROR_KINDS: tuple[ErrorKind, ...] = get_args(ErrorKind)

Form = Literal["no_stream_options", "max_completion_tokens", "max_tokens"]
"""Another form of a request, tried when a server refuses the usual one."""


class StreamdashError(Exception):
    """The base of everything this program raises on purpose."""


class UsageError(StreamdashError):
    """A mistake in what the user wrote; each problem is one line for standard error."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StreamError(StreamdashError):
    """A stream cannot go on.

    `http_status` is None if there was no response. `retryable` says that the same request may
    succeed later, `retry_after_s` how long the server asks to wait before it. `form` names
    another form of the request that this server would accept.
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
    """An error as plain values; the exception itself would keep sockets open."""

    kind: ErrorKind
    message: str
    http_status: int | None = None
