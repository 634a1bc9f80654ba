"""Values as TOML text: the part of TOML that a prompt file needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite

from streamdash.streams.errors import UsageError

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_INVISIBLE = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2060-\u206f"
    r"\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
"""Controls, and characters that reorder or hide text; they are written as escapes."""
_ESCAPED = re.compile(rf'[\\"\t\n{_INVISIBLE}]')
_ESCAPED_IN_BLOCK = re.compile(rf"[\\{_INVISIBLE}]")
_CLOSING = re.compile(r'"""|"\Z')
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHORT = {
    "\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r",
}  # fmt: skip


class UnwritableError(UsageError):
    """A value that TOML cannot hold; `reason` continues after the value's name."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def key(name: str) -> str:
    """A key, quoted where it has to be. Raises UnwritableError."""
    return name if _BARE_KEY.fullmatch(name) else text(name)


def value(of: object) -> str:
    """A value on one line; tables become inline ones. Raises UnwritableError."""
    if isinstance(of, bool):
        return "true" if of else "false"
    if isinstance(of, str):
        return text(of)
    if isinstance(of, int):
        return str(of)
    if isinstance(of, float):
        if not isfinite(of):
            raise UnwritableError("is not a finite number, which no request can carry")
        return repr(of)
    if isinstance(of, Mapping):
        items = ", ".join(f"{key(name)} = {value(item)}" for name, item in of.items())
        return f"{{ {items} }}" if items else "{}"
    if isinstance(of, list | tuple):
        return f"[{', '.join(map(value, of))}]"
    if of is None:
        raise UnwritableError("is null, which TOML does not have")
    raise UnwritableError("is a value that no request can carry")


def text(of: str) -> str:
    """A text on one line, in double quotes. Raises UnwritableError."""
    _check(of)
    return f'"{_ESCAPED.sub(_escape, of)}"'


def block(of: str) -> str:
    """A text over several lines if it has them, as readable as it can be. Raises UnwritableError.

    In single quotes nothing is an escape, which suits text with backslashes.
    """
    _check(of)
    if "\n" not in of:
        return text(of)
    escaped = _ESCAPED_IN_BLOCK.sub(_escape, of)
    # three quotes, and one at the end, would close the block
    escaped = _CLOSING.sub(lambda found: f'{found[0][:-1]}\\"', escaped)
    # the newline after the opening quotes is not part of the text
    if escaped != of and _is_literal(of):
        return f"'''\n{of}'''"
    return f'"""\n{escaped}"""'


def _is_literal(of: str) -> bool:
    """Whether three single quotes can stand around the text."""
    return not ("'''" in of or of.endswith("'") or re.search(f"[{_INVISIBLE}]", of))


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    if char in _SHORT:
        return _SHORT[char]
    return f"\\u{ord(char):04X}" if char <= "\uffff" else f"\\U{ord(char):08X}"


def _check(of: str) -> None:
    if _SURROGATE.search(of):
        raise UnwritableError("contains half of a surrogate pair, which no file can hold")
