"""Stream keys, and the layers that set them: defaults, prompts, streams, the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.checks import checks_in
from streamdash.promptfile.model_references import target
from streamdash.promptfile.prompts import PROMPT_KEYS, messages, prompt
from streamdash.promptfile.values import (
    INVALID,
    flag,
    nonblank_text,
    number,
    one_of,
    params,
    read_table,
    seconds,
    stops,
    text,
    whole_number,
)
from streamdash.streams.spec import CACHE_MODES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from streamdash.promptfile.model_names import ModelNames
    from streamdash.promptfile.model_references import Target
    from streamdash.promptfile.problems import Place
    from streamdash.promptfile.prompts import Conversation, Messages, PromptFolder
    from streamdash.promptfile.values import Check as ValueCheck
    from streamdash.streams.check import Check
    from streamdash.streams.spec import CacheMode

TEXT_KEYS = frozenset(
    {"label", "model", "prompt", "prompt_file", "system", "reasoning_effort", "cache"}
)
"""Keys whose value is always text."""


def stream_keys(folder: PromptFolder, names: ModelNames | None) -> dict[str, ValueCheck]:
    """The check of every stream key; without `names` any model is accepted."""
    return {
        "label": text,
        "model": target(names),
        "prompt": prompt,
        "prompt_file": folder.prompt_file,
        "messages": messages,
        "system": nonblank_text,
        "max_tokens": whole_number(1),
        "temperature": number(0, 2),
        "top_p": number(0, 1),
        "seed": whole_number(),
        "stop": stops,
        "reasoning_effort": nonblank_text,
        "stream": flag,
        "cache": one_of(CACHE_MODES),
        "params": params,
        "checks": checks_in(folder),
        "connect_timeout": seconds,
        "ttft_timeout": seconds,
        "stall_timeout": seconds,
        "timeout": seconds,
        "retries": whole_number(0, 10),
    }


class Layer(NamedTuple):
    """The stream keys that one layer sets; None for a key that is missing or invalid."""

    label: str | None = None
    model: Target | None = None
    messages: Messages | None = None
    system: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] | None = None
    reasoning_effort: str | None = None
    stream: bool | None = None
    cache: CacheMode | None = None
    params: Mapping[str, object] | None = None
    checks: tuple[Check, ...] | None = None
    connect_timeout: float | None = None
    ttft_timeout: float | None = None
    stall_timeout: float | None = None
    timeout: float | None = None
    retries: int | None = None
    given: frozenset[str] = frozenset()
    """The keys that are present, valid or not."""

    def over(self, below: Layer) -> Layer:
        """This layer's keys, and those of the less specific layer `below` for the others."""
        own = {name: value for name, value in self._asdict().items() if value is not None}
        return below._replace(**{**own, "given": self.given | below.given})


def read_layer(
    raw: object,
    checks: Mapping[str, ValueCheck],
    place: Place,
    *,
    place_of: Callable[[str], Place] | None = None,
    hints: Mapping[str, str] | None = None,
) -> Layer:
    """The layer in a parsed table."""
    values = read_table(raw, checks, place, place_of=place_of, hints=hints)
    given = frozenset(values if isinstance(raw, dict) else checks)
    found = [key for key in PROMPT_KEYS if key in values]
    if len(found) > 1:
        place.report(f"has {' and '.join(found)}; only one of them can be given")
    conversations: list[Conversation] = [values.pop(key) for key in found]
    values = {key: value for key, value in values.items() if value is not INVALID}
    if "label" in values and not values["label"].strip():
        del values["label"]
    for conversation in conversations:
        if conversation is INVALID:
            continue
        values["messages"] = conversation.messages
        if conversation.system is not None:
            if "system" in given:
                place.report("has both system and a system message; give only one of them")
            values["system"] = conversation.system
    return Layer(**values, given=given)
