"""A transcript on a small screen: its rows and styles, keys, mouse and size."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding
from textual.widget import Widget

from streamdash.tui.contrast import readable_variables
from streamdash.tui.transcript.styles import STYLE_CLASSES, TRANSCRIPT_CSS, resolve
from streamdash.tui.transcript.transcript import Transcript

if TYPE_CHECKING:
    from typing import Any

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.pilot import Pilot

    from streamdash.tui.transcript.transcript import TextStyle


class StyleSource(Widget):
    """An invisible widget from whose style sheet the transcript's styles are resolved."""

    DEFAULT_CSS = TRANSCRIPT_CSS
    COMPONENT_CLASSES: ClassVar[set[str]] = {*STYLE_CLASSES}

    def on_mount(self) -> None:
        self.styles.display = "none"


class TranscriptApp(App[None]):
    """One transcript that fills the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("up", "passed_on", "Up")]

    def __init__(self) -> None:
        super().__init__()
        self.following: list[bool] = []
        self.passed_on = 0

    def get_css_variables(self) -> dict[str, str]:
        variables = super().get_css_variables()
        return {**variables, **readable_variables(variables)}

    def compose(self) -> ComposeResult:
        style_source = StyleSource()
        yield style_source
        yield Transcript(lambda: resolve(style_source))

    def on_transcript_follow_changed(self, message: Transcript.FollowChanged) -> None:
        self.following.append(message.following)

    def action_passed_on(self) -> None:
        self.passed_on += 1


class TranscriptScreen:
    """A mounted, focused transcript with 24 columns of text and 6 rows."""

    def __init__(self, app: TranscriptApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.transcript = app.query_one(Transcript)

    def append(self, text: str, style: TextStyle = "answer") -> None:
        self.transcript.append(text, style)
        while self.transcript.paint():
            pass

    @property
    def lines(self) -> list[str]:
        region = self.transcript.outer_size.region
        return [strip.text[:-1].rstrip() for strip in self.transcript.render_lines(region)]

    @property
    def bar(self) -> str:
        region = self.transcript.outer_size.region
        return "".join(strip.text[-1] for strip in self.transcript.render_lines(region))

    def styles_of(self, y: int) -> list[tuple[str, Any]]:
        strip = self.transcript.render_lines(self.transcript.outer_size.region)[y]
        return [(segment.text, segment.style) for segment in strip]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def resize(self, width: int, height: int) -> None:
        await self.pilot.resize_terminal(width, height)
        await self.pilot.pause()

    async def wheel(self, turn: type[events.MouseEvent]) -> None:
        self.transcript.post_message(
            turn(self.transcript, 3, 3, 0, 0, button=0, shift=False, meta=False, ctrl=False)
        )
        await self.pilot.pause()

    async def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        await self.pilot.mouse_down(self.transcript, offset=start)
        await self.pilot.hover(self.transcript, offset=end)
        await self.pilot.mouse_up(self.transcript, offset=end)
        await self.pilot.pause()


def numbered(count: int) -> str:
    return "".join(f"line {number}\n" for number in range(count))
