"""Keys: read from the environment when a request needs them, and shown to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from streamdash.streams.spec import Endpoint

MASK = "***"
_SHORTEST_MASKED = 6
"""A shorter value would blot out innocent words; no provider gives out such a key."""


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


def mask(text: str, secrets: Iterable[Secret]) -> str:
    """`text` with every known secret in it replaced by `***`."""
    for secret in secrets:
        value = secret.reveal()
        if len(value) >= _SHORTEST_MASKED and value in text:
            text = text.replace(value, MASK)
    return text
