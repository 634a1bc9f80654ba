"""What is wrong with a prompt file or a command line: gathered, put in order, told in one go."""

from __future__ import annotations

import re
from difflib import get_close_matches
from math import inf
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

KeyPath: TypeAlias = tuple[str | int, ...]

MAX_TOLD = 20
_MAX_SHOWN = 60
_MAX_PATH_PARTS = 6
_PLAIN_KEY = re.compile(r"[\w-]{1,40}")


def shown(text: str) -> str:
    """Foreign text as a quoted literal: no control character survives, and it is never long."""
    return repr(text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…")


def printable(text: str) -> str:
    """A file's name or a parser's words, unquoted where that is harmless."""
    return text if text.isprintable() and len(text) <= 400 else shown(text)


def dotted(path: KeyPath) -> str:
    """`streams[2].temperature`, indices from 0."""
    parts: list[str] = []
    for part in path[:_MAX_PATH_PARTS]:
        if isinstance(part, int):
            parts.append(f"[{part}]")
        elif _PLAIN_KEY.fullmatch(part):
            parts.append(f".{part}" if parts else part)
        else:
            parts.append(f"[{shown(part)}]")
    return "".join(parts) + ("…" if len(path) > _MAX_PATH_PARTS else "")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    by_lower = {name.lower(): name for name in known}
    # matching is quadratic in the word's length
    near = get_close_matches(word[:80].lower(), by_lower, n=1, cutoff=0.65)
    return by_lower[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean 'temperature'?)`, or nothing where no known word is near."""
    near = nearest(word, known)
    return f" (did you mean {shown(near)}?)" if near else ""


class Problems:
    """The problems found so far, each one line."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._told)

    def add(self, problem: str, line: float = inf) -> None:
        """Keep one problem; the same text is kept once."""
        self._told.setdefault(problem, line)

    def check(self) -> None:
        """Raise UsageError, by line number, if there was any problem."""
        if not self._told:
            return
        lines = sorted(self._told, key=self._told.__getitem__)
        if len(lines) > MAX_TOLD:
            lines[MAX_TOLD:] = [f"... and {len(lines) - MAX_TOLD} more"]
        raise UsageError(*lines)


def _no_line(_path: KeyPath) -> int | None:
    return None


class Place(NamedTuple):
    """Where something stands: the source, a path of keys in it, the line if that is known."""

    problems: Problems
    source: str
    """The file's name, or the command line's option."""
    path: KeyPath = ()
    line_of: Callable[[KeyPath], int | None] = _no_line
    hidden: int = 0
    """Leading parts of the path that a reader does not need: the line says as much."""

    def at(self, *parts: str | int) -> Place:
        """The place of an item inside this one."""
        return self._replace(path=self.path + parts)

    def wrong(self, sentence: str, *, about: str | None = None) -> None:
        """Add the problem `sentence`, which goes on where the key's name ends: "must be ...".

        `about` is a key of this table that the sentence names itself: the line is that key's.
        """
        line = self.line_of(self.path if about is None else (*self.path, about))
        head = self.source if line is None else f"{self.source}:{line}"
        key = dotted(self.path[self.hidden :])
        self.problems.add(
            f"{head}: {key}: {sentence}" if key else f"{head}: {sentence}",
            inf if line is None else line,
        )
