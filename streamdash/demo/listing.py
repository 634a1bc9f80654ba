"""The answer to GET /v1/models, as each SDK expects it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.demo.dialect import encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.streams.spec import Api

_OWNER = "streamdash"
_RELEASED = "2025-01-01T00:00:00Z"
_RELEASED_S = 1_735_689_600


def models_body(api: Api, names: Sequence[str]) -> bytes:
    """All models on one page."""
    if api == "anthropic":
        models = [
            {
                "type": "model",
                "id": name,
                "display_name": name.capitalize(),
                "created_at": _RELEASED,
                "lifecycle": "active",
            }
            for name in names
        ]
        page = {"has_more": False, "first_id": names[0], "last_id": names[-1]}
        return encode({"data": models, **page})
    data = [
        {"id": name, "object": "model", "created": _RELEASED_S, "owned_by": _OWNER}
        for name in names
    ]
    return encode({"object": "list", "data": data})
