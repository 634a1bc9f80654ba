"""The names of actions in the config's `[keys]`.

Users write them into their configs, so an action keeps its name whatever becomes of its key.
"""

from __future__ import annotations

NAMES = {
    "step(1)": "next-pane",
    "step(-1)": "previous-pane",
    "other(1)": "next-pane",
    "other(-1)": "previous-pane",
    "stream(1)": "next-pane",
    "stream(-1)": "previous-pane",
    "reach(-1, 0)": "pane-left",
    "reach(1, 0)": "pane-right",
    "reach(0, -1)": "pane-up",
    "reach(0, 1)": "pane-down",
    **{f"nth({number})": f"pane-{number}" for number in range(1, 10)},
    "turn(1)": "next-page",
    "turn(-1)": "previous-page",
    "find(1)": "next-match",
    "find(-1)": "previous-match",
    "scroll_home": "top",
    "scroll_end": "end",
    "reasoning(False)": "reasoning",
    "reasoning(True)": "reasoning-all",
    "markdown(False)": "markdown",
    "markdown(True)": "markdown-all",
    "open('diff')": "diff",
    "open('inspector')": "inspector",
    "open('leaderboard')": "leaderboard",
    "answer(-1)": "earlier-answer",
    "answer(1)": "later-answer",
    "cancel(False)": "cancel",
    "cancel(True)": "cancel-all",
    "rerun(False)": "rerun",
    "rerun(True)": "rerun-all",
    "play('pause')": "pause",
    "play('step')": "step",
    "play('skip')": "next-end",
    "play('faster')": "faster",
    "play('slower')": "slower",
    "app.command_palette": "commands",
    "app.leave": "quit",
    "app.open_recorded": "open-recorded",
    "swap": "diff-swap",
    "follow": "inspector-follow",
    "read(1)": "inspector-down",
    "read(-1)": "inspector-up",
    "sort(1)": "leaderboard-sort-right",
    "sort(-1)": "leaderboard-sort-left",
    "reverse": "leaderboard-reverse",
    "models": "leaderboard-models",
    "bundle": "leaderboard-rounds",
}
_FIXED = frozenset({"enter", "back", "go", "first", "last"})
"""Actions whose keys cannot be changed; so are those with arguments that have no name above."""


def action_name(action: str) -> str:
    """The name of an action: its own word unless it has another; empty if its keys are fixed."""
    name = NAMES.get(action)
    if name is not None:
        return name
    if action in _FIXED or not action.isidentifier():
        return ""
    return action.replace("_", "-")
