"""The streams of a board as rows of a prompt file: prompts x models, then single streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.writing.stream_settings import settings

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from streamdash.promptfile.writing.stream_settings import Settings
    from streamdash.streams.spec import StreamSpec

SEPARATOR = " · "
"""Between a prompt's label and the model, in the label of one of its streams."""


class Rows(NamedTuple):
    """What a prompt file says of its streams; each row has its label, if it needs one."""

    models: tuple[str, ...]
    defaults: Settings
    prompts: tuple[tuple[str | None, Settings], ...] = ()
    streams: tuple[tuple[str, str, Settings], ...] = ()
    """Label, model, and the other keys."""


def single_rows(specs: Sequence[StreamSpec], explicit: Collection[str]) -> Rows:
    """Each stream written out."""
    streams = [(spec.label, spec.target, settings(spec, explicit)) for spec in specs]
    defaults = _shared([found for _, _, found in streams])
    return Rows(
        (),
        defaults,
        streams=tuple((label, model, _without(found, defaults)) for label, model, found in streams),
    )


def crossed_rows(
    specs: Sequence[StreamSpec], explicit: Collection[str], *, labels: bool
) -> Rows | None:
    """The streams at the beginning as prompts x models, the rest written out; None if none are.

    Without `labels` the prompts have none, and their streams get those that they get by themselves.
    """
    models = _models_of_first(specs, explicit)
    prompts: list[tuple[str | None, Settings]] = []
    width = len(models)
    for start in range(0, len(specs) - width + 1, width):
        group = specs[start : start + width]
        found = _merged(group, explicit)
        if found is None or tuple(spec.target for spec in group) != models:
            break
        label = _shared_label(group) if labels else None
        if labels and label is None:
            break
        prompts.append((label, found))
    if len(prompts) * width < 2:
        return None
    rest = single_rows(specs[len(prompts) * width :], explicit)
    alone = [(label, model, {**rest.defaults, **found}) for label, model, found in rest.streams]
    defaults = _shared([*(found for _, found in prompts), *(found for *_, found in alone)])
    return Rows(
        models,
        defaults,
        tuple((label, _without(found, defaults)) for label, found in prompts),
        tuple((label, model, _without(found, defaults)) for label, model, found in alone),
    )


def _models_of_first(specs: Sequence[StreamSpec], explicit: Collection[str]) -> tuple[str, ...]:
    """The models of the first streams that ask the same, until one comes again."""
    models: list[str] = []
    for count, spec in enumerate(specs, 1):
        if spec.target in models or _merged(specs[:count], explicit) is None:
            break
        models.append(spec.target)
    return tuple(models)


def _merged(specs: Sequence[StreamSpec], explicit: Collection[str]) -> Settings | None:
    """The keys that these streams of different models share; None if they do not ask the same.

    The limit of tokens that only some models have by default has to be written out.
    """
    for keys in (explicit, {*explicit, "max_tokens"}):
        first, *others = (settings(spec, keys) for spec in specs)
        if all(found == first for found in others):
            return first
    return None


def _shared_label(group: Sequence[StreamSpec]) -> str | None:
    """The prompt's label, from those of its streams; None if they have none in common."""
    if len(group) == 1:
        return group[0].label
    beginnings = {spec.label.rpartition(SEPARATOR)[0] for spec in group}
    return beginnings.pop() or None if len(beginnings) == 1 else None


def _shared(rows: Sequence[Settings]) -> Settings:
    """The keys that all rows have with one value, if there are several rows."""
    if len(rows) < 2:
        return {}
    first, *others = rows
    return {
        name: value
        for name, value in first.items()
        if all(name in found and found[name] == value for found in others)
    }


def _without(found: Settings, defaults: Settings) -> Settings:
    return {name: value for name, value in found.items() if name not in defaults}
