"""What was asked of a stream, as JSON and back: no key, no header's value, no password."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit, urlunsplit

from streamdash.streams.spec import Deadlines, Endpoint, StreamSpec

if TYPE_CHECKING:
    from streamdash.streams.spec import Api

MAX_DEPTH = 100
HIDDEN = "***"
"""Stands where a header's value or a key stood."""

_KEY = r"api.?key|authorization|password|secret|credential|bearer|(^|access.?|auth.?)token$"


def spec_to_json(spec: StreamSpec) -> dict[str, object]:
    """`spec` as a JSON object; of the endpoint's headers only the names."""
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
        "params": _without_keys(spec.params),
        "limits": {
            "connect_s": limits.connect,
            "ttft_s": limits.ttft,
            "stall_s": limits.stall,
            "total_s": limits.total,
            "retries": spec.retries,
        },
        "turn": spec.turn,
    }


def spec_from_json(value: object) -> StreamSpec:
    """The spec that `spec_to_json` wrote; a missing or wrongly typed value takes its default."""
    known = table(value)
    endpoint = table(known.get("endpoint"))
    limits = table(known.get("limits"))
    usual = Deadlines()
    messages = known.get("messages")
    stop = known.get("stop")
    return StreamSpec(
        label=text(known.get("label")),
        endpoint=Endpoint(
            name=text(endpoint.get("name")),
            # a later version may know more dialects; nothing is sent there any more
            api=cast("Api", text(endpoint.get("api"))),
            base_url=text(endpoint.get("base_url")),
            headers=_hidden(endpoint.get("headers")),
            demo=endpoint.get("demo") is True,
        ),
        model=text(known.get("model")),
        messages=tuple(map(_shallow, messages)) if isinstance(messages, list) else (),
        system=_text_or_none(known.get("system")),
        max_tokens=whole(known.get("max_tokens")),
        temperature=number(known.get("temperature")),
        top_p=number(known.get("top_p")),
        seed=whole(known.get("seed")),
        stop=tuple(map(text, stop)) if isinstance(stop, list) else (),
        reasoning_effort=_text_or_none(known.get("reasoning_effort")),
        stream=known.get("stream") is not False,
        params=_shallow(known.get("params")),
        deadlines=Deadlines(
            connect=_limit(limits, "connect_s", usual.connect),
            ttft=_limit(limits, "ttft_s", usual.ttft),
            stall=_limit(limits, "stall_s", usual.stall),
            total=_limit(limits, "total_s", usual.total),
        ),
        retries=whole(limits.get("retries")) or 0,
        turn=max(1, whole(known.get("turn")) or 1),
    )


def table(value: object) -> Mapping[str, object]:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def _shallow(value: object) -> Mapping[str, object]:
    """`table`, but for what is nested more deeply than we ever write: an empty one."""
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
    """`value` if it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def number(value: object) -> float | None:
    """`value` if it is a number that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return value if isinstance(value, float) else value if float(value) == value else None
    except OverflowError:
        return None


def whole(value: object) -> int | None:
    """`value` if it is a whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _limit(limits: Mapping[str, object], key: str, usual: float) -> float:
    known = number(limits.get(key))
    return usual if known is None else known


def _hidden(names: object) -> dict[str, str]:
    if not isinstance(names, list):
        return {}
    return {name: HIDDEN for name in names if isinstance(name, str)}


def _without_keys(value: object) -> object:
    """`value` without what some gateways take in a request's body: keys of providers."""
    if isinstance(value, list):
        return [_without_keys(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: HIDDEN if re.search(_KEY, str(name), re.I) else _without_keys(item)
        for name, item in value.items()
    }


def _without_credentials(url: str) -> str:
    """The URL without user, password, query and fragment, any of which may be a key."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
