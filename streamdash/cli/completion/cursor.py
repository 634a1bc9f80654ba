"""Finds out what the word at the cursor is: an option, the value of one, or an argument."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from streamdash.cli.parsers import COMMAND_PARSERS, run_parser

if TYPE_CHECKING:
    from argparse import Action, ArgumentParser
    from collections.abc import Mapping, Sequence


class Cursor(NamedTuple):
    """The place of a word in a command line, and what the words before it say."""

    word: str
    """The value typed so far, without `prefix`."""
    prefix: str
    """What stands before the value in the same word, such as `--format=`."""
    action: Action | None
    """The option or argument whose value this is; None if it is none."""
    first: bool
    """Whether it is the first word, which may be a command."""
    options: tuple[Action, ...]
    """The options that can be given here."""
    given: Mapping[str, list[str]]
    """The values before the cursor by their `dest`, in their order."""

    @property
    def file(self) -> str | None:
        """The prompt file of the command line."""
        return next(iter(self.given.get("file", [])), None)


def find_cursor(words: Sequence[str]) -> Cursor:
    """The cursor at the end of the last of these words, which follow `streamdash`."""
    *before, word = words or [""]
    reader = _Reader(before[0] if before else "")
    # the word `demo` is a command and the FILE of a run
    named = before[:1] in [[name] for name in COMMAND_PARSERS if name != "demo"]
    for earlier in before[named:]:
        reader.read(earlier)
    return reader.cursor(word, first=not before)


class _Reader:
    """Reads words as argparse would, but none of them is a mistake."""

    def __init__(self, command: str) -> None:
        parser = COMMAND_PARSERS.get(command, run_parser)()
        self._table: Mapping[str, Action] = parser._option_string_actions
        self._positionals = _positionals(parser)
        self._options = tuple(dict.fromkeys(self._table.values()))
        self._count = 0
        self._pending: Action | None = None
        self._only_positionals = False
        self._given: defaultdict[str, list[str]] = defaultdict(list)

    def read(self, word: str) -> None:
        """Read a word before the cursor."""
        if self._pending is not None:
            self._given[self._pending.dest].append(word)
            self._pending = None
        elif self._is_option(word):
            if word == "--":
                self._only_positionals = True
            else:
                self._read_option(word)
        else:
            action = self._positional()
            if action is not None:
                self._given[action.dest].append(word)
            self._count += 1

    def _read_option(self, word: str) -> None:
        action, prefix = self._option_of(word)
        if action is None:
            return
        values = self._given[action.dest]
        if action.nargs == 0:
            return
        if prefix:
            values.append(word.removeprefix(prefix))
        else:
            self._pending = action

    def cursor(self, word: str, *, first: bool) -> Cursor:
        """The cursor at the end of `word`."""
        action, prefix = self._pending, ""
        options: tuple[Action, ...] = ()
        dash = word == "-" and not self._only_positionals
        if action is None and (dash or self._is_option(word)):
            action, prefix = self._option_of(word)
            if not prefix or (action is not None and action.nargs == 0):
                action, prefix, options = None, "", self._open_options()
        elif action is None:
            action = self._positional()
            if action is None:
                options = self._open_options()
        return Cursor(word.removeprefix(prefix), prefix, action, first, options, self._given)

    def _is_option(self, word: str) -> bool:
        return not self._only_positionals and word.startswith("-") and word != "-"

    def _option_of(self, word: str) -> tuple[Action | None, str]:
        """The option in a word, and what is before its value if that is in the word too."""
        if word.startswith("--"):
            name, equals, _ = word.partition("=")
            return self._table.get(name), name + equals if equals else ""
        return self._table.get(word[:2]), word[:2] if len(word) > 2 else ""

    def _positional(self) -> Action | None:
        """The argument that the next word is."""
        if self._count < len(self._positionals):
            return self._positionals[self._count]
        last = self._positionals[-1] if self._positionals else None
        return last if last is not None and last.nargs in ("*", "+") else None

    def _open_options(self) -> tuple[Action, ...]:
        """The options that are not given yet, and those that can be repeated."""
        return tuple(
            action
            for action in self._options
            if action.dest not in self._given or isinstance(action.default, list)
        )


def _positionals(parser: ArgumentParser) -> list[Action]:
    return [action for action in parser._actions if not action.option_strings]
