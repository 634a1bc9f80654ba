"""A replay's time as the keys move it, and how the screen says where it stands."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Literal

from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from streamdash.recording.timeline import Timeline

Move = Literal["pause", "step", "skip", "faster", "slower"]
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""What the keys choose from; a replay may begin at any other."""


class Playback:
    """Moves a replay's time."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    @property
    def paused(self) -> bool:
        return self._timeline.paused

    def move(self, move: Move) -> bool:
        """Pause or go on, one event further, to the next ending, another speed.

        False where nothing is left to play.
        """
        match move:
            case "pause":
                self._timeline.toggle()
            case "step":
                return self._timeline.step()
            case "skip":
                return self._timeline.skip_to_next_end()
            case "faster":
                self._change_speed(1)
            case "slower":
                self._change_speed(-1)
        return True

    def _change_speed(self, by: int) -> None:
        """To the next higher or lower speed; playing at once, speed 0, is above all."""
        now = self._timeline.speed or inf
        further = [speed for speed in SPEEDS if (speed - now) * by > 0]
        if further:
            self._timeline.speed = further[0] if by > 0 else further[-1]

    def part(self) -> Part:
        """`replay 4x`, or that time stands still."""
        if self.paused:
            return Part("replay paused", 0, "warn", short="paused", at_right=True)
        speed = self._timeline.speed
        said = f"{speed:g}x" if speed > 0 else "at once"
        return Part(f"replay {said}", 0, "note", at_right=True)
