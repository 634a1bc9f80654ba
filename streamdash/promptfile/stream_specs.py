"""From planned streams to their specs: labels and default values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.promptfile.labels import LabelSource, case_labels, labels, prompt_labels
from streamdash.streams.spec import Deadlines, StreamSpec

if TYPE_CHECKING:
    from streamdash.promptfile.layers import Layer
    from streamdash.promptfile.model_references import Target
    from streamdash.promptfile.planned_streams import PlannedStream


def stream_specs(planned: list[PlannedStream]) -> tuple[StreamSpec, ...]:
    """The spec of each stream, with its label and with defaults for missing keys."""
    cases = case_labels([(one.row, one.filled) for one in planned])
    sources = [
        LabelSource(
            one.row,
            one.filled.layer.label,
            _opening(one.written),
            one.target,
            case,
            filled=one.filled.layer.label != one.written.label,
        )
        for one, case in zip(planned, cases, strict=True)
    ]
    prompts = prompt_labels(sources)
    return tuple(
        _spec(label, one.filled.layer, one.target)._replace(
            case=one.filled.case and one.filled.case.name,
            prompt_label=one.written.label or prompts[one.row],
        )
        for label, one in zip(labels(sources), planned, strict=True)
    )


def _opening(layer: Layer) -> str:
    """The first user message; empty if there is none yet."""
    return next(
        (str(item["content"]) for item in layer.messages or () if item["role"] == "user"), ""
    )


def _spec(label: str, layer: Layer, target: Target) -> StreamSpec:
    default = StreamSpec(label=label, endpoint=target.endpoint, model=target.model, messages=())
    return default._replace(
        messages=layer.messages or (),
        system=layer.system,
        max_tokens=layer.max_tokens,
        temperature=layer.temperature,
        top_p=layer.top_p,
        seed=layer.seed,
        stop=layer.stop or (),
        reasoning_effort=layer.reasoning_effort,
        stream=default.stream if layer.stream is None else layer.stream,
        cache=layer.cache or default.cache,
        params=layer.params or default.params,
        checks=layer.checks or (),
        deadlines=_deadlines(layer),
        retries=default.retries if layer.retries is None else layer.retries,
    ).with_default_limit()


def _deadlines(layer: Layer) -> Deadlines:
    default = Deadlines()
    return Deadlines(
        connect=layer.connect_timeout or default.connect,
        ttft=layer.ttft_timeout or default.ttft,
        stall=layer.stall_timeout or default.stall,
        total=layer.timeout or default.total,
    )
