"""Choosing a model: what is listed, searched, offered and picked."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from textual.events import Key

from streamdash.models.list_cache import ListCache
from streamdash.models.model_lists import ModelLists
from streamdash.streams.spec import Endpoint
from streamdash.tui.screens.models.candidate_list import CandidateList
from streamdash.tui.screens.models.picker import ModelPicker
from tests.models.serving import answer, openai_list, serving
from tests.recording.test_recent_models import record
from tests.tui.model_choice import KEYED, model_sources
from tests.tui.screen import rows, settled, shown, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from textual.pilot import Pilot

    from streamdash.models.model_sources import ModelSources
    from streamdash.tui.app import StreamdashApp


SCROLL_BAR = " ▁▂▃▄▅▆▇█"


class Choice:
    """An open picker, and what it ended with."""

    def __init__(self, app: StreamdashApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot
        self.results: list[str | None] = []

    @property
    def listed(self) -> list[str]:
        """The visible rows of the list, as words."""
        shown = (" ".join(row.rstrip(SCROLL_BAR).split()) for row in rows(self.app)[2:-2])
        return [row for row in shown if row]

    @property
    def title(self) -> str:
        return rows(self.app)[0]

    @property
    def detail(self) -> str:
        return rows(self.app)[-2].strip()

    async def type(self, words: str) -> None:
        await self.pilot.press(*("space" if char == " " else char for char in words))
        await settled(self.app, self.pilot)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await settled(self.app, self.pilot)

    async def all_asked(self) -> None:
        await until(lambda: "asking" not in self.title)
        await settled(self.app, self.pilot)


@asynccontextmanager
async def choosing(
    sources: ModelSources, *, size: tuple[int, int] = (100, 30), current: str | None = None
) -> AsyncIterator[Choice]:
    run, _ = scripted_run("A")
    async with shown(run, size=size) as (app, pilot):
        choice = Choice(app, pilot)
        app.push_screen(
            ModelPicker(sources, current=current),
            lambda target: choice.results.append(target and target.reference),
        )
        await settled(app, pilot)
        yield choice


def lab(url: str, name: str = "far", **fields: str) -> Endpoint:
    return Endpoint(name, "openai", url, **fields)  # type: ignore[arg-type]


async def test_models_are_listed_in_the_order_of_their_sources(tmp_path: Path) -> None:
    record(tmp_path, 1, "keyed:recent", "lab:m-1", "gone:model", "far:b")
    async with serving(answer(openai_list(["b", "a", "recent"]))) as server:
        sources = model_sources(
            lab(server.url),
            aliases={"fast": "keyed:quick", "broken": "gone:x"},
            configured=("mine",),
            runs=tmp_path,
        )
        async with choosing(sources) as choice:
            await choice.all_asked()
            assert choice.listed == [
                "fast = keyed:quick no KEYED_API_KEY alias",
                "lab:m-1 this run",
                "keyed:mine no KEYED_API_KEY config",
                "keyed:recent no KEYED_API_KEY recent",
                "far:b recent",
                "far:a listed",
                "far:recent listed",
            ]
            assert "7 models" in choice.title


async def test_typing_narrows_the_list_and_enter_picks() -> None:
    sources = model_sources(planned=("gpt-4o-mini", "gpt-4o", "claude"))
    async with choosing(sources) as choice:
        await choice.type("g4m")
        assert choice.listed == ["lab:gpt-4o-mini this run"]
        assert "1 of 3 models" in choice.title
        await choice.press("enter")
        assert choice.results == ["lab:gpt-4o-mini"]


async def test_an_alias_gives_its_target() -> None:
    async with choosing(model_sources(aliases={"fast": "keyed:quick"})) as choice:
        await choice.type("fast")
        await choice.press("enter")
        assert choice.results == ["keyed:quick"]


async def test_escape_picks_nothing() -> None:
    async with choosing(model_sources()) as choice:
        await choice.press("down", "escape")
        assert choice.results == [None]


async def test_a_typed_reference_that_nothing_lists_is_offered() -> None:
    async with choosing(model_sources()) as choice:
        await choice.type("keyed:brand-new")
        assert choice.listed == ["keyed:brand-new no KEYED_API_KEY as typed"]
        assert "KEYED_API_KEY is not set" in choice.detail
        await choice.press("enter")
        assert choice.results == ["keyed:brand-new"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("keyd:x", "unknown endpoint 'keyd' (did you mean 'keyed'?)"),
        ("gpt-9", "'gpt-9' names no endpoint; write endpoint:model"),
        ("keyed:", "'keyed:' names no model; write keyed:MODEL"),
    ],
)
async def test_a_typo_gets_the_usual_error_and_cannot_be_picked(typed: str, sentence: str) -> None:
    async with choosing(model_sources()) as choice:
        await choice.type(typed)
        assert sentence in choice.detail
        await choice.press("enter")
        assert choice.results == []
        assert isinstance(choice.app.screen, ModelPicker)


async def test_without_any_model_the_screen_says_what_to_type() -> None:
    async with choosing(model_sources(planned=())) as choice:
        assert choice.listed == []
        assert "type ENDPOINT:MODEL" in choice.detail


async def test_an_endpoint_that_fails_says_so_in_its_own_row() -> None:
    refused = answer({"error": "no credit"}, status="402 Payment Required")
    async with serving(refused) as server, serving(answer(openai_list(["ok"]))) as other:
        far, near = lab(server.url), lab(other.url, "near")
        async with choosing(model_sources(far, near)) as choice:
            await choice.all_asked()
            assert choice.listed == [
                "lab:m-1 this run",
                "near:ok listed",
                "far: HTTP 402: no credit",
            ]
            await choice.type("xyz")
            assert "'xyz' names no endpoint" in choice.detail
            await choice.press("backspace", "backspace", "backspace", "ctrl+end", "enter")
            assert choice.detail == "far lists no models: HTTP 402: no credit"
            assert choice.results == []


async def test_a_missing_local_server_is_no_row() -> None:
    local = lab("http://127.0.0.1:9/v1", "ollama")._replace(builtin=True)
    async with choosing(model_sources(local)) as choice:
        await choice.all_asked()
        assert choice.listed == ["lab:m-1 this run"]


async def test_the_chosen_row_and_its_line_stay_when_better_matches_arrive() -> None:
    ready = asyncio.Event()
    names = [f"m-{number}" for number in range(50)]
    planned = tuple(f"own-xm-{number}" for number in range(40))
    async with serving(answer(openai_list(names)), ready=ready) as server:
        sources = model_sources(lab(server.url), planned=planned)
        async with choosing(sources, size=(80, 20)) as choice:
            await choice.type("m")
            await choice.press("pagedown", "pagedown")
            line = choice.listed.index("lab:own-xm-30 this run")
            assert "40 of 40 models" in choice.title
            assert "asking far" in choice.title
            ready.set()
            await choice.all_asked()
            assert "90 of 90 models" in choice.title
            assert choice.listed.index("lab:own-xm-30 this run") == line
            assert choice.detail.startswith("lab:own-xm-30")
            await choice.press("ctrl+home")
            assert choice.detail.startswith("far:m-0")


@pytest.mark.fault("model lists", "hostile names")
async def test_five_thousand_names_are_searched_and_hostile_text_is_shown_clean(
    tmp_path: Path,
) -> None:
    record(tmp_path, 1, "keyed:\x1b[2Jred", "keyed:a\u3164b", "keyed:" + "w" * 900)
    names = [f"vendor/model-{number}" for number in range(5000)]
    async with serving(answer(openai_list([*names, "\x1b]0;x\x07"]))) as server:
        sources = model_sources(lab(server.url), runs=tmp_path)
        async with choosing(sources, size=(60, 20)) as choice:
            await choice.all_asked()
            assert "5,003 models" in choice.title
            assert "\x1b" not in text(choice.app)
            assert any("keyed:a\ufffdb" in row for row in choice.listed)
            await choice.type("model-4242")
            await until(lambda: choice.listed[:1] == ["far:vendor/model-4242 listed"])
            await choice.press("enter")
            assert choice.results == ["far:vendor/model-4242"]


async def test_enter_right_after_typing_waits_for_the_rows_of_what_was_typed() -> None:
    names = [f"vendor/model-{number}" for number in range(5000)]
    async with (
        serving(answer(openai_list(names))) as server,
        choosing(model_sources(lab(server.url))) as choice,
    ):
        await choice.all_asked()
        await choice.pilot.press(*"4242", "enter")
        await until(lambda: choice.results == ["far:vendor/model-4242"])


@pytest.mark.parametrize(
    ("keys", "result"),
    [
        (("x", "down", "down", "enter"), "lab:x-2"),
        (("x", "pagedown", "up", "enter"), "lab:x-6"),
        (("x", "ctrl+end", "enter"), "lab:x-29"),
        (("x", "ctrl+end", "ctrl+home", "enter"), "lab:x-0"),
    ],
)
async def test_keys_that_come_faster_than_the_rows_act_on_what_was_typed(
    keys: tuple[str, ...], result: str
) -> None:
    planned = ("other", *(f"x-{number}" for number in range(30)))
    async with choosing(model_sources(planned=planned), size=(80, 12)) as choice:
        for key in keys:
            choice.app.post_message(Key(key, key if len(key) == 1 else None))
        await until(lambda: choice.results == [result])


@pytest.mark.parametrize("moves", [1, 3])
async def test_keys_that_come_faster_than_a_search_in_a_thread_act_on_its_rows(moves: int) -> None:
    names = [f"vendor/model-{number}" for number in range(5000)]
    async with (
        serving(answer(openai_list(names))) as server,
        choosing(model_sources(lab(server.url))) as choice,
    ):
        await choice.all_asked()
        await choice.type("424")
        listed = [row.split()[0] for row in choice.listed[:4]]
        await choice.pilot.press(*["backspace"] * 3)
        for key in (*"424", *["down"] * moves, "enter"):
            choice.app.post_message(Key(key, key if len(key) == 1 else None))
        await until(lambda: choice.results == [listed[moves]])


async def test_the_current_model_is_chosen_at_first() -> None:
    sources = model_sources(planned=("a", "b", "c"))
    async with choosing(sources, current="lab:c") as choice:
        await choice.press("enter")
        assert choice.results == ["lab:c"]


async def test_the_mouse_chooses_and_picks() -> None:
    async with choosing(model_sources(planned=("a", "b", "c"))) as choice:
        await choice.pilot.click(CandidateList, offset=(5, 1))
        await settled(choice.app, choice.pilot)
        assert choice.detail.startswith("lab:b")
        await choice.pilot.click(CandidateList, offset=(5, 2), times=2)
        await settled(choice.app, choice.pilot)
        assert choice.results == ["lab:c"]


async def test_the_endpoints_are_asked_again_on_demand() -> None:
    replies = [answer(openai_list(["old"])), answer(openai_list(["new"]))]
    async with (
        serving(lambda _request: replies.pop(0)) as server,
        choosing(model_sources(lab(server.url))) as choice,
    ):
        await choice.all_asked()
        assert "far:old listed" in choice.listed
        await choice.press("ctrl+r")
        await until(lambda: "far:new listed" in choice.listed)
        assert "far:old listed" not in choice.listed


@pytest.mark.parametrize("size", [(60, 20), (24, 6), (12, 3), (200, 50)])
async def test_it_works_at_any_size(size: tuple[int, int]) -> None:
    sources = model_sources(aliases={"fast": "keyed:quick"}, configured=("mine" * 20,))
    async with choosing(sources, size=size) as choice:
        await choice.press("pagedown", "up", "ctrl+home", "ctrl+end", "pageup")
        assert max(map(len, rows(choice.app))) <= size[0]
        await choice.type("m-1")
        await choice.press("enter")
        assert choice.results == ["lab:m-1"]


async def test_closing_while_endpoints_are_asked_leaves_nothing_behind() -> None:
    async with (
        serving(b"", hangs=True) as server,
        choosing(model_sources(lab(server.url))) as choice,
    ):
        await until(lambda: bool(server.requests))
        assert "asking far" in choice.title
        await choice.press("escape")
        assert choice.results == [None]


def test_an_endpoint_without_its_key_is_not_asked() -> None:
    assert model_sources().askable() == []
    found = model_sources(environ={"KEYED_API_KEY": "k"}).askable()
    assert found == [KEYED]


async def test_cached_lists_are_there_at_once_and_their_endpoints_not_asked(tmp_path: Path) -> None:
    async with serving(answer(openai_list(["kept"]))) as server:
        sources = model_sources(lab(server.url))
        cache = ListCache(tmp_path)
        sources = sources._replace(lists=ModelLists({}, cache=cache))
        await sources.lists.fetch(lab(server.url))
        async with choosing(sources) as choice:
            await until(lambda: "far:kept listed" in choice.listed)
            assert "asking" not in choice.title
        assert len(server.requests) == 1


async def test_arrows_and_pages_move_in_the_list_while_the_field_has_the_keyboard() -> None:
    sources = model_sources(planned=tuple(f"m-{number:02}" for number in range(60)))
    async with choosing(sources, size=(80, 20)) as choice:
        await choice.press("down", "down")
        assert choice.detail.startswith("lab:m-02")
        await choice.press("up")
        assert choice.detail.startswith("lab:m-01")
        await choice.press("pagedown")
        assert not any("lab:m-00" in row for row in choice.listed)
        await choice.press("pageup")
        assert choice.detail.startswith("lab:m-01")
