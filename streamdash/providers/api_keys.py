"""Reads API keys from the environment and masks secrets in texts."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from streamdash.streams.errors import StreamError
from streamdash.streams.redaction.secrets import MARK, Secrets, is_recognisable

if TYPE_CHECKING:
    from streamdash.streams.spec import Endpoint

_SHORTEST_WORD = 3
# patterns are compiled at their first use, which is after the first frame
_KEY_WORDS = (
    r"(?i)\b(?:keys?|tokens?|auth\w*|unauthori[sz]ed|bearer|secrets?|passwords?|credentials?)\b"
)
"""Words in an error message about keys."""
_STATUS_PREFIX = r"HTTP \d+: "
_PRIVATE_HEADER = r"(?i)auth|key|token|secret|cookie|password|credential"
_PRIVATE_PARAM = (
    r"(?i)api.?key|authorization|password|secret|credential|bearer|(^|access.?|auth.?)token$"
)
_KEY_PREFIX = r"(?i)(?:bearer |sk-|xai-|gsk_|AIza|ghp_|hf_)"


class Secret:
    """A text that prints as `***`; only `reveal` returns it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for a request's header."""
        return self._text

    def __repr__(self) -> str:
        return MARK

    __str__ = __repr__

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return (Secret, (MARK,))


def read_key(endpoint: Endpoint, environ: Mapping[str, str]) -> Secret | None:
    """The endpoint's key; None if the endpoint needs none.

    Raises StreamError, kind `auth`, if the variable is unset or its value cannot be a key.
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
    """Replaces an endpoint's secrets in error messages by `***`, also secrets that were cut.

    A short or common word that serves as a key (`ollama`, `unused`) is replaced only in errors
    about keys, and only as a whole word.
    """

    __slots__ = ("_words", "secrets")

    def __init__(self) -> None:
        self.secrets = Secrets()
        """The secrets that are too distinctive to be an ordinary word; also masked in answers."""
        self._words: set[str] = set()

    def __call__(self, text: str) -> str:
        """`text` with every distinctive secret replaced by `***`."""
        return self.secrets.replaced(text, cut=True)

    def __repr__(self) -> str:
        return MARK

    def message(self, error: StreamError) -> str:
        """The message of an error without any key."""
        text = self(error.message)
        if not self._words or not (error.kind == "auth" or re.search(_KEY_WORDS, text)):
            return text
        prefix = re.match(_STATUS_PREFIX, text)
        start = prefix.end() if prefix else 0
        words = "|".join(map(re.escape, sorted(self._words, key=len, reverse=True)))
        masked = re.sub(rf"(?<![\w-])(?:{words})(?![\w-])", MARK, text[start:])
        return text[:start] + masked

    def learn(self, secret: Secret) -> None:
        """Mask `secret` from now on, also in URL quoting and in base64."""
        text = secret.reveal()
        if is_recognisable(text):
            self.secrets.learn(text)
            quoted = quote(text, safe="")
            self.secrets.learn(quoted)
            self.secrets.learn(re.sub("%..", lambda m: m[0].lower(), quoted))
            encoded = b64encode(text.encode()).decode().rstrip("=")
            # the last characters of base64 depend on the text that follows
            self.secrets.learn(encoded[: len(text) * 8 // 6])
        elif len(text) >= _SHORTEST_WORD and not re.fullmatch(_KEY_WORDS, text):
            self._words.add(text)

    def learn_headers(self, headers: Mapping[str, str]) -> None:
        """Mask the values of headers that are secret by their name or begin like a key."""
        for name, value in headers.items():
            if re.search(_PRIVATE_HEADER, name) or re.match(_KEY_PREFIX, value):
                # of "Bearer KEY" a server may repeat only the key
                self.learn(Secret(value.strip().rpartition(" ")[2]))
                for part in re.split(r"[;,=\s]+", value):
                    if is_recognisable(part):
                        self.learn(Secret(part))

    def learn_params(self, params: object) -> None:
        """Mask keys in a request's body, where some gateways take those of other providers."""
        if isinstance(params, list):
            for item in params:
                self.learn_params(item)
        elif isinstance(params, Mapping):
            for name, value in params.items():
                if isinstance(value, str) and re.search(_PRIVATE_PARAM, str(name)):
                    self.learn(Secret(value))
                else:
                    self.learn_params(value)

    def learn_url(self, url: str) -> None:
        """Mask the password and the query values of a URL."""
        with suppress(ValueError):
            parts = urlsplit(url)
            for value in (parts.password, *(value for _, value in parse_qsl(parts.query))):
                if value:
                    self.learn(Secret(unquote(value)))
