"""Hides values whose names say that they are keys, as some gateways want them in a request."""

from __future__ import annotations

import re
from collections.abc import Mapping

HIDDEN = "***"
"""Replaces a header's value or a key."""
_KEY = r"api.?key|authorization|password|secret|credential|bearer|(^|access.?|auth.?)token$"


def without_keys(value: object) -> object:
    """`value` with `HIDDEN` in place of everything that its name calls a key."""
    if isinstance(value, list):
        return [without_keys(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: HIDDEN if re.search(_KEY, str(name), re.I) else without_keys(item)
        for name, item in value.items()
    }


def with_keys(value: object, original: object) -> object:
    """`value` with what is still `HIDDEN` in it as it is at the same place of `original`."""
    if isinstance(value, list):
        if not isinstance(original, list):
            return value
        rest = [None] * (len(value) - len(original))
        return [with_keys(*pair) for pair in zip(value, [*original, *rest], strict=False)]
    if not (isinstance(value, Mapping) and isinstance(original, Mapping)):
        return value
    return {
        name: original[name]
        if item == HIDDEN and name in original
        else with_keys(item, original.get(name))
        for name, item in value.items()
    }
