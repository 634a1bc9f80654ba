"""`{{name}}` in a prompt: nothing fills it, and whoever wrote it should know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.problems import dotted, shown
from streamdash.promptfile.prompts import ASK_KEYS
from streamdash.streams.spec import content_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from streamdash.promptfile.layers import Layer
    from streamdash.promptfile.problems import Place

MOST_NAMES = 3
MOST_WARNINGS = 5
_NAME = re.compile(r"(?<!\\)\{\{\s*([^\W\d][\w.-]*)\s*\}\}")
"""Not `\\{{name}}`, which is how a literal one is written where cases fill the others."""


class Layers(NamedTuple):
    """Where one prompt of a file takes its keys from, what wins first."""

    label: str
    """Of its first stream."""
    command: Layer
    row: Layer
    row_place: Place
    defaults: Layer
    defaults_place: Place
    text_only: bool
    """The file is the prompt, and has lines but no keys."""


def placeholder_warnings(prompts: Iterable[Layers]) -> list[str]:
    """A line for each text of the file with a `{{name}}` in it, the first few; it names the place.

    What the command line asks instead is no prompt of the file.
    """
    warnings = list(dict.fromkeys(line for prompt in prompts for line in _of_prompt(prompt)))
    further = len(warnings) - MOST_WARNINGS
    if further > 0:
        warnings[MOST_WARNINGS:] = [f"... and {further} more texts with {{{{names}}}} in them"]
    return warnings


def _of_prompt(prompt: Layers) -> Iterator[str]:
    for keys in (ASK_KEYS, ("system",)):
        if prompt.command.given.intersection(keys):
            continue
        for level, place in (
            (prompt.row, prompt.row_place),
            (prompt.defaults, prompt.defaults_place),
        ):
            key = next((key for key in keys if key in level.given), None)
            if key is not None:
                yield from _of_text(prompt, place.at(key), _text(level, key))
                break


def _text(level: Layer, key: str) -> str:
    if key == "system":
        return level.system or ""
    contents = [content_text(message.get("content")) for message in level.messages or ()]
    # leading system messages of a conversation have become its system prompt
    return "\n".join([level.system or "", *contents] if key == "messages" else contents)


def _of_text(prompt: Layers, place: Place, text: str) -> Iterator[str]:
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
    yield f"{where}:{key} of {shown(prompt.label)}: {_sentence(names)}"


def _sentence(names: Sequence[str]) -> str:
    listed = ", ".join(f"{{{{{name[:40]}}}}}" for name in names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        listed += f" and {len(names) - MOST_NAMES} more"
    verb, it = ("is", "it") if len(names) == 1 else ("are", "them")
    return f"{listed} {verb} sent as written; there are no cases to fill {it}"
