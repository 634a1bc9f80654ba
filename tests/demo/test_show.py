"""The streams of the bare command."""

from __future__ import annotations

from streamdash.demo.personalities import PERSONALITIES
from streamdash.demo.question import Question
from streamdash.demo.show import demo_specs
from streamdash.streams.spec import Api, Endpoint

APIS: dict[str, Api] = {
    "demo": "openai",
    "demo-responses": "openai-responses",
    "demo-anthropic": "anthropic",
}
ENDPOINTS = {
    name: Endpoint(name=name, api=api, base_url="http://127.0.0.1:0", demo=True)
    for name, api in APIS.items()
}
SPECS = demo_specs(ENDPOINTS)


def seconds(model: str, prompt: object) -> float:
    question = Question(
        model=model, prompt=str(prompt), input_tokens=1, limit=None, stream=True, body={}
    )
    script = PERSONALITIES[model].perform(question)
    return script.opening_s + sum(step.delay_s for step in script.steps)


def test_at_least_six_streams_speak_all_three_dialects() -> None:
    assert len(SPECS) >= 6
    assert {spec.endpoint.api for spec in SPECS} == set(APIS.values())
    assert all(spec.endpoint is ENDPOINTS[spec.endpoint.name] for spec in SPECS)


def test_no_two_streams_look_alike() -> None:
    assert len({spec.label for spec in SPECS}) == len(SPECS)
    assert len({spec.model for spec in SPECS}) == len(SPECS)


def test_every_model_exists_and_the_temperaments_are_all_there() -> None:
    models = {spec.model for spec in SPECS}

    assert models <= PERSONALITIES.keys()
    assert {"quick", "slow", "thinker", "bursty", "long", "code"} <= models


def test_the_show_takes_some_ten_seconds() -> None:
    lengths = [seconds(spec.model, spec.messages[0]["content"]) for spec in SPECS]

    assert 8 < max(lengths) < 15
    assert min(lengths) > 2
