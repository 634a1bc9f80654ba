"""The words that fit at the cursor of a command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.cli.parsers import COMMAND_PARSERS

if TYPE_CHECKING:
    from argparse import Action
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from streamdash.cli.completion.cursor import Cursor


class Word(NamedTuple):
    """A word that fits, and what it means; a word that ends in `:` or `=` goes on."""

    text: str
    about: str = ""


class Candidates(NamedTuple):
    """The words that fit, and whether the names of files do."""

    words: tuple[Word, ...] = ()
    files: bool = False


def candidates(cursor: Cursor, environ: Mapping[str, str]) -> Candidates:
    """All words that could stand at the cursor, whatever was typed of the last one."""
    action = cursor.action
    if action is None:
        return Candidates(tuple(_options(cursor.options)))
    if action.choices is not None:
        return Candidates(tuple(Word(str(choice)) for choice in action.choices))
    # what the help calls a value says what it is
    kind = str(action.metavar or action.dest.upper())
    words: list[Word] = list(_commands()) if kind == "FILE" and cursor.first else []
    find = _WORDS.get(kind)
    if find is not None:
        words += find(cursor, environ)
    return Candidates(tuple(words), files=kind in ("FILE", "RUN"))


def _options(actions: Iterable[Action]) -> Iterator[Word]:
    """The long name of each option, or its short one if it has no other."""
    for action in actions:
        yield Word(action.option_strings[-1], (action.help or "").replace("%%", "%"))


def _commands() -> Iterator[Word]:
    for name, parser in COMMAND_PARSERS.items():
        about = "The demo, whatever the config says." if name == "demo" else parser().description
        yield Word(name, about or "")


def _labels(cursor: Cursor, environ: Mapping[str, str]) -> Iterable[Word]:
    from streamdash.cli.completion.names import KnownNames

    taken = cursor.given.get("only", [])
    labels = KnownNames(cursor, environ).labels()
    return [Word(label) for label in labels if label not in taken]


def _models(cursor: Cursor, environ: Mapping[str, str]) -> Iterable[Word]:
    from streamdash.cli.completion.names import KnownNames

    names = KnownNames(cursor, environ)
    endpoint, colon, _ = cursor.word.partition(":")
    if colon:
        return [Word(f"{endpoint}:{model}") for model in names.models(endpoint)]
    aliases = [Word(alias, reference) for alias, reference in names.aliases().items()]
    return [*aliases, *(Word(f"{name}:") for name in names.endpoints())]


def _endpoints(cursor: Cursor, environ: Mapping[str, str]) -> Iterable[Word]:
    from streamdash.cli.completion.names import KnownNames

    taken = cursor.given.get("endpoints", [])
    return [Word(name) for name in KnownNames(cursor, environ).endpoints() if name not in taken]


def _runs(_cursor: Cursor, _environ: Mapping[str, str]) -> Iterable[Word]:
    from streamdash.cli.completion.names import recorded_runs

    return [Word(name, about) for name, about in recorded_runs()]


def _settings(_cursor: Cursor, _environ: Mapping[str, str]) -> Iterable[Word]:
    from streamdash.promptfile.layers import stream_keys
    from streamdash.promptfile.prompts import PromptFolder

    return [Word(f"{key}=") for key in stream_keys(PromptFolder(".", closed=True, files=[]), None)]


_WORDS: Mapping[str, Callable[[Cursor, Mapping[str, str]], Iterable[Word]]] = {
    "LABEL": _labels,
    "MODEL": _models,
    "ENDPOINT": _endpoints,
    "RUN": _runs,
    "KEY=VALUE": _settings,
}
