"""`streamdash models`: the models that endpoints list."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, NamedTuple

from streamdash.cli.event_loop import run_in_loop
from streamdash.cli.exit_codes import ExitCode
from streamdash.cli.model_sources import model_lists
from streamdash.cli.own_config import load_config
from streamdash.config.own_config import FILE
from streamdash.models.model_sources import ModelSources
from streamdash.output.console import say, write_out
from streamdash.output.safe_text import clean_line
from streamdash.output.terminal import table_width
from streamdash.promptfile.model_names import ModelNames
from streamdash.promptfile.problems import did_you_mean, quoted
from streamdash.providers.catalog import builtin_endpoints
from streamdash.streams.errors import StreamError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping, Sequence

    from streamdash.cli.commands import ModelsCommand
    from streamdash.config.own_config import OwnConfig
    from streamdash.providers.model_names import ModelList
    from streamdash.streams.spec import Endpoint


class _Answer(NamedTuple):
    """The list of an endpoint, or why there is none."""

    endpoint: Endpoint
    found: ModelList | None
    reason: str = ""


def show_models(command: ModelsCommand, environ: MutableMapping[str, str]) -> ExitCode:
    """List the models of the named endpoints, or of all that can be asked.

    Raises UsageError for a name that is no endpoint.
    """
    config = load_config(command.own, environ)
    own = config.settings.endpoints
    endpoints = {**own, **builtin_endpoints(environ), **own}
    sources = ModelSources(ModelNames(endpoints), model_lists(environ))
    if command.endpoints:
        _check_names(command.endpoints, endpoints, config)
        asked = [endpoints[name] for name in dict.fromkeys(command.endpoints)]
    else:
        for line in config.relevant({FILE, *(f"endpoints.{name}" for name in own)}):
            say(f"streamdash: {line}")
        asked = [endpoint for endpoint in sources.askable() if endpoint.base_url]
    answers: list[_Answer] = run_in_loop(_ask(sources, asked, refresh=command.refresh))
    for answer in answers:
        if answer.found is None:
            if command.endpoints or not sources.may_be_absent(answer.endpoint):
                say(f"streamdash: {answer.endpoint.name}: {clean_line(answer.reason, 500)}")
        elif answer.found.left_out:
            say(f"streamdash: {answer.endpoint.name}: {_left_out(answer.found.left_out)}")
    listed = [answer for answer in answers if answer.found is not None]
    if not (command.endpoints or listed or any(one.endpoint.key_env for one in answers)):
        say("streamdash: no key is set and no local server answers; see `streamdash endpoints`")
    width = table_width(sys.stdout)
    write_out(_lines(listed) if width is None else _table(listed, width))
    failed = bool(command.endpoints) and len(listed) < len(answers)
    return ExitCode.BAD_END if failed else ExitCode.GOOD


def _check_names(
    names: Sequence[str], endpoints: Mapping[str, Endpoint], config: OwnConfig
) -> None:
    """Raise UsageError for names that are no endpoint, or one with a mistake in the config."""
    unknown = [
        f"unknown endpoint {quoted(name)}{did_you_mean(name, endpoints)}; "
        "`streamdash endpoints` lists them"
        for name in names
        if name not in endpoints
    ]
    mistakes = config.relevant({f"endpoints.{name}" for name in names})
    if unknown:
        mistakes += config.relevant({FILE, "endpoints"})
    if unknown or mistakes:
        raise UsageError(*unknown, *mistakes)


async def _ask(
    sources: ModelSources, endpoints: Sequence[Endpoint], *, refresh: bool
) -> list[_Answer]:
    """Ask all endpoints at once; the answers are in their order."""

    async def ask(endpoint: Endpoint) -> _Answer:
        try:
            return _Answer(endpoint, await sources.lists.fetch(endpoint, refresh=refresh))
        except StreamError as error:
            return _Answer(endpoint, None, error.message)

    return await asyncio.gather(*map(ask, endpoints))


def _left_out(count: int) -> str:
    if count == 1:
        return "1 more entry has no name that could be used"
    return f"{count:,} more entries have no name that could be used"


def _lines(answers: Sequence[_Answer]) -> str:
    """One `endpoint:model` per line, as a prompt file has it."""
    return "".join(
        f"{answer.endpoint.name}:{model}\n"
        for answer in answers
        if answer.found is not None
        for model in answer.found.models
    )


def _table(answers: Sequence[_Answer], width: int) -> str:
    """A heading for each endpoint, and below it the names in columns that are read downwards."""
    blocks = []
    for endpoint, found, _ in answers:
        models = [] if found is None else [clean_line(model, width - 2) for model in found.models]
        count = f"{len(models):,} model{'' if len(models) == 1 else 's'}"
        blocks.append("\n".join([f"{endpoint.name}  {count}", *_columns(models, width)]) + "\n")
    return "\n".join(blocks)


def _columns(names: Sequence[str], width: int) -> list[str]:
    from streamdash.reporting.text_table import cells

    if not names:
        return []
    widest = max(map(cells, names))
    across = max(1, width // (widest + 2))
    height = -(-len(names) // across)
    padded = [f"  {name}{' ' * (widest - cells(name))}" for name in names]
    return ["".join(padded[row::height]).rstrip() for row in range(height)]
