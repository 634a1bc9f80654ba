"""Parses the bytes that come from the terminal into keys, mouse events and pastes."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING

from textual import messages
from textual.events import Key, Paste

from streamdash.tui.terminal.input_state import (
    BEGINS,
    C1,
    PASTE_S,
    PATIENCE_S,
    STRING_S,
    TORN_S,
    InputState,
)
from streamdash.tui.terminal.key_codes import ESC, KeyCodes
from streamdash.tui.terminal.paste_reader import PasteReader
from streamdash.tui.text.pasted import from_terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.geometry import Size
    from textual.message import Message

BULK = 64
"""A read of this many bytes was not typed."""
LONGEST_SEQUENCE = 4_096
"""Characters of a control sequence that are stored; a longer one means nothing."""

_STRING_STOP = re.compile(r"[\x07\x18\x1a\x1b\x9c\udc9c]")
_WORD = re.compile("[A-Za-z]+;")
"""Letters where a number should be: they end a sequence, but not in the middle of it."""
_LETTERS = re.compile("[A-Za-z]+;?")
_LATE = re.compile(
    r"\[(?:[<=>?\d].|[IO](?:\x1b|$))|\][\dlLI].|P[\d$+>!|].|_G|[\]P_^X][^\x1b]*(?:\x1b\\|\x07)|\\",
    re.DOTALL,
)
"""The rest of a sequence whose ESC was taken for the key, because the rest came late."""


class TerminalInput:
    """Turns bytes from the terminal into Textual's messages; no input makes it fail.

    Replies and unknown sequences mean nothing. The caller calls `idle` when nothing has come for
    `patience` seconds. `size` returns the screen's size, `clock` a monotonic time in seconds.
    """

    def __init__(self, size: Callable[[], Size], clock: Callable[[], float]) -> None:
        self._codes = KeyCodes(size)
        self._clock = clock
        self._decoder = getincrementaldecoder("utf-8")("surrogateescape")
        self._messages: list[Message] = []
        self._state = InputState.GROUND
        self._text = ""
        """The current sequence so far."""
        self._broken = False
        """Whether the last character was a byte of an invalid UTF-8 sequence."""
        self._paste = PasteReader()
        self._fed_at = self._began_at = self._escaped_at = float("-inf")

    @property
    def patience(self) -> float | None:
        """Seconds until `idle` should be called; None if no sequence is pending."""
        after = PATIENCE_S.get(self._state)
        return None if after is None else max(0.0, self._fed_at + after - self._clock())

    def feed(self, data: bytes) -> list[Message]:
        """Parse the next bytes. Returns the messages that are complete."""
        now = self._clock()
        text = self._decoder.decode(data)
        if len(data) >= BULK:
            self._began_at = now
        if self._state is not InputState.GROUND and self._is_overdue(now):
            self._give_up()
        if self._state is InputState.GROUND:
            if now - self._escaped_at < TORN_S and _LATE.match(text):
                self._begin(InputState.ESCAPE)
            self._escaped_at = float("-inf")
        if self._state is not InputState.AFTER_PASTE or len(data) >= BULK:
            self._fed_at = now
        self._read(text)
        if self._state is InputState.OLD_MOUSE:
            # its bytes are numbers: the last one may look like half a character
            self._read(self._decoder.decode(b"", final=True))
        return self._take_messages()

    def idle(self) -> list[Message]:
        """Give up a sequence whose rest has not come in time. Returns the messages."""
        while self.patience == 0:
            self._give_up()
        return self._take_messages()

    def _take_messages(self) -> list[Message]:
        taken, self._messages = self._messages, []
        return taken

    def _is_overdue(self, now: float) -> bool:
        """Whether a string or paste without an end has swallowed keys for too long."""
        if self._state is InputState.AFTER_PASTE:
            return self.patience == 0
        return now - self._began_at > (PASTE_S if self._state is InputState.PASTE else STRING_S)

    def _begin(self, state: InputState, text: str = "") -> None:
        if self._state is InputState.GROUND:
            self._began_at = self._clock()
        self._state, self._text = state, text
        self._broken = False

    def _end(self, *found: Message) -> None:
        self._state, self._text = InputState.GROUND, ""
        self._messages += found

    def _give_up(self) -> None:
        """End a sequence without its rest; then only an ESC and a paste mean something."""
        state = self._state
        if state in (InputState.PASTE, InputState.AFTER_PASTE):
            self._end_paste()
        elif state is InputState.ESCAPE:
            self._escaped_at = self._clock()
            self._end(Key("escape", ESC))
        else:
            self._escaped_at = self._clock()
            self._end()

    # -- the states -------------------------------------------------------------------------

    def _read(self, text: str) -> None:
        at = 0
        while at < len(text):
            if self._state is InputState.STRING:
                at = self._read_string(text, at)
            elif self._state in (InputState.PASTE, InputState.AFTER_PASTE):
                self._read_paste(text[at:])
                return
            elif self._state is InputState.CONTROL and (word := self._word(text, at)):
                self._text = (self._text + word[0])[:LONGEST_SEQUENCE]
                at = word.end()
                if word[0][-1] != ";":
                    self._end()
            else:
                self._read_character(text[at])
                at += 1

    def _word(self, text: str, at: int) -> re.Match[str] | None:
        """Letters where a number should be; after such letters also those that end it."""
        return (_LETTERS if _LETTERS.search(self._text) else _WORD).match(text, at)

    def _read_character(self, char: str) -> None:
        state = self._state
        if state is InputState.STRING_END:
            self._end()
            if char != "\\":
                self._read_escaped(char)
        elif state is InputState.OLD_MOUSE and not char < " ":
            self._text += char
            if len(self._text.encode("utf-8", "surrogateescape")) >= 3:
                self._end()
        elif char == ESC:
            if state is InputState.ESCAPE:
                self._end(Key("escape", ESC))
            self._end()
            self._begin(InputState.ESCAPE)
        elif state is InputState.GROUND:
            self._read_key(char)
        elif state is InputState.ESCAPE:
            self._end()
            self._read_escaped(char)
        elif not " " <= char <= "~":
            # no sequence contains such a character: the sequence was cut off before it
            self._end()
            self._read_key(char)
        elif state is InputState.CONTROL:
            self._read_control(char)
        elif state is InputState.CONSOLE:
            self._end(*self._codes.legacy(f"{ESC}[[{char}"))
        else:
            self._read_function(char)

    def _read_key(self, char: str) -> None:
        if char in C1 and not self._broken:
            self._begin(C1[char])
            return
        continues = self._broken and "\udc80" <= char <= "\udcbf"
        self._broken = continues or "\udcc2" <= char <= "\udcf4"
        if not ("\x80" <= char <= "\x9f" or "\ud800" <= char <= "\udfff"):
            self._messages += self._codes.character(char)

    def _read_escaped(self, char: str) -> None:
        """The character after an ESC, which begins a sequence or is a key with alt."""
        if char == ESC:
            self._begin(InputState.ESCAPE)
        elif char in BEGINS:
            self._begin(BEGINS[char])
        elif char in C1 or not (char <= "\x7f" or char.isprintable()):
            self._read_key(char)
        elif char != "\\":
            self._messages += self._codes.character(char, alt=True)

    def _read_control(self, char: str) -> None:
        """A character of a `CSI` sequence: a parameter, an intermediate or the final one."""
        text = self._text
        in_mouse = text.startswith("<") and (char not in "Mm" or text.count(";") < 2)
        if "@" <= char <= "~" and not in_mouse:
            if not text and char in "[M":
                self._state = InputState.CONSOLE if char == "[" else InputState.OLD_MOUSE
                return
            self._end_control(text, char)
        else:
            if len(text) < LONGEST_SEQUENCE:
                self._text += char
            if char == "$":
                # rxvt ends its keys with shift by `$`, which ends no other sequence
                found = self._codes.legacy(f"{ESC}[{text}$")
                if found:
                    self._end(*found)

    def _end_control(self, parameters: str, final: str) -> None:
        self._end()
        if parameters == "200" and final == "~":
            self._begin(InputState.PASTE)
        elif parameters.startswith("<") and final in "mM":
            self._messages += self._codes.mouse(parameters, final)
        elif parameters in ("?2026;1$", "?2026;2$", "?2026;3$") and final == "y":
            self._messages.append(messages.TerminalSupportsSynchronizedOutput())
        elif len(parameters) < LONGEST_SEQUENCE and not parameters.startswith(("<", "=", ">", "?")):
            self._messages += self._codes.control(parameters, final)

    def _read_function(self, char: str) -> None:
        """A character of an `SS3` sequence: a modifier, which some terminals send, or the last."""
        if char.isdigit() or char == ";":
            if len(self._text) < LONGEST_SEQUENCE:
                self._text += char
        else:
            self._end(*self._codes.legacy(f"{ESC}O{self._text}{char}"))

    def _read_string(self, text: str, at: int) -> int:
        """Skip a control string up to its end. Returns the offset to continue from."""
        stop = _STRING_STOP.search(text, at)
        if stop is None:
            return len(text)
        if stop[0] == ESC:
            self._state = InputState.STRING_END
        else:
            self._end()
        return stop.end()

    def _read_paste(self, text: str) -> None:
        if self._paste.feed(text):
            # wait again, in case this is not the last end either
            self._fed_at = self._clock()
        if self._paste.ended:
            self._state = InputState.AFTER_PASTE

    def _end_paste(self) -> None:
        """Add the paste to the messages, and parse the text after it."""
        pasted, rest = self._paste.finish()
        self._paste = PasteReader()
        pasted = from_terminal(pasted)
        self._end(*([Paste(pasted)] if pasted else []))
        self._read(rest)
