"""The names that a model reference may use: endpoints, and aliases of whole references."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.spec import Endpoint


class ModelNames(NamedTuple):
    """The endpoints by name, and the aliases, each of which stands for `endpoint:model`."""

    endpoints: Mapping[str, Endpoint]
    aliases: Mapping[str, str] = {}

    def with_endpoints(self, endpoints: Mapping[str, Endpoint]) -> ModelNames:
        """These names, and `endpoints`, which win over those of the same name."""
        return self._replace(endpoints={**self.endpoints, **endpoints})
