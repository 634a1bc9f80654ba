"""Crosses prompts with cases and models: from the checked file and command line to streams."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.cases.filled_prompts import FilledPrompt, FilledPrompts
from streamdash.promptfile.model_references import EXAMPLE, Target, target
from streamdash.promptfile.problems import Place, Problems
from streamdash.promptfile.prompts import PROMPT_KEYS
from streamdash.promptfile.schema import PromptFile, Row
from streamdash.promptfile.values import INVALID, read_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.promptfile.layers import Layer
    from streamdash.promptfile.model_names import ModelNames
    from streamdash.promptfile.overrides import Command
    from streamdash.promptfile.own_settings import ConfigModel, OwnSettings

MAX_STREAMS = 10_000


class PlannedStream(NamedTuple):
    """A stream that has no label yet."""

    row: int
    """The number of its prompt or stream in the file, from 1."""
    written: Layer
    """Its keys as they are written."""
    filled: FilledPrompt
    target: Target


def planned_streams(
    file: PromptFile,
    command: Command,
    own: OwnSettings,
    names: ModelNames,
    problems: Problems,
    cases: FilledPrompts | None = None,
) -> list[PlannedStream]:
    """All streams of the run; with problems, those that could be planned."""
    place = file.place or Place(problems, "command line")
    defaults = file.defaults.over(own.defaults)
    rows = file.rows
    file_names_models = "models" in file.given or "model" in file.defaults.given
    own_models = () if file_names_models or command.models else own.models
    if rows:
        _check_models(file, command, place, own_models=bool(own_models))
    else:
        rows = (Row(file.defaults, place, is_stream=False),)
        layer = command.layer.over(defaults)
        _check_lone(layer, file, command, place, own_models=bool(own_models))
    if any(not row.is_stream for row in rows):
        own_targets = _own_targets(own_models, names, problems)
    else:
        own_targets = ()
    planned: list[PlannedStream] = []
    for number, row in enumerate(rows, 1):
        layer = command.layer.over(row.layer.over(defaults))
        layer = layer._replace(checks=(*file.checks, *(layer.checks or ())))
        if file.rows and not layer.given.intersection(PROMPT_KEYS):
            row.place.report("has neither prompt, prompt_file nor messages")
        targets = command.targets or (() if row.is_stream else file.targets or own_targets)
        if not targets and layer.model is not None:
            targets = (layer.model,)
        if row.is_stream and not command.models and "model" not in layer.given:
            row.place.report(f'has no model; write one such as "{EXAMPLE}"')
        prompts = [FilledPrompt(layer)]
        if cases is not None:
            prompts = list(cases.fill(layer, partial(_place_of, file, row, command, problems)))
        if len(planned) + len(prompts) * len(targets) > MAX_STREAMS:
            place.report(_too_many(len(rows), len(prompts), len(targets)))
            break
        planned.extend(
            PlannedStream(number, layer, filled, target) for filled in prompts for target in targets
        )
    return planned


def plan_shape(planned: Sequence[PlannedStream]) -> str:
    """`3 prompts x 40 cases x 2 models`; empty if the streams are no such product."""
    prompts = {one.row for one in planned}
    cases = {one.filled.case and one.filled.case.number for one in planned}
    models = {one.target.reference for one in planned}
    if None in cases or len(planned) != len(prompts) * len(cases) * len(models):
        return ""
    counts = ((prompts, "prompt"), (cases, "case"), (models, "model"))
    return " x ".join(f"{len(of):,} {word}{'' if len(of) == 1 else 's'}" for of, word in counts)


def _too_many(rows: int, cases: int, models: int) -> str:
    limit = f"makes more than {MAX_STREAMS} streams, which is the limit"
    if cases == 1:
        return limit
    return f"{limit}: {rows:,} x {cases:,} cases x {models:,} models"


def _place_of(
    file: PromptFile, row: Row, command: Command, problems: Problems, keys: Sequence[str], line: int
) -> Place:
    """Where the first of these keys is given that a row of the file sends.

    `line` is that of the text.
    """
    for key in keys:
        if key in command.layer.given:
            return command.places[key]
    if file.place is None:
        return Place(problems, "command line")
    if file.text_only:
        return file.place._replace(line_of=lambda _: line)
    for layer, place in ((row.layer, row.place), (file.defaults, file.place.at("defaults"))):
        for key in keys:
            if key in layer.given:
                return place.at(key)
    if file.checks and keys[0] == "checks":
        return file.place.at("checks")
    return Place(problems, "your config", ("defaults", keys[0]))


def _own_targets(
    models: Sequence[ConfigModel], names: ModelNames, problems: Problems
) -> tuple[Target, ...]:
    """The targets of the config's models."""
    check = target(names)
    found = [
        read_value(check, model.reference, model.place._replace(problems=problems))
        for model in models
    ]
    return tuple(item for item in found if item is not INVALID)


def _check_models(file: PromptFile, command: Command, place: Place, *, own_models: bool) -> None:
    """Add a problem if the file has prompts without models, or models without prompts."""
    if command.models or file.text_only or own_models:
        return
    prompts = any(not row.is_stream for row in file.rows)
    if prompts and "models" not in file.given and "model" not in file.defaults.given:
        place.report(f"has prompts but no models to run them on; add models, or give -m {EXAMPLE}")
    elif not prompts and "models" in file.given and "prompts" not in file.given:
        place.at("models").report("is not used: only prompts run on models, and there are none")


def _check_lone(
    layer: Layer, file: PromptFile, command: Command, place: Place, *, own_models: bool
) -> None:
    """Add a problem if a file without prompts and streams gives no stream either."""
    if command.models or (own_models and file.place is None):
        return
    if file.place is None:
        place.report(f"no model to run; name one, such as -m {EXAMPLE}")
    elif not file.well_formed or {"prompts", "streams"} & (file.given - file.empty):
        return  # their problems have already been added
    elif "models" not in file.given and "model" not in layer.given and not own_models:
        place.report("has no streams; add streams, or models and prompts")
    elif not layer.given.intersection(PROMPT_KEYS):
        place.report("has nothing to ask; add prompts, or give -p")
