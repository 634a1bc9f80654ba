"""The private file that an editor works on."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import TYPE_CHECKING

from streamdash.promptfile.input_text import UnreadableFile, read_file
from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from types import TracebackType

_NAME = "request.toml"


class EditedFile:
    """A file in a folder of its own, which only the user can enter; `with` removes the folder.

    Methods raise UsageError.
    """

    def __init__(self) -> None:
        try:
            self._folder = tempfile.mkdtemp(prefix="streamdash-")
        except OSError as error:
            raise UsageError(f"no file to edit: {error.strerror}") from None
        self.path = os.path.join(self._folder, _NAME)

    def __enter__(self) -> EditedFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def write(self, text: str) -> None:
        """Make `text` the content of the file."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        try:
            with open(os.open(self.path, flags, 0o600), "w", encoding="utf-8", newline="") as file:
                file.write(text)
        except OSError as error:
            raise UsageError(f"no file to edit: {error.strerror}") from None

    def read(self) -> str:
        """The text of the file, with plain newlines; empty if the file has gone."""
        if not os.path.exists(self.path):
            return ""
        try:
            return read_file(self.path).replace("\r\n", "\n")
        except UnreadableFile as error:
            where = "" if error.line is None else f"line {error.line}: "
            raise UsageError(f"{where}the file {error.sentence}") from None
