"""The keys of a stream in a prompt file, from its spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from streamdash.promptfile.writing import toml_text
from streamdash.streams.check import check_table
from streamdash.streams.redaction.named_keys import without_keys
from streamdash.streams.spec import ANTHROPIC_MAX_TOKENS, Deadlines, StreamSpec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    Settings: TypeAlias = dict[str, object]
    """The stream keys below its label and model, in the order of the file."""

_DEFAULTS = StreamSpec._field_defaults
_OPTIONAL = ("temperature", "top_p", "seed", "stop", "reasoning_effort")
"""Keys without a default of ours: the server decides."""
_WITH_DEFAULTS: dict[str, object] = {
    "stream": _DEFAULTS["stream"],
    "cache": _DEFAULTS["cache"],
    "connect_timeout": Deadlines().connect,
    "ttft_timeout": Deadlines().ttft,
    "stall_timeout": Deadlines().stall,
    "timeout": Deadlines().total,
    "retries": _DEFAULTS["retries"],
}


def settings(spec: StreamSpec, explicit: Collection[str] = ()) -> Settings:
    """The stream's keys except those that have their default and are not in `explicit`.

    Without a message there is no prompt. Keys in `params` are replaced by `***`.
    """
    found: Settings = {}
    if spec.system is not None:
        found["system"] = spec.system
    if len(spec.messages) == 1 and spec.messages[0].get("role") == "user":
        found["prompt"] = spec.messages[0].get("content")
    elif spec.messages:
        found["messages"] = list(spec.messages)
    if spec.max_tokens is not None and ("max_tokens" in explicit or not spec.has_default_limit):
        found["max_tokens"] = spec.max_tokens
    for name in _OPTIONAL:
        value = getattr(spec, name)
        if value is not None and value != ():
            found[name] = value
    for name, value in _values_with_defaults(spec).items():
        if value != _WITH_DEFAULTS[name] or name in explicit:
            found[name] = value
    if spec.checks:
        found["checks"] = list(map(check_table, spec.checks))
    if spec.params:
        found["params"] = without_keys(spec.params)
    return found


def _values_with_defaults(spec: StreamSpec) -> Settings:
    limits = spec.deadlines
    values: Settings = {
        "stream": spec.stream,
        "cache": spec.cache,
        "connect_timeout": limits.connect,
        "ttft_timeout": limits.ttft,
        "stall_timeout": limits.stall,
        "timeout": limits.total,
        "retries": spec.retries,
    }
    # no limit at all is nothing that a file can say
    return {
        name: value
        for name, value in values.items()
        if not name.endswith("timeout") or (isinstance(value, float | int) and value > 0)
    }


def default_comments(used: Collection[str], *, anthropic: bool) -> Iterator[str]:
    """Comments about the keys that are not in `used`: their defaults, for whoever edits the file.

    `anthropic` says whether the limit of tokens has a default of ours.
    """
    absent = [
        name
        for name in ("system", "max_tokens", *_OPTIONAL, "params", "checks")
        if name not in used
    ]
    yield "# Defaults:"
    if "max_tokens" in absent and anthropic:
        absent.remove("max_tokens")
        yield f"# max_tokens = {ANTHROPIC_MAX_TOKENS}   # of Anthropic streams"
    for name, value in _WITH_DEFAULTS.items():
        if name not in used:
            yield f"# {name} = {toml_text.value(value)}"
    if absent:
        yield f"# not set: {', '.join(absent)}"


def table_lines(
    array: str, head: Mapping[str, object], found: Mapping[str, object]
) -> Iterator[str]:
    """The lines of one more table of `array`: `head`, then `found`, then the tables within it.

    Raises UnwritableError.
    """
    yield f"[[{array}]]"
    for name, value in head.items():
        yield f"{name} = {_written(name, value)}"
    yield from key_lines(array, found)


def key_lines(
    table: str, found: Mapping[str, object], comments: Iterable[str] = ()
) -> Iterator[str]:
    """The lines of `found`, which is within `table`: single values, `comments`, inner tables."""
    for name, value in found.items():
        if name not in ("messages", "params"):
            yield f"{name} = {_written(name, value)}"
    yield from comments
    messages = found.get("messages")
    for number, message in enumerate(messages if isinstance(messages, list) else (), 1):
        yield ""
        yield f"[[{table}.messages]]"
        for name, value in message.items():
            yield f"{toml_text.key(name)} = {_written(f'messages[{number}].{name}', value)}"
    params = found.get("params")
    if isinstance(params, dict):
        yield ""
        yield f"[{table}.params]"
        for name, value in params.items():
            yield f"{toml_text.key(name)} = {_written(f'params.{name}', value)}"


def _written(name: str, value: object) -> str:
    """The value as TOML. Raises UnwritableError that begins with `name`."""
    try:
        return toml_text.block(value) if isinstance(value, str) else toml_text.value(value)
    except toml_text.UnwritableError as error:
        raise toml_text.UnwritableError(f"{name} {error.reason}") from None
