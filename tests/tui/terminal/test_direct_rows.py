"""Rows written past Textual's compositor are those that Textual would have written."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.screen import ModalScreen

from streamdash.streams.errors import StreamError
from tests.tui.recorded_screen import recorded_screen
from tests.tui.screen import until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from streamdash.demo.scripted_provider import ScriptedProviders
    from streamdash.streams.events import Channel
    from tests.tui.recorded_screen import RecordedScreen

    Deed = Callable[[RecordedScreen, Random], Awaitable[object]]

WORDS = (
    "plain words of an answer, ", "終わりの 日本語 ", "🦀🎉 ", "e\u0301 a\u0308 ", "tab\tstop ",
    "line\n", "\n\n", "\x1b[31m[red] ", "unbroken" * 12 + " ", "한국어 ",
)  # fmt: skip
"""Text of the same width in every terminal, or the two ways to a row could differ."""


def speak(provider: ScriptedProviders, random: Random) -> None:
    for stream in provider.by_label.values():
        if random.random() < 0.7:
            channel: Channel = "reasoning" if random.random() < 0.2 else "answer"
            stream.say("".join(random.choices(WORDS, k=random.randint(1, 6))), channel)


async def painted(screen: RecordedScreen, frames: int = 3) -> None:
    """Let some frames go by."""
    clock = screen.app._clock
    assert clock is not None
    if screen.app.painting:
        start = clock.frames
        await until(lambda: clock.frames >= start + frames or not screen.app.painting)


async def agree(screen: RecordedScreen) -> None:
    """The terminal shows what Textual would show if it painted everything now."""
    await screen.quiet()
    seen, wanted = screen.cells(), screen.painted_anew()
    wrong = [y for y, (row, other) in enumerate(zip(seen, wanted, strict=True)) if row != other]
    shown = ["".join(cell.text for cell in rows[y]) for y in wrong for rows in (seen, wanted)]
    assert not wrong, "\n".join(shown)


def press(*keys: str) -> Deed:
    async def deed(screen: RecordedScreen, _: Random) -> None:
        await screen.pilot.press(*keys)

    return deed


async def resize(screen: RecordedScreen, random: Random) -> None:
    await screen.resize(*random.choice([(200, 60), (120, 40), (80, 24), (60, 20), (97, 33)]))


async def toast(screen: RecordedScreen, random: Random) -> None:
    screen.app.notify("a note over some panes", timeout=random.choice([0.05, 0.2, 60]))


async def theme(screen: RecordedScreen, random: Random) -> None:
    screen.app.theme = random.choice(["textual-light", "nord", "textual-dark", "dracula"])


async def wheel(screen: RecordedScreen, random: Random) -> None:
    pane = screen.app.board.grid.shown_panes[0]
    turn = random.choice([events.MouseScrollUp, events.MouseScrollDown])
    pane.transcript.post_message(
        turn(pane.transcript, 3, 3, 0, 0, button=0, shift=False, meta=False, ctrl=False)
    )


async def select(screen: RecordedScreen, random: Random) -> None:
    if screen.app.screen is screen.app.board:
        pane = random.choice(screen.app.board.grid.shown_panes)
        await screen.pilot.mouse_down(pane.transcript, offset=(1, 0))
        await screen.pilot.hover(pane.transcript, offset=(6, 2))
        await screen.pilot.mouse_up(pane.transcript, offset=(6, 2))


async def nothing(screen: RecordedScreen, random: Random) -> None:
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
    run, provider = scripted_run(*(f"s{n:02d}" for n in range(streams)))
    async with recorded_screen(run, size=size, plain=plain) as screen:
        await until(lambda: len(provider.by_label) == streams)
        for _ in range(5):
            speak(provider, random)
            await painted(screen)
            await agree(screen)
            await random.choice(DEEDS)(screen, random)
            speak(provider, random)
            await painted(screen)
            await agree(screen)


async def test_endings_reach_the_terminal() -> None:
    run, provider = scripted_run("A", "B", "C")
    async with recorded_screen(run) as screen:
        await until(lambda: len(provider.by_label) == 3)
        provider["A"].say("half")
        provider["A"].fail(StreamError("disconnected", "hung up"))
        provider["B"].say("whole")
        provider["B"].finish()
        await until(lambda: run.states[1].status.final and run.states[0].status.final)
        await painted(screen)
        await agree(screen)
        provider["C"].finish()
        await until(lambda: not run.live and not screen.app.painting)
        await agree(screen)


async def test_text_of_an_uncovered_pane_needs_no_frame_of_textual() -> None:
    run, provider = scripted_run("A", "B")
    async with recorded_screen(run, size=(100, 30)) as screen:
        app = screen.app
        provider["A"].say("first")
        await painted(screen)
        await screen.quiet()
        frames: list[None] = []
        app.post_display_hook = lambda: frames.append(None)  # type: ignore[method-assign]
        for number in range(10):
            provider["A"].say(f" word {number}")
            await painted(screen)
        await screen.quiet()
        assert frames == []
        assert "word 9" in screen.text()


async def test_no_pane_is_written_over_a_screen_in_front() -> None:
    run, provider = scripted_run("A", "B")
    async with recorded_screen(run) as screen:
        app = screen.app
        provider["A"].say("first")
        await painted(screen)
        transcript = app.board.grid.shown_panes[0].transcript
        await screen.quiet()

        def written(text: str) -> bool:
            screen.terminal.writes.clear()
            transcript.append(text)
            app.board.paint(0.0)
            return text in "".join(screen.terminal.writes)

        assert written("open")
        shown = app.push_screen(ModalScreen())
        assert not written("at once")
        await shown
        await painted(screen)
        assert not written("meanwhile")
        gone = app.pop_screen()
        assert not written("not yet")
        await gone
        await screen.quiet()
        assert written("again")


@pytest.mark.parametrize("streams", [6, 40])
async def test_a_frame_moves_the_numbers_of_eight_panes_at_most_and_all_have_their_turn(
    streams: int,
) -> None:
    run, _ = scripted_run(*(f"s{n:02d}" for n in range(streams)))
    async with recorded_screen(run, size=(200, 60)) as screen:
        await until(lambda: all(state.sent_at is not None for state in run.states))
        await painted(screen)
        await screen.quiet()
        grid = screen.app.board.grid
        run.clock = lambda: 1e6 + len(turns)
        turns: list[int] = []
        # a frame that has taken its time leaves the rest to the next one
        while sum(turns) < streams and len(turns) < 10 * streams:
            screen.terminal.writes.clear()
            screen.app.board.paint(1e9 + len(turns))
            turns.append("".join(screen.terminal.writes).count("ttft"))
        assert max(turns) <= 8
        assert sum(turns) == len(grid.shown) == streams
