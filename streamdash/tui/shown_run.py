"""A run as the screen gets it: with its title, its recording and what is known about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from streamdash.models.model_sources import ModelSources
    from streamdash.recording.timeline import Timeline
    from streamdash.streams.run import Run
    from streamdash.tui.board.pane.invitation import EndpointCheck
    from streamdash.watching.file_watch import FileWatch


class ShownRun(NamedTuple):
    """A run, and what the screen says about it that the run itself does not know."""

    run: Run
    title: str = ""
    started: str = ""
    """When the run began, by the wall clock in ISO format, for exports; empty for now."""
    recorded_in: Path | None = None
    """The file that the run is recorded in or played from."""
    problem: Callable[[], str | None] | None = None
    """Returns why the run is not, or no longer, recorded, or None."""
    timeline: Timeline | None = None
    """The time of a replay."""
    notices: Sequence[str] = ()
    """Sentences that are on the screen when the streams begin."""
    models: ModelSources | None = None
    """The models that streams can be given; None in a replay, which sends nothing."""
    check: EndpointCheck | None = None
    """Looks up whether endpoints could answer, for a board without a prompt; see `Invitations`."""
    file_watch: FileWatch | None = None
    """Follows the run's prompt file; started with the streams, and closed by the app's caller."""

    @property
    def replay(self) -> bool:
        """Whether the run is played from a recording."""
        return self.timeline is not None
