"""Baseline: a Textual app with one `Markdown` and its `MarkdownStream` for each stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.widgets import Markdown

from tests.bench.baselines.streaming import arguments
from tests.bench.baselines.text_app import TextApp

if TYPE_CHECKING:
    from textual.app import ComposeResult


class MarkdownApp(TextApp):
    """One Markdown in an anchored scrolling box for each stream, as Textual's guide has it."""

    def compose(self) -> ComposeResult:
        self.documents = [Markdown() for _ in self.streams.models]
        for document in self.documents:
            yield VerticalScroll(document)

    def on_mount(self) -> None:
        self.writers = [Markdown.get_stream(document) for document in self.documents]
        for box in self.query(VerticalScroll):
            box.anchor()
        super().on_mount()

    async def show(self, index: int, text: str) -> None:
        await self.writers[index].write(text)


if __name__ == "__main__":
    MarkdownApp(*arguments()).run()
