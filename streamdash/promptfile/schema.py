"""The top-level keys of a prompt file, from its title to its streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.cases.case_set import table_case_set
from streamdash.promptfile.endpoints import read_endpoints
from streamdash.promptfile.layers import Layer, read_layer, stream_keys
from streamdash.promptfile.model_references import EXAMPLE, target
from streamdash.promptfile.values import INVALID, Invalid, describe, read_table, read_value, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.promptfile.cases.case_set import CaseSet
    from streamdash.promptfile.document import Document
    from streamdash.promptfile.model_names import ModelNames
    from streamdash.promptfile.model_references import Target
    from streamdash.promptfile.problems import Place
    from streamdash.promptfile.prompts import PromptFolder
    from streamdash.promptfile.values import Check as ValueCheck
    from streamdash.streams.check import Check
    from streamdash.streams.spec import Endpoint


class Row(NamedTuple):
    """One entry of `prompts` or `streams`."""

    layer: Layer
    place: Place
    is_stream: bool


class PromptFile(NamedTuple):
    """The contents of a prompt file, with each key checked on its own."""

    title: str = ""
    endpoints: Mapping[str, Endpoint] = {}
    defaults: Layer = Layer()
    targets: tuple[Target, ...] = ()
    rows: tuple[Row, ...] = ()
    cases: CaseSet | None = None
    checks: tuple[Check, ...] = ()
    """Those of every stream."""
    given: frozenset[str] = frozenset()
    """The top-level keys that are present, valid or not."""
    empty: frozenset[str] = frozenset()
    """The top-level keys with an empty list."""
    place: Place | None = None
    text_only: bool = False
    """As in `Document`."""
    well_formed: bool = True
    """Whether the file is a table without faults of its format."""


def read_prompt_file(
    document: Document,
    place: Place,
    folder: PromptFolder,
    names: ModelNames,
    *,
    models_matter: bool,
    cases_matter: bool,
) -> PromptFile:
    """The checked file.

    Without `models_matter` its models may be unknown ones, without `cases_matter` its cases are
    not read.
    """
    data = document.data if isinstance(document.data, dict) else {}
    own: dict[str, Endpoint] = {}
    if "endpoints" in data:
        own = read_endpoints(data["endpoints"], place.at("endpoints"))
    parts = _Parts(folder, names.with_endpoints(own) if models_matter else None)
    if not cases_matter:
        parts.checks["cases"] = lambda _value, _place: None
    found = {
        key: value
        for key, value in read_table(document.data, parts.checks, place, hints=parts.hints).items()
        if value is not INVALID
    }
    return PromptFile(
        title=found.get("title", "").strip(),
        endpoints=own,
        defaults=found.get("defaults", Layer()),
        targets=found.get("models", ()),
        cases=found.get("cases"),
        checks=found.get("checks", ()),
        rows=(*found.get("prompts", ()), *found.get("streams", ())),
        given=frozenset(data),
        empty=frozenset(key for key, value in data.items() if value == []),
        place=place,
        text_only=document.text_only,
        well_formed=isinstance(document.data, dict) and not document.faults,
    )


class _Parts:
    """The checks of the top-level keys."""

    def __init__(self, folder: PromptFolder, names: ModelNames | None) -> None:
        self._folder = folder
        self._target = target(names)
        self._stream = stream_keys(folder, names)
        self._prompt = {key: check for key, check in self._stream.items() if key != "model"}
        self.checks: dict[str, ValueCheck] = {
            "title": text,
            "models": self._models,
            "defaults": self._defaults,
            "endpoints": lambda value, _place: value,
            "cases": self._cases,
            "checks": self._stream["checks"],
            "prompts": self._prompts,
            "streams": self._streams,
        }
        self.hints = {
            key: "it belongs under defaults, prompts or streams"
            for key in self._stream
            # the first two are near `models` and `prompts`
            if key not in {"model", "prompt", "checks"}
        }

    def _models(self, value: object, place: Place) -> tuple[Target, ...]:
        if not isinstance(value, list):
            raise Invalid(f'must be a list such as ["{EXAMPLE}"], not {describe(value)}')
        if not value:
            raise Invalid("is empty; name at least one model, as endpoint:model")
        found = [
            read_value(self._target, item, place.at(index)) for index, item in enumerate(value)
        ]
        return tuple(item for item in found if item is not None and item is not INVALID)

    def _defaults(self, value: object, place: Place) -> Layer:
        return read_layer(value, self._stream, place)

    def _cases(self, value: object, place: Place) -> CaseSet | None:
        if isinstance(value, str):
            return self._folder.case_file(value, place)
        if not isinstance(value, list):
            raise Invalid(f"must be the name of a file or a list of tables, not {describe(value)}")
        return table_case_set(value, place)

    def _prompts(self, value: object, place: Place) -> list[Row]:
        hints = {"model": "a prompt runs on each of the models; only streams name their own"}
        return self._rows(value, place, self._prompt, hints)

    def _streams(self, value: object, place: Place) -> list[Row]:
        return self._rows(value, place, self._stream, {})

    @staticmethod
    def _rows(
        value: object, place: Place, checks: Mapping[str, ValueCheck], hints: Mapping[str, str]
    ) -> list[Row]:
        if not isinstance(value, list):
            advice = f"; in TOML write [[{place.path[-1]}]]" if isinstance(value, dict) else ""
            raise Invalid(f"must be a list of tables, not {describe(value)}{advice}")
        places = [place.at(index) for index in range(len(value))]
        return [
            Row(read_layer(row, checks, where, hints=hints), where, "model" in checks)
            for row, where in zip(value, places, strict=True)
        ]
