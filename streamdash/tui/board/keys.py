"""Every key of the board, once: bindings, key line and help are all made from this table."""

from __future__ import annotations

from streamdash.tui.widgets.keys import Key, KeySection

MOVING = (
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
    Key("enter", "enter", "enter z", "zoom the pane", "zoom", 3),
    Key("z", "zoom", "", ""),
    Key("escape", "back", "esc", "back: close what is open", "back", 2),
)
READING = (
    Key("", "", "↑ ↓ pgup pgdn", "scroll the pane"),
    Key("", "", "home end", "first line; last line, and follow"),
    Key("t", "reasoning(False)", "t", "show or fold reasoning", "reasoning", 8),
    Key("T", "reasoning(True)", "T", "the same in all panes"),
    Key("m", "markdown", "m", "the answer's Markdown, rendered", "markdown", 9),
    Key("d", "diff", "d", "diff against another pane", "diff", 9),
    Key("y", "copy", "y", "copy the answer", "copy", 9),
    Key("slash", "search", "/", "search the pane", "search", 9),
    Key("n", "find(1)", "n N", "next, previous match"),
    Key("N,shift+enter", "find(-1)", "", ""),
    Key("i", "inspect", "i", "inspector: the pane's wire events", "inspect", 7),
    Key("l", "leaderboard", "l", "leaderboard and latency ladder", "ranks", 8),
    Key("s", "summary", "s", "summary: show or hide", "summary", 10),
    Key("b", "blind", "b", "blind: hide who is who; again: tell", "blind", 9),
    Key("e", "export", "e", "export the run into a file", "export", 11),
)
RUNNING = (
    Key("x", "cancel", "x", "cancel this stream", "cancel", 4),
    Key("X", "cancel_all", "X", "cancel all"),
    Key("r", "rerun", "r", "rerun this stream", "rerun", 5),
    Key("R", "rerun_all", "R", "rerun all"),
    Key("p", "prompt", "p", "prompt bar: ask a follow-up", "prompt", 6),
)
REPLAYING = (
    Key("space", "play('pause')", "space", "pause, go on", "pause", 2),
    Key("full_stop", "play('step')", ".", "one event, and pause", "step", 4),
    Key("greater_than_sign", "play('skip')", ">", "to the next ending", "next end", 5),
    Key("plus,equals_sign", "play('faster')", "+ -", "faster, slower", "faster", 6),
    Key("minus", "play('slower')", "", ""),
)
"""While a recording is played."""
LEAVING = (
    Key("ctrl+p", "app.command_palette", "ctrl+p", "commands and themes"),
    Key("question_mark", "help", "?", "this help", "help", 1),
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
_LIVE = (
    KeySection("Panes", MOVING),
    KeySection("Reading", READING),
    KeySection("Streams", RUNNING),
    KeySection("Program", LEAVING),
    KeySection("Mouse", _MOUSE),
)
_REPLAY = (
    KeySection("Panes", MOVING),
    KeySection("Reading", READING),
    KeySection("Replay", REPLAYING),
    KeySection("Streams", tuple(key for key in RUNNING if key.action != "prompt")),
    KeySection("Program", LEAVING),
    KeySection("Mouse", _MOUSE),
)
PROMPTING = (
    Key("", "", "enter", "send", "send", 0),
    Key("", "", "tab", "ask all, or only this one", "all or this one", 1),
    Key("", "", "ctrl+j", "new line", "new line", 2),
    Key("", "", "ctrl+o", "send cut answers on, or not", "cut answers", 3),
    Key("", "", "esc", "close", "close", 1),
)
"""While the prompt bar has the keyboard; its own widgets bind them."""
SEEKING = (
    Key("", "", "enter", "to the first match", "find", 0),
    Key("", "", "↑↓", "previous, next match", "other match", 2),
    Key("", "back", "esc", "close", "close", 1),
)
"""While what is sought is typed."""
SOUGHT = (
    Key("", "find(1)", "n", "next match", "next", 0),
    Key("", "find(-1)", "N", "previous match", "previous", 2),
    Key("", "step(1)", "tab", "the same in the next pane", "next pane", 4),
    Key("", "search", "/", "another text", "edit", 3),
    Key("", "back", "esc", "close", "close", 1),
)
"""While matches are marked and the pane has the keyboard."""


def sections(*, replay: bool) -> tuple[KeySection, ...]:
    """The keys that do something, by what they are for; a recording answers no question."""
    return _REPLAY if replay else _LIVE
