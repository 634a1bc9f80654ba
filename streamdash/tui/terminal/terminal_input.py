"""Takes the bytes from the terminal apart: keys, the mouse, pastes, and replies to nobody."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from enum import Enum
from typing import TYPE_CHECKING

from textual import messages
from textual.events import Key, Paste

from streamdash.tui.terminal.key_codes import ESC, KeyCodes
from streamdash.tui.text.pasted import from_terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.geometry import Size
    from textual.message import Message

ESCAPE_S = 0.1
"""An ESC that nothing follows for so long was the key."""
BULK = 64
"""So many bytes at once are not typed."""
TORN_S = 1.0
"""A sequence may be torn for so long; what it had begun with is dropped then."""
STRING_S = 4.0
"""So long a control string without an end may last while somebody types into it."""
PASTE_QUIET_S = 2.0
"""A paste without an end is over when nothing has come for so long."""
PASTE_S = 10.0
"""And when so little has come for so long that it may be somebody who types."""
AFTER_PASTE_S = 0.05
"""How long what follows a paste waits for another end: the text may have held one itself."""
LONGEST_SEQUENCE = 4_096


class _State(Enum):
    """What the next character belongs to."""

    GROUND = "the keyboard"
    ESCAPE = "what an ESC begins"
    CONTROL = "CSI"
    FUNCTION = "SS3"
    CONSOLE = "a function key of the Linux console"
    OLD_MOUSE = "three bytes of the mouse"
    STRING = "OSC, DCS, APC, PM, SOS"
    STRING_END = "an ESC in such a string"
    PASTE = "a paste"
    AFTER_PASTE = "what follows a paste at once"


_BEGINS = {
    "[": _State.CONTROL,
    "O": _State.FUNCTION,
    **dict.fromkeys("]P_^X", _State.STRING),
}
"""What follows ESC in a 7-bit terminal; the 8-bit forms are 64 higher."""
_C1 = {
    chr(plane + ord(char) + 0x40): state
    for char, state in _BEGINS.items()
    for plane in (0, 0xDC00)  # as text, or as bytes that are no UTF-8
}
_STRING_STOP = re.compile(r"[\x07\x18\x1a\x1b\x9c\udc9c]")
_PASTE_END = re.compile(r"(?:\x1b\[|[\x9b\udc9b])201~")
_PASTE_START = re.compile(r"(?:\x1b\[|[\x9b\udc9b])200~")
_WORD = re.compile("[A-Za-z]+;")
"""Where a number should stand: a letter ends a control sequence, but not in the midst of it."""
_LETTERS = re.compile("[A-Za-z]+;?")
_LATE = re.compile(
    r"\[(?:[<=>?\d].|[IO](?:\x1b|$))|\][\dlLI].|P[\d$+>!|].|_G|[\]P_^X][^\x1b]*(?:\x1b\\|\x07)|\\",
    re.DOTALL,
)
"""What follows an ESC that was taken for the key before the rest of its sequence came."""


class TerminalInput:
    """Gives the messages that bytes from the terminal mean; nothing that arrives makes it fail.

    It hears of `idle` whenever nothing has come for a moment. `clock` is a monotonic one, `size`
    the screen's.
    """

    def __init__(self, size: Callable[[], Size], clock: Callable[[], float]) -> None:
        self._codes = KeyCodes(size)
        self._clock = clock
        self._decoder = getincrementaldecoder("utf-8")("surrogateescape")
        self._messages: list[Message] = []
        self._state = _State.GROUND
        self._text = ""
        """The sequence so far."""
        self._broken = False
        """Whether what came last was a piece of a character that is none."""
        self._pasted: list[str] = []
        self._fed_at = self._began_at = self._escaped_at = float("-inf")

    @property
    def patience(self) -> float | None:
        """Seconds until `idle` should be called; None if nothing is pending."""
        after = _PATIENCE.get(self._state)
        return None if after is None else max(0.0, self._fed_at + after - self._clock())

    def feed(self, data: bytes) -> list[Message]:
        """Read what has come."""
        now = self._clock()
        text = self._decoder.decode(data)
        if len(data) >= BULK:
            self._began_at = now
        if self._held_too_long(now):
            self._give_up()
        if self._state is _State.GROUND:
            if now - self._escaped_at < TORN_S and _LATE.match(text):
                self._begin(_State.ESCAPE)
            self._escaped_at = float("-inf")
        if self._state is not _State.AFTER_PASTE or len(data) >= BULK:
            self._fed_at = now
        self._read(text)
        if self._state is _State.OLD_MOUSE:
            # its bytes are numbers: the last one may look like half a character
            self._read(self._decoder.decode(b"", final=True))
        return self._taken()

    def idle(self) -> list[Message]:
        """Give up what has been waited for long enough."""
        while self.patience == 0:
            self._give_up()
        return self._taken()

    def _taken(self) -> list[Message]:
        taken, self._messages = self._messages, []
        return taken

    def _held_too_long(self, now: float) -> bool:
        """Whether something without an end has held the keyboard while somebody types."""
        if self._state is _State.AFTER_PASTE:
            return self.patience == 0
        return now - self._began_at > (PASTE_S if self._state is _State.PASTE else STRING_S)

    def _begin(self, state: _State, text: str = "") -> None:
        if self._state is _State.GROUND:
            self._began_at = self._clock()
        self._state, self._text = state, text
        self._broken = False

    def _end(self, *found: Message) -> None:
        self._state, self._text = _State.GROUND, ""
        self._messages += found

    def _give_up(self) -> None:
        """The rest has not come; only an ESC alone and a paste mean something without it."""
        state = self._state
        if state is _State.AFTER_PASTE:
            self._end_paste()
        elif state is _State.PASTE:
            self._pasted.append(self._text)
            self._end_paste("")
        elif state is _State.ESCAPE:
            self._escaped_at = self._clock()
            self._end(Key("escape", ESC))
        else:
            self._escaped_at = self._clock()
            self._end()

    # -- the states -------------------------------------------------------------------------

    def _read(self, text: str) -> None:
        at = 0
        while at < len(text):
            if self._state is _State.STRING:
                at = self._read_string(text, at)
            elif self._state in (_State.PASTE, _State.AFTER_PASTE):
                self._read_paste(text[at:])
                return
            elif self._state is _State.CONTROL and (word := self._word(text, at)):
                self._text = (self._text + word[0])[:LONGEST_SEQUENCE]
                at = word.end()
                if word[0][-1] != ";":
                    self._end()
            else:
                self._read_character(text[at])
                at += 1

    def _word(self, text: str, at: int) -> re.Match[str] | None:
        """A word where a number should stand; behind one also that which ends the sequence."""
        return (_LETTERS if _LETTERS.search(self._text) else _WORD).match(text, at)

    def _read_character(self, char: str) -> None:
        state = self._state
        if state is _State.STRING_END:
            self._end()
            if char != "\\":
                self._read_escaped(char)
        elif state is _State.OLD_MOUSE and not char < " ":
            self._text += char
            if len(self._text.encode("utf-8", "surrogateescape")) >= 3:
                self._end()
        elif char == ESC:
            if state is _State.ESCAPE:
                self._end(Key("escape", ESC))
            self._end()
            self._begin(_State.ESCAPE)
        elif state is _State.GROUND:
            self._read_key(char)
        elif state is _State.ESCAPE:
            self._end()
            self._read_escaped(char)
        elif not " " <= char <= "~":
            # no sequence has that in it: it was torn, and this is something else
            self._end()
            self._read_key(char)
        elif state is _State.CONTROL:
            self._read_control(char)
        elif state is _State.CONSOLE:
            self._end(*self._codes.legacy(f"{ESC}[[{char}"))
        else:
            self._read_function(char)

    def _read_key(self, char: str) -> None:
        if char in _C1 and not self._broken:
            self._begin(_C1[char])
            return
        going_on = self._broken and "\udc80" <= char <= "\udcbf"
        self._broken = going_on or "\udcc2" <= char <= "\udcf4"
        if not ("\x80" <= char <= "\x9f" or "\ud800" <= char <= "\udfff"):
            self._messages += self._codes.character(char)

    def _read_escaped(self, char: str) -> None:
        """What follows an ESC: a sequence begins, or alt was held."""
        if char == ESC:
            self._begin(_State.ESCAPE)
        elif char in _BEGINS:
            self._begin(_BEGINS[char])
        elif char in _C1 or not (char <= "\x7f" or char.isprintable()):
            self._read_key(char)
        elif char != "\\":
            self._messages += self._codes.character(char, alt=True)

    def _read_control(self, char: str) -> None:
        """`CSI` parameters, intermediate characters, and the final one."""
        text = self._text
        in_mouse = text.startswith("<") and (char not in "Mm" or text.count(";") < 2)
        if "@" <= char <= "~" and not in_mouse:
            if not text and char in "[M":
                self._state = _State.CONSOLE if char == "[" else _State.OLD_MOUSE
                return
            self._end_control(text, char)
        else:
            if len(text) < LONGEST_SEQUENCE:
                self._text += char
            if char == "$":
                # rxvt ends its keys with shift in what is no end for anybody else
                found = self._codes.legacy(f"{ESC}[{text}$")
                if found:
                    self._end(*found)

    def _end_control(self, parameters: str, final: str) -> None:
        self._end()
        if parameters == "200" and final == "~":
            self._begin(_State.PASTE)
        elif parameters.startswith("<") and final in "mM":
            self._messages += self._codes.mouse(parameters, final)
        elif parameters in ("?2026;1$", "?2026;2$", "?2026;3$") and final == "y":
            self._messages.append(messages.TerminalSupportsSynchronizedOutput())
        elif len(parameters) < LONGEST_SEQUENCE and not parameters.startswith(("<", "=", ">", "?")):
            self._messages += self._codes.control(parameters, final)

    def _read_function(self, char: str) -> None:
        """`SS3`, and one character behind modifiers that some terminals put there."""
        if char.isdigit() or char == ";":
            if len(self._text) < LONGEST_SEQUENCE:
                self._text += char
        else:
            self._end(*self._codes.legacy(f"{ESC}O{self._text}{char}"))

    def _read_string(self, text: str, at: int) -> int:
        """Over a control string, to its end if that is there; where to read on."""
        stop = _STRING_STOP.search(text, at)
        if stop is None:
            return len(text)
        if stop[0] == ESC:
            self._state = _State.STRING_END
        else:
            self._end()
        return stop.end()

    def _read_paste(self, text: str) -> None:
        """On with a paste, or with what follows one: an end there was in the text itself."""
        text = self._text + text
        if self._state is _State.PASTE:
            end = _PASTE_END.search(text)
            if end is None:
                # the beginning of an end may be the last there is
                self._pasted.append(text[:-6])
                self._text = text[-6:]
                return
            self._pasted.append(text[: end.start()])
            self._state, text = _State.AFTER_PASTE, text[end.end() :]
        while (end := _PASTE_END.search(text)) is not None:
            start = _PASTE_START.search(text)
            if start is not None and start.start() < end.start():
                break
            self._pasted.append(text[: end.start()])
            text = text[end.end() :]
            self._fed_at = self._clock()
        self._text = text

    def _end_paste(self, behind: str | None = None) -> None:
        """Hand the paste on, and read as keys what came behind it."""
        behind = self._text if behind is None else behind
        pasted = from_terminal("".join(self._pasted))
        self._pasted = []
        self._end(*([Paste(pasted)] if pasted else []))
        self._read(behind)


_PATIENCE = {
    **dict.fromkeys(_State, TORN_S),
    _State.ESCAPE: ESCAPE_S,
    _State.PASTE: PASTE_QUIET_S,
    _State.AFTER_PASTE: AFTER_PASTE_S,
}
del _PATIENCE[_State.GROUND]
