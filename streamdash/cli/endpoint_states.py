"""The states of endpoints for the board, with the answers of local servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.cli.probe import NO_ANSWER, probe_models
from streamdash.providers.endpoint_state import EndpointState, known_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from streamdash.streams.spec import Endpoint

PROBE_S = 0.8
"""How long the local servers, all at once, may take to list their models."""


def endpoint_states(
    endpoints: Sequence[Endpoint], environ: Mapping[str, str]
) -> Iterator[tuple[str, EndpointState]]:
    """Yield each endpoint's state by its name; those that must be asked come last."""
    probed = []
    for endpoint in endpoints:
        state = known_state(endpoint, environ)
        if state is None and not endpoint.base_url.startswith("http://"):
            # only a plain server is likely to be near
            state = EndpointState("needs no key", ready=True)
        if state is None:
            probed.append(endpoint)
        else:
            yield endpoint.name, state
    answers = probe_models([endpoint.base_url for endpoint in probed], PROBE_S)
    for endpoint, answer in zip(probed, answers, strict=True):
        ready = answer.startswith("answers, ") and answer.endswith(("model", "models"))
        if answer == NO_ANSWER:
            sentence = f"nothing answers at {endpoint.base_url}: is it running?"
        else:
            sentence = f"the server at {endpoint.base_url} {answer}"
        yield endpoint.name, EndpointState(sentence, ready)
