"""The keys of the leaderboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.widgets.keys import Key

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.tui.widgets.chosen_keys import ChosenKeys

KEYS = (
    Key("escape", "back", "esc", "back", "back", 0),
    Key("l", "back", "", "", toggles="leaderboard"),
    Key("right", "sort(1)", "←→", "sort by another column", "sort by", 1),
    Key("left", "sort(-1)", "", ""),
    Key("o", "reverse", "o", "reverse the order", "reverse", 3),
    Key("m", "models", "m", "a verdict per model, or the streams", "models", 2),
    Key("a", "bundle", "a", "all rounds under the bars", "all rounds", 3),
    Key("enter", "go", "enter", "go to the pane", "to the pane", 2),
    Key("down,j", "move(1)", "↑↓", "choose", "choose", 4),
    Key("up,k", "move(-1)", "", ""),
    Key("pagedown", "page(1)", "", ""),
    Key("pageup", "page(-1)", "", ""),
    Key("home", "edge(False)", "", ""),
    Key("end", "edge(True)", "", ""),
    Key("q", "app.leave", "q", "quit", "quit", 5),
)


def keys_for(run: Run, chosen: ChosenKeys) -> list[Key]:
    """The keys that the key line offers: those for rounds and models only if there are any."""
    hidden = set() if run.plan.in_rounds else {"bundle"}
    if not has_models(run):
        hidden.add("models")
    return [key for key in chosen.apply(KEYS) if key.brief and key.action not in hidden]


def has_models(run: Run) -> bool:
    """Whether there are several models, which may have answered the same questions."""
    return len({(state.spec.endpoint.name, state.spec.model) for state in run.present_states}) > 1
