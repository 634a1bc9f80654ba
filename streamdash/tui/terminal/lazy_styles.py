"""Component styles that are worked out when they are first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.dom import DOMNode
from textual.widget import Widget

if TYPE_CHECKING:
    from typing import ClassVar

    from rich.style import Style
    from textual.css.styles import RenderStyles


class LazyStyles(Widget):
    """A widget whose component classes are named in `LAZY_CLASSES`: its own only, not a parent's.

    Textual holds every rule of the style sheet against each of `COMPONENT_CLASSES` whenever a
    widget's style is updated, twice before the first frame. There are two dozen of them on the
    board, most of which nothing is ever drawn with.
    """

    LAZY_CLASSES: ClassVar[frozenset[str]] = frozenset()
    _base_style: Style | None = None

    def get_component_styles(self, *names: str) -> RenderStyles:
        """As Textual's. Raises KeyError for what is not one of the `LAZY_CLASSES`."""
        for name in names:
            if name not in self._component_styles and name in self.LAZY_CLASSES:
                # what Textual does for a component class
                node = DOMNode(classes=name)
                node._attach(self)
                self.app.stylesheet.apply(node)
                self._component_styles[name] = node.styles
        return super().get_component_styles(*names)

    @property
    def base_style(self) -> Style:
        """The widget's own style; `rich_style` mixes it from all ancestors' each time."""
        if self._base_style is None:
            self._base_style = self.rich_style
        return self._base_style

    def notify_style_update(self) -> None:
        """Everything may look different now."""
        self._component_styles.clear()
        self._base_style = None
        super().notify_style_update()
