"""The part of the user's own config that prompt files build on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.layers import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.promptfile.problems import Place
    from streamdash.streams.spec import Endpoint


class ConfigModel(NamedTuple):
    """An entry of the config's `models`: a model reference that is resolved where it is used."""

    reference: str
    place: Place


class OwnSettings(NamedTuple):
    """What the config adds below every prompt file."""

    endpoints: Mapping[str, Endpoint] = {}
    """They win over the built-in ones, and a prompt file's own win over them."""
    defaults: Layer = Layer()
    models: tuple[ConfigModel, ...] = ()
    """Used where neither the command line nor the prompt file names a model."""
    aliases: Mapping[str, str] = {}
    """Model references by alias."""


NO_SETTINGS = OwnSettings()
