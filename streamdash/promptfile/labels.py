"""Labels of streams: the given ones, and short distinct ones for the other streams."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.problems import did_you_mean, quoted
from streamdash.streams.labels import distinct_labels
from streamdash.streams.spec import content_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from streamdash.promptfile.cases.filled_prompts import FilledPrompt
    from streamdash.promptfile.model_references import Target
    from streamdash.streams.spec import StreamSpec

_MAX_OPENING = 28
_MAX_LISTED = 20
_JOINT = " · "
_NUMBER = re.compile(r"(?<!·) #\d+$")
"""What tells equal labels apart; the number of a case follows the joint."""


class LabelSource(NamedTuple):
    """The parts from which a stream's label is made."""

    row: int
    """The number of its prompt or stream in the file, from 1."""
    label: str | None
    """The given label, which is shared if the row runs on several models."""
    prompt: str
    """As it is written, before a case is filled in."""
    target: Target
    case: str | None = None
    """What names its case."""
    filled: bool = False
    """Whether the case is filled into the given label."""


def labels(streams: list[LabelSource]) -> list[str]:
    """One label for each stream, all of them different."""
    models = _model_names(stream.target for stream in streams)
    shared = _rows_on_several_models(streams)
    found: list[str] = []
    for stream, automatic in zip(streams, _automatic(streams, models), strict=True):
        if stream.label is None:
            found.append(automatic)
            continue
        case = None if stream.filled else stream.case
        model = models[stream.target.reference] if stream.row in shared else None
        found.append(_joined(stream.label, case, model))
    return distinct_labels(found)


def prompt_labels(streams: Sequence[LabelSource]) -> dict[int, str | None]:
    """What tells each row's prompt from the others; None if there is only one."""
    openings = _openings(streams)
    if len(openings) == 1:
        return dict.fromkeys(openings)
    return {row: opening or None for row, opening in openings.items()}


def case_labels(prompts: Sequence[tuple[int, FilledPrompt]]) -> list[str | None]:
    """What names the case of each stream, from its row and its prompt with the case in it.

    A case without a label is named by the value that the prompt begins with, if that differs from
    all others and is not empty, else by its number.
    """
    values: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for row, prompt in prompts:
        if prompt.case is not None and prompt.case.number not in values[row]:
            values[row][prompt.case.number] = _opening(prompt.first)
    telling = {
        row for row, found in values.items() if all(found.values()) and _all_differ(found.values())
    }
    found: list[str | None] = []
    for row, (_, case, _) in prompts:
        name = None
        if case is not None:
            name = case.label or (values[row][case.number] if row in telling else f"#{case.number}")
        found.append(name)
    return found


def _all_differ(texts: Collection[str]) -> bool:
    return len(set(texts)) == len(texts)


def _joined(*parts: str | None) -> str:
    return _JOINT.join(dict.fromkeys(filter(None, parts)))


def label_on(label: str, before: Target, after: Target, taken: Collection[str]) -> str:
    """The label for a stream that asks the model `after` what the stream `label` asks `before`.

    It names the model where that label does, or else after it, and the endpoint as well where one
    of `taken` is the same. `Run.add` numbers it if that is not enough.
    """
    number = _NUMBER.search(label)
    label = label[: number.start()] if number else label
    prompt = f"{label}{_JOINT}"
    for name in (before.reference, before.model):
        if label == name or label.endswith(f"{_JOINT}{name}"):
            prompt = label.removesuffix(name)
            break
    found = prompt + after.model
    if found in taken and after.endpoint.name != before.endpoint.name:
        found = prompt + after.reference
    return found


def relabelled(before: StreamSpec, after: StreamSpec) -> str:
    """The label for the request `after`, which takes the place of `before`.

    What was made from the model or from the prompt is made anew, without a number; a label that
    was given stays as it is. Another stream may have the same label.
    """
    label = _NUMBER.sub("", before.label)
    models = {before.target: after.target, before.model: after.model}
    openings = {_opening(_first_question(before)): _opening(_first_question(after))}
    prompt, joint, model = label.rpartition(_JOINT)
    if label in models:
        label = models[label]
    elif joint and model in models:
        label = f"{openings.get(prompt, prompt)}{joint}{models[model]}"
    elif label in openings:
        label = openings[label]
    return before.label if label in ("", _NUMBER.sub("", before.label)) else label


def has_part(label: str, part: str) -> bool:
    """Whether a label has this prompt, case or model in it, or several of them in a row."""
    return f"{_JOINT}{part}{_JOINT}" in f"{_JOINT}{label}{_JOINT}"


def no_such_label(label: str, known: Sequence[str]) -> str:
    """A sentence about a label that no stream has, with the nearest label and a list of them."""
    listed = ", ".join(quoted(name) for name in known[:_MAX_LISTED])
    more = f" and {len(known) - _MAX_LISTED} more" if len(known) > _MAX_LISTED else ""
    near = did_you_mean(label, known)
    return f"no stream is labelled {quoted(label)}{near}; labels: {listed}{more}"


def _model_names(targets: Iterable[Target]) -> dict[str, str]:
    """Short names by reference: the model alone if only one endpoint has a model of that name."""
    models = {target.reference: target.model for target in targets}
    counts = Counter(models.values())
    return {
        reference: model if counts[model] == 1 else reference for reference, model in models.items()
    }


def _rows_on_several_models(streams: list[LabelSource]) -> set[int]:
    first: dict[int, str] = {}
    return {
        stream.row
        for stream in streams
        if first.setdefault(stream.row, stream.target.reference) != stream.target.reference
    }


def _automatic(streams: list[LabelSource], models: dict[str, str]) -> list[str]:
    """Labels from prompt, case and model: the shortest that give the most different labels."""
    openings = _openings(streams)
    by_model = [models[stream.target.reference] for stream in streams]
    by_prompt = [
        openings[stream.row] or model for stream, model in zip(streams, by_model, strict=True)
    ]
    by_case = [stream.case or prompt for stream, prompt in zip(streams, by_prompt, strict=True)]
    choices = [(by_model,), (by_prompt,), (by_prompt, by_model)]
    if by_case != by_prompt:
        choices += [
            (by_case,), (by_case, by_model), (by_prompt, by_case), (by_prompt, by_case, by_model),
        ]  # fmt: skip
    found = [[_joined(*parts) for parts in zip(*choice, strict=True)] for choice in choices]
    return max(found, key=lambda labels: len(set(labels)))


def _openings(streams: Sequence[LabelSource]) -> dict[int, str]:
    """The first words of each row's prompt, or `prompt 2` if two prompts begin alike."""
    prompts = {stream.row: stream.prompt for stream in streams}
    openings = {row: _opening(prompt) for row, prompt in prompts.items()}
    if len(set(openings.values())) < len(set(prompts.values())):
        return {row: f"prompt {row}" for row in prompts}
    return openings


def _opening(prompt: str) -> str:
    words = " ".join(prompt[: 40 * _MAX_OPENING].split())
    if len(words) <= _MAX_OPENING:
        return words
    cut = words[:_MAX_OPENING]
    whole_words = cut.rpartition(" ")[0]
    return (whole_words if len(whole_words) > _MAX_OPENING // 2 else cut).rstrip(" ,;:.") + "…"


def _first_question(spec: StreamSpec) -> str:
    """The first user message as text; empty if there is none."""
    questions = (one.get("content") for one in spec.messages if one.get("role") == "user")
    return content_text(next(questions, ""))
