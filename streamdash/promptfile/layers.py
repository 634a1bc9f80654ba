"""Stream keys, and the levels that give them: defaults, prompts, streams, the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile import prompts as asking
from streamdash.promptfile.model_references import target
from streamdash.promptfile.values import (
    INVALID,
    filled_text,
    flag,
    number,
    params,
    read_table,
    seconds,
    stops,
    text,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from streamdash.promptfile.model_references import Target
    from streamdash.promptfile.problems import Place
    from streamdash.promptfile.prompts import Conversation, Folder, Messages
    from streamdash.promptfile.values import Check
    from streamdash.streams.spec import Endpoint

TEXT_KEYS = frozenset({"label", "model", "prompt", "prompt_file", "system", "reasoning_effort"})
"""Keys whose value is text and nothing else."""


def stream_keys(folder: Folder, endpoints: Mapping[str, Endpoint] | None) -> dict[str, Check]:
    """The check of every stream key. Without `endpoints` a model need not be a known one."""
    return {
        "label": text,
        "model": target(endpoints),
        "prompt": asking.prompt,
        "prompt_file": folder.prompt_file,
        "messages": asking.messages,
        "system": filled_text,
        "max_tokens": whole(1),
        "temperature": number(0, 2),
        "top_p": number(0, 1),
        "seed": whole(),
        "stop": stops,
        "reasoning_effort": filled_text,
        "stream": flag,
        "params": params,
        "connect_timeout": seconds,
        "ttft_timeout": seconds,
        "stall_timeout": seconds,
        "timeout": seconds,
        "retries": whole(0, 10),
    }


class Layer(NamedTuple):
    """What one level says of its streams; None where it says nothing or nothing usable."""

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
    params: Mapping[str, object] | None = None
    connect_timeout: float | None = None
    ttft_timeout: float | None = None
    stall_timeout: float | None = None
    timeout: float | None = None
    retries: int | None = None
    given: frozenset[str] = frozenset()
    """The keys that were written, well or badly: none of these is missing."""

    def over(self, below: Layer) -> Layer:
        """This level's keys, and those of the less specific level for what it does not say."""
        said = {name: value for name, value in self._asdict().items() if value is not None}
        return below._replace(**{**said, "given": self.given | below.given})


def read_layer(
    raw: object,
    checks: Mapping[str, Check],
    place: Place,
    *,
    place_of: Callable[[str], Place] | None = None,
    hints: Mapping[str, str] | None = None,
) -> Layer:
    """A level from a parsed table."""
    values = read_table(raw, checks, place, place_of=place_of, hints=hints)
    given = frozenset(values if isinstance(raw, dict) else checks)
    asks = [key for key in asking.ASK_KEYS if key in values]
    if len(asks) > 1:
        place.wrong(f"has {' and '.join(asks)}; only one of them can be asked")
    conversations: list[Conversation] = [values.pop(key) for key in asks]
    values = {key: value for key, value in values.items() if value is not INVALID}
    if "label" in values and not values["label"].strip():
        del values["label"]
    for conversation in conversations:
        if conversation is INVALID:
            continue
        values["messages"] = conversation.messages
        if conversation.system is not None:
            if "system" in given:
                place.wrong("has system and a system message; only one of them can be")
            values["system"] = conversation.system
    return Layer(**values, given=given)
