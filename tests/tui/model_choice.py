"""Models to choose from, for tests of the screen; nothing is read from the developer's folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from streamdash.models.list_cache import ListCache
from streamdash.models.model_lists import ModelLists
from streamdash.models.model_sources import ModelSources
from streamdash.promptfile.layers import Layer
from streamdash.promptfile.model_names import ModelNames
from streamdash.promptfile.model_references import Target
from streamdash.streams.spec import Endpoint
from tests.tui.scripted_run import ENDPOINT

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYED = Endpoint("keyed", "openai", "http://127.0.0.1:9/v1", key_env="KEYED_API_KEY")
CLAUDE = Endpoint("claude", "anthropic", "http://127.0.0.1:9", key_env="CLAUDE_API_KEY")


def model_sources(
    *endpoints: Endpoint,
    aliases: Mapping[str, str] | None = None,
    planned: tuple[str, ...] = ("m-1",),
    configured: tuple[str, ...] = (),
    runs: Path | None = None,
    environ: Mapping[str, str] | None = None,
    defaults: Layer | None = None,
) -> ModelSources:
    """The keyed endpoints, these, and `lab` for `planned` models; nothing is cached."""
    known = {one.name: one for one in (KEYED, CLAUDE, *endpoints)}
    nowhere = Path("/dev/null/lists")
    return ModelSources(
        ModelNames(known, aliases or {}),
        ModelLists(environ or {}, cache=ListCache(nowhere)),
        planned=tuple(Target(ENDPOINT, model) for model in planned),
        configured=tuple(Target(KEYED, model) for model in configured),
        defaults=defaults or Layer(),
        runs=runs or Path("/dev/null/runs"),
    )
