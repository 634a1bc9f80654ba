"""The table of the board's keys, from which bindings, key line, help and palette are made."""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

from streamdash.tui.transcript.scroll_keys import SCROLL_KEYS
from streamdash.tui.widgets.chosen_keys import DEFAULT_KEYS, ChosenKeys
from streamdash.tui.widgets.keys import Key, KeySection

PANE_KEYS = (
    Key("tab,right", "step(1)", "tab →", "next pane"),
    Key("shift+tab,left", "step(-1)", "shift+tab ←", "previous pane"),
    Key("shift+left", "reach(-1, 0)", "shift+arrows", "pane in that direction"),
    Key("shift+right", "reach(1, 0)", "", ""),
    Key("shift+up", "reach(0, -1)", "", ""),
    Key("shift+down", "reach(0, 1)", "", ""),
    Key("1", "nth(1)", "1-9", "pane with that number"),
    *(Key(str(number), f"nth({number})", "", "") for number in range(2, 10)),
    Key(
        "right_square_bracket,ctrl+pagedown",
        "turn(1)",
        "]  [",
        "next, previous page of panes",
        "page",
        5,
    ),
    Key("left_square_bracket,ctrl+pageup", "turn(-1)", "", ""),
    Key(
        "f", "question", "f", "show or fold question, settings", "question", 7,
        "Question and settings",
    ),
)  # fmt: skip
_ZOOM = Key("z", "zoom", "", "")
GRID_KEYS = (*PANE_KEYS, _ZOOM)
"""Keys that act on the grid."""
_CLOSING = (
    Key("enter", "enter", "enter z", "zoom the pane", "zoom", 3),
    _ZOOM,
    Key("escape", "back", "esc", "back: close what is open", "back", 2),
)
_SEARCH = (
    Key("slash", "search", "/", "search the pane", "search", 9, "Search"),
    Key("n", "find(1)", "n N", "next, previous match"),
    Key("N,shift+enter", "find(-1)", "", ""),
)
_SUMMARY = Key("s", "summary", "s", "summary over the panes: open, close", "summary", 10, "Summary")
_PROMPT = Key("p", "prompt", "p", "prompt bar: ask a follow-up", "prompt", 6, "Prompt")
DRAWER_KEYS = (*_SEARCH, _SUMMARY, _PROMPT)
"""The drawer's own."""
_READING = (
    *SCROLL_KEYS,
    Key("t", "reasoning(False)", "t", "show or fold reasoning", "reasoning", 8),
    Key("T", "reasoning(True)", "T", "the same in all panes"),
    Key("m", "markdown(False)", "m", "answer as Markdown or as source", "source", 9, "Markdown"),
    Key("M", "markdown(True)", "M", "the same in all panes", command="Markdown in all panes"),
    Key(
        "left_parenthesis", "answer(-1)", "()", "earlier, later answer of the pane", "earlier",
        7, "Earlier answer",
    ),
    Key(
        "right_parenthesis", "answer(1)", "", "later answer of the pane", command="Later answer"
    ),
    Key("d", "open('diff')", "d", "diff against another pane or answer", "diff", 9, "Diff"),
    Key("y", "copy", "y", "copy the answer", "copy", 9),
    *_SEARCH,
    Key(
        "i", "open('inspector')", "i", "inspector: the pane's wire events", "inspect", 7,
        "Inspector",
    ),
    Key(
        "l", "open('leaderboard')", "l", "leaderboard and latency ladder", "ranks", 8,
        "Leaderboard",
    ),
    _SUMMARY,
    Key("b", "blind", "b", "blind: hide the names; again: reveal", "blind", 9, "Blind"),
    Key("e", "export", "e", "export the run into a file", "export", 11, "Export"),
    Key("w", "write", "w", "write the board as a prompt file", "write", 12, "Write prompt file"),
)  # fmt: skip
_STREAMS = (
    Key("x", "cancel(False)", "x", "cancel this stream", "cancel", 4),
    Key("X", "cancel(True)", "X", "cancel all streams", command="Cancel all"),
    Key("r", "rerun(False)", "r", "rerun this stream", "rerun", 5),
    Key("R", "rerun(True)", "R", "rerun all streams", command="Rerun all"),
)
_ADD = Key("a", "add", "a", "add a stream: choose its model", "add", 9, "Add a stream")
_ROSTER = (
    Key(
        "c", "change", "c", "change the request; rerun", "change", 5,
        "Change the request",
    ),
    Key("E", "edit", "E", "edit the request in $EDITOR", "edit", 12, "Edit request"),
    _ADD,
    Key("D", "remove", "D", "remove this stream", "remove", 9, "Remove"),
)  # fmt: skip
"""Keys that change what is asked, and by which streams; a replay has those of its recording."""
_REPLAY = (
    Key("space", "play('pause')", "space", "pause, go on", "pause", 2),
    Key("full_stop", "play('step')", ".", "one event, and pause", "step", 4),
    Key("greater_than_sign", "play('skip')", ">", "to the next ending", "next end", 5),
    Key("plus,equals_sign", "play('faster')", "+ -", "faster, slower", "faster", 6),
    Key("minus", "play('slower')", "", ""),
)
_PROGRAM = (
    Key("W", "file", "W", "with --watch: the file's problems", command="Watched file"),
    Key("o", "app.open_recorded", "o", "play a recorded run", command="Open a recorded run"),
    Key("ctrl+p", "app.command_palette", "ctrl+p", "commands and themes"),
    Key("question_mark", "help", "?", "this help", "help", 1, "Help"),
    Key("q", "app.leave", "q", "quit", "quit", 0),
    Key("", "", "ctrl+c", "copy the selection, or quit"),
)
_MOUSE = (
    Key("", "", "click", "choose a pane"),
    Key("", "", "wheel", "scroll it"),
    Key("", "", "drag", "select text"),
    Key("", "", "✕ ↻", "cancel, rerun"),
    Key("", "", "double click", "zoom, on the header"),
)
_PROMPT_BAR = (
    Key("", "", "enter", "send", "send", 0),
    Key("", "", "tab", "ask all, or only this one", "all or this one", 1),
    Key("", "", "ctrl+j", "new line", "new line", 2),
    Key("", "", "→", "take the suggestion", "suggestion", 3),
    Key("", "", "↓", "another suggestion", "another", 4),
    Key("", "", "ctrl+o", "send cut answers on, or not", "cut answers", 3),
    Key("", "", "esc", "close", "close", 1),
)
_FIRST_PROMPT = frozenset({"suggestion", "another"})
"""What only the prompt bar of a board offers on which nothing has been asked."""
_BEFORE_PROMPT = frozenset({"prompt", "zoom", "page", "quit", "help"})
"""All that the panes offer before anything has been asked."""
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
_ELSEWHERE = {*GRID_KEYS, *DRAWER_KEYS, *SCROLL_KEYS}
BOARD_KEYS = tuple(
    key
    for key in (*_CLOSING, *_READING, *_STREAMS, *_ROSTER, *_REPLAY, *_PROGRAM)
    if key not in _ELSEWHERE
)
"""The board's own."""
PART_KEYS = (*GRID_KEYS, *DRAWER_KEYS)
"""The keys of the grid and the drawer."""
ALL_KEYS = (
    *PANE_KEYS, *_CLOSING, *_READING, *_STREAMS, *_ROSTER, _PROMPT, *_REPLAY, *_PROGRAM,
)  # fmt: skip
"""Every key that is bound while the board has the keyboard, in the order of the help."""

PartName = Literal["grid", "drawer", "board"]
"""What an action belongs to."""
_PARTS: dict[str, PartName] = {
    **{key.action: "grid" for key in GRID_KEYS},
    **{key.action: "drawer" for key in DRAWER_KEYS},
}

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


def part_of(action: str) -> PartName:
    """The part of the board whose action this is."""
    return _PARTS.get(action, "board")


def key_sections(*, replay: bool, chosen: ChosenKeys = DEFAULT_KEYS) -> tuple[KeySection, ...]:
    """The keys for the help; prompt keys need a live run, playback keys a recording."""
    moving = (*PANE_KEYS, *_CLOSING)
    sections = (
        KeySection("Panes", moving),
        KeySection("Reading", _READING),
        *((KeySection("Replay", _REPLAY),) if replay else ()),
        KeySection("Streams", _STREAMS if replay else (*_STREAMS, *_ROSTER, _PROMPT)),
        KeySection("Program", _PROGRAM),
        KeySection("Mouse", _MOUSE),
    )
    return tuple(section._replace(keys=chosen.apply(section.keys)) for section in sections)


def palette_keys(*, replay: bool, chosen: ChosenKeys = DEFAULT_KEYS) -> list[Key]:
    """The keys that the command palette offers as well."""
    sections = key_sections(replay=replay, chosen=chosen)
    return [key for _, keys in sections for key in keys if key.command]


def _is_offered(brief: str, mode: KeyMode) -> bool:
    """Whether this key of the prompt bar does anything."""
    if brief == "all or this one":
        return mode.streams > 1
    return (brief in _FIRST_PROMPT) is mode.unasked or brief not in {*_FIRST_PROMPT, "cut answers"}


def _hidden(mode: KeyMode) -> set[str]:
    """The actions of the panes' keys that would do nothing."""
    hidden = {"summary" if mode.live else "cancel(False)"}
    if not mode.closable:
        hidden.add("back")
    if mode.blind:
        hidden.add("open('inspector')")
    if mode.pages == 1:
        hidden.add("turn(1)")
    if not mode.zoomed:
        hidden.add("question")
    if not mode.answers or mode.blind:
        hidden.add("answer(-1)")
    return hidden


@cache
def visible_keys(mode: KeyMode, chosen: ChosenKeys = DEFAULT_KEYS) -> tuple[Key, ...]:
    """The keys that the key line offers in `mode`, in its order."""
    match mode.keyboard:
        case "prompt bar":
            return tuple(key for key in _PROMPT_BAR if _is_offered(key.brief, mode))
        case "search entry":
            return _SEARCH_ENTRY
        case "matches":
            return tuple(key for key in chosen.apply(_MATCHES) if key.brief)
    if mode.empty:
        adding = () if mode.replay else (_ADD,)
        return tuple(key for key in chosen.apply((*adding, *_PROGRAM)) if key.brief)
    hidden = _hidden(mode)
    shown = []
    for _, keys in key_sections(replay=mode.replay, chosen=chosen):
        for key in keys:
            if not key.brief or key.action in hidden:
                continue
            if mode.unasked and key.brief not in _BEFORE_PROMPT:
                continue
            if mode.paused and key.brief == "pause":
                key = key._replace(brief="go on")
            elif mode.blind and key.brief == "blind":
                key = key._replace(brief="reveal", rank=2)
            elif mode.source and key.brief == "source":
                key = key._replace(brief="markdown")
            shown.append(key)
    # help and quit are needed most and come last, where people look for them
    return tuple(sorted(shown, key=lambda key: (key.rank < 2, key.rank)))
