"""The board from outside: what is on the screen and what the keys do to the run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from streamdash.streams.errors import StreamError
from streamdash.streams.events import Status
from tests.tui.screen import app_of, rows, settled, shown, summarized, text, until
from tests.tui.scripted_run import scripted_run

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.tui.app import StreamdashApp

HOSTILE = "[@click=app.quit]x[/nope]\x1b]52;c;aGk=\x07"


def statuses(run: Run) -> list[str]:
    return [state.status.value for state in run.states]


async def test_the_first_frame_shows_every_stream_before_any_is_sent() -> None:
    run, _ = scripted_run("PY", "RS")
    seen: list[str] = []
    app: StreamdashApp = app_of(run, title="Two", start=lambda: seen.append(text(app)))
    async with app.run_test(size=(80, 24)):
        await until(lambda: bool(seen))
    assert "PY" in seen[0]
    assert "RS" in seen[0]
    assert seen[0].count("queued") >= 2
    assert statuses(run) == ["queued", "queued"]


async def test_text_appears_where_it_belongs_and_the_numbers_stay_at_the_end() -> None:
    run, provider = scripted_run("PY", "RS")
    async with shown(run) as (app, pilot):
        await until(lambda: "ttft" in text(app))
        provider["PY"].say("Python is ")
        provider["RS"].say("Rust is ")
        await until(lambda: "Python is" in text(app) and "Rust is" in text(app))
        provider["PY"].say("a language.")
        provider["PY"].finish()
        await until(lambda: "✓ done" in text(app))
        await settled(app, pilot)
        top = next(row for row in rows(app) if "Python is a language." in row)
        assert top.index("Python") < top.index("Rust")
        numbers = next(row for row in rows(app) if "total" in row)
        assert "21 ch" in numbers
        assert "8 ch" in numbers
    assert run.states[0].text.value() == "Python is a language."


async def test_the_title_counts_the_streams_by_status() -> None:
    run, provider = scripted_run("A", "B", "C", demo=True)
    async with shown(run, size=(140, 30)) as (app, _):
        provider["A"].say("hi")
        provider["B"].fail(StreamError("auth", "no such key", http_status=401))
        await until(lambda: "● 1 streaming" in rows(app)[-2] and "✗ 1 failed" in rows(app)[-2])
        assert "○ 1 waiting" in rows(app)[-2]
        assert "3 streams" in rows(app)[-2]
        assert "demo: canned answers from the embedded server" in rows(app)[-2]


async def test_a_failed_stream_says_why_in_its_pane() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, _):
        provider["A"].say("half an ans")
        provider["A"].fail(StreamError("disconnected", "the server hung\x1b[31m up\nin the middle"))
        await until(lambda: "✗ failed" in text(app))
        assert "half an ans" in text(app)
        assert "✗ disconnected: the server hung" in text(app)
        assert "\x1b" not in text(app)


async def test_cancelling_marks_one_pane_and_the_others_go_on() -> None:
    run, provider = scripted_run("A", "B", "C")
    async with shown(run) as (app, pilot):
        for label in "ABC":
            provider[label].say(f"text of {label} ")
        await until(lambda: statuses(run) == ["streaming"] * 3)
        await pilot.press("right", "x")
        await until(lambda: "■ cancelled" in text(app))
        await until(lambda: provider["B"].open == 0)
        assert statuses(run) == ["streaming", "cancelled", "streaming"]
        provider["A"].say("and more of A")
        provider["C"].say("and more of C")
        await until(lambda: "and more of A" in text(app) and "and more of C" in text(app))
        assert "text of B" in text(app)


async def test_cancel_all_ends_every_stream_at_once() -> None:
    run, _ = scripted_run("A", "B", "C")
    async with shown(run) as (_, pilot):
        await until(lambda: statuses(run) == ["waiting"] * 3)
        await pilot.press("X")
        await until(lambda: statuses(run) == ["cancelled"] * 3)


async def test_rerun_asks_again_and_shows_only_the_new_answer() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        provider["A"].say("the first answer")
        provider["A"].finish()
        await until(lambda: "the first answer" in text(app) and "done" in text(app))
        await pilot.press("r")
        await until(lambda: len(provider["A"].requests) == 2)
        provider["A"].say("the second answer")
        await until(lambda: "the second answer" in text(app))
        assert "the first answer" not in text(app)
        assert len(provider["B"].requests) == 1


async def test_rerun_all_asks_everything_again() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (_, pilot):
        await until(lambda: statuses(run) == ["waiting"] * 2)
        await pilot.press("R", "R")
        await until(lambda: all(len(provider[label].requests) == 2 for label in "AB"))


async def test_keys_move_the_focus_and_it_wraps_around() -> None:
    run, _ = scripted_run("A", "B", "C", "D")
    async with shown(run) as (app, pilot):
        places = []
        for key in (
            "tab",
            "right",
            "left",
            "shift+tab",
            "shift+tab",
            "tab",
            "shift+down",
            "3",
            "9",
        ):
            await pilot.press(key)
            await pilot.pause()
            places.append(app.board.grid.current)
    assert places == [1, 2, 1, 0, 3, 0, 2, 2, 2]


async def test_zoom_gives_one_pane_the_whole_screen_and_esc_takes_it_back() -> None:
    run, provider = scripted_run("Aaa", "Bbb")
    async with shown(run) as (app, pilot):
        provider["Aaa"].say("first")
        provider["Bbb"].say("second")
        await until(lambda: "first" in text(app) and "second" in text(app))
        await pilot.press("2", "enter")
        await until(lambda: "first" not in text(app))
        assert "second" in text(app)
        await pilot.press("left")
        await until(lambda: "first" in text(app) and "second" not in text(app))
        await pilot.press("escape")
        await until(lambda: "first" in text(app) and "second" in text(app))


async def test_text_that_came_while_a_pane_was_hidden_is_there_when_it_is_shown() -> None:
    run, provider = scripted_run("Aaa", "Bbb")
    async with shown(run) as (app, pilot):
        await pilot.press("z")
        await until(lambda: "Bbb" not in text(app))
        provider["Bbb"].say("came meanwhile")
        provider["Bbb"].finish()
        await until(lambda: run.states[1].status is Status.DONE)
        await pilot.press("z")
        await until(lambda: "came meanwhile" in text(app) and "✓ done" in text(app))


async def test_reasoning_folds_in_one_pane_and_in_all() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        for label in "AB":
            provider[label].say(f"thoughts of {label}", "reasoning")
            provider[label].say(f"answer of {label}")
        await until(lambda: "answer of A" in text(app) and "answer of B" in text(app))
        assert "thoughts of A" in text(app)
        await pilot.press("t")
        await until(lambda: "thoughts of A" not in text(app))
        assert "thoughts of B" in text(app)
        await pilot.press("T")
        await until(lambda: "thoughts of A" in text(app))
        await pilot.press("T")
        await until(lambda: "thoughts of" not in text(app))
        assert "answer of B" in text(app)


async def test_copy_takes_the_whole_answer_and_says_so() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        await pilot.press("y")
        await until(lambda: "no answer to copy yet" in text(app))
        provider["A"].say("reasons ", "reasoning")
        provider["A"].say("[b]not markup[/b] \ud800 ")
        provider["A"].finish()
        await until(lambda: run.states[0].status is Status.DONE)
        await pilot.press("y")
        await until(lambda: "sent 20 chars to the terminal" in text(app))
        assert app.clipboard == "[b]not markup[/b] ? "


async def test_the_summary_comes_and_goes_when_asked() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        for label, words in (("A", "12345"), ("B", "1234567")):
            provider[label].say(words)
        for label in "AB":
            provider[label].finish()
        await until(lambda: "✓ 2 done" in rows(app)[-2])
        assert "have ended" not in text(app)
        await summarized(app, pilot)
        assert "TTFT" in text(app).split("all 2 streams have ended")[1]
        assert "12345" in text(app)
        await pilot.press("escape")
        await until(lambda: "have ended" not in text(app))
        await pilot.press("s")
        await until(lambda: "have ended" in text(app))
        await pilot.press("r")
        await until(lambda: "have ended" not in text(app))


async def test_the_outcome_is_said_for_a_run_that_starts_and_ends_between_two_frames() -> None:
    run, stage = scripted_run("A", "B")
    async with shown(run) as (app, _):
        for label in "AB":
            stage[label].finish()
        await until(lambda: "✓ 2 done" in rows(app)[-2] and not app.painting)
        run.rerun_all()
        for label in "AB":
            stage[label].cut()
        await until(lambda: not run.live)
        assert not app.painting
        app.wake()
        await until(lambda: "2 truncated" in rows(app)[-2])


async def test_an_ended_run_uses_no_frames() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        for label in "AB":
            provider[label].say("x")
            provider[label].finish()
        await until(lambda: not app.painting and not run.live)
        await pilot.press("r")
        await until(lambda: app.painting)


async def test_the_help_shows_every_key_and_closes() -> None:
    run, _ = scripted_run("A")
    async with shown(run, size=(80, 60)) as (app, pilot):
        await pilot.press("question_mark")
        await until(lambda: "cancel this stream" in text(app))
        for words in ("next pane", "rerun all", "follow", "commands and themes", "quit"):
            assert words in text(app)
        await pilot.press("escape")
        await until(lambda: "cancel this stream" not in text(app))


async def test_a_small_terminal_after_a_large_one_keeps_two_panes_usable() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run, size=(200, 50)) as (app, pilot):
        for label in "AB":
            provider[label].say(f"words of {label} " * 30)
        await until(lambda: "words of B" in text(app))
        await pilot.resize_terminal(60, 20)
        await settled(app, pilot)
        assert all(len(row) <= 60 for row in rows(app))
        assert "words of A" in text(app)
        assert "words of B" in text(app)
        assert "q quit" in rows(app)[-1]


async def test_sixty_four_streams_are_all_shown_where_there_is_room() -> None:
    labels = [f"s{number}" for number in range(64)]
    run, provider = scripted_run(*labels)
    async with shown(run, size=(200, 50)) as (app, _):
        for label in labels:
            provider[label].say(f"<{label}>")
        # the screen is read once a look: read for each label, it keeps the app from painting
        await until(lambda: set(labels) <= {*re.findall(r"<(s\d+)>", text(app))})


async def test_what_does_not_fit_is_on_further_pages() -> None:
    labels = [f"s{number:02}" for number in range(64)]
    run, provider = scripted_run(*labels)
    async with shown(run, size=(80, 24)) as (app, pilot):
        for label in labels:
            provider[label].say(f"<{label}>")
        await until(lambda: "panes 1–9 of 64" in rows(app)[-2] or "1–9/64" in rows(app)[-2])
        assert "<s09>" not in text(app)
        await pilot.press("right_square_bracket")
        await until(lambda: "<s09>" in text(app))
        assert "<s00>" not in text(app)
        await pilot.press("left")
        await until(lambda: "<s08>" in text(app))


async def test_a_label_with_markup_and_escapes_is_shown_and_does_nothing() -> None:
    run, provider = scripted_run(HOSTILE, "B")
    async with shown(run) as (app, pilot):
        provider[HOSTILE].say("text")
        provider[HOSTILE].finish()
        provider["B"].say("text")
        provider["B"].finish()
        await until(lambda: "✓ 2 done" in rows(app)[-2])
        assert "[@click=app.quit]x[/nope]" in text(app)
        assert "\x1b" not in text(app)
        assert "\x07" not in text(app)
        await pilot.press("i")
        await until(lambda: "since send" in text(app))
        assert "[@click=app.quit]x[/nope]" in text(app)
        await pilot.press("escape", "p")
        await until(lambda: "Follow-up" in text(app))
        await pilot.press("tab")
        await until(lambda: "[@click=app.quit]x[/nope]" in text(app).split("Follow-up")[1])


@pytest.mark.parametrize("method", ["paint", "draw"])
async def test_a_pane_that_cannot_be_painted_leaves_the_others_alone(
    monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        broken = app.board.grid.panes[0].transcript

        def breaks() -> bool:
            raise ValueError("no")

        with monkeypatch.context() as patch:
            patch.setattr(broken, method, breaks)
            broken.refresh()
            provider["A"].say("never seen")
            provider["B"].say("goes on")
            await until(lambda: "cannot paint: ValueError" in text(app) and "goes on" in text(app))
        await pilot.press("r", "r")
        provider["A"].say("seen again")
        await until(lambda: "seen again" in text(app) and "cannot paint" not in text(app))


async def test_the_mouse_chooses_cancels_reruns_and_zooms() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        await until(lambda: statuses(run) == ["waiting"] * 2)
        right = app.board.grid.panes[1].region
        await pilot.click(offset=(right.x + 10, right.y + 5))
        await until(lambda: app.board.grid.current == 1)
        await pilot.click(offset=(right.right - 4, right.y))
        await until(lambda: statuses(run) == ["waiting", "cancelled"])
        await until(lambda: "↻" in rows(app)[right.y])
        await pilot.click(offset=(right.right - 4, right.y))
        await until(lambda: len(provider["B"].requests) == 2)
        await pilot.click(offset=(right.x + 5, right.y), times=2)
        await until(lambda: app.board.grid.zoomed)


async def test_selected_text_is_copied_by_ctrl_c_which_quits_only_then() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run, markdown=False) as (app, pilot):
        provider["A"].say("take these words, please")
        await until(lambda: "please" in text(app))
        row = next(y for y, line in enumerate(rows(app)) if "take these" in line)
        start = rows(app)[row].index("these")
        await pilot.mouse_down(offset=(start, row))
        await pilot.hover(offset=(start + 9, row))
        await pilot.mouse_up(offset=(start + 10, row))
        await pilot.press("ctrl+c")
        await until(lambda: app.clipboard.startswith("these word"))
        assert not app.clipboard.endswith("please")
        assert app.is_running
        await pilot.press("ctrl+c")
        await until(lambda: app.return_value == 130)


async def test_the_end_of_a_pane_says_when_its_reader_has_scrolled_up() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        provider["A"].say("line\n" * 100)
        await until(lambda: "500 ch" in text(app))
        assert "end follows" not in text(app)
        await pilot.press("pageup")
        await until(lambda: "end follows" in text(app))
        await pilot.press("end")
        await until(lambda: "end follows" not in text(app))


async def test_a_click_on_the_summary_chooses_its_pane() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        for label in "AB":
            provider[label].finish()
        await summarized(app, pilot)
        row = next(y for y, line in enumerate(rows(app)) if line.startswith(" B "))
        await pilot.click(offset=(5, row))
        await until(lambda: app.board.grid.current == 1)


async def test_a_click_on_the_key_line_is_as_good_as_the_key() -> None:
    run, _ = scripted_run("A", "B")
    async with shown(run) as (app, pilot):
        await until(lambda: statuses(run) == ["waiting"] * 2)
        keys = rows(app)[-1]
        await pilot.click(offset=(keys.index("cancel"), 39))
        await until(lambda: statuses(run) == ["cancelled", "waiting"])


async def test_quitting_gives_zero_and_ctrl_c_gives_130() -> None:
    for key, result in (("q", 0), ("ctrl+q", 0), ("ctrl+c", 130)):
        run, _ = scripted_run("A")
        async with shown(run) as (app, pilot):
            await pilot.press(key)
        assert app.return_value == result


async def test_a_retry_counts_down_in_the_pane() -> None:
    run, provider = scripted_run("A", retries=1)
    async with shown(run) as (app, _):
        provider["A"].fail(
            StreamError(
                "rate_limit", "slow down", http_status=429, retryable=True, retry_after_s=30
            )
        )
        await until(lambda: "retry in 29." in text(app))
        assert "↻ retrying" in text(app)
        assert "rate_limit 429" in text(app)


async def test_plain_mode_sends_no_colours() -> None:
    run, provider = scripted_run("A", "B")
    async with shown(run, plain=True) as (app, _):
        provider["A"].say("text")
        await until(lambda: "text" in text(app))
        colours = {
            color.name
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None
            for color in (segment.style.color, segment.style.bgcolor)
            if color is not None
        }
        assert colours <= {"default"}
        assert "┏" in text(app)


async def test_every_live_stream_keeps_running_while_help_is_open() -> None:
    run, provider = scripted_run("A")
    async with shown(run) as (app, pilot):
        await pilot.press("question_mark")
        provider["A"].say("written meanwhile")
        await until(lambda: run.states[0].text.chars > 0)
        await pilot.press("escape")
        await until(lambda: "written meanwhile" in text(app))


async def test_no_terminal_is_too_small_or_too_large() -> None:
    run, provider = scripted_run("A", "B", "C")
    async with shown(run) as (app, pilot):
        for label in "ABC":
            provider[label].say(f"words of {label} " * 20)
        for size in ((1, 1), (10, 3), (26, 6), (300, 100), (40, 8), (60, 20)):
            await pilot.resize_terminal(*size)
            await settled(app, pilot)
            assert len(rows(app)) == size[1]
        assert "words of C" in text(app)
