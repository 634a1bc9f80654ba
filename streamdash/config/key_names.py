"""How keys are written in the config and shown on the screen, and which of them can be used.

A key has the name that Textual gives it, such as `ctrl+x`, `slash`, `pageup` or `A`.
"""

from __future__ import annotations

import unicodedata

HOW = "keys are written like ctrl+x, alt+x, f5, space, pgup, shift+up, A or ?"
NONE = "none"
_NAMED = (
    "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete",
    "tab", "backspace", "space", *(f"f{number}" for number in range(1, 25)),
)  # fmt: skip
_MODIFIED = {*_NAMED[:10], *(f"f{number}" for number in range(1, 13))}
"""Keys that terminals send together with modifiers."""
_ALIASES = {
    "pgup": "pageup", "pgdn": "pagedown", "pgdown": "pagedown", "del": "delete", "ins": "insert",
    "esc": "escape", "return": "enter", "spacebar": "space", "control": "ctrl",
    "option": "alt", "meta": "alt",
}  # fmt: skip
_CHARACTER_NAMES = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at",
    "hyphen_minus": "minus", "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip
_SHOWN = {"up": "↑", "down": "↓", "left": "←", "right": "→", "pageup": "pgup", "pagedown": "pgdn",
          "delete": "del", "insert": "ins", "escape": "esc"}  # fmt: skip
_RESERVED = {
    "escape": "it closes what is open",
    "enter": "it confirms, sends and zooms",
    "ctrl+c": "it copies the selection, or quits",
    "ctrl+z": "it stops the program until fg",
    "ctrl+q": "it always quits",
}
_SAME_BYTE = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+[": "esc", "ctrl+h": "backspace"}
_SAME_MEANING = {"alt+b": "ctrl+left", "alt+f": "ctrl+right"}
_CTRL_CHARACTERS = {
    "space": "ctrl+@", "@": "ctrl+@", "\\": "ctrl+backslash", "]": "ctrl+right_square_bracket",
    "^": "ctrl+circumflex_accent", "_": "ctrl+underscore",
}  # fmt: skip
_WRITTEN_CTRL = {name: f"ctrl+{key}" for key, name in _CTRL_CHARACTERS.items() if key != "@"}
_MODIFIERS = ("alt", "ctrl", "shift")
"""In the order in which Textual names them."""
_NOT_SENT = {"cmd", "command", "super", "win", "hyper", "fn", "capslock"}


class KeyNameError(ValueError):
    """Why a key cannot be used, in words that follow the action's name."""


def read_key(text: str) -> str:
    """Textual's name of a key as people write it. Raises KeyNameError."""
    written = text if len(text) == 1 else text.strip()
    *modifiers, last = _parts(written)
    modifiers = [_ALIASES.get(word.lower(), word.lower()) for word in modifiers]
    if _NOT_SENT & {*modifiers, last.lower()}:
        raise KeyNameError(f"terminals do not send {written!r}; {HOW}")
    if not set(modifiers) <= {*_MODIFIERS} or len(set(modifiers)) < len(modifiers):
        raise KeyNameError(f"{_short(written)} is not a key; {HOW}")
    name = last if len(last) == 1 else _ALIASES.get(last.lower(), last.lower())
    if name == " ":
        name = "space"
    character = name if len(name) == 1 else _character(name)
    if character is None and name not in (*_NAMED, "escape", "enter"):
        raise KeyNameError(f"{_short(written)} is not a key; {HOW}")
    key = _modified(modifiers, character or name, written)
    if key in _RESERVED:
        raise KeyNameError(f"{written_key(key)!r} is not free: {_RESERVED[key]}")
    return key


def _short(text: str) -> str:
    return repr(text if len(text) <= 30 else text[:29] + "…")


def _parts(written: str) -> list[str]:
    """The modifiers and the key, which may itself be a `+`."""
    if len(written) <= 1:
        if not written:
            raise KeyNameError(f"a key is missing; {HOW}")
        return [written]
    if written.endswith("+"):
        return [*written[:-1].rstrip("+").split("+"), "+"]
    return written.split("+")


def _modified(modifiers: list[str], last: str, written: str) -> str:
    """The name of a key with these modifiers; `last` is a character or a key's name."""
    chord = "+".join([*sorted(modifiers), last.lower() if len(last) == 1 else last])
    if chord in _SAME_BYTE:
        raise KeyNameError(f"terminals send the same for {written!r} as for {_SAME_BYTE[chord]!r}")
    if chord in _SAME_MEANING:
        raise KeyNameError(f"{written!r} is {_SAME_MEANING[chord]!r} in many terminals")
    if not modifiers:
        return character_name(last) if len(last) == 1 else last
    letter = len(last) == 1 and last.isascii() and last.isalpha()
    if modifiers == ["shift"] and letter:
        return last.upper()
    if modifiers == ["ctrl"] and last in _CTRL_CHARACTERS:
        return _CTRL_CHARACTERS[last]
    if modifiers in (["ctrl"], ["alt"]) and letter:
        return chord
    if last in _MODIFIED or chord == "shift+tab":
        return chord
    hint = "; write the character that it types, such as !" if modifiers == ["shift"] else ""
    raise KeyNameError(f"most terminals cannot send {_short(written)}{hint}")


def character_name(character: str) -> str:
    """Textual's name of the key that types a character."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    if not name or not character.isprintable() or unicodedata.combining(character):
        raise KeyNameError(f"{character!a} is not a key; {HOW}")
    return _CHARACTER_NAMES.get(name, name)


def _character(name: str) -> str | None:
    """The character with this name of a key; None if there is none."""
    proper = {short: long for long, short in _CHARACTER_NAMES.items()}.get(name, name)
    for spelled in (proper, proper.replace("_", "-", 1)):
        try:
            found = unicodedata.lookup(spelled.replace("_", " ").upper())
        except KeyError:
            continue
        return found if found.isprintable() and not found.isalnum() and found != " " else None
    return None


def character_key(key: str) -> bool:
    """Whether the key types a character."""
    return key == "space" or len(written_key(key)) == 1


def written_key(key: str) -> str:
    """A key as the config writes it: `ctrl+x`, `pgup`, `?`."""
    if key in _WRITTEN_CTRL:
        return _WRITTEN_CTRL[key]
    *modifiers, last = key.split("+")
    name = {"pageup": "pgup", "pagedown": "pgdn", "escape": "esc"}.get(last, last)
    if name == last and last not in _NAMED and len(last) > 1:
        name = _character(last) or last
    return "+".join([*modifiers, name])


def shown_key(key: str) -> str:
    """A key as the screen shows it: `ctrl+x`, `↑`, `?`."""
    *modifiers, _ = key.split("+")
    before = "".join(f"{modifier}+" for modifier in modifiers)
    last = written_key(key).removeprefix(before)
    return before + _SHOWN.get(last, last)
