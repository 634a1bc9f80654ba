"""Keys: read from the environment when a request needs them, and shown to nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from streamdash.streams.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.spec import Endpoint

MASK = "***"
_SHORTEST_MASKED = 6
"""A shorter value would blot out innocent words; no provider gives out such a key."""
_SHORTEST_RUN = 12
"""Of a key that a server may write with escapes, the runs that no escape touches."""
_SECRET_HEADER = re.compile(r"auth|key|token|secret|cookie|password|credential", re.IGNORECASE)


class Secret:
    """A text that prints as `***`; only `reveal` gives it away."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the request's header and nothing else."""
        return self._text

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return (Secret, (MASK,))


def read_key(endpoint: Endpoint, environ: Mapping[str, str]) -> Secret | None:
    """The endpoint's key; None where the endpoint wants none.

    Raises StreamError, kind `auth`, when the variable is unset or its value cannot be a key.
    """
    name = endpoint.key_env
    if name is None:
        return None
    value = environ.get(name, "").strip()
    if not value:
        raise StreamError("auth", f"{name} is not set; endpoint {endpoint.name!r} needs its key")
    for place, char in enumerate(value, start=1):
        if not "!" <= char <= "~":
            what = "white space" if char.isspace() else f"a character U+{ord(char):04X}"
            raise StreamError(
                "auth", f"{name} cannot be a key: {what} at position {place} (ASCII letters only)"
            )
    return Secret(value)


class Mask:
    """Blots out an endpoint's secrets wherever its server repeats them. Prints as `***`."""

    __slots__ = ("_secrets", "_texts")

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._texts: tuple[str, ...] = ()

    def __call__(self, text: str) -> str:
        """`text` with every known secret in it replaced by `***`."""
        for secret in self._texts:
            if secret in text:
                text = text.replace(secret, MASK)
        return text

    def __repr__(self) -> str:
        return MASK

    @property
    def knows(self) -> bool:
        """Whether there is any secret to blot out."""
        return bool(self._texts)

    def learn(self, secret: Secret) -> None:
        """Blot out `secret` from now on, and what of it stays whole if a server escapes it."""
        text = secret.reveal()
        if len(text) < _SHORTEST_MASKED or text in self._secrets:
            return
        self._secrets.add(text)
        known = set(self._texts) | {text}
        known |= {run for run in re.findall(r"[\w-]+", text) if len(run) >= _SHORTEST_RUN}
        # the longest first: a shorter one inside it must not leave its ends behind
        self._texts = tuple(sorted(known, key=len, reverse=True))

    def learn_headers(self, headers: Mapping[str, str]) -> None:
        """Blot out the values of those headers whose names speak of secrets."""
        for name, value in headers.items():
            if _SECRET_HEADER.search(name):
                self.learn(Secret(value.strip()))
                # "Bearer KEY": a server may repeat the key alone
                self.learn(Secret(value.split()[-1] if value.strip() else ""))
