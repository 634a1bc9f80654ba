"""The run that the kept pictures show: five streams, one in each state a reader meets often."""

from __future__ import annotations

from contextlib import asynccontextmanager
from random import Random
from typing import TYPE_CHECKING

from streamdash.demo.scripted_provider import ScriptedProviders
from streamdash.streams.errors import StreamError
from streamdash.streams.live import live_run
from streamdash.streams.spec import RunPlan
from tests.tui.model_choice import model_sources
from tests.tui.screen import app_of, until
from tests.tui.scripted_run import spec

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from textual.pilot import Pilot

    from streamdash.streams.run import Run
    from streamdash.tui.app import StreamdashApp

LABELS = ("Short", "Thinker", "Code", "Locked", "Slow")
THEME = "textual-dark"
WHOLE_FRAMES = 2
"""The first of them may have begun before the settling did."""
STARTED = "2026-01-31T18:20:33+00:00"


class ManualClock:
    """A clock that stands still until the test moves it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class PicturedRun:
    """The app with its run; each method leads both on to the next moment worth a picture."""

    def __init__(
        self,
        app: StreamdashApp,
        pilot: Pilot[int],
        run: Run,
        providers: ScriptedProviders,
        clock: ManualClock,
    ) -> None:
        self.app = app
        self._pilot = pilot
        self._run = run
        self._providers = providers
        self._clock = clock

    async def stream_for_a_while(self) -> None:
        """One answer is whole, one request has failed, two answers grow, one is awaited."""
        await until(lambda: all(self._providers[label].open for label in LABELS))
        await self._after(0.25)
        self._providers["Short"].say("An answer of one line.")
        self._providers["Thinker"].say("The user wants two rows of text.\n", "reasoning")
        await self._after(0.125)
        self._providers["Short"].finish()
        self._providers["Locked"].fail(
            StreamError("auth", "HTTP 401: Incorrect API key provided.", http_status=401)
        )
        for line in ("```python\ndef double(n: int) -> int:\n", "    return n * 2\n", "\n"):
            self._providers["Code"].say(line)
            await self._after(0.5)
        self._providers["Thinker"].say("## Rows\n\nThe first row, 日本語 and 👩‍🚀.\n")
        await self._after(1.5)

    async def answer(self, label: str, text: str) -> None:
        """An answer arrives in small pieces and ends."""
        await until(lambda: bool(self._providers[label].open))
        for start in range(0, len(text), 40):
            self._providers[label].say(text[start : start + 40])
        await self._after(0.5)
        self._providers[label].finish()
        await until(lambda: not self._run.live)
        await self.settle()

    async def end_all(self) -> None:
        """The rest of the answers arrives; one is cut off."""
        self._providers["Thinker"].say("\n- the second row\n")
        self._providers["Slow"].say("late, and cut off in the mid")
        await self._after(2.0)
        self._providers["Code"].say("print(double(21))\n```\n")
        self._providers["Code"].finish("length")
        self._providers["Slow"].cut()
        await self._after(0.25)
        self._providers["Thinker"].finish()
        await until(lambda: not self._run.live)
        await self.settle()

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        """Wait until whole frames have been painted at this moment of the clock."""
        await self._pilot.pause()
        frames = self.app._clock
        assert frames is not None
        enough = frames.frames + WHOLE_FRAMES
        await until(lambda: frames.frames >= enough or not frames.running)
        await self._pilot.pause()

    async def _after(self, seconds: float) -> None:
        """Let what was sent arrive and be painted now, then move the clock."""
        await until(
            lambda: all(stream.queued.empty() for stream in self._providers.by_label.values())
        )
        await self.settle()
        self._clock.now += seconds
        await self.settle()


@asynccontextmanager
async def pictured_run(
    size: tuple[int, int], labels: Sequence[str] = LABELS
) -> AsyncGenerator[PicturedRun, None]:
    """The app on a screen of this size, its requests sent and nothing received."""
    clock = ManualClock()
    providers = ScriptedProviders()
    plan = RunPlan(specs=tuple(spec(label) for label in labels), title="Five streams")
    run = live_run(plan, providers, clock=clock, rng=Random(1))
    # a clock that is moved by hand looks to it like a loop that was blocked
    run.performer.lag.start = lambda: None  # type: ignore[attr-defined]
    models = model_sources(aliases={"fast": "keyed:small"}, configured=("small", "large"))
    app = app_of(run, started=STARTED, rng=Random(1), models=models)
    app.theme = THEME
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield PicturedRun(app, pilot, run, providers, clock)
    finally:
        await run.drain()
