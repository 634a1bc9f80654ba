"""What the form says about a field: what holds if it is empty, and what the dialect makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.redaction.named_keys import HIDDEN
from streamdash.streams.spec import ANTHROPIC_MAX_TOKENS, IGNORED

if TYPE_CHECKING:
    from streamdash.streams.spec import Endpoint
    from streamdash.tui.screens.change.field_texts import FieldName

_DEFAULT = "provider's default"
_PLACEHOLDERS: dict[FieldName, str] = {
    "model": "endpoint:model, or an alias",
    "system": "none",
    "prompt": "what to ask",
    "temperature": _DEFAULT,
    "top_p": _DEFAULT,
    "max_tokens": _DEFAULT,
    "seed": "none",
    "stop": "none",
    "reasoning_effort": _DEFAULT,
    "params": "none; TOML or JSON",
}
_ANTHROPIC_HOTTEST = 1.0


def placeholder(name: FieldName, endpoint: Endpoint) -> str:
    """What an empty field stands for."""
    if name in IGNORED.get(endpoint.api, ()):
        return f"none; this dialect has no {name}"
    if name == "max_tokens" and endpoint.api == "anthropic":
        return f"{ANTHROPIC_MAX_TOKENS}; this dialect needs a limit"
    return _PLACEHOLDERS[name]


def hint(name: FieldName, text: str, endpoint: Endpoint, before: Endpoint) -> str:
    """What happens to a field's text at `endpoint`, if that is not plain; often empty.

    `before` is the endpoint of the stream so far.
    """
    if not text.strip():
        return ""
    if name in IGNORED.get(endpoint.api, ()):
        return f"not sent: the {endpoint.api} dialect has no {name}"
    if name == "reasoning_effort":
        return "a model that does not reason may refuse it"
    if name == "temperature" and endpoint.api == "anthropic" and _is_above(text):
        return f"anthropic takes 0 to {_ANTHROPIC_HOTTEST:g} and refuses more"
    if name == "params" and HIDDEN in text and endpoint != before:
        return f"{HIDDEN} is not sent to another endpoint"
    return ""


def _is_above(text: str) -> bool:
    try:
        return float(text) > _ANTHROPIC_HOTTEST
    except ValueError:
        return False
