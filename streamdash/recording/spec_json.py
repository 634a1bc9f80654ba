"""Converts a StreamSpec to JSON and back, without secrets.

Header values and everything that looks like a key are replaced by `***`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit, urlunsplit

from streamdash.recording.check_json import checks_from_json
from streamdash.streams.check import check_table
from streamdash.streams.redaction.named_keys import HIDDEN, without_keys
from streamdash.streams.spec import CACHE_MODES, Deadlines, Endpoint, StreamSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.spec import Api

MAX_DEPTH = 100


def spec_to_json(spec: StreamSpec) -> dict[str, object]:
    """The spec as a JSON object, with only the names of the endpoint's headers."""
    endpoint = spec.endpoint
    limits = spec.deadlines
    return {
        "label": spec.label,
        "endpoint": {
            "name": endpoint.name,
            "api": endpoint.api,
            "base_url": _without_credentials(endpoint.base_url),
            "headers": sorted(endpoint.headers),
            "demo": endpoint.demo,
        },
        "model": spec.model,
        "messages": list(spec.messages),
        "system": spec.system,
        "max_tokens": spec.max_tokens,
        "temperature": spec.temperature,
        "top_p": spec.top_p,
        "seed": spec.seed,
        "stop": list(spec.stop),
        "reasoning_effort": spec.reasoning_effort,
        "stream": spec.stream,
        "cache": spec.cache,
        "params": without_keys(spec.params),
        "limits": {
            "connect_s": limits.connect,
            "ttft_s": limits.ttft,
            "stall_s": limits.stall,
            "total_s": limits.total,
            "retries": spec.retries,
        },
        "turn": spec.turn,
        "case": spec.case,
        "prompt_label": spec.prompt_label,
        **({"checks": list(map(check_table, spec.checks))} if spec.checks else {}),
    }


def spec_from_json(value: object) -> StreamSpec:
    """The inverse of `spec_to_json`; a missing value or one of a wrong type becomes its default."""
    fields = table(value)
    endpoint = table(fields.get("endpoint"))
    limits = table(fields.get("limits"))
    default = Deadlines()
    messages = fields.get("messages")
    stop = fields.get("stop")
    return StreamSpec(
        label=text(fields.get("label")),
        endpoint=Endpoint(
            name=text(endpoint.get("name")),
            # A later version may know more dialects. Nothing is sent to a recorded endpoint.
            api=cast("Api", text(endpoint.get("api"))),
            base_url=text(endpoint.get("base_url")),
            headers=_hidden(endpoint.get("headers")),
            demo=endpoint.get("demo") is True,
        ),
        model=text(fields.get("model")),
        messages=tuple(map(_shallow, messages)) if isinstance(messages, list) else (),
        system=_text_or_none(fields.get("system")),
        max_tokens=whole(fields.get("max_tokens")),
        temperature=number(fields.get("temperature")),
        top_p=number(fields.get("top_p")),
        seed=whole(fields.get("seed")),
        stop=tuple(map(text, stop)) if isinstance(stop, list) else (),
        reasoning_effort=_text_or_none(fields.get("reasoning_effort")),
        stream=fields.get("stream") is not False,
        cache=next((mode for mode in CACHE_MODES if mode == fields.get("cache")), "as-is"),
        params=_shallow(fields.get("params")),
        deadlines=Deadlines(
            connect=_limit(limits, "connect_s", default.connect),
            ttft=_limit(limits, "ttft_s", default.ttft),
            stall=_limit(limits, "stall_s", default.stall),
            total=_limit(limits, "total_s", default.total),
        ),
        retries=whole(limits.get("retries")) or 0,
        checks=checks_from_json(fields.get("checks")),
        turn=max(1, whole(fields.get("turn")) or 1),
        case=_text_or_none(fields.get("case")),
        prompt_label=_text_or_none(fields.get("prompt_label")),
    )


def table(value: object) -> Mapping[str, object]:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def _shallow(value: object) -> Mapping[str, object]:
    """`table(value)`, but empty if it is nested more deeply than anything we write."""
    level: list[object] = [table(value)]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for one in level
            if isinstance(one, (dict, list))
            for item in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return table(value)
    return {}


def text(value: object) -> str:
    """`value` if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def number(value: object) -> float | None:
    """`value` if it is a number that a float can represent, else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return value if isinstance(value, float) else value if float(value) == value else None
    except OverflowError:
        return None


def whole(value: object) -> int | None:
    """`value` if it is a whole number, else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _limit(limits: Mapping[str, object], key: str, default: float) -> float:
    limit = number(limits.get(key))
    return default if limit is None else limit


def _hidden(names: object) -> dict[str, str]:
    if not isinstance(names, list):
        return {}
    return {name: HIDDEN for name in names if isinstance(name, str)}


def _without_credentials(url: str) -> str:
    """The URL without user, password, query and fragment, any of which may be a key."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
