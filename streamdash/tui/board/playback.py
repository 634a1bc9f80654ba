"""The playback controls of a replay, and their part of the title line."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Literal

from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from streamdash.recording.timeline import Timeline

Move = Literal["pause", "step", "skip", "faster", "slower"]
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""The speeds that the keys choose from; a replay may start at any other."""


class Playback:
    """Changes the position and the speed of a replay."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    @property
    def paused(self) -> bool:
        return self._timeline.paused

    def move(self, move: Move) -> bool:
        """Make one move; False if nothing is left to play."""
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
        """Go to the next higher or lower speed; speed 0, all at once, is the highest."""
        now = self._timeline.speed or inf
        further = [speed for speed in SPEEDS if (speed - now) * by > 0]
        if further:
            self._timeline.speed = further[0] if by > 0 else further[-1]

    def part(self) -> Part:
        """`replay 4x`, or `replay paused`."""
        if self.paused:
            return Part("replay paused", 0, "warn", short="paused", at_right=True)
        speed = self._timeline.speed
        said = f"{speed:g}x" if speed > 0 else "at once"
        return Part(f"replay {said}", 0, "note", at_right=True)
