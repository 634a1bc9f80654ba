"""Whether a container's own rows can be seen at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.geometry import Region
    from textual.strip import Strip


def is_covered(container: Widget, parts: Iterable[Widget]) -> bool:
    """Whether `parts`, none of which overlap, leave nothing of the container to be seen.

    Then it need not draw any rows: Textual would cut each of them at the edges of all that is in
    front, and throw the pieces away.
    """
    region = container.region
    seen = sum(part.region.intersection(region).area for part in parts if part.display)
    return seen == region.area


class Backing(Widget):
    """A container that is seen where its children leave room."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """The background, or nothing."""
        return [] if is_covered(self, self.displayed_children) else super().render_lines(crop)
