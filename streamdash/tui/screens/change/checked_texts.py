"""From the texts of the form to checked values; mistakes get the words of a prompt file's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from streamdash.promptfile.document import check_values
from streamdash.promptfile.input_text import UnreadableFile
from streamdash.promptfile.json_format import read_json
from streamdash.promptfile.layers import TEXT_KEYS, stream_keys
from streamdash.promptfile.overrides import value_of_text
from streamdash.promptfile.problems import Place, Problems
from streamdash.promptfile.prompts import PromptFolder
from streamdash.promptfile.toml_format import read_toml
from streamdash.promptfile.values import read_value
from streamdash.streams.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.promptfile.model_names import ModelNames
    from streamdash.tui.screens.change.field_texts import FieldName

_NEEDED = frozenset({"model", "prompt"})
"""Fields that may not be empty; an empty one of the others makes no setting."""
_MOST_PROBLEMS = 3
"""Problems of one field that are shown."""


class CheckedTexts(NamedTuple):
    """The values of the fields that are right, and what is wrong with the others."""

    values: dict[FieldName, Any]
    """A `Target` for the model, text for the prompt; None for a setting that is not made."""
    problems: dict[FieldName, str]
    """A sentence or more, to be read after the field's name."""


def check_texts(texts: Mapping[FieldName, str], names: ModelNames) -> CheckedTexts:
    """The checked texts of some fields; `names` are those that a model may have."""
    checks = stream_keys(PromptFolder(".", closed=True, files=[]), names)
    found = CheckedTexts({}, {})
    for name, text in texts.items():
        problems = Problems()
        value: Any = None
        if text.strip() or name in _NEEDED:
            place = Place(problems, name)
            raw = _raw_value(name, text, place)
            if not problems:
                check_values(raw, place)
                value = read_value(checks[name], raw, place)
        sentences = _sentences(problems, name)
        if sentences:
            found.problems[name] = "; ".join(sentences[:_MOST_PROBLEMS])
        else:
            found.values[name] = value.messages[0]["content"] if name == "prompt" else value
    return found


def _raw_value(name: FieldName, text: str, place: Place) -> object:
    """The value as a prompt file's parser returns it; a problem if it is none."""
    if name in ("system", "prompt"):
        return text
    if name in TEXT_KEYS:
        return text.strip()
    value = value_of_text(name, text if name == "stop" else text.strip())
    if name == "params" and not isinstance(value, dict):
        return _table(text, place)
    return value


def _table(text: str, place: Place) -> object:
    """The table in JSON or in lines of TOML."""
    try:
        document = (read_json if text.lstrip().startswith("{") else read_toml)(text)
    except UnreadableFile as error:
        where = f"line {error.line}: " if error.line is not None and "\n" in text.strip() else ""
        place.report(f"{where}{error.sentence}")
        return {}
    for path, sentence in document.faults:
        place.at(*path).report(sentence)
    return document.data


def _sentences(problems: Problems, name: FieldName) -> list[str]:
    try:
        problems.check()
    except UsageError as error:
        return [problem.removeprefix(f"{name}: ") for problem in error.problems]
    return []
