"""The user's own config, with the mistakes in it kept apart by the part that they hurt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from streamdash.promptfile.own_settings import OwnSettings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from streamdash.promptfile.problems import KeyPath
    from streamdash.streams.spec import RunPlan

FILE = "file"
"""The part that stands for the whole file, where it cannot be read at all."""
KEYS = "keys"
SECRETS = "secrets"
"""The part of what looks like an API key: nothing depends on it."""
Notice = Literal["off", "bell", "desktop"]
"""What tells the user that all streams of a long run have ended."""
NOTICES: tuple[Notice, ...] = get_args(Notice)
_LOOKS = frozenset({"theme", "markdown", "notice", KEYS})
"""Parts that only the screen depends on."""


MOST_LINES = 3
"""The most mistakes that a run mentions."""


class Mistake(NamedTuple):
    """One mistake; `line` is the whole message, with file and line number."""

    part: str
    """A top-level key, `endpoints.NAME`, `aliases.NAME`, `keys.NAME` or `FILE`."""
    line: str


class OwnConfig(NamedTuple):
    """The valid values of the config; what is missing or invalid has its default."""

    path: Path | None = None
    """The file, which need not exist; None with `--no-config`."""
    exists: bool = False
    settings: OwnSettings = OwnSettings()
    theme: str | None = None
    markdown: bool = True
    """Whether answers are drawn as Markdown at the start, not as source."""
    notice: Notice = "off"
    env_files: tuple[str, ...] = ()
    """Files of variables, as absolute paths."""
    keys: Mapping[str, tuple[str, ...]] = {}
    """The keys of each action that the user has changed, as Textual names them."""
    mistakes: tuple[Mistake, ...] = ()
    lines: Mapping[KeyPath, int | None] = {}
    """The line of each value in the file, by its path of keys."""

    def relevant(self, parts: Collection[str]) -> list[str]:
        """The mistakes in these parts, one line each."""
        return [mistake.line for mistake in self.mistakes if mistake.part in parts]

    def others(self, parts: Collection[str], *, on_screen: bool = True) -> list[str]:
        """The mistakes in all other parts, one line each and not too many.

        Those in the looks of the screen only matter where there is one.
        """
        found = [
            mistake.line
            for mistake in self.mistakes
            if mistake.part not in parts
            and (on_screen or mistake.part.partition(".")[0] not in _LOOKS)
        ]
        return shortened(found)


def shortened(lines: Sequence[str], most: int = MOST_LINES) -> list[str]:
    """The first lines, and how many more there are."""
    more = len(lines) - most
    return [*lines[:most], *([f"... and {more} more; see `streamdash config`"] if more > 0 else [])]


def parts_of(plan: RunPlan, references: Collection[str]) -> set[str]:
    """The parts of the config that a plan depends on.

    `references` are the model references that the command line names, some of them aliases.
    """
    names = {spec.endpoint.name for spec in plan.specs if not spec.endpoint.builtin}
    return {
        "defaults",
        *(f"endpoints.{name}" for name in names),
        *(f"aliases.{reference}" for reference in references),
    }
