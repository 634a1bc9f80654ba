"""What the Textual baselines share: a grid of boxes, one worker that reads all streams."""

from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING, ClassVar

from textual.app import App

if TYPE_CHECKING:
    from pathlib import Path

    from textual.binding import BindingType

    from tests.bench.baselines.streaming import Streams


class TextApp(App[None]):
    """Shows the streams as a subclass says; `q` leaves and writes the report."""

    CSS = "Screen { layout: grid; } VerticalScroll { border: round gray; }"
    BINDINGS: ClassVar[list[BindingType]] = [("q", "quit")]

    def __init__(self, streams: Streams, report: Path) -> None:
        super().__init__()
        self.streams = streams
        self._report = report

    def on_mount(self) -> None:
        columns = ceil(sqrt(len(self.streams.models)))
        self.screen.styles.grid_size_columns = columns
        self.run_worker(self.streams.show_all(self.show))

    async def show(self, index: int, text: str) -> None:
        """Put more text on the screen."""
        raise NotImplementedError

    def on_unmount(self) -> None:
        self.streams.write_report(self._report)
