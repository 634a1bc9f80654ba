"""Names that a command line can use: labels, endpoints, models, aliases and recorded runs."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from streamdash.cli.demo_file import DEMO, runs_demo
from streamdash.config.own_config import OwnConfig
from streamdash.promptfile.model_names import ModelNames
from streamdash.promptfile.overrides import Overrides
from streamdash.promptfile.own_settings import NO_SETTINGS
from streamdash.promptfile.plan import load_plan
from streamdash.providers.catalog import builtin_endpoints
from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from streamdash.cli.completion.cursor import Cursor
    from streamdash.promptfile.plan import LoadedPlan

MOST_RUNS = 300
"""With more recordings than this, reading them to number them would take too long."""
LISTED_RUNS = 30
_ANY_MODEL = ("demo:echo",)
"""A model for a file whose own are not wanted, so that they cannot be a mistake."""


class KnownNames:
    """The names in the config, the prompt file and the model lists of a command line.

    What cannot be read or has mistakes has no names.
    """

    def __init__(self, cursor: Cursor, environ: Mapping[str, str]) -> None:
        self._cursor = cursor
        self._given = cursor.given
        self._environ = environ

    def labels(self) -> list[str]:
        """The labels of the streams that the command line would run."""
        given = self._given
        overrides = Overrides(
            models=tuple(given.get("model", ())),
            prompt=next(iter(given.get("prompt", ())), None),
            set=tuple(given.get("settings", ())),
        )
        try:
            return [spec.label for spec in self._load(overrides).plan.specs]
        except UsageError:
            return []

    def _load(self, overrides: Overrides) -> LoadedPlan:
        """The plan of the file. Raises UsageError."""
        demo = runs_demo(self._file, overrides, self._config)
        return load_plan(
            str(DEMO) if demo else self._file,
            overrides,
            endpoints=builtin_endpoints(self._environ),
            own=NO_SETTINGS if demo else self._config.settings,
        )

    @property
    def _file(self) -> str | None:
        """The prompt file; standard input belongs to the shell and is not read."""
        file = self._cursor.file
        return None if file in (None, "-") else os.path.expanduser(file or "")

    def endpoints(self) -> list[str]:
        """All endpoints, the user's own first."""
        endpoints = self._names.endpoints.values()
        usable = [endpoint for endpoint in endpoints if endpoint.base_url or endpoint.demo]
        return [endpoint.name for endpoint in sorted(usable, key=lambda one: one.builtin)]

    def aliases(self) -> Mapping[str, str]:
        """The references behind the aliases of the config."""
        return self._config.settings.aliases

    def models(self, endpoint: str) -> Sequence[str]:
        """The models of an endpoint, as far as they are known without a request."""
        known = self._names.endpoints.get(endpoint)
        if known is None:
            return []
        if known.demo:
            from streamdash.demo.personalities import PERSONALITIES

            return list(PERSONALITIES)
        from streamdash.models.model_lists import ModelLists

        found = ModelLists(self._variables).cached(known)
        return () if found is None else found.models

    @cached_property
    def _names(self) -> ModelNames:
        if self._file is not None:
            with suppress(UsageError):
                return self._load(Overrides(models=_ANY_MODEL)).names
        own = self._config.settings
        builtin = ModelNames(builtin_endpoints(self._environ), own.aliases)
        return builtin.with_endpoints(own.endpoints)

    @cached_property
    def _config(self) -> OwnConfig:
        from streamdash.config.location import config_path
        from streamdash.config.schema import read_config

        if "no_config" in self._given:
            return OwnConfig()
        named = self._given.get("config")
        path = Path(os.path.expanduser(named[-1])) if named else config_path()
        return read_config(path)

    @cached_property
    def _variables(self) -> Mapping[str, str]:
        """The environment with the variables of files, which may hold the keys of lists."""
        from streamdash.config.env_files import with_env_files

        named = map(os.path.expanduser, self._given.get("env_file", ()))
        files = [*named, *self._config.env_files]
        return with_env_files(self._environ, (), files)[0]


def recorded_runs() -> Iterator[tuple[str, str]]:
    """`last` and the first numbers of `streamdash runs`, each with the run's time and title."""
    from streamdash.recording.library import list_runs
    from streamdash.recording.lookup import LAST
    from streamdash.recording.paths import SUFFIX, runs_folder

    folder = runs_folder()
    try:
        with os.scandir(folder) as entries:
            count = sum(entry.name.endswith(SUFFIX) for entry in entries)
    except OSError:
        return
    if count > MOST_RUNS:
        yield LAST, "the newest recording"
        return
    for number, run in enumerate(islice(list_runs(folder), LISTED_RUNS), start=1):
        about = f"{(run.started or run.written).astimezone():%Y-%m-%d %H:%M}  {run.title}"
        if number == 1:
            yield LAST, about
        yield str(number), about
