"""A watched prompt file, its run in virtual time, and a screen that remembers what it was told."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

from streamdash.promptfile import Overrides, load_plan
from streamdash.streams.live import live_run
from streamdash.watching.file_watch import FileWatch
from streamdash.watching.reading import LoadedFile, WatchedFile
from tests.streams.scripted import Scripted, ScriptedSource, spoken
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from pathlib import Path

    from streamdash.streams.run import Run
    from streamdash.watching.file_watch import Changes
    from streamdash.watching.reading import Reading

    P = ParamSpec("P")

HEAD = '[endpoints.lab]\napi = "openai"\nbase_url = "http://127.0.0.1:1/v1"\n'
NO_OVERRIDES = Overrides()
ABC = ("A: a?", "B: b?", "C: c?")
ANSWER = ["word "] * 10
"""Takes 1.4 s."""


def virtual(test: Callable[P, Coroutine[object, object, None]]) -> Callable[P, None]:
    """Run an asynchronous test in virtual time."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        run_virtual(test(*args, **kwargs))

    return run


def prompts(*streams: str, title: str = "", more: str = "") -> str:
    """A prompt file of these streams, `LABEL: PROMPT` each, with `more` keys in every one."""
    lines = [f'title = "{title}"\n' if title else "", HEAD]
    for stream in streams:
        label, _, prompt = stream.partition(": ")
        lines.append(
            f'[[streams]]\nlabel = "{label}"\nmodel = "lab:m"\nprompt = "{prompt}"\n{more}\n'
        )
    return "".join(lines)


class HandChanges:
    """Notices what the test says."""

    def __init__(self, noticed: Callable[[], object], paths: Iterable[str]) -> None:
        self.noticed = noticed
        self.paths = tuple(paths)
        self.closed = False

    def watch(self, paths: Iterable[str]) -> None:
        self.paths = tuple(paths)

    def close(self) -> None:
        self.closed = True


class FakeScreen:
    """A `WatchScreen` that remembers sentences and launches."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.warnings: list[str] = []
        self.launches = 0
        self.shown = 0

    def before_launch(self) -> None:
        self.launches += 1

    def follow_file(self) -> None:
        self.shown += 1

    def say(self, sentence: str, *, warning: bool = False) -> None:
        (self.warnings if warning else self.said).append(sentence)

    def crashed(self, error: Exception) -> None:
        raise AssertionError(error) from error


class Scene:
    """The run of `prompts.toml` with these streams, watched; made inside the event loop.

    `overrides` and the plan's `rounds` are those of a command line.
    """

    def __init__(
        self, folder: Path, text: str, overrides: Overrides = NO_OVERRIDES, repeat: int = 1
    ) -> None:
        self.path = folder / "prompts.toml"
        self.path.write_text(text)
        self.overrides = overrides
        self.loads = 0
        self.threads = 0
        self.provider = Scripted(spoken(*ANSWER))
        files: list[str] = []
        plan = self.load(files).plan._replace(repeat=repeat)
        self.loads = 0
        source = ScriptedSource({"lab": self.provider})
        self.run: Run = live_run(plan, source, clock=virtual_clock)
        self.screen = FakeScreen()
        watched = WatchedFile(str(self.path), self.load, tuple(files))
        self.watch = FileWatch(watched, self.run, changes=self._changes, in_thread=self._in_thread)
        self.run.start()
        self.watch.start(self.screen)

    def load(self, files: list[str]) -> LoadedFile:
        self.loads += 1
        plan, _, warnings = load_plan(str(self.path), self.overrides, endpoints={}, files=files)
        return LoadedFile(plan, warnings)

    def _changes(self, noticed: Callable[[], object], paths: Iterable[str]) -> Changes:
        self.changes = HandChanges(noticed, paths)
        return self.changes

    async def _in_thread(self, work: Callable[[], Reading | None]) -> Reading | None:
        self.threads += 1
        return work()

    def save(self, text: str) -> None:
        """Write the file in one go."""
        self.path.write_text(text)
        self.changes.noticed()

    @property
    def sent(self) -> list[str]:
        """The prompts of all requests so far."""
        return [spec.question for spec in self.provider.requests]

    @property
    def labels(self) -> list[str]:
        """The labels of the streams that were not removed."""
        return [state.spec.label for state in self.run.present_states]


async def answered(scene: Scene) -> None:
    """Wait until all streams have ended, and forget the requests so far."""
    await scene.run.wait()
    scene.provider.requests.clear()
