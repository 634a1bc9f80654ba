"""When a notice says that all streams of a long run have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.streams.errors import StreamError
from streamdash.streams.live import live_run
from streamdash.streams.spec import RunPlan
from streamdash.tui.end_notice import FRESH_S, LONG_S, EndNotice
from streamdash.tui.terminal.notice_codes import desktop_notice
from tests.fuzzing import examples
from tests.tui.screen import until
from tests.tui.scripted_run import ScriptedProviders, spec

if TYPE_CHECKING:
    from streamdash.streams.run import Run


class Watched:
    """A run of the streams A and B on a clock of its own, and the notices of its ends."""

    def __init__(self, kind: str = "bell") -> None:
        self.provider = ScriptedProviders()
        self.now = 100.0
        specs = (spec("A"), spec("B"))
        self.run: Run = live_run(
            RunPlan(specs=specs, title="T"), self.provider, clock=lambda: self.now
        )
        self.sent: list[str] = []
        self.notice = EndNotice(self.run, kind, "T", self.sent.append)  # type: ignore[arg-type]

    async def launched(self) -> None:
        """Wait until both streams are on their way."""
        for label in "AB":
            self.provider[label].say("x")
        states = self.run.states
        await until(lambda: all(not one.status.final and one.text.chars for one in states))
        self.notice.follow()

    async def ended(self) -> None:
        """Wait until no stream is live, and paint two frames after it."""
        await until(lambda: not self.run.live)
        self.notice.follow()
        self.notice.follow()

    def finish(self, *labels: str) -> None:
        for label in labels:
            self.provider[label].finish()


async def test_one_notice_follows_the_last_end_of_a_long_run() -> None:
    watched = Watched()
    watched.run.start()
    await watched.launched()
    watched.now += LONG_S
    watched.finish("A")
    await until(lambda: watched.run.states[0].status.final)
    watched.notice.follow()
    assert watched.sent == []
    watched.provider["B"].fail(StreamError("server", "no"))
    await watched.ended()
    assert watched.sent == ["\a"]


async def test_each_rerun_counts_its_own_time() -> None:
    watched = Watched()
    for seconds, notices in ((LONG_S + 1, 1), (LONG_S - 1, 1), (LONG_S, 2)):
        if watched.run.states[0].status.final:
            watched.run.rerun_all()
        else:
            watched.run.start()
        await watched.launched()
        watched.now += seconds
        watched.finish("A", "B")
        await watched.ended()
        assert len(watched.sent) == notices


async def test_a_follow_up_that_waited_belongs_to_the_same_time() -> None:
    watched = Watched("desktop")
    watched.run.start()
    await watched.launched()
    watched.run.ask("more", [0], with_cut=False)
    watched.now += LONG_S / 2
    watched.finish("A", "B")
    await until(lambda: watched.run.states[0].spec.messages[-1]["content"] == "more")
    watched.notice.follow()
    assert watched.sent == []
    watched.now += LONG_S / 2
    watched.finish("A")
    await watched.ended()
    (sent,) = watched.sent
    assert "streamdash: T: 2 done after 10.0 s" in sent


@pytest.mark.parametrize("how", ["cancelled", "removed", "seen late", "off"])
async def test_there_is_no_notice_for_a_user_who_is_there(how: str) -> None:
    watched = Watched("off" if how == "off" else "bell")
    watched.run.start()
    await watched.launched()
    watched.finish("A")
    await until(lambda: watched.run.states[0].status.final)
    watched.now += LONG_S * 2
    if how == "cancelled":
        watched.run.cancel_all()
    elif how == "removed":
        watched.run.remove(1)
    else:
        watched.finish("B")
    await until(lambda: not watched.run.live)
    if how == "seen late":
        watched.now += FRESH_S + 1
    await watched.ended()
    assert watched.sent == []


@examples(300)
@given(st.text(), st.sampled_from([{}, {"TERM": "foot"}, {"TMUX": "x"}, {"STY": "x"}]))
@pytest.mark.fault("screen", "a title that would end the sequence that it is in")
def test_no_title_ends_the_sequence_that_it_is_in(title: str, environ: dict[str, str]) -> None:
    sent = desktop_notice(title, title, environ)
    if "STY" in environ:
        assert sent == "\a"
        return
    if "TMUX" in environ:
        assert sent.startswith("\x1bPtmux;\x1b")
        sent = sent.removeprefix("\x1bPtmux;").removesuffix("\x1b\\\a").replace("\x1b\x1b", "\x1b")
    assert sent.startswith("\x1b]")
    assert sent.endswith("\x1b\\")
    inner = sent[2:-2]
    assert inner.isprintable()
    assert inner.count(";") == (3 if "TERM" in environ else 1)
