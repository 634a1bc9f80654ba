"""Parts that both OpenAI dialects share: error bodies, response headers, the model's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.demo.dialect import encode
from streamdash.demo.script import Rejection

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


def rejected(rejection: Rejection, _request_id: str) -> bytes:
    """The body `{"error": {message, type, param, code}}`."""
    kind = "server_error" if rejection.status >= 500 else "invalid_request_error"
    return encode(
        {
            "error": {
                "message": rejection.message,
                "type": _TYPES.get(rejection.status, kind),
                "param": rejection.param,
                "code": rejection.code,
            }
        }
    )


def headers(request_id: str, took_s: float) -> Mapping[str, str]:
    """The headers by which OpenAI's support identifies a request."""
    return {
        "x-request-id": request_id,
        "openai-version": "2020-10-01",
        "openai-processing-ms": str(round(took_s * 1000)),
    }


def missing(param: str) -> Rejection:
    """The rejection of a request without a required parameter."""
    return Rejection(
        400,
        f"Missing required parameter: '{param}'.",
        param=param,
        code="missing_required_parameter",
    )


def model_of(body: Mapping[str, object]) -> str:
    """The name of the request's model. Raises Rejection if it has none."""
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise missing("model")
    return model
