"""One stream's request as TOML, to be edited, and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from streamdash.promptfile.input_text import MAX_BYTES
from streamdash.promptfile.overrides import Overrides
from streamdash.promptfile.own_settings import OwnSettings
from streamdash.promptfile.plan import load_plan
from streamdash.promptfile.writing import toml_text
from streamdash.promptfile.writing.stream_settings import (
    default_comments,
    key_lines,
    settings,
)
from streamdash.streams.errors import UsageError
from streamdash.streams.redaction.named_keys import HIDDEN, with_keys
from streamdash.streams.spec import Deadlines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.spec import Endpoint, StreamSpec

_NAME = "request.toml"
_WHERE = re.compile(rf"{re.escape(_NAME)}(?::(\d+))?: (?:streams\[0\][.:] ?)?")
_MARK = "#!"
"""Begins the lines of mistakes on top of a text."""


def request_text(spec: StreamSpec) -> str:
    """The request as a prompt file of one stream, without any key. Raises UsageError."""
    try:
        lines = [
            "# This pane's request. Save it changed, and the pane runs again with it;",
            "# unchanged or empty it does nothing.",
            "[[streams]]",
            f"label = {toml_text.text(spec.label)}",
            f"model = {toml_text.text(spec.target)}",
            *_key_lines(spec),
        ]
    except toml_text.UnwritableError as error:
        raise UsageError(f"the request is no TOML: {error.reason}") from None
    text = "\n".join(lines) + "\n"
    size = len(text.encode())
    if size > MAX_BYTES:
        raise UsageError(
            f"the request has {size / MAX_BYTES:.1f} MiB of text; a prompt file holds 1 MiB"
        )
    return text


def _key_lines(spec: StreamSpec) -> list[str]:
    found = settings(spec)
    if not spec.messages:
        found["prompt"] = ""
    anthropic = spec.endpoint.api == "anthropic"
    lines = list(key_lines("streams", found, default_comments(found, anthropic=anthropic)))
    if spec.params and found["params"] != spec.params:
        lines.append(f"# {HIDDEN} stands for a value that is kept as it is")
    return lines


def read_request(
    text: str, before: StreamSpec, endpoints: Mapping[str, Endpoint], aliases: Mapping[str, str]
) -> StreamSpec:
    """The request in an edited text of `request_text(before)`.

    Raises UsageError with all problems, each with its line in `text`.
    """
    try:
        plan = load_plan(
            _NAME,
            Overrides(),
            endpoints=endpoints,
            own=OwnSettings(aliases=aliases),
            toml=_unmarked(text),
        ).plan
    except UsageError as error:
        shift = text.count("\n") - _unmarked(text).count("\n")
        raise UsageError(*(_placed(problem, shift) for problem in error.problems)) from None
    if len(plan.specs) != 1:
        raise UsageError(f"describes {len(plan.specs)} streams; a pane has one")
    spec = plan.specs[0]
    if endpoints.get(spec.endpoint.name) != spec.endpoint:
        raise UsageError("defines an endpoint, which only a prompt file or your config can")
    return spec._replace(
        params=_table(with_keys(spec.params, before.params)),
        deadlines=_with_no_limits(spec.deadlines, before.deadlines),
        turn=max(1, before.turn + _questions(spec) - _questions(before)),
        case=before.case,
        prompt_label=before.prompt_label,
    )


def with_mistakes(text: str, before: UsageError) -> str:
    """The text with its mistakes on top as comments, in place of those of an earlier try."""
    bare = _unmarked(text)
    count = len(before.problems) + 2
    shift = count - (text.count("\n") - bare.count("\n"))
    lines = [
        f"{_MARK} Not sent, because of {'a mistake' if count == 3 else f'{count - 2} mistakes'}:",
        *(f"{_MARK}   {_moved(problem, shift)}" for problem in before.problems),
        f"{_MARK} These lines are removed for you; an empty file drops the change.",
    ]
    return "\n".join([*lines, bare])


def _unmarked(text: str) -> str:
    """The text without the mistakes on top of it."""
    while text.startswith(_MARK):
        text = text.partition("\n")[2]
    return text


def _placed(problem: str, shift: int) -> str:
    """The problem with `line 7: ` in place of the file's name, and without the stream's number."""
    found = _WHERE.match(problem)
    if found is None:
        return problem
    where = f"line {int(found[1]) + shift}: " if found[1] else ""
    return where + problem[found.end() :]


def _moved(problem: str, shift: int) -> str:
    return re.sub(r"^line (\d+)", lambda found: f"line {int(found[1]) + shift}", problem)


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _with_no_limits(found: Deadlines, before: Deadlines) -> Deadlines:
    """The deadlines, with none where there was none, which a file cannot say."""
    default = Deadlines()
    return Deadlines(
        *(
            old if old <= 0 and new == usual else new
            for new, old, usual in zip(found, before, default, strict=True)
        )
    )


def _questions(spec: StreamSpec) -> int:
    return sum(message.get("role") == "user" for message in spec.messages)
