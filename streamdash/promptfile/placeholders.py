"""Warns of `{{name}}` in a prompt, which nothing fills in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.problems import dotted, quoted
from streamdash.promptfile.prompts import PROMPT_KEYS
from streamdash.streams.spec import content_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from streamdash.promptfile.layers import Layer
    from streamdash.promptfile.problems import Place

MOST_NAMES = 3
MOST_WARNINGS = 5
_NAME = re.compile(r"(?<!\\)\{\{\s*([^\W\d][\w.-]*)\s*\}\}")
"""Does not match `\\{{name}}`, the usual way to write a literal one."""


class PromptLayers(NamedTuple):
    """The layers of one prompt of a file, the one that wins first."""

    label: str
    """The label of the prompt's first stream."""
    command: Layer
    row: Layer
    row_place: Place
    defaults: Layer
    defaults_place: Place
    text_only: bool
    """As in `Document`."""


def placeholder_warnings(prompts: Iterable[PromptLayers]) -> list[str]:
    """A line with the place of each text of the file that contains `{{name}}`, at most a few.

    A text that the command line replaces has no warning.
    """
    warnings = list(dict.fromkeys(line for prompt in prompts for line in _of_prompt(prompt)))
    further = len(warnings) - MOST_WARNINGS
    if further > 0:
        warnings[MOST_WARNINGS:] = [f"... and {further} more texts with {{{{names}}}} in them"]
    return warnings


def _of_prompt(prompt: PromptLayers) -> Iterator[str]:
    for keys in (PROMPT_KEYS, ("system",)):
        if prompt.command.given.intersection(keys):
            continue
        for layer, place in (
            (prompt.row, prompt.row_place),
            (prompt.defaults, prompt.defaults_place),
        ):
            key = next((key for key in keys if key in layer.given), None)
            if key is not None:
                yield from _of_text(prompt, place.at(key), _text(layer, key))
                break


def _text(layer: Layer, key: str) -> str:
    if key == "system":
        return layer.system or ""
    contents = [content_text(message.get("content")) for message in layer.messages or ()]
    # leading system messages of a conversation have become its system prompt
    return "\n".join([layer.system or "", *contents] if key == "messages" else contents)


def _of_text(prompt: PromptLayers, place: Place, text: str) -> Iterator[str]:
    names = list(dict.fromkeys(_NAME.findall(text)))
    if not names:
        return
    if prompt.text_only:
        first = _NAME.search(text)
        line = 1 + text.count("\n", 0, first.start()) if first is not None else None
        key = ""
    else:
        line = place.line_of(place.path)
        key = f" {dotted(place.path[place.hidden :])}"
    where = place.source if line is None else f"{place.source}:{line}"
    yield f"{where}:{key} of {quoted(prompt.label)}: {_sentence(names)}"


def _sentence(names: Sequence[str]) -> str:
    listed = ", ".join(f"{{{{{name[:40]}}}}}" for name in names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        listed += f" and {len(names) - MOST_NAMES} more"
    verb, it = ("is", "it") if len(names) == 1 else ("are", "them")
    return f"{listed} {verb} sent as written; there are no cases to fill {it}"
