"""Loads prompt files as the command line does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from streamdash.promptfile import Overrides, load_plan
from streamdash.providers.catalog import builtin_endpoints
from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamdash.streams.spec import RunPlan


class Workspace:
    """A folder to write prompt files to and load them from; options are those of `Overrides`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def load(self, name: str, content: str | bytes | None = None, **options: Any) -> RunPlan:
        """The plan of the named file, which is written first if `content` is given."""
        if content is not None:
            self.write(name, content)
        path = str(self.folder / name)
        return load_plan(path, Overrides(**options), endpoints=builtin_endpoints({})).plan

    def problems(self, name: str, content: str | bytes | None = None, **options: Any) -> list[str]:
        """The problems of the named file, without the folder's name."""
        return refused(lambda: self.load(name, content, **options), f"{self.folder}/")


def refused(load: Callable[[], RunPlan], without: str = "\0") -> list[str]:
    """The problems of the UsageError that `load` raises, without the text `without`."""
    with pytest.raises(UsageError) as caught:
        load()
    return [problem.replace(without, "") for problem in caught.value.problems]


def from_command_line(**options: Any) -> RunPlan:
    """The plan of a command line without a file."""
    return load_plan(None, Overrides(**options), endpoints=builtin_endpoints({})).plan


def stream(rest: str = "") -> str:
    """A TOML file with one stream, to which `rest` adds lines."""
    return f'[[streams]]\nmodel = "demo:a"\nprompt = "hi"\n{rest}\n'
