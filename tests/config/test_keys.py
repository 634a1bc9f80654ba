"""The `[keys]` of the config: how keys are written, and which of them can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Size

from streamdash.config.key_names import KeyNameError, read_key, shown_key, written_key
from streamdash.config.keymap import with_checked_keys
from streamdash.config.schema import read_config
from streamdash.tui.key_tables import key_actions
from streamdash.tui.terminal.terminal_input import TerminalInput
from tests.fuzzing import examples
from tests.program import streamdash

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.config.own_config import OwnConfig


def checked(tmp_path: Path, keys: str) -> OwnConfig:
    path = tmp_path / "config.toml"
    path.write_text(f"[keys]\n{keys}\n", encoding="utf-8")
    return with_checked_keys(read_config(path), key_actions())


def lines(config: OwnConfig) -> list[str]:
    return [mistake.line for mistake in config.mistakes]


def typed(data: str) -> list[str]:
    """The keys that Textual gets for the bytes of a terminal."""
    clock = iter(range(1000))
    reader = TerminalInput(lambda: Size(80, 24), lambda: float(next(clock)))
    return [message.key for message in [*reader.feed(data.encode()), *reader.idle()]]  # type: ignore[attr-defined]  # all are keys


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("x", "x"),
        ("X", "X"),
        ("shift+x", "X"),
        ("Ctrl+X", "\x18"),
        ("alt+x", "\x1bx"),
        ("f5", "\x1b[15~"),
        ("ctrl+f5", "\x1b[15;5~"),
        ("space", " "),
        ("?", "?"),
        ("slash", "/"),
        (",", ","),
        ("comma", ","),
        ("+", "+"),
        ("ö", "ö"),
        ("€", "€"),
        ("pgdn", "\x1b[6~"),
        ("shift+up", "\x1b[1;2A"),
        ("Ctrl+Alt+Up", "\x1b[1;7A"),
        ("shift+tab", "\x1b[Z"),
        ("ctrl+space", "\x00"),
        ("ctrl+]", "\x1d"),
        ("ctrl+\\", "\x1c"),
        ("ctrl+_", "\x1f"),
        ("del", "\x1b[3~"),
    ],
)
def test_a_key_of_the_config_is_the_one_that_the_terminal_sends(written: str, sent: str) -> None:
    key = read_key(written)
    assert typed(sent) == [key]
    assert read_key(written_key(key)) == key
    assert shown_key(key)


@pytest.mark.parametrize("character", [chr(code) for code in range(0x21, 0x7F)])
def test_every_character_of_the_keyboard_can_be_a_key(character: str) -> None:
    key = read_key(character)
    assert typed(character) == [key]
    assert written_key(key) == character


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("ctrl+c", "copies the selection"),
        ("ctrl+z", "stops the program"),
        ("ctrl+q", "quits"),
        ("esc", "closes"),
        ("Enter", "confirms"),
        ("return", "confirms"),
        ("ctrl+i", "the same for 'ctrl+i' as for 'tab'"),
        ("ctrl+m", "as for 'enter'"),
        ("ctrl+[", "as for 'esc'"),
        ("ctrl+h", "as for 'backspace'"),
        ("alt+f", "ctrl+right"),
        ("cmd+x", "do not send"),
        ("ctrl+shift+x", "most terminals cannot send"),
        ("ctrl+1", "most terminals cannot send"),
        ("shift+1", "the character that it types"),
        ("ctrl+tab", "most terminals cannot send"),
        ("foo", "keys are written like ctrl+x"),
        ("C-x", "keys are written like"),
        ("^X", "keys are written like"),
        ("f25", "keys are written like"),
        ("\x1b", "keys are written like"),
        ("\u200b", "keys are written like"),
        ("ctrl+ctrl+x", "keys are written like"),
        ("x" * 10_000, "keys are written like"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_with_a_reason(written: str, reason: str) -> None:
    with pytest.raises(KeyNameError) as refused:
        read_key(written)
    assert reason in str(refused.value)
    assert len(str(refused.value)) < 200


@given(
    st.text(max_size=20) | st.lists(st.sampled_from(["ctrl", "alt", "+", "x", " "])).map("".join)
)
@examples(200)
def test_any_text_is_a_key_or_refused(text: str) -> None:
    try:
        key = read_key(text)
    except KeyNameError:
        return
    assert read_key(written_key(key)) == key
    assert shown_key(key).isprintable()


def test_the_names_of_actions_are_told_apart_and_no_key_of_a_screen_is_used_twice() -> None:
    for actions in key_actions().values():
        names = [action.name for action in actions if action.name]
        keys = [key for action in actions for key in action.keys]
        assert len(names) == len(set(names))
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        ('cancel = "C"', {"cancel": ("C",)}),
        ('cancel = ["C", "f8"]', {"cancel": ("C", "f8")}),
        ('cancel = "none"', {"cancel": ()}),
        ('cancel = ""', {"cancel": ()}),
        ("cancel = []", {"cancel": ()}),
        ('cancel = "r"\nrerun = "x"', {"cancel": ("r",), "rerun": ("x",)}),
        ('cancel = "r"\nrerun = "none"', {"cancel": ("r",), "rerun": ()}),
        ('cancel = "x"', {"cancel": ("x",)}),
        ('commands = "ctrl+k"', {"commands": ("ctrl+k",)}),
    ],
)
def test_an_action_gets_its_keys(
    tmp_path: Path, keys: str, chosen: dict[str, tuple[str, ...]]
) -> None:
    config = checked(tmp_path, keys)
    assert not config.mistakes
    assert config.keys == chosen


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('cancle = "C"', ["did you mean 'cancel'?"]),
        ('xyzzy = "C"', ["`streamdash config` lists them"]),
        ('"" = "C"', ["not an action"]),
        ("cancel = 3", ['a key, a list of keys or "none"']),
        ("cancel = [3]", ['a key, a list of keys or "none"']),
        ('cancel = { key = "x" }', ['a key, a list of keys or "none"']),
        ('cancel = "r"', ["keys.cancel: 'r' is also the key of 'rerun'"]),
        ('cancel = "f9"\nrerun = "f9"', ["of 'rerun'", "of 'cancel'"]),
        ('quit = "j"', ["'j' is taken in the inspector"]),
        ('commands = "K"', ["text in a field"]),
        ('commands = "space"', ["text in a field"]),
        # the action whose key is wrong keeps its own, so another one cannot have it
        ('rerun = "ctrl+c"\ncancel = "r"', ["copies the selection", "of 'rerun'"]),
    ],
)
def test_a_wrong_key_changes_nothing_and_says_why(
    tmp_path: Path, keys: str, said: list[str]
) -> None:
    config = checked(tmp_path, keys)
    assert not config.keys
    assert len(config.mistakes) == len(said)
    for line, words in zip(lines(config), said, strict=True):
        assert words in line
        assert line.startswith(f"{tmp_path / 'config.toml'}:")


def test_a_mistake_spoils_only_the_actions_in_it(tmp_path: Path) -> None:
    config = checked(tmp_path, 'cancel = "r"\ncopy = "Y"\nfoo = "F"')
    assert config.keys == {"copy": ("Y",)}
    assert {mistake.part for mistake in config.mistakes} == {"keys.cancel", "keys.foo"}


async def test_the_listing_names_every_action_its_key_and_where_that_comes_from(
    tmp_path: Path,
) -> None:
    folder = tmp_path / ".config" / "streamdash"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('[keys]\ncancel = "f9"\nblind = "none"\n', "utf-8")
    ended = await streamdash("config", home=tmp_path)
    rows = {line.split()[0]: line.split() for line in ended.out.splitlines() if "keys." in line}
    assert ended.code == 0
    assert (rows["keys.cancel"][1], rows["keys.cancel"][-1]) == ("f9", "config.toml:2")
    assert (rows["keys.blind"][1], rows["keys.blind"][-1]) == ("none", "config.toml:3")
    assert rows["keys.rerun"][1] == "r"
    assert " ".join(rows["keys.rerun"][-2:]) == "built in"
    names = {action.name for actions in key_actions().values() for action in actions}
    assert {f"keys.{name}" for name in names if name} == set(rows)
