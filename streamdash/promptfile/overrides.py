"""The command line's layer: `-m`, `-p`, `--set` and deadlines, which override the file's."""

from __future__ import annotations

import tomllib
from datetime import date, time
from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.document import check_values
from streamdash.promptfile.layers import TEXT_KEYS, read_layer, stream_keys
from streamdash.promptfile.model_references import Target, target
from streamdash.promptfile.problems import Place, Problems, did_you_mean, dotted
from streamdash.promptfile.prompts import PROMPT_KEYS, PromptFolder
from streamdash.promptfile.values import INVALID, read_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.promptfile.cases.case_set import CaseSet
    from streamdash.promptfile.layers import Layer
    from streamdash.promptfile.model_names import ModelNames

_OPTIONS = ("connect_timeout", "ttft_timeout", "stall_timeout", "timeout", "retries")


class Overrides(NamedTuple):
    """The command line's options for streams; None or () for an option that is not given."""

    models: tuple[str, ...] = ()
    """`endpoint:model` each; they replace the file's models."""
    prompt: str | None = None
    set: tuple[str, ...] = ()
    """`KEY=VALUE` each, with a TOML value or plain text; the last one for a key wins."""
    only: tuple[str, ...] = ()
    """Labels of the streams to keep."""
    connect_timeout: float | None = None
    ttft_timeout: float | None = None
    stall_timeout: float | None = None
    timeout: float | None = None
    retries: int | None = None
    cases: str | None = None
    """A file of cases, instead of the prompt file's own."""

    @property
    def replace_models(self) -> bool:
        """Whether the file's models are replaced."""
        return bool(self.models) or any(_key(item) == "model" for item in self.set)


def _key(item: str) -> str:
    return item.partition("=")[0].strip()


class Command(NamedTuple):
    """The checked command line; its models, if any, replace the file's."""

    layer: Layer
    targets: tuple[Target, ...]
    models: bool
    """Whether models were given, valid or not."""
    cases: CaseSet | None
    places: Mapping[str, Place]
    """The option of each stream key in the layer."""


def read_command(
    overrides: Overrides,
    names: ModelNames,
    problems: Problems,
    files: list[str],
) -> Command:
    """The checked command line; the path of each file that it names is added to `files`."""
    raw, places = _options(overrides, problems)
    folder = PromptFolder(".", closed=False, files=files)
    checks = stream_keys(folder, names)
    for item in overrides.set:
        key = _key(item)
        _, equals, text = item.partition("=")
        place = Place(problems, f"--set {dotted((key,))}")
        if not equals:
            place.report("must be KEY=VALUE, such as temperature=0.2")
        elif key not in checks:
            near = did_you_mean(key, checks)
            place.report(f"unknown key{near or '; known keys: ' + ', '.join(checks)}")
        elif key in places and not places[key].source.startswith("--set"):
            place.report(f"is given together with {places[key].source}; give only one of them")
        else:
            raw[key], places[key] = value_of_text(key, text), place
    for key, value in raw.items():
        check_values(value, places[key])
    model = raw.pop("model", None)
    layer = read_layer(raw, checks, Place(problems, "command line"), place_of=places.__getitem__)
    targets = _targets(overrides, model, places, names, problems)
    cases = None
    if overrides.cases is not None:
        cases = read_value(folder.case_file, overrides.cases, Place(problems, "--cases"))
    return Command(
        layer,
        targets,
        overrides.replace_models,
        None if cases is INVALID else cases,
        places,
    )


def _options(
    overrides: Overrides, problems: Problems
) -> tuple[dict[str, object], dict[str, Place]]:
    raw: dict[str, object] = {}
    places: dict[str, Place] = {}
    if overrides.prompt is not None:
        for key in PROMPT_KEYS:
            places[key] = Place(problems, "-p")
        raw["prompt"] = overrides.prompt
    for key in _OPTIONS:
        value = getattr(overrides, key)
        if value is not None:
            raw[key] = value
            places[key] = Place(problems, f"--{key.replace('_', '-')}")
    return raw, places


def value_of_text(key: str, text: str) -> object:
    """A stream's value in TOML, or the plain text if it is not TOML or the key needs text."""
    try:
        table = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    value: object = table.get("value") if len(table) == 1 else text
    if isinstance(value, date | time) or (key in TEXT_KEYS and not isinstance(value, str)):
        return text
    return value


def _targets(
    overrides: Overrides,
    model: object,
    places: Mapping[str, Place],
    names: ModelNames,
    problems: Problems,
) -> tuple[Target, ...]:
    if overrides.models and model is not None:
        places["model"].report("is given together with -m; give only one of them")
    given = [(reference, Place(problems, "-m")) for reference in overrides.models]
    if not given and model is not None:
        given = [(str(model), places["model"])]
    found = [read_value(target(names), reference, place) for reference, place in given]
    return tuple(item for item in found if item is not INVALID)
