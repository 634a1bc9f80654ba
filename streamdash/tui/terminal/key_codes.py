"""The meaning of a complete control sequence from the terminal: keys, the mouse, or nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual._xterm_parser import XTermParser
from textual.events import Key, MouseDown, MouseEvent, MouseScrollDown, MouseScrollUp

from streamdash.output.safe_text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.geometry import Size

ESC = "\x1b"
_DIGITS = 9
"""The most digits of a number; no terminal sends more."""
_LARGEST = 0x10FFFF
_RELEASED = 3
_MODIFIERS = 256
_SHIFT = 1
_LOCKS = 0b11000000
"""Caps lock and num lock, which are not part of a key's name."""
_FUNCTIONAL = range(0xE000, 0xF900)
"""The kitty protocol's numbers for keys without a character."""
_BUTTONS = 128
"""Codes from here on are extra buttons of a mouse, which Textual takes for the first three."""
_KITTY_FINALS = frozenset("u~ABCDEFHPQS")
_MOUSE = re.compile(r"<(\d{1,4});(\d{1,9});(\d{1,9})")


class KeyCodes:
    """Translates complete sequences with Textual's tables; invalid ones mean nothing.

    Textual's own reader turns unknown sequences into the keys of their letters, and raises
    exceptions for unexpected numbers. `size` returns the screen's size, which limits the mouse.
    """

    def __init__(self, size: Callable[[], Size]) -> None:
        self._xterm = XTermParser()
        self._size = size

    def character(self, char: str, *, alt: bool = False) -> list[Key]:
        """The key of one character, or its key with alt."""
        if alt and ESC + char in ANSI_SEQUENCES_KEYS:
            return self._keys_of(ESC + char)
        return _safe_keys(self._xterm._sequence_to_key_events(char, alt=alt))

    def legacy(self, sequence: str) -> list[Key]:
        """The keys of a sequence in Textual's table of old forms."""
        return self._keys_of(sequence) if sequence in ANSI_SEQUENCES_KEYS else []

    def control(self, parameters: str, final: str) -> list[Key]:
        """The keys of `CSI parameters final`; none for replies and releases of a key."""
        if final == "R":
            # a report of the cursor's position, not the key F3
            return []
        if final not in _KITTY_FINALS:
            return self.legacy(f"{ESC}[{parameters}{final}")
        fields = parameters.split(";")
        if len(fields) > 3:
            return []
        codes, modifiers, text = (_numbers(field) for field in (*fields, "", "")[:3])
        if codes is None or modifiers is None or text is None:
            return []
        if final == "~" and codes == [27] and text:
            # xterm's older form: 27, the modifiers, the character
            codes, text, final = text, [], "u"
        return self._kitty(codes, modifiers, text, final)

    def mouse(self, parameters: str, final: str) -> list[MouseEvent]:
        """The mouse event, if its position is possible.

        A drag may end outside the screen, but a press or a turn of the wheel happens on it.
        """
        match = _MOUSE.fullmatch(parameters)
        if match is None:
            return []
        buttons, x, y = map(int, match.groups())
        width, height = self._size()
        if buttons >= _BUTTONS or not (x and y and width and height):
            return []
        column, row = min(x, width), min(y, height)
        event = self._xterm.parse_mouse_code(f"{ESC}[<{buttons};{column};{row}{final}")
        if not isinstance(event, MouseEvent):
            return []
        outside = (column, row) != (x, y)
        if outside and isinstance(event, (MouseDown, MouseScrollDown, MouseScrollUp)):
            return []
        return [event]

    def _kitty(
        self, codes: list[int], modifiers: list[int], text: list[int], final: str
    ) -> list[Key]:
        """A key by its codes (plain, shifted, on the base layout), modifiers and text."""
        code, shifted, base = [*codes, 0, 0, 0][:3]
        code = code or (0 if final == "u" else 1)
        pressed, event = [*(modifiers or [1]), 1][:2]
        if event >= _RELEASED or pressed > _MODIFIERS:
            return []
        pressed = max(0, pressed - 1) & ~_LOCKS
        words = [number for number in text if _is_text(number)]
        if f"{code}{final}" not in FUNCTIONAL_KEYS and not words:
            if final != "u":
                return self.legacy(f"{ESC}[{code}{final}") if not (pressed or text) else []
            if not _is_text(code) or code in _FUNCTIONAL:
                return []
            if pressed == _SHIFT:
                words = [shifted if _is_text(shifted) else _upper(code)]
            elif not pressed:
                words = [code]
            elif code > 0x7F and 0x20 < base < 0x7F:
                # a shortcut on a keyboard with another script
                code = base
        written = ":".join(map(str, words))
        sequence = f"{ESC}[{code};{pressed + 1}" + (f";{written}" if written else "") + final
        return _safe_keys(key.copy() for key in self._xterm._parse_extended_key(sequence) or [])

    def _keys_of(self, sequence: str) -> list[Key]:
        return _safe_keys(self._xterm._sequence_to_key_events(sequence))


def _numbers(field: str) -> list[int] | None:
    """The numbers between colons, 0 where one is empty; None if one is not a number."""
    if not field:
        return []
    numbers = []
    for part in field.split(":"):
        if len(part) > _DIGITS or (part and not (part.isascii() and part.isdecimal())):
            return None
        numbers.append(int(part or "0"))
    return None if max(numbers) > _LARGEST else numbers


def _is_text(code: int) -> bool:
    """Whether a code point is a character that can be typed and shown."""
    return 0x20 <= code <= _LARGEST and code != 0x7F and clean(chr(code)) == chr(code)


def _upper(code: int) -> int:
    upper = chr(code).upper()
    return ord(upper) if len(upper) == 1 else code


def _safe_keys(keys: Iterable[Key]) -> list[Key]:
    """The keys, without those whose character must not be written to the terminal."""
    return [
        key
        for key in keys
        if key.key != "<ignore>"
        and (key.character is None or key.character < " " or key.character == "\x7f"
             or clean(key.character) == key.character)
    ]  # fmt: skip
