"""The states of the terminal input reader, with the beginning and time limit of each."""

from __future__ import annotations

from enum import Enum

ESCAPE_S = 0.1
"""An ESC that nothing follows for this long was the key."""
TORN_S = 1.0
"""A sequence may be interrupted for this long; then its beginning is dropped."""
STRING_S = 4.0
"""A control string without an end lasts at most this long while keys are typed."""
PASTE_QUIET_S = 2.0
"""A paste without an end is over when nothing has come for this long."""
PASTE_S = 10.0
"""A paste is over when for this long only so little has come that it may be typed."""
AFTER_PASTE_S = 0.05
"""How long to wait for another end of a paste, whose text may have contained one."""


class InputState(Enum):
    """The kind of input that the next character belongs to."""

    GROUND = "the keyboard"
    ESCAPE = "a sequence after its ESC"
    CONTROL = "CSI"
    FUNCTION = "SS3"
    CONSOLE = "a function key of the Linux console"
    OLD_MOUSE = "three bytes of the mouse"
    STRING = "OSC, DCS, APC, PM, SOS"
    STRING_END = "an ESC in such a string"
    PASTE = "a paste"
    AFTER_PASTE = "text right after a paste"


BEGINS = {
    "[": InputState.CONTROL,
    "O": InputState.FUNCTION,
    **dict.fromkeys("]P_^X", InputState.STRING),
}
"""States by the character after an ESC."""
C1 = {
    chr(plane + ord(char) + 0x40): state
    for char, state in BEGINS.items()
    for plane in (0, 0xDC00)  # as text, or as a byte that is not UTF-8
}
"""States by the 8-bit control character that replaces ESC and the character after it."""
PATIENCE_S = {
    **dict.fromkeys(InputState, TORN_S),
    InputState.ESCAPE: ESCAPE_S,
    InputState.PASTE: PASTE_QUIET_S,
    InputState.AFTER_PASTE: AFTER_PASTE_S,
}
"""Seconds without input after which a state is given up; GROUND is not in it."""
del PATIENCE_S[InputState.GROUND]
