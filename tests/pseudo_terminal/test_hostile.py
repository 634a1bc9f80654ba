"""Text from servers and prompt files that tries to reach the terminal itself."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from typing import TYPE_CHECKING, NamedTuple

from streamdash.output.safe_text import clean
from tests.faults.dialects import CHAT, event
from tests.faults.framing import answered, chunk, chunked_head, streamed
from tests.faults.server import FaultServer, Send, Stall
from tests.pseudo_terminal.sequences import taken_apart
from tests.pseudo_terminal.session import Session, session

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.server import Script

EVIL = (
    "A\x1b]52;c;aGFja2Vk\x07B\x1b]8;;http://evil.example/\x1b\\link\x1b]8;;\x1b\\"
    "\x1b[2J\x1b[?1049l\x1b[?25h\x1b]0;owned\x07\x1bc\x1bP$q\x1b\\\x1b[5;38;5;201m"
    "\x9b31m\x9d52;c;eA==\x9c\x90\x85C\x00\x07\x08\x0b\x0c\x7f\u202e\u2066\u200f\ufeff\u2028"
    "[@click=app.quit]quit[/] [/nope] [bold red]Z"
)
MARKUP = "[/nope][@click=app.quit]"
"""All that a model's name may be: control characters in one are a mistake of the file's."""
PLAIN = "".join(char if " " <= char <= "~" else "." for char in EVIL)
"""A harmless text of the same length."""
CALL = {"index": 0, "id": "call", "type": "function"}


class Words(NamedTuple):
    """The same conversation in the words of a good and of an evil server."""

    foreign: str

    @property
    def answer(self) -> str:
        return f"answer {self.foreign}\n{self.foreign} over"

    def chunk(self, **choice: object) -> bytes:
        return event(
            {
                "id": self.foreign,
                "object": "chat.completion.chunk",
                "model": self.foreign,
                "choices": [{"index": 0, **choice}],
            }
        )

    def scripts(self) -> dict[str, Script]:
        """By the model's name."""
        say = self.chunk
        call = {**CALL, "function": {"name": self.foreign, "arguments": self.foreign}}
        head = chunked_head()
        return {
            f"talks{MARKUP}": (
                streamed(
                    say(delta={"reasoning_content": f"thoughts {self.foreign}"}),
                    say(delta={"content": self.answer}),
                    say(delta={"tool_calls": [call]}),
                    event({"type": self.foreign, self.foreign: self.foreign}, name="odd"),
                    say(delta={}, finish_reason=self.foreign),
                    CHAT.end(),
                ),
            ),
            f"breaks{MARKUP}": (
                (
                    Send(head + chunk(say(delta={"content": "partial"}))),
                    Send(chunk(CHAT.fail(self.foreign, f"went wrong {self.foreign}"))),
                    Stall(),
                ),
            ),
            f"refuses{MARKUP}": (
                answered(
                    400, json.dumps({"error": {"message": self.foreign, "type": self.foreign}})
                ),
            ),
            f"page{MARKUP}": (answered(200, f"<html>{self.foreign}", "text/html"),),
            f"declines{MARKUP}": (
                streamed(
                    say(delta={"refusal": self.foreign}), say(delta={}, finish_reason="stop"),
                    CHAT.end(),
                ),
            ),
        }  # fmt: skip

    def prompts(self, path: Path, url: str) -> str:
        """A prompt file whose title and labels are foreign as well."""
        endpoint = {"api": "openai", "base_url": f"{url}/v1"}
        streams = [
            {"label": f"{model[:3]} {self.foreign}", "model": f"lab:{model}", "prompt": "x"}
            for model in self.scripts()
        ]
        path.write_text(
            json.dumps({"title": self.foreign, "endpoints": {"lab": endpoint}, "streams": streams})
        )
        return str(path)


_COLOUR = r"[34]8;2(?:;\d+){3}"
OURS = re.compile(rf"\x1b\[(?:(?:[012347]|{_COLOUR})(?:;(?:[12347]|{_COLOUR}))*)m")
"""The styles that the screen is drawn in; none of them blinks or takes a palette's colour."""

GOOD, BAD = Words(PLAIN), Words(EVIL)


async def toured(terminal: Session) -> None:
    """Every place of the screen where foreign text is shown, and every key still does its work."""
    await terminal.until_ended(5, "answer")
    terminal.press("enter")
    await terminal.until("thoughts", "over", "back")
    terminal.press("t", "y")
    await terminal.until("sent", "clipboard")
    terminal.press("i")
    await terminal.until("7 events")
    for _ in range(8):
        terminal.press("\x1b[A")
    await terminal.until("reasoning_content")
    for _ in range(4):
        terminal.press("\x1b[C")
        await asyncio.sleep(0.05)
    terminal.press("escape")
    await terminal.until("enter zoom", "pane 5 of 5")
    terminal.press("z")
    await terminal.until("enter zoom", "tal ", "bre ", "ref ", "pag ", "dec ")
    terminal.press("s")
    await terminal.until_ended(5)
    terminal.press("?")
    await terminal.until("previous pane", "esc closes")
    terminal.press("escape")
    await terminal.until_it(lambda screen: "previous pane" not in screen)
    terminal.press("q")
    assert await terminal.ended() == 1
    terminal.assert_restored()


async def shown(words: Words, home: Path) -> bytes:
    """All that reaches the terminal of somebody who looks at everything."""
    home.mkdir()
    with FaultServer(words.scripts()) as server:
        path = words.prompts(home / "prompts.json", server.url)
        arguments = (path, "--retries", "0")
        async with session(*arguments, home=home, columns=150, rows=45) as terminal:
            await toured(terminal)
    return bytes(terminal.output)


async def test_the_screen_obeys_no_foreign_text(tmp_path: Path) -> None:
    good, bad = [taken_apart(await shown(words, tmp_path / name)) for words, name in
                 ((GOOD, "good"), (BAD, "bad"))]  # fmt: skip

    def copied(words: Words) -> str:
        return f"\x1b]52;c;{base64.b64encode(words.answer.encode()).decode()}\x07"

    assert copied(BAD) in bad.others
    assert bad.others - {copied(BAD)} <= good.others
    assert all(OURS.fullmatch(style) for style in bad.styles)
    text = bad.text.replace("\r", "")
    assert clean(text) == text
    assert "[@click=app.quit]quit[/] [/nope] [bold red]Z" in text


async def test_a_terminal_obeys_no_foreign_text_without_a_screen(tmp_path: Path) -> None:
    recording = str(tmp_path / "run.jsonl")
    with FaultServer(BAD.scripts()) as server:
        path = BAD.prompts(tmp_path / "prompts.json", server.url)
        arguments = (path, "--retries", "0", "--format", "events", "--record", recording)
        await printed(*arguments, home=tmp_path)
    for style in ("text", "csv", "markdown"):
        await printed("replay", recording, "--format", style, home=tmp_path)
    lines = await printed("replay", recording, "--format", "jsonl", home=tmp_path)
    texts = [json.loads(line)["text"] for line in lines.splitlines() if line.startswith("{")]
    assert BAD.answer in texts
    await printed("report", recording, home=tmp_path, code=0)


async def printed(*arguments: str, home: Path, code: int = 1) -> str:
    """What is printed on a terminal, without the control sequences of the line of progress."""
    async with session(*arguments, home=home) as terminal:
        assert await terminal.ended() == code
    output = taken_apart(bytes(terminal.output))
    assert output.others <= {"\x1b[K"}
    assert output.styles == set()
    text = output.text.replace("\r", "")
    assert clean(text) == text
    assert "aGFja2Vk" in text
    return text
