"""Reads the messages of a stream from `prompt`, `prompt_file` or `messages`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from streamdash.promptfile.input_text import UnreadableFile, read_file
from streamdash.promptfile.problems import quoted
from streamdash.promptfile.values import INVALID, Invalid, describe, nonblank_text, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.promptfile.cases.case_set import CaseSet
    from streamdash.promptfile.problems import Place
    from streamdash.promptfile.values import Check

    Messages: TypeAlias = tuple[Mapping[str, object], ...]

PROMPT_KEYS = ("prompt", "prompt_file", "messages")
_ROLES = ("user", "assistant", "system")


class Conversation(NamedTuple):
    """Messages, and the system prompt from the system messages before them."""

    messages: Messages
    system: str | None = None


class PromptFolder:
    """The folder that contains the files of `prompt_file` and `cases`.

    A path may not leave a `closed` one.

    The path of each file that is or should have been read is added to `files`, links unfollowed.
    """

    def __init__(self, path: str, *, closed: bool, files: list[str]) -> None:
        self._path = path
        self._closed = closed
        self._files = files
        self._read: dict[str, str] = {}
        """The texts read so far by path, because many streams may share a file."""

    def prompt_file(self, value: object, place: Place) -> Conversation:
        """A check: the named file's text as a prompt."""
        name = nonblank_text(value, place)
        prompt = self.read(name)
        if not prompt.strip():
            raise Invalid(f"{quoted(name)}: is empty")
        return read_conversation(prompt)

    def read(self, name: str) -> str:
        """The text of the named file. Raises Invalid."""
        try:
            linked = os.path.join(self._path, name)
            path = self._inside(name) if self._closed else linked
            if path not in self._read:
                if linked not in self._files:
                    self._files.append(linked)
                self._read[path] = read_file(path)
        except UnreadableFile as error:
            where = "" if error.line is None else f", line {error.line}"
            raise Invalid(f"{quoted(name)}{where}: {error.sentence}") from None
        return self._read[path]

    def case_file(self, value: object, place: Place) -> CaseSet | None:
        """A check: the cases in the named file; None after adding problems."""
        # loaded here: most prompts have no cases
        from streamdash.promptfile.cases.case_files import read_case_file

        name = nonblank_text(value, place)
        linked = os.path.join(self._path, name) if self._path != "." else name
        try:
            path = self._inside(name) if self._closed else linked
        except UnreadableFile as error:
            raise Invalid(f"{quoted(name)} {error.sentence}") from None
        if linked not in self._files:
            self._files.append(linked)
        return read_case_file(path, linked, place)

    def _inside(self, name: str) -> str:
        if os.path.isabs(name) or os.path.splitdrive(name)[0]:
            raise Invalid(f"{quoted(name)} must be relative to the prompt file")
        try:
            folder = os.path.realpath(self._path)
            path = os.path.realpath(os.path.join(folder, name))
            inside = os.path.commonpath([folder, path]) == folder
        except ValueError:
            raise UnreadableFile("is not a file name") from None
        if not inside:
            raise Invalid(f"{quoted(name)} leads out of the prompt file's folder; copy it there")
        return path


def read_conversation(prompt: str) -> Conversation:
    """A conversation of one user message."""
    return Conversation(({"role": "user", "content": prompt},))


def prompt(value: object, place: Place) -> Conversation:
    """A check: text as one user message."""
    return read_conversation(nonblank_text(value, place))


def messages(value: object, place: Place) -> Conversation:
    """A check: a list of `role` and `content`; leading system messages become the system prompt."""
    if not isinstance(value, list):
        raise Invalid(f"must be a list of tables with role and content, not {describe(value)}")
    found = len(place.problems)
    rows = [_message(row, place.at(index)) for index, row in enumerate(value)]
    start = 0
    while start < len(rows) and rows[start]["role"] == "system":
        start += 1
    for index, row in enumerate(rows[start:], start):
        if row["role"] == "system":
            place.at(index).report("a system message may only stand before all others")
    if len(place.problems) == found and all(row["role"] != "user" for row in rows):
        raise Invalid("has no user message; there is nothing to ask")
    system = "\n\n".join(str(row["content"]) for row in rows[:start])
    return Conversation(tuple(rows[start:]), system or None)


def _message(raw: object, place: Place) -> dict[str, str]:
    values = read_table(raw, _MESSAGE_KEYS, place)
    if isinstance(raw, dict):
        for key in _MESSAGE_KEYS:
            if key not in raw:
                place.report(f"has no {key}")
    return {key: values.get(key, INVALID) for key in _MESSAGE_KEYS}


def _role(value: object, _place: Place) -> str:
    if value not in _ROLES:
        raise Invalid(f"must be one of {', '.join(_ROLES)}, not {describe(value)}")
    return str(value)


_MESSAGE_KEYS: dict[str, Check] = {"role": _role, "content": nonblank_text}
