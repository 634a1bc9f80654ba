"""A screen as text: its characters, then its colours by the names that the theme gives them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from textual.color import Color, ColorParseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.color import Color as RichColor
    from rich.style import Style
    from textual.strip import Strip

    from streamdash.tui.app import StreamdashApp

RULE = "─"
_ATTRIBUTES = ("bold", "dim", "italic", "underline", "reverse", "strike")
_FIRST_CHOICES = ("foreground", "background", "surface", "panel", "primary", "secondary", "accent",
                  "success", "warning", "error", "quiet")  # fmt: skip
"""Several variables of a theme may have the same colour: these names go first."""


def text_picture(app: StreamdashApp) -> str:
    """The screen's rows between two rules, and below them the styles of each row.

    `3-5  12 success, 68 bold foreground on panel` says that in rows 3 to 5 twelve cells have the
    colour `success`, the next 68 are bold. The screen's own background goes without saying, and
    blanks belong to the run before them if their background is the same. `~panel` is the nearest
    name of a blended colour.
    """
    strips = app.screen._compositor.render_strips()
    names = _ColourNames(app.theme_variables)
    plain = names.of(app.screen.background_colors[1].rich_color)
    styles = [_runs(strip, names, plain) for strip in strips]
    rule = RULE * app.size.width
    rows = [strip.text.rstrip() for strip in strips]
    return "\n".join([rule, *rows, rule, *_numbered(styles), ""])


class _ColourNames:
    """Names of a theme's colours."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._names: dict[tuple[int, int, int], str] = {}
        for name in sorted(variables, key=_choice):
            try:
                color = Color.parse(variables[name])
            except ColorParseError:
                continue  # a number, a style, or a colour that depends on what is behind it
            if color.a == 1 and color.ansi is None and not color.auto:
                self._names.setdefault(color.rgb, name)

    def of(self, color: RichColor | None) -> str:
        """The name of this colour, or `~` and that of the nearest one."""
        if color is None or color.triplet is None:
            return "default" if color is None else color.name
        rgb = tuple(color.triplet)
        if rgb in self._names:
            return self._names[rgb]
        nearest = min(
            self._names,
            key=lambda known: sum((a - b) ** 2 for a, b in zip(known, rgb, strict=True)),
        )
        return f"~{self._names[nearest]}"


def _choice(name: str) -> tuple[int, int, str]:
    place = _FIRST_CHOICES.index(name) if name in _FIRST_CHOICES else len(_FIRST_CHOICES)
    # the inks of rendered answers are mostly the theme's own colours of text
    return place + name.startswith("ink"), len(name), name


def _runs(strip: Strip, names: _ColourNames, plain: str) -> str:
    """The styles of one row, run-length encoded; empty if nothing but background is in it."""
    runs: list[tuple[int, str]] = []
    background = ""
    for segment in strip:
        style = segment.style
        behind = names.of(style.bgcolor if style else None)
        looks = [name for name in _ATTRIBUTES if style and getattr(style, name)]
        blank = not segment.text.strip() and not {"underline", "reverse", "strike"} & {*looks}
        if blank and behind == background:
            name = runs[-1][1]
        else:
            name = _style_name(style, names, looks, "" if blank else None, behind, plain)
        background = behind
        runs.append((segment.cell_length, name))
    merged = [
        (sum(cells for cells, _ in group), name)
        for name, group in (
            (name, list(group)) for name, group in groupby(runs, lambda run: run[1])
        )
    ]
    if [name for _, name in merged] == ["blank"]:
        return ""
    return ", ".join(f"{cells} {name}" for cells, name in merged)


def _style_name(
    style: Style | None,
    names: _ColourNames,
    looks: Iterable[str],
    foreground: str | None,
    behind: str,
    plain: str,
) -> str:
    if foreground is None:
        foreground = " ".join([*looks, names.of(style.color if style else None)])
    name = foreground or "blank"
    return name if behind == plain else f"{name} on {behind}"


def _numbered(styles: Iterable[str]) -> Iterable[str]:
    """One line per group of rows that look the same; rows without anything are left out."""
    number = 1
    for runs, rows in groupby(styles):
        count = len(list(rows))
        if runs:
            last = number + count - 1
            yield f"{number}{f'-{last}' if count > 1 else ''}  {runs}"
        number += count
