"""Everything that a choice of models is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.layers import Layer
from streamdash.promptfile.model_references import resolve
from streamdash.promptfile.values import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from streamdash.models.model_lists import ModelLists
    from streamdash.promptfile.model_names import ModelNames
    from streamdash.promptfile.model_references import Target
    from streamdash.streams.spec import Endpoint


class ModelSources(NamedTuple):
    """The models known at the start of a run, and where to look for others."""

    names: ModelNames
    """The endpoints (built in, the config's and the file's) and the aliases of references."""
    lists: ModelLists
    planned: tuple[Target, ...] = ()
    """The models of the run, each once."""
    configured: tuple[Target, ...] = ()
    """The models of the config."""
    defaults: Layer = Layer()
    """The config's `[defaults]`, for a stream that continues no other."""
    runs: Path | None = None
    """The folder with recordings of earlier runs."""

    def resolve(self, reference: str) -> Target:
        """The target that `endpoint:model` or an alias names. Raises Invalid with the reason."""
        return resolve(reference, self.names)

    def resolvable(self, references: Iterable[str]) -> list[tuple[str, Target]]:
        """The references that name a known endpoint, with their targets."""
        found = []
        for reference in references:
            try:
                found.append((reference, self.resolve(reference)))
            except Invalid:
                continue
        return found

    def askable(self) -> list[Endpoint]:
        """The endpoints to ask for lists: those with a key, and those that need none.

        A demo endpoint is asked only in a run that uses one.
        """
        demo = any(target.endpoint.demo for target in self.planned)
        return [
            endpoint
            for endpoint in self.names.endpoints.values()
            if not self.lists.lacks_key(endpoint) and (demo or not endpoint.demo)
        ]

    def may_be_absent(self, endpoint: Endpoint) -> bool:
        """Whether it is no mistake that the endpoint does not answer: most machines lack vllm."""
        return endpoint.builtin and endpoint.key_env is None and not endpoint.demo

    def recent(self) -> Sequence[str]:
        """References that earlier runs used, newest first; reads files, so call it in a thread."""
        from streamdash.recording.paths import runs_folder
        from streamdash.recording.recent_models import recent_references

        return recent_references(self.runs or runs_folder())
