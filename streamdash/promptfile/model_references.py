"""Resolves model references: `endpoint:model`, split at the first colon."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.problems import did_you_mean, printable, quoted
from streamdash.promptfile.values import Invalid, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.promptfile.problems import Place
    from streamdash.promptfile.values import Check
    from streamdash.streams.spec import Endpoint

_FAMILIES = {
    "claude": "anthropic",
    "gemini": "gemini",
    "deepseek": "deepseek",
    "grok": "xai",
    "mistral": "mistral",
}
MOST_LISTED = 30
EXAMPLE = "openai:gpt-4o-mini"


class Target(NamedTuple):
    """A model at an endpoint."""

    endpoint: Endpoint
    model: str

    @property
    def reference(self) -> str:
        return f"{self.endpoint.name}:{self.model}"


def target(endpoints: Mapping[str, Endpoint] | None) -> Check:
    """A check for a reference; without `endpoints` it accepts any text and returns None."""

    def check(value: object, place: Place) -> Target | None:
        reference = text(value, place)
        return None if endpoints is None else resolve(reference, endpoints)

    return check


def resolve(reference: str, endpoints: Mapping[str, Endpoint]) -> Target:
    """The target that `endpoint:model` names. Raises Invalid."""
    name, colon, model = (part.strip() for part in reference.partition(":"))
    if not reference.isprintable():
        raise Invalid(f"{quoted(reference)} contains a control character")
    if not colon:
        raise Invalid(_without_endpoint(name, endpoints))
    endpoint = endpoints.get(name)
    if endpoint is None:
        near = did_you_mean(name, endpoints)
        raise Invalid(f"unknown endpoint {quoted(name)}{near}; known: {_listed(endpoints)}")
    if not model:
        raise Invalid(f"{quoted(reference)} names no model; write {name}:MODEL")
    return Target(endpoint, model)


def _listed(endpoints: Mapping[str, Endpoint]) -> str:
    names = [printable(name) for name in endpoints]
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return ", ".join(names[:MOST_LISTED]) + more


def _without_endpoint(name: str, endpoints: Mapping[str, Endpoint]) -> str:
    if not name:
        return f"is empty; write endpoint:model, such as {EXAMPLE}"
    if name in endpoints:
        return f"{quoted(name)} names an endpoint but no model; write {name}:MODEL"
    family = next((home for word, home in _FAMILIES.items() if name.startswith(word)), "openai")
    return f"{quoted(name)} names no endpoint; write endpoint:model, such as {family}:{name[:40]}"
