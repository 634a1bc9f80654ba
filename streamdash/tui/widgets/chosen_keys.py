"""The keys that the user has chosen, and the tables of keys as they look with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.config.key_names import shown_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from streamdash.tui.widgets.keys import Key

_UNREACHABLE = "unbound"
"""A key that no terminal sends."""


class ChosenKeys:
    """The keys of changed actions by name, as Textual names them; empty for the default keys.

    `words` are what actions do in place of what the tables say: for the help and for the key line.
    """

    def __init__(
        self,
        keys: Mapping[str, tuple[str, ...]] | None = None,
        words: Mapping[str, tuple[str, str]] | None = None,
    ) -> None:
        self._keys = dict(keys or {})
        self._words = dict(words or {})

    def __bool__(self) -> bool:
        return bool(self._keys)

    @property
    def keymap(self) -> dict[str, str]:
        """The changed bindings by id, for Textual."""
        return {name: ",".join(keys) or _UNREACHABLE for name, keys in self._keys.items()}

    def with_words(self, words: Mapping[str, tuple[str, str]]) -> ChosenKeys:
        """The same keys, with other words for some actions."""
        return ChosenKeys(self._keys, words)

    def shown(self, name: str, default: str) -> str:
        """The first key of an action as people read it; `default` if it is unchanged."""
        keys = self._keys.get(name)
        return default if keys is None else shown_key(keys[0]) if keys else ""

    def apply(self, keys: Iterable[Key]) -> tuple[Key, ...]:
        """These rows with the changed keys; an action without a key is not shown."""
        rows = tuple(self._reworded(row) for row in keys) if self._words else tuple(keys)
        if not self._keys:
            return rows
        applied: list[Key] = []
        for place, row in enumerate(rows):
            chosen = self._keys.get(row.name) if row.name else None
            if row.shown:
                row = row._replace(shown=self._shown(_group(rows, place)))
            if chosen is not None:
                row = row._replace(keys=",".join(chosen))
                if not chosen:
                    row = row._replace(brief="")
            applied.append(row)
        return tuple(applied)

    def _reworded(self, row: Key) -> Key:
        words = self._words.get(row.action)
        if words is None:
            return row
        does, brief = words
        return row._replace(does=does, brief=brief if row.brief else "")

    def _shown(self, group: tuple[Key, ...]) -> str:
        """The words for the keys of a group of rows, of which the first one has words."""
        first = group[0]
        if not any(row.name in self._keys for row in group if row.name):
            return first.shown
        if len(group) == 1:
            return " ".join(map(shown_key, self._keys[first.name]))
        keys = (self._keys.get(row.name, tuple(row.keys.split(","))[:1]) for row in group)
        return " ".join(shown_key(each[0]) for each in keys if each)


DEFAULT_KEYS = ChosenKeys()


def _group(rows: tuple[Key, ...], place: int) -> tuple[Key, ...]:
    """The row at `place` and those below it that share its words."""
    end = place + 1
    while end < len(rows) and not rows[end].shown:
        end += 1
    return rows[place:end]
