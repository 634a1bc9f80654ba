"""What a changed form sends to a real server, in each dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from streamdash.demo.server import DemoServer
from streamdash.models.model_lists import ModelLists
from streamdash.models.model_sources import ModelSources
from streamdash.promptfile.model_names import ModelNames
from streamdash.promptfile.model_references import Target
from streamdash.providers.registry import Providers
from streamdash.streams.live import live_run
from streamdash.streams.spec import Endpoint, RunPlan
from streamdash.tui.screens.change.form import ChangeForm
from streamdash.tui.screens.models.picker import ModelPicker
from tests.tui.screen import shown, text, until
from tests.tui.screens.change.opened import closed, go_to, opened, row, write
from tests.tui.scripted_run import spec

if TYPE_CHECKING:
    from streamdash.demo.received import Received
    from streamdash.streams.run import Run
    from streamdash.streams.spec import Api

NAMES: dict[Api, str] = {"openai": "chat", "openai-responses": "resp", "anthropic": "mess"}
TYPED = {
    "system": "Be brief.",
    "prompt": "And why?",
    "temperature": "0.5",
    "top_p": "0.9",
    "max_tokens": "64",
    "seed": "7",
    "stop": "END",
    "reasoning_effort": "low",
    "params": "top_k = 5",
}
BODIES: dict[Api, dict[str, Any]] = {
    "openai": {
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "And why?"},
        ],
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 64,
        "seed": 7,
        "stop": ["END"],
        "reasoning_effort": "low",
        "top_k": 5,
    },
    "openai-responses": {
        "instructions": "Be brief.",
        "temperature": 0.5,
        "top_p": 0.9,
        "max_output_tokens": 64,
        "reasoning": {"effort": "low"},
        "top_k": 5,
    },
    "anthropic": {
        "system": "Be brief.",
        "messages": [{"role": "user", "content": "And why?"}],
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 64,
        "stop_sequences": ["END"],
        "output_config": {"effort": "low"},
        "top_k": 5,
    },
}


def run_against(server: DemoServer) -> tuple[Run, ModelSources]:
    """A run of one stream in each dialect, and the models that its form knows."""
    endpoints = {name: Endpoint(name, api, server.base_url(api)) for api, name in NAMES.items()}
    specs = [
        spec(name)._replace(endpoint=endpoint, model="quick", max_tokens=None)
        for name, endpoint in endpoints.items()
    ]
    sources = ModelSources(ModelNames(endpoints), ModelLists({}))
    return live_run(RunPlan(specs=tuple(specs)), Providers({})), sources


@pytest.mark.parametrize("api", NAMES)
async def test_the_changed_request_reaches_the_server_in_the_form_of_its_dialect(api: Api) -> None:
    async with DemoServer(pace=0) as server:
        run, models = run_against(server)
        async with shown(run, models=models) as (app, pilot):
            await run.wait()
            await pilot.press(str([*NAMES].index(api) + 1))
            await opened(app, pilot)
            for field, typed in TYPED.items():
                await write(app, pilot, field, typed)
            await pilot.press("enter")
            await until(lambda: len(server.requests) == 4)
            body = server.requests[3].body
            assert isinstance(body, dict)
            assert {name: body.get(name) for name in BODIES[api]} == BODIES[api]
            assert "And why?" in str(body)
            assert ("seed" in body) == (api == "openai")
            await run.wait()


async def test_a_model_of_another_dialect_gets_the_same_settings_in_its_own_form() -> None:
    async with DemoServer(pace=0) as server:
        run, models = run_against(server)
        async with shown(run, models=models) as (app, pilot):
            await run.wait()
            await opened(app, pilot)
            await write(app, pilot, "model", "mess:quick")
            await write(app, pilot, "stop", "END")
            await pilot.press("enter")
            await until(lambda: len(server.requests) == 4)
            sent = server.requests[3]
            assert sent.path.endswith("/messages")
            assert isinstance(sent.body, dict)
            assert sent.body["stop_sequences"] == ["END"]
            assert sent.body["max_tokens"] == 1024
            await run.wait()


async def test_a_model_is_chosen_on_the_pickers_screen() -> None:
    async with DemoServer(pace=0) as server:
        run, models = run_against(server)
        sources = models._replace(planned=tuple(_targets(run)))
        async with shown(run, models=sources) as (app, pilot):
            await run.wait()
            await opened(app, pilot)
            await pilot.press("ctrl+o")
            assert isinstance(app.screen, ChangeForm)
            await go_to(app, pilot, "model")
            assert "ctrl+o models" in text(app)
            await pilot.press("ctrl+o")
            await until(lambda: isinstance(app.screen, ModelPicker))
            await pilot.press(*"mess")
            await until(lambda: "mess:quick" in text(app))
            await pilot.press("enter")
            await until(lambda: not isinstance(app.screen, ModelPicker))
            await until(lambda: row(app, "model").changed)
            await pilot.pause()
            assert row(app, "model").text == "mess:quick"
            await pilot.press("enter")
            await until(lambda: len(_asked(server)) == 4)
            assert _asked(server)[3].path.endswith("/messages")
            await closed(app)
            await run.wait()


async def test_what_is_missing_for_a_model_is_said_before_anything_is_sent() -> None:
    async with DemoServer(pace=0) as server:
        run, models = run_against(server)
        paid = Endpoint("paid", "openai", "https://paid.example/v1", key_env="PAID_API_KEY")
        stolen = Endpoint("odd", "openai", "https://odd.example/v1", key_env="OPENAI_API_KEY")
        sources = models._replace(
            names=models.names.with_endpoints({"paid": paid, "odd": stolen}),
            lists=ModelLists({"OPENAI_API_KEY": "sk-1"}),
        )
        async with shown(run, models=sources) as (app, pilot):
            await run.wait()
            await opened(app, pilot)
            await write(app, pilot, "model", "paid:m")
            await until(lambda: "PAID_API_KEY" in text(app))
            await write(app, pilot, "model", "odd:m")
            await until(lambda: "OPENAI_API_KEY is sent to https://odd.example" in text(app))


def _asked(server: DemoServer) -> list[Received]:
    """The requests for answers; the picker asks for models."""
    return [request for request in server.requests if request.method == "POST"]


def _targets(run: Run) -> list[Target]:
    return [Target(one.spec.endpoint, one.spec.model) for one in run.states]
