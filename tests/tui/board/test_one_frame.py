"""A pane's header, numbers and text are of one moment, in every frame."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING

import pytest

from streamdash.streams.errors import StreamError
from streamdash.streams.events import Attempt, Connected, Delta, Headers, Sent
from streamdash.streams.stages import STAGES
from streamdash.streams.state import StreamState
from streamdash.tui.board.grid import pane_painter
from streamdash.tui.transcript import transcript
from streamdash.tui.transcript.section import SLICE
from tests.fuzzing import rounds
from tests.tui.recorded_screen import recorded_screen
from tests.tui.screen import shown, text, until
from tests.tui.scripted_run import scripted_run, spec

if TYPE_CHECKING:
    from tests.tui.recorded_screen import RecordedScreen

pytestmark = pytest.mark.fault("screen", "header, numbers and text of a pane agree in every frame")

EARLY = ("queued", "loading", "connecting", "connected", "sent", "waiting")
HEADING = re.compile(r"╭─ (?:\d )?(s\d) .*?[·◌○●✓✗◷■] (\w+) +[✕↻] ─╮")


def check(screen: RecordedScreen) -> set[str]:
    """Every pane on the glass says of itself what its text says; the stages that were seen."""
    rows = screen.text().splitlines()
    seen = set()
    for top, row in enumerate(rows):
        for heading in HEADING.finditer(row):
            left, right = heading.span()
            inside = [line[left + 1 : right - 1].strip() for line in rows[top + 1 :]]
            end = next(n for n, line in enumerate(rows[top + 1 :]) if line[left] == "╰")
            words, numbers = "".join(inside[:end]).strip(), inside[end]
            stage = heading[2]
            seen.add(stage)
            if "word" in words:
                assert stage not in EARLY, (stage, words)
                assert "…" not in numbers, numbers
            else:
                assert stage != "streaming", words
            assert ("over" in words) == (stage == "done"), (stage, words)
            assert ("total" in numbers) == (stage in ("done", "failed")), (stage, numbers)
    return seen


@pytest.mark.parametrize("streams", [2, 6])
@pytest.mark.parametrize("sliced", [False, True], ids=["whole frames", "a pane a slice"])
async def test_every_frame_is_of_one_moment(
    streams: int, sliced: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sliced:
        monkeypatch.setattr(pane_painter, "SLICE_S", 0.0)
    random = Random(streams)
    seen: set[str] = set()
    for _ in range(rounds(2)):
        run, provider = scripted_run(*(f"s{n}" for n in range(streams)))
        async with recorded_screen(run, size=(130, 30)) as screen:
            await until(lambda: len(provider.by_label) == streams)  # noqa: B023
            waiting = list(provider.by_label.values())
            written = screen.terminal.write_settled
            frames = 0

            def write(data: str) -> None:
                nonlocal frames
                frames += 1
                written(data)  # noqa: B023

            screen.terminal.write_settled = write  # type: ignore[method-assign]
            while waiting:
                stream = random.choice(waiting)
                stream.say("word ")
                if random.random() < 0.3:
                    stream.say("over")
                    stream.finish()
                    waiting.remove(stream)
                for _ in range(random.randint(1, 3)):
                    await screen.pilot.pause()
                    seen |= check(screen)
            await until(lambda: not run.live and not screen.app.painting)  # noqa: B023
            await screen.quiet()
            seen |= check(screen)
            assert frames
    assert {"waiting", "streaming", "done"} <= seen


async def test_a_long_answer_that_comes_at_once_is_not_done_before_its_last_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # one slice of the text a frame, on a fast machine too
    monkeypatch.setattr(transcript, "BUDGET_S", 0.0)
    run, provider = scripted_run("s0")
    async with recorded_screen(run, size=(80, 20)) as screen:
        await until(lambda: len(provider.by_label) == 1)
        provider["s0"].say("word " * (4 * SLICE))
        provider["s0"].say("over")
        provider["s0"].finish()
        seen = check(screen)
        while "done" not in seen:
            await screen.pilot.pause()
            seen |= check(screen)
        assert "streaming" in seen
    assert f"{20 * SLICE + 4:,}" in screen.text()


def test_each_stage_before_the_headers_is_told_apart() -> None:
    state = StreamState(spec("A"), 0, 0.0)
    seen = [state.stage]
    for event in (
        Attempt(1), Connected(reused=False), Sent(), Headers(200, None, ""), Delta("answer", "x"),
    ):  # fmt: skip
        state.apply(event, 1.0)
        seen.append(state.stage)
    assert seen == ["queued", "connecting", "connected", "sent", "waiting", "streaming"]
    assert seen == [stage for stage in STAGES if stage in seen]
    state.apply(Attempt(2), 2.0)
    assert state.stage == "connecting"


async def test_a_request_that_was_sent_is_not_called_connecting() -> None:
    run, provider = scripted_run("A", "B")
    for state in run.states:
        state.spec = state.spec._replace(stream=state.index == 0)

    async def silent(spec, exchange):  # type: ignore[no-untyped-def]
        await exchange.ready()
        exchange.emit(Connected(reused=False))
        exchange.emit(Sent())
        await provider[spec.label].queued.get()
        raise StreamError("disconnected", "hung up")
        yield

    provider.stream = silent  # type: ignore[method-assign]
    async with shown(run, size=(120, 20)) as (app, _):
        await until(lambda: "○ 2 sent" in text(app))
        await until(lambda: "no headers yet" in text(app) and "comes in one piece" in text(app))
        assert "connecting" not in text(app)
        assert text(app).count("○ sent") == 2
        for label in "AB":
            provider[label].queued.put_nowait(None)
        await until(lambda: "2 failed" in text(app))
