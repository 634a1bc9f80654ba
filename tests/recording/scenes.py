"""Runs to record: scripted streams of every kind, in virtual time."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

from streamdash.recording.journal import Journal
from streamdash.streams.errors import StreamError
from streamdash.streams.events import (
    Connected,
    Delta,
    Finish,
    Flag,
    Identity,
    Status,
    Terminal,
    Usage,
    Wire,
)
from streamdash.streams.live import live_run
from streamdash.streams.spec import RunPlan
from tests.streams.scripted import HEADERS, STOP, Scripted, ScriptedSource, Step, spec, spoken
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from streamdash.streams.listener import Listener
    from streamdash.streams.run import Run
    from streamdash.streams.spec import Order, StreamSpec

STARTED = datetime(2026, 1, 31, 18, 20, 33, 250_000, UTC)

THOUGHTFUL: list[Step] = [
    (0.0, Connected(False, 0.001, 0.0123456789)),
    (0.0777, HEADERS),
    (0.0001, Wire("chat.completion.chunk", '{"role": "assistant"}')),
    (0.0, Identity("chatcmpl-1", "m-2026")),
    *(
        step
        for place in range(12)
        for step in (
            (0.0313 + place / 977, Wire("chat.completion.chunk", "{}")),
            (1e-6, Delta("reasoning" if place < 5 else "answer", f"wörd{place} 😀\n")),
        )
    ),
    (0.4, Delta("answer", "late\x00\x1b[31m")),
    (0.01, Wire("usage", "{}")),
    (0.0, Usage(12, 80, 30, 0)),
    (0.0, STOP),
    (0.0, Wire("[DONE]", "[DONE]", chunk=False)),
    (0.0, Terminal()),
]


def providers() -> dict[str, Scripted]:
    """One stream of each kind."""
    return {
        "plain": Scripted(spoken(*["one ", "two ", "three"] * 5)),
        "thinker": Scripted(THOUGHTFUL),
        "retried": Scripted(
            [(0.05, StreamError("server", "HTTP 500", http_status=500, retryable=True))],
            spoken("at ", "last"),
        ),
        "cut": Scripted([*spoken("half an ans", "wer")[:5]]),
        "broken": Scripted(
            [*spoken("so far")[:3], (0.2, StreamError("disconnected", "connection reset"))]
        ),
        "refusing": Scripted(
            [(0.1, HEADERS), (0.1, Delta("refusal", "No.")), (0.0, STOP), (0.0, Terminal())]
        ),
        "short": Scripted([*spoken("a", "b")[:5], (0.0, Finish("length", Status.INCOMPLETE))]),
        "mute": Scripted([(0.3, HEADERS), (0.0, STOP), (0.1, Flag("odd")), (0.0, Terminal())]),
        "keyless": Scripted([], warm_error=StreamError("auth", "LAB_API_KEY is not set")),
        "pair": Scripted(spoken("\ud83d", "\ude00", "\ud800")),
    }


def make_run(
    known: dict[str, Scripted] | None = None,
    *,
    repeat: int = 1,
    warmup: int = 0,
    order: Order = "together",
    concurrency: int = 0,
    title: str = "Every sort",
    listeners: tuple[Listener, ...] = (),
    specs: tuple[StreamSpec, ...] | None = None,
) -> Run:
    """A run with one stream for each provider, on the running loop's clock."""
    known = providers() if known is None else known
    plan = RunPlan(
        specs=tuple(spec(label) for label in known) if specs is None else specs,
        title=title,
        repeat=repeat,
        warmup=warmup,
        order=order,
        seed=4,
        concurrency=concurrency,
    )
    return live_run(
        plan,
        ScriptedSource(known),
        clock=virtual_clock,
        listeners=listeners,
        rng=Random(1),
    )


def record(
    path: Path,
    known: dict[str, Scripted] | None = None,
    *,
    during: Callable[[Run], Awaitable[None]] | None = None,
    repeat: int = 1,
    warmup: int = 0,
    order: Order = "together",
    concurrency: int = 0,
    title: str = "Every sort",
    specs: tuple[StreamSpec, ...] | None = None,
) -> Run:
    """Record a whole run to `path`, in virtual time; `during` may cancel and rerun streams."""

    async def work() -> Run:
        journal = Journal(path)
        run = make_run(
            known,
            repeat=repeat,
            warmup=warmup,
            order=order,
            concurrency=concurrency,
            title=title,
            listeners=(journal,),
            specs=specs,
        )
        journal.begin(run, STARTED)
        run.start()
        if during is not None:
            await during(run)
        await run.wait()
        await run.drain()
        journal.close()
        assert journal.problem is None
        return run

    return run_virtual(work())
