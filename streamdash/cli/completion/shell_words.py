"""Words as shells read and write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from streamdash.output.safe_text import clean_line

if TYPE_CHECKING:
    from streamdash.cli.commands import Shell

_ABOUT_CELLS = 60
_PIECE = re.compile(r"""\\(.?)|(['"])|([^\\'"]+)""", re.DOTALL)
_SAFE = re.compile(r"[\w@%+:,./=-]")


class _Typed(NamedTuple):
    """A word without its quotes, and the quote that is open at its end, if any."""

    text: str
    quote: str


def _read(raw: str) -> _Typed:
    text, quote = [], ""
    for escaped, mark, plain in _PIECE.findall(raw):
        if mark and mark == quote:
            quote = ""
        elif mark and not quote:
            quote = mark
        elif mark or plain:
            text.append(mark or plain)
        elif quote == "'" or (quote and escaped not in ("\\", '"', "$", "`")):
            text.append(f"\\{escaped}")
            if escaped == quote:
                quote = ""
                text[-1] = "\\"
        else:
            text.append(escaped)
    return _Typed("".join(text), quote)


def unquoted(raw: str) -> str:
    """The word that a shell would pass on, where it has no expansions; a quote may be open."""
    return _read(raw).text


def line_for(shell: Shell, text: str, about: str, typed: str) -> str | None:
    """The line for a word that fits where `typed` is; None if it does not fit or cannot be typed.

    zsh and fish get the plain word with a description, choose those that fit what was typed and
    quote them. bash gets what to write instead of `typed`.
    """
    if not text.isprintable():
        return None
    about = clean_line(about, _ABOUT_CELLS)
    if shell == "fish":
        return f"{text}\t{about}"
    if shell == "zsh":
        name = text.replace("\\", "\\\\").replace(":", "\\:")
        return f"{name}:{about}" if about else name
    start, quote = _read(typed)
    return _quoted(text, quote) if text.startswith(start) else None


def _quoted(text: str, quote: str) -> str | None:
    """The word in bash after an opening `quote`, which bash closes itself; None if impossible."""
    if quote == "'":
        return "'" + text.replace("'", "'\\''")
    if quote == '"':
        # no quoting inside double quotes keeps an interactive bash from expanding history
        return None if "!" in text else '"' + re.sub(r'(["$`\\])', r"\\\1", text)
    return "".join(char if _SAFE.match(char) else f"\\{char}" for char in text)
