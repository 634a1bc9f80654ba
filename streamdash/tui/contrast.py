"""Contrast between colours, and greys that are readable in every theme."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from textual.color import Color, ColorParseError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

READABLE = 4.5
"""The contrast that WCAG 2 asks of text."""
_MARGIN = 0.05
"""Extra contrast, because colours are rounded for the terminal."""
QUIET, MUTED = 38, 60
"""Percent of black or white in a grey, as in Textual's own `$text-disabled` and `$text-muted`."""
_TONES = ("text-success", "text-warning", "text-error", "text-primary")
BARS = (0.4, 0.35)
"""How much of `$primary` the style sheets mix into the bar of a current pane and of a row."""


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of WCAG 2, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Color) -> float:
    return sum(
        share * (value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4)
        for share, value in zip((0.2126, 0.7152, 0.0722), color.normalized, strict=True)
    )


def grey_on(backgrounds: Sequence[Color], least: int) -> Color:
    """The quietest grey that is readable on all `backgrounds`, mixed on the first of them.

    It is at least `least` percent black or white. If no grey is readable, the one with the most
    contrast.
    """
    first = backgrounds[0]
    pole = max((Color(0, 0, 0), Color(255, 255, 255)), key=lambda end: contrast(end, first))
    greys = [first + pole.with_alpha(percent / 100) for percent in range(least, 101)]
    for grey in greys:
        if all(contrast(grey, each) >= READABLE + _MARGIN for each in backgrounds):
            return grey
    return greys[-1]


def readable_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """The `variables` of a theme, with readable greys and readable tones for states."""
    return {**variables, **_grey_variables(variables), **_tone_variables(variables)}


def _grey_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Readable greys for the theme with these `variables`.

    `$quiet` is for the least important text and `$muted` for more important text, both on
    `$background` and `$surface`; `$on-bar` is for text on the bar of the current pane or row. If
    the theme leaves its colours to the terminal, all three are the theme's own muted colour.
    """
    colours = (variables["background"], variables["surface"], variables["primary"])
    return _greys(*colours) or dict.fromkeys(("quiet", "muted", "on-bar"), variables["text-muted"])


def _tone_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """The theme's colours of success, warning and error, as readable text on `$background`.

    Some light themes have them too pale. Those that the terminal decides are left out.
    """
    tones = {name: variables[name] for name in _TONES if name in variables}
    return _tones(variables["background"], tuple(tones.items()))


@cache
def _tones(background: str, tones: tuple[tuple[str, str], ...]) -> dict[str, str]:
    readable = {}
    for name, value in tones:
        try:
            behind, tone = Color.parse(background), Color.parse(value)
        except ColorParseError:
            continue
        if behind.ansi is None and tone.ansi is None and behind.a == tone.a == 1:
            readable[name] = text_on(behind, tone).hex
    return readable


def text_on(background: Color, tone: Color) -> Color:
    """`tone`, with as much black or white as makes it readable on `background`."""
    pole = max((Color(0, 0, 0), Color(255, 255, 255)), key=lambda end: contrast(end, background))
    mixed = (tone.blend(pole, percent / 100) for percent in range(101))
    return next((each for each in mixed if contrast(each, background) >= READABLE + _MARGIN), pole)


@cache
def _greys(background: str, surface: str, primary: str) -> dict[str, str]:
    """The greys by name; empty if a colour is the terminal's."""
    try:
        behind, raised, accent = map(Color.parse, (background, surface, primary))
    except ColorParseError:
        return {}
    if behind.ansi is not None or behind.a < 1:
        return {}
    plain = [behind, behind + raised]
    bars = [behind + accent.with_alpha(share) for share in BARS]
    return {
        "quiet": grey_on(plain, QUIET).hex,
        "muted": grey_on(plain, MUTED).hex,
        "on-bar": grey_on(bars, MUTED).hex,
    }
