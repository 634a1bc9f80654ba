"""Follows a prompt file: what is saved there changes the run."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from streamdash.watching.change_thread import ChangeThread
from streamdash.watching.file_contents import contents_of
from streamdash.watching.reading import read_edited
from streamdash.watching.update import FileStream, apply_update, requests_of, update_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from streamdash.streams.run import Run
    from streamdash.watching.reading import Reading, WatchedFile
    from streamdash.watching.request_estimate import RequestEstimate
    from streamdash.watching.update import Update

QUIET_S = 0.1
"""A save is read once nothing has changed for so long; an editor writes several times."""
LONGEST_QUIET_S = 1.0
"""A file that is written all the time is read after this."""
HALF_SAVED_S = 0.25
"""A broken file is read again after this, before it is called broken."""
GONE_S = 5.0
"""How long the pane of a stream stays that the file has no more."""


class Question(NamedTuple):
    """An edit that waits for its user's consent, because it sends many requests."""

    update: Update
    estimate: RequestEstimate


class Changes(Protocol):
    """Notices changes of files; `ChangeThread` does."""

    def watch(self, paths: Iterable[str]) -> None: ...

    def close(self) -> None: ...


class WatchScreen(Protocol):
    """What shows the run."""

    def before_launch(self) -> None:
        """Streams are about to be launched."""

    def follow_file(self) -> None:
        """Problems, question, title, labels or streams have changed."""

    def say(self, sentence: str, *, warning: bool = False) -> None:
        """Show a sentence for a moment."""

    def crashed(self, error: Exception) -> None:
        """End with this error, which is a fault of ours."""


class FileWatch:
    """Keeps the streams of a run the same as those of its prompt file.

    The file decides about a stream only where it was edited: what was changed, added or removed on
    the board stays. `start` and all else is called in the event loop, whose clock counts.
    """

    def __init__(
        self,
        watched: WatchedFile,
        run: Run,
        *,
        changes: Callable[[Callable[[], object], Iterable[str]], Changes] = ChangeThread,
        in_thread: Callable[[Callable[[], Reading | None]], Awaitable[Reading | None]] = (
            asyncio.to_thread
        ),
    ) -> None:
        self.watched = watched
        self.problems: tuple[str, ...] = ()
        """What is wrong with the file, one line each; the run is that of the last good one."""
        self.question: Question | None = None
        """The edit that waits."""
        self.declined = False
        """Whether its user has declined `question`, which can still be asked again."""
        self._run = run
        self._streams = tuple(FileStream(i, spec) for i, spec in enumerate(run.plan.specs))
        self._contents = contents_of((watched.path, *watched.files))
        self._said = set(watched.warnings)
        self._make_changes = changes
        self._in_thread = in_thread
        self._noticed = asyncio.Event()
        self._screen: WatchScreen
        self._changes: Changes | None = None
        self._task: asyncio.Task[None] | None = None
        self._leaving: list[tuple[set[int], asyncio.TimerHandle]] = []
        """Streams that are gone, those of an edit together, and what removes them."""

    @property
    def title(self) -> str:
        """The run's title."""
        return self._run.plan.title

    @property
    def asking(self) -> bool:
        """Whether a question waits for its answer."""
        return self.question is not None and not self.declined

    @property
    def gone(self) -> frozenset[int]:
        """The streams that the file has no more, whose panes stay for a moment."""
        return frozenset().union(*(group for group, _ in self._leaving))

    def start(self, screen: WatchScreen) -> None:
        """Watch from now on; what was saved since the file was loaded counts."""
        self._screen = screen
        self._changes = self._make_changes(self._noticed.set, (path for path, _ in self._contents))
        self._task = asyncio.get_running_loop().create_task(self._follow(), name="watch file")
        self._task.add_done_callback(self._ended)

    def close(self) -> None:
        """Stop watching at once."""
        if self._changes is not None:
            self._changes.close()
        if self._task is not None:
            self._task.cancel()
        for _, timer in self._leaving:
            timer.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self._screen.crashed(error)

    # -- noticing and reading -----------------------------------------------------------------

    async def _follow(self) -> None:
        while True:
            await self._noticed.wait()
            await self._quiet()
            reading = await self._read()
            if reading is None:
                continue
            if reading.problems and not await self._stays_broken(reading):
                continue
            self._take(reading)

    async def _quiet(self) -> None:
        """Return when nothing was noticed for a moment, or after a while of changes."""
        loop = asyncio.get_running_loop()
        end = loop.time() + LONGEST_QUIET_S
        while await self._noticed_until(min(end, loop.time() + QUIET_S)):
            pass

    async def _noticed_until(self, end: float) -> bool:
        """Whether a change is noticed from now to `end`, by the loop's clock."""
        self._noticed.clear()
        try:
            async with asyncio.timeout_at(end):
                await self._noticed.wait()
        except TimeoutError:
            return False
        return True

    async def _stays_broken(self, reading: Reading) -> bool:
        """Whether a broken file is not just half saved; if it is, it is read again soon."""
        if await self._noticed_until(asyncio.get_running_loop().time() + HALF_SAVED_S):
            return False
        again = await self._read()
        if again is not None and again.contents == reading.contents:
            return True
        self._noticed.set()
        return False

    async def _read(self) -> Reading | None:
        while True:
            streams = self._streams
            read = partial(read_edited, self.watched, self._contents, streams, self._run)
            reading = await self._in_thread(read)
            if streams is self._streams:
                return reading

    # -- changing the run ---------------------------------------------------------------------

    def _take(self, reading: Reading) -> None:
        """Show the file's problems, or make its streams those of the run."""
        self._contents = reading.contents
        if self._changes is not None:
            self._changes.watch(path for path, _ in reading.contents)
        self.problems = reading.problems
        self.question, self.declined = None, False
        for warning in reading.warnings:
            if warning not in self._said:
                self._said.add(warning)
                self._screen.say(warning, warning=True)
        if reading.update is not None:
            if reading.estimate.needs_consent:
                self.question = Question(reading.update, reading.estimate)
            else:
                self._apply(reading.update)
        self._screen.follow_file()

    def answer(self, consent: bool) -> None:
        """Answer the question."""
        if self.question is None:
            return
        if consent:
            update, self.question = self.question.update, None
            if update.before is not self._streams:
                # a pane has left meanwhile
                update = update_of(self._streams, update.plan)
            self._apply(update)
        self.declined = not consent
        self._screen.follow_file()

    def ask_again(self) -> None:
        """Ask a question again that was declined."""
        self.declined = False
        self._screen.follow_file()

    def _apply(self, update: Update) -> None:
        if update.to_send:
            self._screen.before_launch()
        words = update_words(update, self._run)
        self._streams = apply_update(self._run, update)
        for group, _ in self._leaving:
            group.difference_update(update.returned)
        leaving = set(update.gone) - self._run.removed
        if leaving:
            timer = asyncio.get_running_loop().call_later(GONE_S, self._remove, leaving)
            self._leaving.append((leaving, timer))
        self._screen.say(f"{self.watched.name}: {words}")

    def _remove(self, leaving: set[int]) -> None:
        """Remove the streams of an edit that did not come back."""
        self._leaving = [one for one in self._leaving if one[0] is not leaving]
        self._streams = tuple(one for one in self._streams if one.run_index not in leaving)
        for index in leaving:
            self._run.remove(index)
        self._screen.follow_file()


def update_words(update: Update, run: Run) -> str:
    """What an edit does to the run, as `2 rerun, 1 new, 1 gone`."""
    renamed = sum(old.label != new.label for old, new in update.revised.values())
    limits = sum(
        old.label == new.label and (old.deadlines, old.retries) != (new.deadlines, new.retries)
        for old, new in update.revised.values()
    )
    counts = (
        (len(update.changed), "rerun"),
        (len(update.added), "new"),
        (len(update.gone), f"gone, removed in {GONE_S:g} s"),
        (len(update.returned), "back"),
        (renamed, "renamed"),
        (limits, "with other limits from the next rerun on"),
    )
    words = ", ".join(f"{count} {what}" for count, what in counts if count)
    if not words:
        return "no request has changed"
    sent = len(update.to_send)
    if run.plan.in_rounds and sent and requests_of(run, update) == sent:
        words += "; once, outside the rounds (R begins all rounds again)"
    return words
