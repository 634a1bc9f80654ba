"""Finds what looks like an API key in a config, so that no message or list shows it."""

from __future__ import annotations

import re

from streamdash.streams.redaction.secrets import MARK

_KEY = (
    r"(?:sk|pk|rk|gsk|xai|hf|r8|tgp|fw|ghp|gho|glpat|nvapi|key|csk|pplx)[-_][A-Za-z0-9_\-]{16,}"
    r"|AIza[A-Za-z0-9_\-]{20,}"
    r"|eyJ[A-Za-z0-9_\-.]{30,}"
    r"|(?=[A-Za-z]*[0-9])(?=[a-z0-9]*[A-Z])(?=[A-Z0-9]*[a-z])[A-Za-z0-9]{32,}"
)
"""Keys by their providers' prefixes, tokens in JSON, and long runs of digits and mixed letters."""


def holds_key(text: str) -> bool:
    """Whether a part of `text` looks like an API key."""
    return re.search(_KEY, text) is not None


def without_keys(text: str) -> str:
    """`text` with `***` in place of everything that looks like an API key."""
    return re.sub(_KEY, MARK, text)
