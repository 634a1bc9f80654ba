"""What the user's config and the command line decide about the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from streamdash.config.own_config import Notice
    from streamdash.promptfile.own_settings import OwnSettings


class Preferences(NamedTuple):
    """How the user wants the screen to look, and which keys do what."""

    plain: bool = False
    """Whether nothing is coloured or animated."""
    markdown: bool = True
    """Whether panes begin with rendered answers; if not, with their source."""
    theme: str | None = None
    """The theme to start with, if it exists; None for the usual one."""
    theme_chosen: Callable[[str], str | None] | None = None
    """Called with each theme that the user picks; returns why it is not kept."""
    keys: Mapping[str, tuple[str, ...]] | None = None
    """The keys of actions that do not have their usual ones; see `ChosenKeys`."""
    own: OwnSettings | None = None
    """What the user's config adds below prompt files."""
    notice: Notice = "off"
    """How to tell of the end of a long run."""
