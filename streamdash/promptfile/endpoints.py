"""Reads `[endpoints.NAME]`, the endpoints that a prompt file defines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from streamdash.promptfile.problems import did_you_mean, quoted
from streamdash.promptfile.values import (
    INVALID,
    Invalid,
    describe,
    describe_type,
    nonblank_text,
    read_table,
)
from streamdash.streams.base_url import base_url_for, check_base_url
from streamdash.streams.spec import APIS, Endpoint

if TYPE_CHECKING:
    from streamdash.promptfile.problems import Place
    from streamdash.promptfile.values import Check

# patterns are compiled at their first use: most prompt files define no endpoints
_NAME = r"[\w.-]{1,60}"
_VARIABLE = r"[A-Za-z_][A-Za-z0-9_]{0,199}"
_KEY = r"(sk|rk|pk|xai|pplx|csk|nvapi)-|(gsk|hf|r8|tgp|fw)_[A-Za-z0-9]{12}|AIza|Bearer\b"
_HEADER_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_HEADER_VALUE = r"[\t\x20-\x7e]*"


def read_endpoints(raw: object, place: Place) -> dict[str, Endpoint]:
    """The file's endpoints by name; one with problems has only its name."""
    if not isinstance(raw, dict):
        place.report(f"must hold a table for each endpoint, not {describe(raw)}")
        return {}
    return {name: _read_endpoint(name, table, place.at(name)) for name, table in raw.items()}


def _read_endpoint(name: str, raw: object, place: Place) -> Endpoint:
    found = len(place.problems)
    if not re.fullmatch(_NAME, name):
        place.report("an endpoint's name may contain only letters, digits, '-', '_' and '.'")
    values = read_table(raw, _KEYS, place, hints=_HINTS)
    if isinstance(raw, dict):
        if "api" not in raw:
            place.report(f"has no api; write one of {', '.join(APIS)}")
        if "base_url" not in raw:
            place.report('has no base_url; write one such as "http://127.0.0.1:8000/v1"')
    if len(place.problems) > found or INVALID in values.values():
        return Endpoint(name=name, api="openai", base_url="")
    return Endpoint(
        name=name,
        api=values["api"],
        base_url=base_url_for(values["api"], values["base_url"]),
        key_env=values.get("api_key_env"),
        headers=values.get("headers", {}),
    )


def _api(value: object, place: Place) -> str:
    found = nonblank_text(value, place)
    if found not in APIS:
        near = did_you_mean(found, APIS)
        raise Invalid(f"unknown api {quoted(found)}{near}; known: {', '.join(APIS)}")
    return found


def _base_url(value: object, _place: Place) -> str:
    if not isinstance(value, str):
        raise Invalid(f"must be text, not {describe(value)}")
    try:
        return check_base_url(value)
    except ValueError as error:
        raise Invalid(str(error)) from None


def _api_key_env(value: object, _place: Place) -> str:
    """A check whose problems never repeat the value, which may be a key by mistake."""
    if not isinstance(value, str):
        raise Invalid(f"must be text, not {describe_type(value)}")
    if _looks_like_a_key(value):
        raise Invalid(
            "looks like a key itself; the NAME of the variable that holds it belongs here, "
            "such as LAB_API_KEY"
        )
    if not re.fullmatch(_VARIABLE, value):
        raise Invalid("must be the name of an environment variable, such as LAB_API_KEY")
    return value


def _looks_like_a_key(text: str) -> bool:
    mixed = re.search(r"[a-z]", text) and re.search(r"\d", text)
    return bool(re.match(_KEY, text.strip()) or (mixed and len(text) >= 30))


def _headers(value: object, place: Place) -> dict[str, str]:
    """A check whose problems never repeat a header's value, which may be secret."""
    if not isinstance(value, dict):
        raise Invalid(f"must be a table of texts, not {describe_type(value)}")
    for name, content in value.items():
        if not re.fullmatch(_HEADER_NAME, name):
            place.report(f"{quoted(name)} is not a valid header name", about=name)
        elif not isinstance(content, str):
            place.at(name).report(f"must be text, not {describe_type(content)}")
        elif not re.fullmatch(_HEADER_VALUE, content):
            place.at(name).report("contains a control character or one outside ASCII")
    return {name: str(content).strip() for name, content in value.items()}


_KEYS: dict[str, Check] = {
    "api": _api,
    "base_url": _base_url,
    "api_key_env": _api_key_env,
    "headers": _headers,
}
_HINTS = {"api_key": "a key does not belong in the file: name its variable in api_key_env"}
