"""From a prompt file and a command line to the plan of a run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.cases.filled_prompts import FilledPrompts
from streamdash.promptfile.document import Document, check_values
from streamdash.promptfile.formats import STDIN, parse_document, read_document
from streamdash.promptfile.input_text import UnreadableFile
from streamdash.promptfile.labels import has_part, no_such_label
from streamdash.promptfile.layers import Layer
from streamdash.promptfile.model_names import ModelNames
from streamdash.promptfile.model_references import EXAMPLE
from streamdash.promptfile.overrides import Command, Overrides, read_command
from streamdash.promptfile.own_settings import NO_SETTINGS, OwnSettings
from streamdash.promptfile.placeholders import PromptLayers, placeholder_warnings
from streamdash.promptfile.planned_streams import plan_shape, planned_streams
from streamdash.promptfile.problems import Place, Problems, printable
from streamdash.promptfile.prompts import PromptFolder
from streamdash.promptfile.schema import PromptFile, read_prompt_file
from streamdash.promptfile.stream_specs import stream_specs
from streamdash.streams.errors import UsageError
from streamdash.streams.spec import RunPlan, StreamSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    from streamdash.streams.spec import Endpoint


class LoadedPlan(NamedTuple):
    """A plan, and what else its file and command line say."""

    plan: RunPlan
    names: ModelNames
    """The endpoints and aliases that a model reference may name, the file's included."""
    warnings: tuple[str, ...]
    """One line for anything that is allowed but probably a mistake."""


def load_plan(
    path: str | None,
    overrides: Overrides,
    *,
    endpoints: Mapping[str, Endpoint],
    own: OwnSettings = NO_SETTINGS,
    stdin: BinaryIO | None = None,
    toml: str | None = None,
    files: list[str] | None = None,
) -> LoadedPlan:
    """The plan of a prompt file; `-` is standard input, None is the command line alone.

    `endpoints` are the built-in ones; those of `own`, the user's config, override them, and the
    file's own override both. With `toml`, that text is read instead of the file. Without a file
    and a prompt the specs have no messages. The path of each file with a prompt, except `path`, is
    added to `files`, also before an error. Raises UsageError with all problems, one line each.
    """
    problems = Problems()
    files = [] if files is None else files
    folder = PromptFolder(os.path.dirname(path or "") or ".", closed=True, files=files)
    names = ModelNames(endpoints, own.aliases).with_endpoints(own.endpoints)
    file = PromptFile()
    if path is not None:
        document = _document(path, stdin, toml)
        file = _read(path, document, overrides, names, own, problems, folder)
    names = names.with_endpoints(file.endpoints)
    command = read_command(overrides, names, problems, files)
    found = command.cases or file.cases
    cases = None if found is None else FilledPrompts(found)
    planned = planned_streams(file, command, own, names, problems, cases)
    if overrides.cases is not None and any(not one.written.messages for one in planned):
        Place(problems, "--cases").report("there is no prompt to fill; give one with -p or in FILE")
    problems.check()
    specs = stream_specs(planned)
    chosen = _only(specs, overrides.only)
    streams = [(planned[one].row, specs[one]) for one in chosen]
    warnings = tuple(_warnings(file, command, cases, streams))
    plan = RunPlan(
        specs=tuple(specs[index] for index in chosen),
        title=file.title,
        shape="" if cases is None else plan_shape([planned[index] for index in chosen]),
    )
    return LoadedPlan(plan, names, warnings)


def _warnings(
    file: PromptFile,
    command: Command,
    cases: FilledPrompts | None,
    streams: Iterable[tuple[int, StreamSpec]],
) -> Iterator[str]:
    """Lines about columns that no prompt names, or about names that no case fills."""
    if cases is None:
        yield from placeholder_warnings(_prompt_layers(file, command, streams))
    elif unnamed := cases.unnamed():
        yield unnamed


def _prompt_layers(
    file: PromptFile, command: Command, streams: Iterable[tuple[int, StreamSpec]]
) -> Iterator[PromptLayers]:
    """The layers of each prompt of the file that one of the streams sends, given by row."""
    seen: set[int] = set()
    for number, spec in streams:
        if file.place is None or number in seen:
            continue
        seen.add(number)
        row = file.rows[number - 1] if file.rows else None
        defaults_place = file.place if file.text_only else file.place.at("defaults")
        yield PromptLayers(
            spec.label,
            command.layer,
            Layer() if row is None else row.layer,
            file.place if row is None else row.place,
            file.defaults,
            defaults_place,
            file.text_only,
        )


def _document(path: str, stdin: BinaryIO | None, toml: str | None) -> Document:
    """The parsed file, or `toml` instead. Raises UsageError."""
    try:
        return read_document(path, stdin) if toml is None else parse_document(toml, ".toml")
    except UnreadableFile as error:
        name = _source(path)
        at = name if error.line is None else f"{name}:{error.line}"
        raise UsageError(f"{at}: {error.sentence}") from None


def _source(path: str) -> str:
    return "standard input" if path == STDIN else printable(path)


def _read(
    path: str,
    document: Document,
    overrides: Overrides,
    names: ModelNames,
    own: OwnSettings,
    problems: Problems,
    folder: PromptFolder,
) -> PromptFile:
    place = Place(problems, _source(path), (), document.line_of, document.hidden)
    for fault_path, sentence in document.faults:
        place.at(*fault_path).report(sentence)
    check_values(document.data, place)
    if document.text_only and not (overrides.replace_models or own.models):
        place.report(f"holds one prompt and no model; name one, such as -m {EXAMPLE}")
    return read_prompt_file(
        document,
        place,
        folder,
        names,
        models_matter=not overrides.replace_models,
        cases_matter=overrides.cases is None,
    )


def _only(specs: Sequence[StreamSpec], wanted: Sequence[str]) -> Sequence[int]:
    """The places of the streams with these labels, in the order of the file.

    A part of labels, or a case's number, means all of its streams if no stream has just that label.
    Raises UsageError for others.
    """
    if not wanted:
        return range(len(specs))
    labels = [spec.label for spec in specs]
    problems = Problems()
    chosen: set[int] = set()
    for label in wanted:
        found = [place for place, known in enumerate(labels) if known == label] or [
            place
            for place, spec in enumerate(specs)
            if has_part(spec.label, label) or spec.case == label
        ]
        chosen.update(found)
        if not found:
            Place(problems, "--only").report(no_such_label(label, labels))
    problems.check()
    return sorted(chosen)
