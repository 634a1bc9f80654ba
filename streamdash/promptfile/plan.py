"""From a prompt file and a command line to the plan of a run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from streamdash.promptfile.document import Document, check_values
from streamdash.promptfile.formats import STDIN, parse_document, read_document
from streamdash.promptfile.input_text import UnreadableFile
from streamdash.promptfile.labels import no_such_label
from streamdash.promptfile.layers import Layer
from streamdash.promptfile.model_names import ModelNames
from streamdash.promptfile.model_references import EXAMPLE
from streamdash.promptfile.overrides import Command, Overrides, read_command
from streamdash.promptfile.own_settings import NO_SETTINGS, OwnSettings
from streamdash.promptfile.placeholders import PromptLayers, placeholder_warnings
from streamdash.promptfile.planned_streams import PlannedStream, planned_streams
from streamdash.promptfile.problems import Place, Problems, printable
from streamdash.promptfile.prompts import PromptFolder
from streamdash.promptfile.schema import PromptFile, read_prompt_file
from streamdash.promptfile.stream_specs import stream_specs
from streamdash.streams.errors import UsageError
from streamdash.streams.spec import RunPlan, StreamSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    from streamdash.streams.spec import Endpoint


def load_plan(
    path: str | None,
    overrides: Overrides,
    *,
    endpoints: Mapping[str, Endpoint],
    own: OwnSettings = NO_SETTINGS,
    stdin: BinaryIO | None = None,
    toml: str | None = None,
    files: list[str] | None = None,
    warn: Callable[[str], object] | None = None,
    named: Callable[[ModelNames], object] | None = None,
) -> RunPlan:
    """The plan of a prompt file; `-` is standard input, None is the command line alone.

    `endpoints` are the built-in ones; those of `own`, the user's config, override them, and the
    file's own override both. With `toml`, that text is read instead of the file. Without a file
    and a prompt the specs have no messages. The path of each file with a prompt, except `path`, is
    added to `files`. `warn` is called with a line for anything that is allowed but probably a
    mistake, `named` with the endpoints and aliases that a model reference may name, the file's
    included. Raises UsageError with all problems, one line each.
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
    planned = planned_streams(file, command, own, names, problems)
    problems.check()
    if named is not None:
        named(names)
    specs = stream_specs(planned, file.checks)
    if warn is not None and file.place is not None:
        prompts = _prompt_layers(file, command, planned, specs, overrides.only)
        for line in placeholder_warnings(prompts):
            warn(line)
    return RunPlan(specs=_only(specs, overrides.only), title=file.title)


def _prompt_layers(
    file: PromptFile,
    command: Command,
    planned: Sequence[PlannedStream],
    specs: Sequence[StreamSpec],
    only: Sequence[str],
) -> Iterator[PromptLayers]:
    """The layers of each prompt of the file that some stream sends."""
    seen: set[int] = set()
    for (number, _, _), spec in zip(planned, specs, strict=True):
        if file.place is None or number in seen or (only and spec.label not in only):
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
        document, place, folder, names, models_matter=not overrides.replace_models
    )


def _only(specs: tuple[StreamSpec, ...], wanted: tuple[str, ...]) -> tuple[StreamSpec, ...]:
    """The streams with these labels, in the order of the file; raises UsageError for others."""
    if not wanted:
        return specs
    labels = [spec.label for spec in specs]
    problems = Problems()
    for label in wanted:
        if label not in labels:
            Place(problems, "--only").report(no_such_label(label, labels))
    problems.check()
    return tuple(spec for spec in specs if spec.label in set(wanted))
