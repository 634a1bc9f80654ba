"""The keys that the key line offers at a time, with the most useful ones first."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from streamdash.tui.board.keys import ADD, PROGRAM, key_sections
from streamdash.tui.widgets.chosen_keys import DEFAULT_KEYS
from streamdash.tui.widgets.keys import Key

if TYPE_CHECKING:
    from streamdash.tui.widgets.chosen_keys import ChosenKeys

_PROMPT_BAR = (
    Key("", "", "enter", "send", "send", 0),
    Key("", "", "tab", "ask all, or only this one", "all or this one", 1),
    Key("", "", "ctrl+j", "new line", "new line", 2),
    Key("", "", "→", "take the suggestion", "suggestion", 3),
    Key("", "", "↓", "another suggestion", "another", 4),
    Key("", "", "ctrl+o", "send cut answers on, or not", "cut answers", 3),
    Key("", "", "esc", "close", "close", 1),
)
_SEARCH_ENTRY = (
    Key("", "", "enter", "to the first match", "find", 0),
    Key("", "", "↑↓", "previous, next match", "other match", 2),
    Key("", "back", "esc", "close", "close", 1),
)
_MATCHES = (
    Key("", "find(1)", "n", "next match", "next", 0),
    Key("", "find(-1)", "N", "previous match", "previous", 2),
    Key("", "step(1)", "tab", "the same in the next pane", "next pane", 4),
    Key("", "search", "/", "another text", "edit", 3),
    Key("", "back", "esc", "close", "close", 1),
)
_BEFORE_PROMPT = ("prompt", "add", "change", "edit", "zoom", "page")
"""What the panes offer before anything has been asked, in this order; quit and help follow."""
_FIRST = 2
"""The rank of the first key that is not always shown."""

Keyboard = Literal["panes", "prompt bar", "search entry", "matches"]
"""The part of the board with keyboard focus; `matches` is a pane in which a search is open."""


class KeyMode(NamedTuple):
    """The state of the board on which the keys in the key line depend."""

    keyboard: Keyboard = "panes"
    replay: bool = False
    paused: bool = False
    live: bool = False
    closable: bool = False
    """Whether anything is open that esc closes."""
    blind: bool = False
    pages: int = 1
    source: bool = False
    """Whether the current pane shows the source of its answers."""
    zoomed: bool = False
    empty: bool = False
    """Whether no stream is on the board."""
    answers: bool = False
    """Whether the current pane has had another answer."""
    streams: int = 2
    unasked: bool = False
    """Whether nothing has been asked yet."""


@cache
def visible_keys(mode: KeyMode, chosen: ChosenKeys = DEFAULT_KEYS) -> tuple[Key, ...]:
    """The keys that the key line offers in `mode`, in its order."""
    match mode.keyboard:
        case "prompt bar":
            keys = tuple(key for key in _PROMPT_BAR if _is_offered(key.brief, mode))
        case "search entry":
            keys = _SEARCH_ENTRY
        case "matches":
            keys = chosen.apply(_MATCHES)
        case "panes" if mode.empty:
            keys = chosen.apply((*(() if mode.replay else (ADD,)), *PROGRAM))
        case "panes":
            keys = _of_panes(mode, chosen)
    return tuple(key for key in keys if key.brief)


def _is_offered(brief: str, mode: KeyMode) -> bool:
    """Whether this key of the prompt bar does anything."""
    match brief:
        case "all or this one":
            return mode.streams > 1
        case "suggestion" | "another":
            return mode.unasked
        case "cut answers":
            return not mode.unasked
    return True


def _of_panes(mode: KeyMode, chosen: ChosenKeys) -> tuple[Key, ...]:
    """The keys while the panes have the keyboard."""
    sections = key_sections(replay=mode.replay, chosen=chosen)
    hidden = _hidden(mode)
    keys = [_now(key, mode) for _, keys in sections for key in keys if key.action not in hidden]
    if mode.unasked:
        keys = [key for key in keys if key.brief in _BEFORE_PROMPT or key.rank < _FIRST]
    # quit and help are needed most and come last, where people look for them
    return tuple(sorted(keys, key=lambda key: (key.rank < _FIRST, key.rank)))


def _hidden(mode: KeyMode) -> set[str]:
    """The actions of the panes' keys that would do nothing."""
    hidden = {"summary" if mode.live else "cancel(False)"}
    if not mode.closable:
        hidden.add("back")
    if mode.blind:
        hidden.update(("open('inspector')", "add"))
    if mode.pages == 1:
        hidden.add("turn(1)")
    if not mode.zoomed:
        hidden.add("question")
    if not mode.answers or mode.blind:
        hidden.add("answer(-1)")
    return hidden


def _now(key: Key, mode: KeyMode) -> Key:
    """The key with the words and the rank that it has in `mode`."""
    match key.brief:
        case "pause" if mode.paused:
            return key._replace(brief="go on")
        case "blind" if mode.blind:
            return key._replace(brief="reveal", rank=_FIRST)
        case "source" if mode.source:
            return key._replace(brief="markdown")
        case brief if mode.unasked and brief in _BEFORE_PROMPT:
            return key._replace(rank=_FIRST + _BEFORE_PROMPT.index(brief))
    return key
