"""What bytes from the terminal mean, and that none of them can break the screen."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from textual.events import Key, MouseEvent, Paste
from textual.geometry import Size
from textual.messages import TerminalSupportsSynchronizedOutput

from streamdash.output.safe_text import clean
from streamdash.tui.terminal.terminal_input import TerminalInput
from tests.fuzzing import rounds

if TYPE_CHECKING:
    from textual.message import Message

LONG_AGO = 20.0


class Typist:
    """Sends bytes, waits between them, and collects the messages."""

    def __init__(self) -> None:
        self.now = 0.0
        self.size = Size(120, 40)
        self.input = TerminalInput(lambda: self.size, lambda: self.now)
        self.messages: list[Message] = []

    def send(self, *parts: bytes | float) -> Typist:
        """Feed bytes at once; a number is so many seconds without input."""
        for part in parts:
            if isinstance(part, bytes):
                self.messages += self.input.feed(part)
            else:
                self.now += part
                self.messages += self.input.idle()
        return self

    def finish(self) -> list[str]:
        """The names of all keys, clicks and pastes, once nothing is pending."""
        for _ in range(4):
            self.send(LONG_AGO)
        return [name for message in self.messages if (name := _name_of(message))]


def _name_of(message: Message) -> str:
    if isinstance(message, Key):
        return message.key
    if isinstance(message, Paste):
        return f"paste {message.text}"
    if isinstance(message, MouseEvent):
        return f"{type(message).__name__} {message.x} {message.y}"
    return "sync" if isinstance(message, TerminalSupportsSynchronizedOutput) else "?"


@pytest.mark.parametrize("first", [b"\\", b"[", b"]", b"_"])
def test_the_first_character_of_all_is_a_key_like_any_other(first: bytes) -> None:
    assert meanings(first) == meanings(b"a", first)[1:]
    assert meanings(LONG_AGO, first) == meanings(first)


def meanings(*parts: bytes | float) -> list[str]:
    return Typist().send(*parts).finish()


NONSENSE = {
    "a byte of no character": b"\xfe",
    "the start of a character that never ends": b"\xf0\x9f",
    "a surrogate in UTF-8": b"\xed\xa0\x80",
    "an overlong slash": b"\xc0\xaf",
    "a control sequence without an end": b"\x1b[1;2;3",
    "a parameter behind its end": b"\x1b[12 3 4q",
    "a key that is released": b"\x1b[120;1:3u",
    "an event type that nobody knows": b"\x1b[120;1:9u",
    "a code point beyond the last": b"\x1b[1114112;1u",
    "a surrogate as a key": b"\x1b[55357;1u",
    "the key zero": b"\x1b[0;1u",
    "a number of forty digits": b"\x1b[" + b"9" * 40 + b";1u",
    "too many modifiers": b"\x1b[120;70000u",
    "a text of control characters only": b"\x1b[0;;27:0:155u",
    "fields without end": b"\x1b[" + b"120;" * 50 + b"u",
    "a private key of no name": b"\x1b[57999u",
    "a function key of no name": b"\x1b[113~",
    "a mouse of letters": b"\x1b[<x;q;qM",
    "a mouse of words": b"\x1b[<mouse;quit;xM",
    "the mouse of urxvt in words": b"\x1b[left;q;xM",
    "a size of words": b"\x1b[48;forty;px;q;xt",
    "a mouse left of the screen": b"\x1b[<0;-3;5M",
    "a mouse at zero": b"\x1b[<0;0;0M",
    "a press far outside": b"\x1b[<0;999999;999999M",
    "a wheel far outside": b"\x1b[<64;500;500M",
    "a button that mice do not have": b"\x1b[<9999;5;5M",
    "an old mouse beyond column 95": b"\x1b[M \xe9\xe9",
    "an old mouse torn by a key's end": b"\x1b[M\x7f\x80\xff",
    "the mouse of urxvt": b"\x1b[32;10;10M",
    "a size of nothing": b"\x1b[48;0;0;0;0t",
    "a size without numbers": b"\x1b[48;;;;t",
    "a size of everything": b"\x1b[48;99999999999999;9;9;9t",
    "a size of three numbers": b"\x1b[48;24;80;0t",
}


@pytest.mark.fault("terminal", "input that makes no sense")
@pytest.mark.parametrize("name", NONSENSE)
def test_invalid_input_means_nothing_and_the_next_key_counts(name: str) -> None:
    assert meanings(NONSENSE[name], LONG_AGO, b"t") == ["t"]


MEANT = {
    b"\x1b[120;1:1ut": ["x", "t"],
    b"\x1b[120;1:2u": ["x"],
    b"\x1b[120:88;2u": ["X"],
    b"\x1b[120;2;88u": ["X"],
    b"\x1b[113;129u": ["q"],
    b"\x1b[1089::99;5u": ["ctrl+c"],
    b"\x1b[27;5;99~": ["ctrl+c"],
    b"\x1b[0;;233:234u": ["é", "ê"],
    b"\x1b[57441;2ux": ["left_shift", "x"],
    b"\x1b[1;1:2A\x1b[1;1:3A": ["up"],
    b"\x1b[A\x1bOB\x1b[[A\x1b[1;5C": ["up", "down", "f1", "ctrl+right"],
    b"\x1b[3~\x1b[3;2~\x1b[7$\x1b[Z": ["delete", "shift+delete", "shift+home", "shift+tab"],
    b"\xe9t\xffq": ["t", "q"],
    "été".encode(): ["é", "t", "é"],
    b"\x1b[?2026;2$yx": ["sync", "x"],
    b"\x1b[?2026;4$yx": ["x"],
    b"\x1b\x1b": ["escape", "escape"],
    b"\x1bf\x1bq": ["ctrl+right", "alt+q"],
    b"\x1b[<0;5;5M\x1b[<0;500;5m": ["MouseDown 4 4", "MouseUp 119 4"],
}


@pytest.mark.fault("terminal", "keys and the mouse in every form")
@pytest.mark.parametrize("data", MEANT)
@pytest.mark.parametrize("torn", [False, True])
def test_every_form_of_a_key_means_that_key(data: bytes, torn: bool) -> None:
    parts = [data[at : at + 1] for at in range(len(data))] if torn else [data]
    assert meanings(*parts) == MEANT[data]


REPLIES = {
    "a colour": b"\x1b]11;rgb:qqqq/xxxx/XXXX\x07",
    "a colour that ends with ST": b"\x1b]4;1;rgb:ffff/0000/qx\x1b\\",
    "a colour in 8-bit form": b"\x9d10;qx\x9c",
    "a colour that a C1 in UTF-8 ends": b"\x1b]10;qx\xc2\x9c",
    "a title": b"\x1b]lquit x R\x1b\\",
    "a clipboard of a megabyte": b"\x1b]52;c;" + b"qxXR" * 250_000 + b"\x07",
    "a version": b"\x1bP>|xterm(q) x\x1b\\",
    "a capability": b"\x1bP1+r544e=787465726d\x1b\\",
    "a setting in 8-bit form": b"\x90$qx\x9c",
    "the third device attributes": b"\x1bP!|7E565445\x1b\\",
    "a picture's reply": b"\x1b_Gi=1;OK q x\x1b\\",
    "a private message": b"\x1b^q x\x1b\\",
    "a string": b"\x1bXqx\x1b\\",
    "an application's in 8-bit form": b"\x9fq\xe2\x9c\x93x\x9c",
    "the first device attributes": b"\x1b[?62;1;22c",
    "the second device attributes": b"\x1b[>41;354;0c",
    "the second ones in 8-bit form": b"\x9b>41;354;0c",
    "the keyboard's flags": b"\x1b[?25u",
    "a mode": b"\x1b[?2048;0$y",
    "a mode of no number": b"\x1b[?$y",
    "where the cursor is": b"\x1b[12;40R",
    "a status": b"\x1b[0n",
    "the colours' brightness": b"\x1b[?997;1n",
    "a size in characters": b"\x1b[8;40;120t",
    "focus": b"\x1b[I\x1b[O",
    "one that another breaks off": b"\x1b]11;q\x1b[?62c",
}


@pytest.mark.fault("terminal", "replies are no keys")
@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_is_not_a_key_however_it_is_split(name: str) -> None:
    reply = REPLIES[name]
    assert meanings(reply, b"t") == ["t"]
    assert meanings(b"\xfft", reply, b"t") == ["t", "t"]
    assert meanings(b"\xe9\x1b[120;1:3u", reply, b"t") == ["t"]
    rng = random.Random(name)
    for _ in range(20):
        at = sorted(rng.randrange(len(reply) + 1) for _ in range(2))
        if reply[: at[0]].endswith(b"\x1b"):
            # a wait right after an ESC makes it the key, but the late rest must not be letters
            at[1] = len(reply)
        pieces = reply[: at[0]], 0.4, reply[at[0] : at[1]], 0.4, reply[at[1] :], b"t"
        keys = meanings(*pieces)
        assert keys[-1:] == ["t"], pieces
        assert set(keys[:-1]) <= {"escape"}, pieces


@pytest.mark.fault("terminal", "replies are no keys")
@pytest.mark.parametrize("begin", [b"\x1b]11;", b"\x1bP", b"\x1b_", b"\x1b^", b"\x1bX", b"\x90q"])
def test_a_string_without_an_end_gives_the_keyboard_back(begin: bytes) -> None:
    assert meanings(begin + b"qqq", 1.5, b"t") == ["t"]
    typed: list[bytes | float] = [begin]
    for _ in range(40):
        typed += [b"z", 0.3]
    assert meanings(*typed).count("z") >= 20
    assert meanings(begin + b"q", b"\x1b[A") == ["up"]
    assert meanings(begin + b"q\x18t") == ["t"]


PASTES = {
    b"one\rtwo\r\nthree\nfour\r\rsix": "one\ntwo\nthree\nfour\n\nsix",
    b"\tdef f():\r\t\treturn 1\r": "\tdef f():\n\t\treturn 1\n",
    b"a \x1b[31mred\x1b[0m b \x1b]8;;http://x\x07link\x1b]8;;\x1b\\": "a red b link",
    b"nul\x00bell\x07del\x7f": "nul␀bell␇del␡",
    "over\u202eride \u2066x\ufeff".encode(): "over\ufffdride \ufffdx\ufffd",
    b"half\xc3": "half\ufffd",
    b"8-bit \x9b31mred": "8-bit \ufffd31mred",
    b"an end \x1b[201~q x X\x1b[201~ inside": "an end q x X inside",
    b"\x1b[200~twice begun": "twice begun",
    b"\x1b": "␛",
    "日本語 👩\u200d🚀".encode(): "日本語 👩\u200d🚀",
}


@pytest.mark.fault("terminal", "pastes keep their lines and nothing foreign")
@pytest.mark.parametrize("data", PASTES)
def test_a_paste_is_the_copied_text_however_it_is_split(data: bytes) -> None:
    whole = b"\x1b[200~" + data + b"\x1b[201~"
    assert meanings(whole, 0.1, b"t") == [f"paste {PASTES[data]}", "t"]
    assert meanings(*(whole[at : at + 1] for at in range(len(whole)))) == [f"paste {PASTES[data]}"]
    if b"\x1b[201~" not in data:
        assert meanings(whole + b"\r") == [f"paste {PASTES[data]}", "enter"]
        for at in range(6, len(whole), 3):
            assert meanings(whole[:at], 0.5, whole[at:]) == [f"paste {PASTES[data]}"]


@pytest.mark.fault("terminal", "pastes keep their lines and nothing foreign")
def test_empty_huge_and_endless_pastes() -> None:
    assert meanings(b"\x1b[200~\x1b[201~t") == ["t"]
    assert meanings(b"\x1b[201~t") == ["t"]
    line = b"x" * 99 + b"\r"
    pieces = [b"\x1b[200~", *(line * 40 for _ in range(262)), b"\x1b[201~"]
    pasted = meanings(*pieces)
    assert pasted == ["paste " + ("x" * 99 + "\n") * 40 * 262]
    assert meanings(b"\x1b[200~never\rends", 2.5, b"t") == ["paste never\nends", "t"]
    typed: list[bytes | float] = [b"\x1b[200~"]
    for _ in range(60):
        typed += [b"z", 0.5]
    assert meanings(*typed).count("z") >= 30
    assert meanings(b"\x1b[200~one\x1b[201~\x1b[200~two\x1b[201~") == ["paste one", "paste two"]


PIECES = [
    b"\x1b", b"\x1b[", b"\x1bO", b"\x1b]", b"\x1bP", b"\x1b_", b"\x9b", b"\x90", b"\x9c", b"\x07",
    b"\x1b\\", b"200~", b"201~", b"\x1b[200~", b"\x1b[201~", b"\x1b[<", b"\x1b[M", b"48;", b"?",
    b">", b"$y", b";", b":", b"0", b"1", b"-1", b"99999999999", b"1114112", b"55296", b"57441",
    b"97", b"u", b"t", b"m", b"R", b"~", b"A", b"[", b"\xc3", b"\xff", b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80", b"\0", b"\r", b"\n", b"\t", b" ", b"q", b"x", "é".encode(),
    "👩\u200d🚀".encode(), "\u202e".encode(), b"\xc2\x9b", b"\xc2\x9d", b"\xe2\x80\xa8",
]  # fmt: skip
WHOLE = [*MEANT, *(reply for reply in REPLIES.values() if len(reply) < 100), *NONSENSE.values()]


def mutated(rng: random.Random) -> bytes:
    """Pieces of sequences in any order, or a real one with some bytes changed."""
    if rng.random() < 0.5:
        return b"".join(rng.choices(PIECES, k=rng.randint(1, 8)))
    data = bytearray(rng.choice(WHOLE))
    for _ in range(rng.randint(0, 3)):
        at = rng.randrange(len(data) + 1)
        data[at : at + rng.randint(0, 2)] = rng.randbytes(rng.randint(0, 2))
    return bytes(data)


@pytest.mark.fault("terminal", "random and mutated input")
def test_no_bytes_make_it_fail_and_the_keyboard_always_comes_back() -> None:
    rng = random.Random()
    for _ in range(rounds(1_000)):
        seed = rng.getrandbits(64)
        play = random.Random(seed)
        typist = Typist()
        for _ in range(100):
            typist.send(mutated(play))
            if play.random() < 0.2:
                typist.send(play.choice([0.01, 0.2, 1.1]))
        for message in typist.messages:
            if isinstance(message, Key) and message.character and message.is_printable:
                assert clean(message.character) == message.character, seed
            if isinstance(message, Paste):
                assert clean(message.text) == message.text, seed
            if isinstance(message, MouseEvent):
                assert 0 <= message.x < 120, seed
                assert 0 <= message.y < 40, seed
        for _ in range(3):
            typist.send(LONG_AGO)
        typist.messages.clear()
        assert typist.send(b"t").finish() == ["t"], seed
