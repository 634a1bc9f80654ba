"""Whether a container's children hide all of it, which saves drawing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.geometry import Region
    from textual.strip import Strip


def is_covered(container: Widget, parts: Iterable[Widget]) -> bool:
    """Whether `parts`, which must not overlap, hide the whole container.

    Then it need not draw any rows, which Textual would cut at the edges of all widgets in front
    only to throw the pieces away.
    """
    region = container.region
    hidden = sum(part.region.intersection(region).area for part in parts if part.display)
    return hidden == region.area


class Backing(Widget):
    """A container that draws its background only where its children leave room."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """The background, or nothing if the children hide it."""
        return [] if is_covered(self, self.displayed_children) else super().render_lines(crop)
