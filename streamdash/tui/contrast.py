"""Contrast between colours, and colours of text that are readable in every theme."""

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
_BRIGHT = 0.5
_RAISED = 1.14
"""The contrast between the background of code and that of other text."""
INKS = ("primary", "secondary", "accent", "success", "warning", "error")
"""The theme's colours of text that rendered answers use."""


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


def readable(color: Color, backgrounds: Sequence[Color]) -> Color:
    """The colour, or the shade of it nearest to it that is readable on all `backgrounds`."""
    pole = max(
        (Color(0, 0, 0), Color(255, 255, 255)),
        key=lambda end: min(contrast(end, each) for each in backgrounds),
    )
    shades = [color.blend(pole, percent / 100, alpha=1) for percent in range(101)]
    for shade in shades:
        if all(contrast(shade, each) >= READABLE + _MARGIN for each in backgrounds):
            return shade
    return pole


def _code_background(background: Color) -> Color:
    """A background that is just told apart from `background`."""
    pole = Color(0, 0, 0) if background.brightness > _BRIGHT else Color(255, 255, 255)
    shades = (background.blend(pole, percent / 100) for percent in range(1, 101))
    return next(shade for shade in shades if contrast(shade, background) >= _RAISED)


def readable_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """The `variables` of a theme, with colours of text that can be read."""
    return {**variables, **_text_variables(variables), **_tone_variables(variables)}


def _text_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Readable greys and inks for the theme with these `variables`.

    `$quiet` is for the least important text and `$muted` for more important text, both on
    `$background` and `$surface`; `$on-bar` is for text on the bar of the current pane or row.
    `$ink-primary` and its like, `$ink` and `$ink-muted` are for text on `$background` and on
    `$code-background`. If the theme leaves its colours to the terminal, all are the theme's own.
    """
    inks = {f"ink-{name}": variables[f"text-{name}"] for name in INKS}
    colours = (variables["background"], variables["surface"], variables["primary"])
    found = _greys(*colours) | _inks(
        variables["background"], variables["foreground"], tuple(inks.items())
    )
    return found or {
        **dict.fromkeys(("quiet", "muted", "on-bar", "ink-muted"), variables["text-muted"]),
        **inks,
        "ink": variables["foreground"],
        "code-background": variables["surface"],
    }


@cache
def _inks(background: str, text: str, inks: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The colours of rendered answers by name; empty if a colour is the terminal's."""
    try:
        behind = Color.parse(background)
        colours = {"ink": Color.parse(text)} | {name: Color.parse(ink) for name, ink in inks}
    except ColorParseError:
        return {}
    if behind.ansi is not None or behind.a < 1:
        return {}
    block = _code_background(behind)
    return {
        **{name: readable(colour, (behind, block)).hex for name, colour in colours.items()},
        "ink-muted": grey_on((behind, block), MUTED).hex,
        "code-background": block.hex,
    }


def _tone_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """The theme's colours of success, warning and error, as readable text on `$background`.

    Some light themes have them too pale. Those that the terminal decides are left out.
    """
    tones = {name: variables[name] for name in _TONES if name in variables}
    return _tones(variables["background"], tuple(tones.items()))


@cache
def _tones(background: str, tones: tuple[tuple[str, str], ...]) -> dict[str, str]:
    found = {}
    for name, value in tones:
        try:
            behind, tone = Color.parse(background), Color.parse(value)
        except ColorParseError:
            continue
        if behind.ansi is None and tone.ansi is None and behind.a == tone.a == 1:
            found[name] = readable(tone, (behind,)).hex
    return found


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
