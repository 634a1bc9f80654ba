"""Resolves model references: `endpoint:model`, split at the first colon."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.problems import did_you_mean, printable, quoted
from streamdash.promptfile.values import Invalid, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamdash.promptfile.model_names import ModelNames
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


def target(names: ModelNames | None) -> Check:
    """A check for a reference; without `names` it accepts any text and returns None."""

    def check(value: object, place: Place) -> Target | None:
        reference = text(value, place)
        return None if names is None else resolve(reference, names)

    return check


def resolve(reference: str, names: ModelNames) -> Target:
    """The target that `endpoint:model` or an alias names. Raises Invalid."""
    alias = reference.strip()
    if alias in names.aliases:
        try:
            return resolve(names.aliases[alias], names._replace(aliases={}))
        except Invalid as problem:
            raise Invalid(f"{quoted(alias)} is an alias of your config: {problem}") from None
    name, colon, model = (part.strip() for part in reference.partition(":"))
    if not reference.isprintable():
        raise Invalid(f"{quoted(reference)} contains a control character")
    if not colon:
        raise Invalid(_without_endpoint(name, names))
    endpoint = names.endpoints.get(name)
    if endpoint is None:
        near = did_you_mean(name, names.endpoints)
        raise Invalid(f"unknown endpoint {quoted(name)}{near}; known: {_listed(names.endpoints)}")
    if not model:
        raise Invalid(f"{quoted(reference)} names no model; write {name}:MODEL")
    return Target(endpoint, model)


def _listed(known: Iterable[str]) -> str:
    names = [printable(name) for name in known]
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return ", ".join(names[:MOST_LISTED]) + more


def _without_endpoint(name: str, names: ModelNames) -> str:
    if not name:
        return f"is empty; write endpoint:model, such as {EXAMPLE}"
    if name in names.endpoints:
        return f"{quoted(name)} names an endpoint but no model; write {name}:MODEL"
    near = did_you_mean(name, names.aliases)
    if near:
        return f"{quoted(name)} is no alias{near} and names no endpoint; write endpoint:model"
    family = next((home for word, home in _FAMILIES.items() if name.startswith(word)), "openai")
    return f"{quoted(name)} names no endpoint; write endpoint:model, such as {family}:{name[:40]}"
