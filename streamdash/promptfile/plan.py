"""From a prompt file and a command line to the plan of a run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.document import check_values
from streamdash.promptfile.formats import STDIN, read_document
from streamdash.promptfile.input_text import UnreadableFile
from streamdash.promptfile.labels import Unnamed, labels
from streamdash.promptfile.layers import Layer
from streamdash.promptfile.model_references import EXAMPLE, Target
from streamdash.promptfile.overrides import Command, Overrides, read_command
from streamdash.promptfile.placeholders import Layers, placeholder_warnings
from streamdash.promptfile.problems import Place, Problems, did_you_mean, printable, shown
from streamdash.promptfile.prompts import ASK_KEYS, Folder
from streamdash.promptfile.schema import PromptFile, Row, read_prompt_file
from streamdash.streams.errors import UsageError
from streamdash.streams.spec import Deadlines, RunPlan, StreamSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    from streamdash.streams.spec import Endpoint

MAX_STREAMS = 10_000
MAX_LISTED = 20
ANTHROPIC_MAX_TOKENS = 1024
"""Anthropic's API demands a limit; this is ours where nobody gives one."""


class Asked(NamedTuple):
    """A stream but for its label."""

    row: int
    level: Layer
    target: Target


def load_plan(
    path: str | None,
    overrides: Overrides,
    *,
    endpoints: Mapping[str, Endpoint],
    stdin: BinaryIO | None = None,
    files: list[str] | None = None,
    warn: Callable[[str], object] | None = None,
) -> RunPlan:
    """The plan of a prompt file, `-` for standard input, None for the command line alone.

    `endpoints` are the built-in ones; the file's own win over them. Without a file and without a
    prompt the specs have no messages: nothing is asked yet. `files` gets the path of each file
    that a prompt is taken from, but for `path` itself. `warn` gets a line for each thing that is
    allowed and probably not meant. Raises UsageError with all problems, one line each.
    """
    problems = Problems()
    files = [] if files is None else files
    folder = Folder(os.path.dirname(path or "") or ".", closed=True, files=files)
    file = PromptFile()
    if path is not None:
        file = _read(path, overrides, endpoints, stdin, problems, folder)
    command = read_command(overrides, {**endpoints, **file.endpoints}, problems, files)
    asked = _streams(file, command, problems)
    problems.check()
    specs = _specs(asked)
    if warn is not None and file.place is not None:
        for line in placeholder_warnings(_layers(file, command, asked, specs, overrides.only)):
            warn(line)
    return RunPlan(specs=_only(specs, overrides.only), title=file.title)


def _layers(
    file: PromptFile,
    command: Command,
    asked: Sequence[Asked],
    specs: Sequence[StreamSpec],
    only: Sequence[str],
) -> Iterator[Layers]:
    """The file's prompts that are asked at all, each once."""
    seen: set[int] = set()
    for (number, _, _), spec in zip(asked, specs, strict=True):
        if file.place is None or number in seen or (only and spec.label not in only):
            continue
        seen.add(number)
        row = file.rows[number - 1] if file.rows else None
        defaults_place = file.place if file.text_only else file.place.at("defaults")
        yield Layers(
            spec.label,
            command.level,
            Layer() if row is None else row.level,
            file.place if row is None else row.place,
            file.defaults,
            defaults_place,
            file.text_only,
        )


def _read(
    path: str,
    overrides: Overrides,
    endpoints: Mapping[str, Endpoint],
    stdin: BinaryIO | None,
    problems: Problems,
    folder: Folder,
) -> PromptFile:
    name = "standard input" if path == STDIN else printable(path)
    try:
        document = read_document(path, stdin)
    except UnreadableFile as error:
        at = name if error.line is None else f"{name}:{error.line}"
        raise UsageError(f"{at}: {error.sentence}") from None
    place = Place(problems, name, (), document.line_of, document.hidden)
    for fault_path, sentence in document.faults:
        place.at(*fault_path).wrong(sentence)
    check_values(document.data, place)
    if document.text_only and not overrides.replace_models:
        place.wrong(f"holds one prompt and no model; name one, such as -m {EXAMPLE}")
    return read_prompt_file(
        document, place, folder, endpoints, models_matter=not overrides.replace_models
    )


def _streams(file: PromptFile, command: Command, problems: Problems) -> list[Asked]:
    """Every stream of the run, or those that can be told in spite of problems."""
    place = file.place or Place(problems, "command line")
    rows = file.rows
    if rows:
        _check_models(file, command, place)
    else:
        rows = (Row(file.defaults, place, written_out=False),)
        _check_lone(command.level.over(file.defaults), file, command, place)
    asked: list[Asked] = []
    for number, row in enumerate(rows, 1):
        level = command.level.over(row.level.over(file.defaults))
        if file.rows and not level.given.intersection(ASK_KEYS):
            row.place.wrong("has neither prompt, prompt_file nor messages")
        targets = command.targets or (() if row.written_out else file.targets)
        if not targets and level.model is not None:
            targets = (level.model,)
        if row.written_out and not command.models and "model" not in level.given:
            row.place.wrong(f'has no model; write one such as "{EXAMPLE}"')
        if len(asked) + len(targets) > MAX_STREAMS:
            place.wrong(f"makes more than {MAX_STREAMS} streams, which is the limit")
            break
        asked.extend(Asked(number, level, target) for target in targets)
    return asked


def _check_models(file: PromptFile, command: Command, place: Place) -> None:
    """Whether the file's models and prompts find each other."""
    if command.models or file.text_only:
        return
    prompts = any(not row.written_out for row in file.rows)
    if prompts and "models" not in file.given and "model" not in file.defaults.given:
        place.wrong(f"has prompts but no models to run them on; add models, or give -m {EXAMPLE}")
    elif not prompts and "models" in file.given and "prompts" not in file.given:
        place.at("models").wrong("is not used: only prompts run on models, and there are none")


def _check_lone(level: Layer, file: PromptFile, command: Command, place: Place) -> None:
    """Whether there is a stream at all where neither prompts nor streams are written."""
    if command.models:
        return
    if file.place is None:
        place.wrong(f"no model to run; name one, such as -m {EXAMPLE}")
    elif not file.understood or {"prompts", "streams"} & (file.given - file.empty):
        return  # what is wrong with them has been told
    elif "models" not in file.given and "model" not in level.given:
        place.wrong("has no streams; add streams, or models and prompts")
    elif not level.given.intersection(ASK_KEYS):
        place.wrong("has nothing to ask; add prompts, or give -p")


def _specs(asked: list[Asked]) -> tuple[StreamSpec, ...]:
    names = labels(
        [Unnamed(row, level.label, _opening(level), target) for row, level, target in asked]
    )
    return tuple(
        _spec(name, level, target) for name, (_, level, target) in zip(names, asked, strict=True)
    )


def _opening(level: Layer) -> str:
    """The first user message, empty where nothing is asked yet."""
    return next(
        (str(item["content"]) for item in level.messages or () if item["role"] == "user"), ""
    )


def _spec(label: str, level: Layer, target: Target) -> StreamSpec:
    max_tokens = level.max_tokens
    if max_tokens is None and target.endpoint.api == "anthropic":
        max_tokens = ANTHROPIC_MAX_TOKENS
    usual = StreamSpec(label=label, endpoint=target.endpoint, model=target.model, messages=())
    return usual._replace(
        messages=level.messages or (),
        system=level.system,
        max_tokens=max_tokens,
        temperature=level.temperature,
        top_p=level.top_p,
        seed=level.seed,
        stop=level.stop or (),
        reasoning_effort=level.reasoning_effort,
        stream=usual.stream if level.stream is None else level.stream,
        params=level.params or usual.params,
        deadlines=_deadlines(level),
        retries=usual.retries if level.retries is None else level.retries,
    )


def _deadlines(level: Layer) -> Deadlines:
    usual = Deadlines()
    return Deadlines(
        connect=level.connect_timeout or usual.connect,
        ttft=level.ttft_timeout or usual.ttft,
        stall=level.stall_timeout or usual.stall,
        total=level.timeout or usual.total,
    )


def _only(specs: tuple[StreamSpec, ...], wanted: tuple[str, ...]) -> tuple[StreamSpec, ...]:
    """The streams with these labels, in their own order. Raises UsageError for unknown labels."""
    if not wanted:
        return specs
    known = [spec.label for spec in specs]
    problems = Problems()
    for label in wanted:
        if label not in known:
            listed = ", ".join(shown(name) for name in known[:MAX_LISTED])
            more = f" and {len(known) - MAX_LISTED} more" if len(known) > MAX_LISTED else ""
            near = did_you_mean(label, known)
            Place(problems, "--only").wrong(
                f"no stream is labelled {shown(label)}{near}; labels: {listed}{more}"
            )
    problems.check()
    return tuple(spec for spec in specs if spec.label in set(wanted))
