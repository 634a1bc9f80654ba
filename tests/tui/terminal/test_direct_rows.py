"""Rows written past Textual's compositor are those that Textual would have written."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.screen import ModalScreen

from streamdash.streams.errors import StreamError
from tests.tui.screen import until
from tests.tui.stage import scripted_run
from tests.tui.terminal_bytes import on_glass

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from streamdash.streams.events import Channel
    from tests.tui.stage import Stage
    from tests.tui.terminal_bytes import Onlooker

    Deed = Callable[[Onlooker, Random], Awaitable[object]]

WORDS = (
    "plain words of an answer, ", "終わりの 日本語 ", "🦀🎉 ", "e\u0301 a\u0308 ", "tab\tstop ",
    "line\n", "\n\n", "\x1b[31m[red] ", "unbroken" * 12 + " ", "한국어 ",
)  # fmt: skip
"""Text of the same width in every terminal, or the two ways to a row could differ."""


def speak(stage: Stage, random: Random) -> None:
    for speaker in stage.speakers.values():
        if random.random() < 0.7:
            channel: Channel = "reasoning" if random.random() < 0.2 else "answer"
            speaker.say("".join(random.choices(WORDS, k=random.randint(1, 6))), channel)


async def painted(onlooker: Onlooker, frames: int = 3) -> None:
    """Let some frames go by."""
    clock = onlooker.app._clock
    assert clock is not None
    if onlooker.app.painting:
        start = clock.frames
        await until(lambda: clock.frames >= start + frames or not onlooker.app.painting)


async def agree(onlooker: Onlooker) -> None:
    """The terminal shows what Textual would show if it painted everything now."""
    await onlooker.quiet()
    seen, wanted = onlooker.cells(), onlooker.painted_anew()
    wrong = [y for y, (row, other) in enumerate(zip(seen, wanted, strict=True)) if row != other]
    shown = ["".join(cell.text for cell in rows[y]) for y in wrong for rows in (seen, wanted)]
    assert not wrong, "\n".join(shown)


def press(*keys: str) -> Deed:
    async def deed(onlooker: Onlooker, _: Random) -> None:
        await onlooker.pilot.press(*keys)

    return deed


async def resize(onlooker: Onlooker, random: Random) -> None:
    await onlooker.resize(*random.choice([(200, 60), (120, 40), (80, 24), (60, 20), (97, 33)]))


async def toast(onlooker: Onlooker, random: Random) -> None:
    onlooker.app.notify("a note over some panes", timeout=random.choice([0.05, 0.2, 60]))


async def theme(onlooker: Onlooker, random: Random) -> None:
    onlooker.app.theme = random.choice(["textual-light", "nord", "textual-dark", "dracula"])


async def wheel(onlooker: Onlooker, random: Random) -> None:
    pane = onlooker.app.board.grid.shown_panes[0]
    turn = random.choice([events.MouseScrollUp, events.MouseScrollDown])
    pane.transcript.post_message(
        turn(pane.transcript, 3, 3, 0, 0, button=0, shift=False, meta=False, ctrl=False)
    )


async def select(onlooker: Onlooker, random: Random) -> None:
    if onlooker.app.screen is onlooker.app.board:
        pane = random.choice(onlooker.app.board.grid.shown_panes)
        await onlooker.pilot.mouse_down(pane.transcript, offset=(1, 0))
        await onlooker.pilot.hover(pane.transcript, offset=(6, 2))
        await onlooker.pilot.mouse_up(pane.transcript, offset=(6, 2))


async def nothing(onlooker: Onlooker, random: Random) -> None:
    """Only text."""


DEEDS: tuple[Deed, ...] = (
    nothing, nothing, nothing, resize, toast, theme, wheel, select,
    press("z"), press("i"), press("question_mark"), press("escape"), press("escape"),
    press("ctrl+p"), press("p"), press("s"), press("t"), press("x"), press("r"), press("right"),
    press("pageup"), press("end"), press("2"), press("pagedown"), press("tab"),
)  # fmt: skip


@pytest.mark.parametrize("plain", [False, True], ids=["colours", "plain"])
@pytest.mark.parametrize(
    ("streams", "size"), [(1, (60, 20)), (6, (120, 40)), (16, (200, 60)), (30, (80, 24))]
)
async def test_rows_written_directly_leave_the_screen_that_textual_would_paint(
    streams: int, size: tuple[int, int], plain: bool
) -> None:
    random = Random(streams + plain)
    run, stage = scripted_run(*(f"s{n:02d}" for n in range(streams)))
    async with on_glass(run, size=size, plain=plain) as onlooker:
        await until(lambda: len(stage.speakers) == streams)
        for _ in range(5):
            speak(stage, random)
            await painted(onlooker)
            await agree(onlooker)
            await random.choice(DEEDS)(onlooker, random)
            speak(stage, random)
            await painted(onlooker)
            await agree(onlooker)


async def test_endings_reach_the_terminal() -> None:
    run, stage = scripted_run("A", "B", "C")
    async with on_glass(run) as onlooker:
        await until(lambda: len(stage.speakers) == 3)
        stage["A"].say("half")
        stage["A"].fail(StreamError("disconnected", "hung up"))
        stage["B"].say("whole")
        stage["B"].finish()
        await until(lambda: run.states[1].status.final and run.states[0].status.final)
        await painted(onlooker)
        await agree(onlooker)
        stage["C"].finish()
        await until(lambda: not run.live and not onlooker.app.painting)
        await agree(onlooker)


async def test_text_of_an_uncovered_pane_needs_no_frame_of_textual() -> None:
    run, stage = scripted_run("A", "B")
    async with on_glass(run, size=(100, 30)) as onlooker:
        app = onlooker.app
        stage["A"].say("first")
        await painted(onlooker)
        await onlooker.quiet()
        frames: list[None] = []
        app.post_display_hook = lambda: frames.append(None)  # type: ignore[method-assign]
        for number in range(10):
            stage["A"].say(f" word {number}")
            await painted(onlooker)
        await onlooker.quiet()
        assert frames == []
        assert "word 9" in onlooker.text()


async def test_no_pane_is_written_over_a_screen_in_front() -> None:
    run, stage = scripted_run("A", "B")
    async with on_glass(run) as onlooker:
        app = onlooker.app
        stage["A"].say("first")
        await painted(onlooker)
        transcript = app.board.grid.shown_panes[0].transcript
        await onlooker.quiet()

        def written(text: str) -> bool:
            onlooker.terminal.writes.clear()
            transcript.append(text)
            app.board.paint(0.0)
            return text in "".join(onlooker.terminal.writes)

        assert written("open")
        shown = app.push_screen(ModalScreen())
        assert not written("at once")
        await shown
        await painted(onlooker)
        assert not written("meanwhile")
        gone = app.pop_screen()
        assert not written("not yet")
        await gone
        await onlooker.quiet()
        assert written("again")


@pytest.mark.parametrize(("streams", "frames"), [(6, 3), (40, 5)])
async def test_a_frame_moves_the_numbers_of_eight_panes_at_most_and_all_have_their_turn(
    streams: int, frames: int
) -> None:
    run, _ = scripted_run(*(f"s{n:02d}" for n in range(streams)))
    async with on_glass(run, size=(200, 60)) as onlooker:
        await until(lambda: all(state.sent_at is not None for state in run.states))
        await painted(onlooker)
        await onlooker.quiet()
        grid = onlooker.app.board.grid
        run.clock = lambda: 1e6 + len(turns)
        turns: list[int] = []
        for frame in range(frames):
            onlooker.terminal.writes.clear()
            onlooker.app.board.paint(1e9 + frame)
            turns.append("".join(onlooker.terminal.writes).count("ttft"))
        assert max(turns) <= 8
        assert sum(turns) == len(grid.shown) == streams
