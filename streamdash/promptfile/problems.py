"""Collects the problems of a prompt file and a command line, to report all of them at once."""

from __future__ import annotations

import re
from difflib import get_close_matches
from math import inf
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

KeyPath: TypeAlias = tuple[str | int, ...]

MAX_PROBLEMS = 20
_MAX_SHOWN = 60
_MAX_PATH_PARTS = 6
_PLAIN_KEY = re.compile(r"[\w-]{1,40}")


def quoted(text: str) -> str:
    """Foreign text as a short quoted literal without control characters."""
    return repr(text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…")


def printable(text: str) -> str:
    """A file's name or a parser's message, quoted only if it is long or not printable."""
    return text if text.isprintable() and len(text) <= 400 else quoted(text)


def dotted(path: KeyPath) -> str:
    """A path as `streams[2].temperature`, with indexes from 0."""
    parts: list[str] = []
    for part in path[:_MAX_PATH_PARTS]:
        if isinstance(part, int):
            parts.append(f"[{part}]")
        elif _PLAIN_KEY.fullmatch(part):
            parts.append(f".{part}" if parts else part)
        else:
            parts.append(f"[{quoted(part)}]")
    return "".join(parts) + ("…" if len(path) > _MAX_PATH_PARTS else "")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most similar; None if none is near."""
    by_lower = {name.lower(): name for name in known}
    # cut, because matching is quadratic in the word's length
    near = get_close_matches(word[:80].lower(), by_lower, n=1, cutoff=0.65)
    return by_lower[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean 'temperature'?)`, or nothing if no known word is near."""
    near = nearest(word, known)
    return f" (did you mean {quoted(near)}?)" if near else ""


class Problems:
    """The problems found so far, one line each."""

    def __init__(self) -> None:
        self._lines: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, problem: str, line: float = inf) -> None:
        """Add a problem; the same text counts once."""
        self._lines.setdefault(problem, line)

    def check(self) -> None:
        """Raise UsageError with all problems in the order of their lines, if there are any."""
        if not self._lines:
            return
        lines = sorted(self._lines, key=self._lines.__getitem__)
        if len(lines) > MAX_PROBLEMS:
            lines[MAX_PROBLEMS:] = [f"... and {len(lines) - MAX_PROBLEMS} more"]
        raise UsageError(*lines)


def _no_line(_path: KeyPath) -> int | None:
    return None


class Place(NamedTuple):
    """The place of a value: its source, its path of keys, and its line if that is known."""

    problems: Problems
    source: str
    """The name of the file or of the command line's option."""
    path: KeyPath = ()
    line_of: Callable[[KeyPath], int | None] = _no_line
    hidden: int = 0
    """Leading parts of the path to leave out, if the line alone identifies them."""

    def at(self, *parts: str | int) -> Place:
        """The place of an item inside this one."""
        return self._replace(path=self.path + parts)

    def report(self, sentence: str, *, about: str | None = None) -> None:
        """Add a problem; `sentence` continues after the key's name: "must be ...".

        `about` is a key of this table whose line is meant, named in the sentence itself.
        """
        line = self.line_of(self.path if about is None else (*self.path, about))
        head = self.source if line is None else f"{self.source}:{line}"
        key = dotted(self.path[self.hidden :])
        self.problems.add(
            f"{head}: {key}: {sentence}" if key else f"{head}: {sentence}",
            inf if line is None else line,
        )
