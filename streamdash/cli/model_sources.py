"""The models that streams can be given: from the plan, the config and the endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.models.model_lists import ModelLists
from streamdash.models.model_sources import ModelSources
from streamdash.promptfile.model_references import Target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.config.own_config import OwnConfig
    from streamdash.promptfile.model_names import ModelNames
    from streamdash.providers.registry import EmbeddedServer
    from streamdash.streams.spec import RunPlan


def model_sources(
    plan: RunPlan, names: ModelNames, config: OwnConfig, environ: Mapping[str, str]
) -> ModelSources:
    """The sources for a run whose plan was made with `names`.

    The config's names are added to them, because the demo is planned without the config.
    """
    own = config.settings
    known = names.endpoints
    added = {
        name: endpoint
        for name, endpoint in own.endpoints.items()
        if name not in known or known[name].builtin
    }
    usable = {name: one for name, one in {**known, **added}.items() if one.base_url or one.demo}
    names = names._replace(endpoints=usable, aliases=own.aliases)
    sources = ModelSources(names, model_lists(environ), defaults=own.defaults)
    configured = sources.resolvable(model.reference for model in own.models)
    planned = {spec.target: Target(spec.endpoint, spec.model) for spec in plan.specs}
    return sources._replace(
        planned=tuple(planned.values()), configured=tuple(target for _, target in configured)
    )


def model_lists(environ: Mapping[str, str]) -> ModelLists:
    """The lists of endpoints, fetched with the keys of `environ`."""
    return ModelLists(environ, demo=demo_server)


def demo_server() -> EmbeddedServer:
    """A new embedded server, which is not started."""
    from streamdash.demo.server import DemoServer

    return DemoServer()
