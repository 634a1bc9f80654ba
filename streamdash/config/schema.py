"""Reads `config.toml`. A mistake spoils only the part that it is in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from streamdash.config.key_material import holds_key, without_keys
from streamdash.config.key_names import NONE, KeyNameError, read_key
from streamdash.config.own_config import FILE, KEYS, NOTICES, SECRETS, Mistake, OwnConfig
from streamdash.promptfile.document import check_values
from streamdash.promptfile.endpoints import read_endpoints
from streamdash.promptfile.input_text import UnreadableFile, read_file
from streamdash.promptfile.layers import Layer, read_layer, stream_keys
from streamdash.promptfile.own_settings import ConfigModel, OwnSettings
from streamdash.promptfile.problems import Place, Problems, did_you_mean, dotted, printable, quoted
from streamdash.promptfile.prompts import PROMPT_KEYS, PromptFolder
from streamdash.promptfile.toml_format import read_toml
from streamdash.promptfile.values import (
    INVALID,
    Invalid,
    describe,
    flag,
    nonblank_text,
    one_of,
    read_value,
)
from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from streamdash.promptfile.document import Document
    from streamdash.promptfile.problems import KeyPath
    from streamdash.promptfile.values import Check
    from streamdash.streams.spec import Endpoint

PARTS = (
    "models",
    "aliases",
    "endpoints",
    "defaults",
    "theme",
    "markdown",
    "notice",
    "env_files",
    KEYS,
)
_NOT_DEFAULTS = {"label", "model", *PROMPT_KEYS}
_HINTS = {
    "model": "write models = [...] at the top of the config",
    "api_key": "a key does not belong here: name its variable in an endpoint's api_key_env",
    "prompts": "prompts belong in a prompt file",
    "streams": "streams belong in a prompt file",
    "title": "a title belongs in a prompt file",
}
_KEY_HINTS = ("api_key", "key", "token", "secret", "password")


def read_config(path: Path, *, named: bool = False) -> OwnConfig:
    """The config at `path`; a missing file is an empty config.

    A file that cannot be read or parsed is one mistake in the part `FILE`. If the command line
    `named` the file, it raises UsageError instead, also where the file is missing.
    """
    name = printable(str(path))
    try:
        document = read_toml(read_file(str(path)))
    except UnreadableFile as error:
        if not named and not os.path.lexists(path):
            return OwnConfig(path)
        at = name if error.line is None else f"{name}:{error.line}"
        sentence = error.sentence.replace("a prompt comes", "a config is read")
        if path.is_symlink() and not path.exists():
            sentence = f"is a link to {printable(os.readlink(path))}, which cannot be opened"
        line = f"{at}: {sentence}"
        if named:
            raise UsageError(line) from None
        return OwnConfig(path, exists=True, mistakes=(Mistake(FILE, line),))
    return _ConfigReader(path, name, document).read()


class _ConfigReader:
    """Reads each part of one parsed file with problems of its own."""

    def __init__(self, path: Path, name: str, document: Document) -> None:
        self._path = path
        self._name = name
        self._document = document
        self._data: dict[str, object] = dict(document.data)  # type: ignore[call-overload]
        self._mistakes: list[Mistake] = []

    def read(self) -> OwnConfig:
        self._check_names()
        endpoints = self._endpoints()
        settings = OwnSettings(
            endpoints=endpoints,
            defaults=self._defaults(),
            models=self._models(),
            aliases=self._texts("aliases"),
        )
        config = OwnConfig(
            self._path,
            exists=True,
            settings=settings,
            theme=self._value("theme", nonblank_text),
            markdown=self._value("markdown", flag) is not False,
            notice=self._value("notice", one_of(NOTICES)) or "off",
            env_files=self._env_files(),
            keys=self._keys(),
        )
        lines = {path: self._document.line_of(path) for path, _ in _leaves(self._data)}
        self._find_keys(lines)
        return config._replace(mistakes=tuple(self._mistakes), lines=lines)

    def _find_keys(self, lines: Mapping[KeyPath, int | None]) -> None:
        """Warn of what looks like an API key, unless its line has another mistake."""
        blamed = {mistake.line.split(": ")[0] for mistake in self._mistakes}
        for path, value in _leaves(self._data):
            texts = [*map(str, path), *_texts_in(value)]
            at = self._name if lines[path] is None else f"{self._name}:{lines[path]}"
            if at not in blamed and any(map(holds_key, texts)):
                where = without_keys(dotted(path))
                line = f"{at}: {where}: looks like it holds a key; {_HINTS['api_key']}"
                self._mistakes.append(Mistake(SECRETS, line))

    def _place(self, *path: str) -> tuple[Problems, Place]:
        problems = Problems()
        return problems, Place(problems, self._name, path, self._document.line_of)

    def _blame(self, part: str, problems: Problems) -> bool:
        """Attribute the problems to a part. Returns whether there were any."""
        try:
            problems.check()
        except UsageError as error:
            self._mistakes += [Mistake(part, without_keys(line)) for line in error.problems]
            return True
        return False

    def _check_names(self) -> None:
        """Report unknown keys. Their values may be secrets and are never shown."""
        for key in self._data:
            if key in PARTS:
                continue
            problems, place = self._place()
            hint = _HINTS.get(key)
            if hint is None and key.lower().endswith(_KEY_HINTS):
                hint = _HINTS["api_key"]
            advice = did_you_mean(key, PARTS) or f"; known keys: {', '.join(PARTS)}"
            place.report(
                f"unknown key {quoted(key)}" + (f"; {hint}" if hint else advice), about=key
            )
            self._blame(FILE, problems)

    def _value(self, key: str, check: Check) -> Any:
        """The checked value of a top-level key; None if it is missing or invalid."""
        if key not in self._data:
            return None
        problems, place = self._place(key)
        check_values(self._data[key], place)
        found = read_value(check, self._data[key], place)
        return None if self._blame(key, problems) or found is INVALID else found

    def _endpoints(self) -> dict[str, Endpoint]:
        raw = self._data.get("endpoints", {})
        if not isinstance(raw, dict):
            problems, place = self._place("endpoints")
            place.report(f"must hold a table for each endpoint, not {describe(raw)}")
            self._blame("endpoints", problems)
            return {}
        endpoints: dict[str, Endpoint] = {}
        for name, table in raw.items():
            problems, place = self._place("endpoints")
            check_values(table, place.at(name))
            endpoints.update(read_endpoints({name: table}, place))
            self._blame(f"endpoints.{name}", problems)
        return endpoints

    def _defaults(self) -> Layer:
        raw = self._data.get("defaults", {})
        problems, place = self._place("defaults")
        check_values(raw, place)
        folder = PromptFolder(str(self._path.parent), closed=True, files=[])
        checks = {
            key: check
            for key, check in stream_keys(folder, None).items()
            if key not in _NOT_DEFAULTS
        }
        hints = dict.fromkeys(PROMPT_KEYS, "what to ask belongs in a prompt file, or after -p")
        layer = read_layer(raw, checks, place, hints={**_HINTS, **hints})
        return Layer() if self._blame("defaults", problems) else layer

    def _models(self) -> tuple[ConfigModel, ...]:
        problems, place = self._place("models")
        raw = self._data.get("models", [])
        if not isinstance(raw, list):
            place.report(f'must be a list such as ["openai:gpt-4o-mini"], not {describe(raw)}')
            raw = []
        models = []
        for index, item in enumerate(raw):
            where = place.at(index)
            check_values(item, where)
            if isinstance(item, str):
                models.append(ConfigModel(item, where))
            else:
                where.report(f"must be text, not {describe(item)}")
        self._blame("models", problems)
        return tuple(models)

    def _texts(self, key: str) -> dict[str, str]:
        """A table of texts; an entry with a mistake is left out."""
        raw = self._data.get(key, {})
        if not isinstance(raw, dict):
            problems, place = self._place(key)
            place.report(f"must be a table of texts, not {describe(raw)}")
            self._blame(key, problems)
            return {}
        texts = {}
        for name, value in raw.items():
            problems, place = self._place(key, name)
            check_values(value, place)
            found = read_value(nonblank_text, value, place)
            if key == "aliases" and ":" in name:
                place.report("an alias may not contain a colon, which separates endpoint and model")
            if key == "aliases" and isinstance(value, str) and value.strip() in raw:
                place.report(f"{quoted(value)} is an alias itself; write endpoint:model")
            if not self._blame(f"{key}.{name}", problems):
                texts[name] = found.strip()
        return texts

    def _keys(self) -> dict[str, tuple[str, ...]]:
        """The keys of each action; whether there is such an action is checked later."""
        raw = self._data.get(KEYS, {})
        problems, place = self._place(KEYS)
        if not isinstance(raw, dict):
            place.report(f'must be a table such as {{ cancel = "c" }}, not {describe(raw)}')
            self._blame(KEYS, problems)
            return {}
        keys = {}
        for name, value in raw.items():
            problems, place = self._place(KEYS, name)
            check_values(value, place)
            found = read_value(_action_keys, value, place)
            if not self._blame(f"{KEYS}.{name}", problems):
                keys[name] = found
        return keys

    def _env_files(self) -> tuple[str, ...]:
        """The valid ones, as absolute paths."""
        value = self._data.get("env_files", [])
        problems, place = self._place("env_files")
        if not isinstance(value, list):
            place.report(f"must be a list of file names, not {describe(value)}")
            value = []
        check_values(value, place)
        names = [read_value(nonblank_text, item, place.at(at)) for at, item in enumerate(value)]
        self._blame("env_files", problems)
        folder = self._path.parent
        return tuple(
            str(folder / os.path.expanduser(name)) for name in names if name is not INVALID
        )


def _action_keys(value: object, _place: Place) -> tuple[str, ...]:
    """The keys of one action: one, a list, or none at all."""
    texts = []
    for text in value if isinstance(value, list) else [value]:
        if not isinstance(text, str):
            raise Invalid(f'must be a key, a list of keys or "{NONE}", not {describe(text)}')
        texts.append(text)
    if texts in ([""], [NONE]):
        return ()
    try:
        return tuple(dict.fromkeys(read_key(text) for text in texts))
    except KeyNameError as problem:
        raise Invalid(str(problem)) from None


def _leaves(data: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, object]]:
    """All values that are not tables, with their paths."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _leaves(value, (*path, key))
    else:
        yield path, data


def _texts_in(value: object) -> Iterator[str]:
    """The texts in a value, also those in lists and in the tables of lists."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts_in(item)
    elif isinstance(value, dict):
        yield from _texts_in([*value, *value.values()])
