"""Checks the keys of the config against the actions that the screens have."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.config.key_material import without_keys
from streamdash.config.key_names import character_key, written_key
from streamdash.config.own_config import KEYS, Mistake
from streamdash.promptfile.problems import did_you_mean, dotted, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from streamdash.config.own_config import OwnConfig

Keymap = dict[str, tuple[str, ...]]
"""The keys of actions by name, as Textual names them; no key for an action that has none."""
EVERYWHERE = frozenset({"commands"})
"""Actions whose keys also work in fields, where a character would be text."""
SUGGESTIONS = 50
"""Unknown actions for which a similar one is searched."""


class KeyAction(NamedTuple):
    """An action of a screen; one without a name has fixed keys."""

    name: str
    keys: tuple[str, ...]
    """Its default keys."""
    does: str


def with_checked_keys(config: OwnConfig, screens: Mapping[str, Sequence[KeyAction]]) -> OwnConfig:
    """The config without keys that cannot be used; each of them is a mistake.

    `screens` has the actions of each screen, by words such as "on the board". All actions of a
    screen must have different keys; of two that want the same, the configured ones keep their
    defaults.
    """
    known = {action.name: action for actions in screens.values() for action in actions}
    chosen = dict(config.keys)
    problems: dict[str, str] = {}
    for name, keys in config.keys.items():
        if not name or name not in known:
            near = did_you_mean(name, filter(None, known)) if len(problems) < SUGGESTIONS else ""
            problems[name] = f"is not an action{near or '; `streamdash config` lists them'}"
        elif name in EVERYWHERE and (typed := next(filter(character_key, keys), None)):
            written = quoted(written_key(typed))
            problems[name] = f"{written} would be text in a field, where this key must work as well"
    _drop(chosen, problems)
    # a default that stays may collide in its turn
    while found := dict(reversed([*_collisions(chosen, screens)])):
        problems |= found
        _drop(chosen, found)
    mistakes = [
        Mistake(f"{KEYS}.{name}", without_keys(f"{_place(config, name)}: {sentence}"))
        for name, sentence in problems.items()
    ]
    return config._replace(keys=chosen, mistakes=(*config.mistakes, *mistakes))


def _drop(chosen: Keymap, problems: Mapping[str, str]) -> None:
    for name in problems:
        del chosen[name]


def _collisions(
    chosen: Keymap, screens: Mapping[str, Sequence[KeyAction]]
) -> Iterator[tuple[str, str]]:
    """Each configured action whose key another action wants, with a sentence that names both."""
    for screen, actions in screens.items():
        owners: dict[str, KeyAction] = {}
        for action in actions:
            for key in chosen.get(action.name, action.keys):
                other = owners.setdefault(key, action)
                if other.name == action.name:
                    continue
                for one, two in ((action, other), (other, action)):
                    if one.name in chosen:
                        yield one.name, _sentence(key, two, screen)


def _sentence(key: str, other: KeyAction, screen: str) -> str:
    written = quoted(written_key(key))
    if not other.name:
        return f"{written} is taken {screen} ({other.does}) and cannot be moved"
    return f"{written} is also the key of {quoted(other.name)} {screen} ({other.does})"


def _place(config: OwnConfig, name: str) -> str:
    line = config.lines.get((KEYS, name))
    file = str(config.path)
    return f"{file if line is None else f'{file}:{line}'}: {dotted((KEYS, name))}"
