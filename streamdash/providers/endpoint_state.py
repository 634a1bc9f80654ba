"""Whether an endpoint looks ready to answer, as far as that is known without a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.providers.api_keys import read_key
from streamdash.providers.catalog import base_url_problem
from streamdash.streams.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.spec import Endpoint


class EndpointState(NamedTuple):
    """Whether an endpoint is `ready`, and why, in words of our own without any key."""

    sentence: str
    ready: bool
    missing: str = ""
    """The variable that would hold the key, if it is not set."""


def known_state(endpoint: Endpoint, environ: Mapping[str, str]) -> EndpointState | None:
    """The state of an endpoint; None if only a request can tell, because it needs no key."""
    if problem := base_url_problem(endpoint):
        return EndpointState(problem, ready=False)
    if endpoint.demo:
        return EndpointState("always there, canned answers", ready=True)
    if endpoint.key_env is None:
        return None
    try:
        read_key(endpoint, environ)
    except StreamError as error:
        if environ.get(endpoint.key_env, "").strip():
            return EndpointState(error.message, ready=False)
        return EndpointState(
            f"{endpoint.key_env} is not set", ready=False, missing=endpoint.key_env
        )
    return EndpointState(f"{endpoint.key_env} is set", ready=True)
