"""The table of the board's keys, from which bindings, help, palette and key line are made."""

from __future__ import annotations

from typing import Literal

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
        "right_square_bracket,ctrl+pagedown", "turn(1)", "]  [", "next, previous page of panes",
        "page", 5,
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
ADD = Key("a", "add", "a", "add a stream: pick its model", "add", 8, "Add a stream")
_ROSTER = (
    Key("c", "change", "c", "change the request; rerun", "change", 5, "Change the request"),
    Key("E", "edit", "E", "edit the request in $EDITOR", "edit", 12, "Edit request"),
    ADD,
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
PROGRAM = (
    Key("W", "file", "W", "problems of the watched file", command="Watched file"),
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
_ELSEWHERE = {*GRID_KEYS, *DRAWER_KEYS, *SCROLL_KEYS}
BOARD_KEYS = tuple(
    key
    for key in (*_CLOSING, *_READING, *_STREAMS, *_ROSTER, *_REPLAY, *PROGRAM)
    if key not in _ELSEWHERE
)
"""The board's own."""
PART_KEYS = (*GRID_KEYS, *DRAWER_KEYS)
"""The keys of the grid and the drawer."""
ALL_KEYS = (
    *PANE_KEYS, *_CLOSING, *_READING, *_STREAMS, *_ROSTER, _PROMPT, *_REPLAY, *PROGRAM,
)  # fmt: skip
"""Every key that is bound while the board has the keyboard, in the order of the help."""

PartName = Literal["grid", "drawer", "board"]
"""What an action belongs to."""
_PARTS: dict[str, PartName] = {
    **{key.action: "grid" for key in GRID_KEYS},
    **{key.action: "drawer" for key in DRAWER_KEYS},
}


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
        KeySection("Program", PROGRAM),
        KeySection("Mouse", _MOUSE),
    )
    return tuple(section._replace(keys=chosen.apply(section.keys)) for section in sections)


def palette_keys(*, replay: bool, chosen: ChosenKeys = DEFAULT_KEYS) -> list[Key]:
    """The keys that the command palette offers as well."""
    sections = key_sections(replay=replay, chosen=chosen)
    return [key for _, keys in sections for key in keys if key.command]
