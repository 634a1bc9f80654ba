"""What the config sets, and where each value comes from, for `streamdash config`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.config.key_material import without_keys
from streamdash.config.key_names import NONE, written_key
from streamdash.config.own_config import KEYS
from streamdash.output.safe_text import clean_line
from streamdash.streams.redaction.secrets import MARK, is_recognisable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from streamdash.config.keymap import KeyAction
    from streamdash.config.own_config import OwnConfig
    from streamdash.promptfile.problems import KeyPath
    from streamdash.streams.spec import Endpoint

BUILT_IN = "built in"
_KEY_CELLS = 18


class Setting(NamedTuple):
    """One value: its name, the value in words, and its origin."""

    name: str
    value: str
    origin: str


def settings(
    config: OwnConfig, env_files: Mapping[str, int | None], actions: Iterable[KeyAction]
) -> list[Setting]:
    """Every value that the config can set. Header values and keys in `params` are hidden.

    `env_files` has the number of variables in each file; None for one that cannot be read.
    `actions` are those of all screens.
    """
    return [
        Setting(clean_line(without_keys(name), 60), clean_line(without_keys(value), 200), origin)
        for name, value, origin in _settings(config, env_files, actions)
    ]


def _settings(
    config: OwnConfig, env_files: Mapping[str, int | None], actions: Iterable[KeyAction]
) -> Iterator[Setting]:
    own = config.settings
    models = ", ".join(model.reference for model in own.models)
    yield Setting("models", models or "none", _origin(config, ("models",)))
    for name, reference in own.aliases.items():
        yield Setting(f"aliases.{name}", reference, _origin(config, ("aliases", name)))
    for name, endpoint in own.endpoints.items():
        if endpoint.base_url:
            yield from _endpoint(config, name, endpoint)
    for key in own.defaults.given:
        value = getattr(own.defaults, key)
        yield Setting(f"defaults.{key}", _shown(value), _origin(config, ("defaults", key)))
    yield Setting("theme", config.theme or "textual-dark", _origin(config, ("theme",)))
    shown = "drawn" if config.markdown else "as source"
    yield Setting("markdown", shown, _origin(config, ("markdown",)))
    yield Setting("notice", config.notice, _origin(config, ("notice",)))
    for index, path in enumerate(config.env_files):
        count = env_files.get(path)
        words = "cannot be read" if count is None else f"{count} variables"
        yield Setting(f"env_files[{index}]", f"{path} ({words})", _origin(config, ("env_files",)))
    yield from _keys(config, actions)


def _keys(config: OwnConfig, actions: Iterable[KeyAction]) -> Iterator[Setting]:
    """The keys of each action once, also where several screens have it."""
    seen = {""}
    for name, keys, does in actions:
        if name not in seen:
            seen.add(name)
            words = "  ".join(map(written_key, config.keys.get(name, keys))) or NONE
            origin = _origin(config, (KEYS, name)) if name in config.keys else BUILT_IN
            yield Setting(f"{KEYS}.{name}", f"{words:<{_KEY_CELLS}} {does}", origin)


def _endpoint(config: OwnConfig, name: str, endpoint: Endpoint) -> Iterator[Setting]:
    key = f", key in {endpoint.key_env}" if endpoint.key_env else ", no key"
    headers = "".join(f", header {header} = {MARK}" for header in endpoint.headers)
    yield Setting(
        f"endpoints.{name}",
        f"{endpoint.api} at {endpoint.base_url}{key}{headers}",
        _origin(config, ("endpoints", name)),
    )


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return f"a table of {', '.join(value)}" if value else "an empty table"
    text = str(value)
    return MARK if is_recognisable(text) and " " not in text else text


def _origin(config: OwnConfig, path: KeyPath) -> str:
    lines = [line for key, line in config.lines.items() if key[: len(path)] == path and line]
    if not lines or config.path is None or config.relevant((str(path[0]),)):
        return BUILT_IN
    return f"{config.path.name}:{min(lines)}"
