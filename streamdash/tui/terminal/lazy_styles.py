"""Component styles that are computed on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.dom import DOMNode
from textual.widget import Widget

if TYPE_CHECKING:
    from typing import ClassVar

    from rich.style import Style
    from textual.css.styles import RenderStyles


class LazyStyles(Widget):
    """A widget with component classes in `LAZY_CLASSES`, which are not inherited.

    Textual checks every rule of the style sheet for each of `COMPONENT_CLASSES` whenever a
    widget's style is updated, twice before the first frame. The board has two dozen such classes,
    and most are never used.
    """

    LAZY_CLASSES: ClassVar[frozenset[str]] = frozenset()
    _base_style: Style | None = None

    def get_component_styles(self, *names: str) -> RenderStyles:
        """The styles of component classes. Raises KeyError for a name that is not a lazy class."""
        for name in names:
            if name not in self._component_styles and name in self.LAZY_CLASSES:
                # as Textual does for a component class
                node = DOMNode(classes=name)
                node._attach(self)
                self.app.stylesheet.apply(node)
                self._component_styles[name] = node.styles
        return super().get_component_styles(*names)

    @property
    def base_style(self) -> Style:
        """The widget's own style, cached; `rich_style` computes it from all ancestors each time."""
        if self._base_style is None:
            self._base_style = self.rich_style
        return self._base_style

    def notify_style_update(self) -> None:
        """Forget all styles, which may have changed."""
        self._component_styles.clear()
        self._base_style = None
        super().notify_style_update()
