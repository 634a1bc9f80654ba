"""Baseline: a plain Textual app that calls `Static.update` with the whole text for each chunk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.widgets import Static

from tests.bench.baselines.streaming import arguments
from tests.bench.baselines.text_app import TextApp

if TYPE_CHECKING:
    from textual.app import ComposeResult


class StaticApp(TextApp):
    """One Static in a scrolling box for each stream."""

    def compose(self) -> ComposeResult:
        self.texts = [""] * len(self.streams.models)
        self.statics = [Static(markup=False) for _ in self.streams.models]
        for static in self.statics:
            yield VerticalScroll(static)

    async def show(self, index: int, text: str) -> None:
        self.texts[index] += text
        static = self.statics[index]
        static.update(self.texts[index])
        assert isinstance(static.parent, VerticalScroll)
        static.parent.scroll_end(animate=False)


if __name__ == "__main__":
    StaticApp(*arguments()).run()
