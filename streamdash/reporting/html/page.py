"""A report as one HTML page that needs nothing but itself: no network, no script."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from streamdash import __version__
from streamdash.recording.spec_json import number
from streamdash.reporting.html.curves import MOST_LABELS, Curve, curves
from streamdash.reporting.html.markup import Html, element, scrolling
from streamdash.reporting.html.race import LEGEND, Lane, kinds_of, race
from streamdash.reporting.html.streams import answers
from streamdash.reporting.html.tables import (
    change_list,
    change_table,
    result_table,
    spread_table,
    tiles,
)
from streamdash.reporting.reported_run import by_label, letter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamdash.reporting.html.markup import Child
    from streamdash.reporting.reported_run import ReportedRun, Slot
    from streamdash.reporting.verdict import Comparison


def page(sources: Sequence[ReportedRun], compared: Sequence[Comparison]) -> str:
    """The page; the first of several runs is what the others, `compared`, are held against."""
    title = _title(sources)
    body = element(
        "main",
        _head(sources, title),
        [element("p", " ".join(one.sentences), class_="verdict") for one in compared],
        tiles(sources[0]) if len(sources) == 1 else None,
        [_changes(one, alone=len(compared) == 1) for one in compared],
        [_table(source, place, alone=len(sources) == 1) for place, source in enumerate(sources)],
        _race(sources),
        _curves(sources),
        answers(sources),
        element("footer", f"Written by streamdash {__version__}. Times count from the send of the "
                "last attempt; tokens are the provider's own count; costs are estimates."),
    )  # fmt: skip
    style = _style()
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(style)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", Html(style)),
    )
    return f'<!doctype html>\n<html lang="en">{head}\n<body>{body}</body></html>\n'


@cache
def _style() -> str:
    return files("streamdash.reporting.html").joinpath("style.css").read_text("utf-8")


def _policy(style: str) -> str:
    """Nothing may be loaded or run; the one style is known by its hash."""
    known = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{known}'; base-uri 'none'; form-action 'none'"


def _title(sources: Sequence[ReportedRun]) -> str:
    titles = {source.board.plan.title for source in sources}
    if len(titles) == 1 and (title := titles.pop()):
        return title
    return " against ".join(source.name for source in reversed(sources))


def _head(sources: Sequence[ReportedRun], title: str) -> list[Child]:
    lines: list[Child] = [element("h1", title)]
    for place, source in enumerate(sources):
        words = [source.name, source.when]
        if len(sources) > 1:
            words.insert(0, letter(place))
            if source.board.plan.title != title:
                words.append(source.board.plan.title)
        count = len(source.results)
        words.append(f"{count} stream{'' if count == 1 else 's'}")
        if source.board.plan.repeat > 1:
            words.append(f"{source.board.plan.repeat} runs of each")
        lines.append(element("p", " · ".join(filter(None, words)), class_="subtitle"))
        lines += [element("p", warning, class_="warning") for warning in source.warnings]
    return lines


def _changes(compared: Comparison, *, alone: bool) -> Child:
    heading = "By how much" if alone else f"{compared.after.name} against {compared.before.name}"
    return [
        element("h2", heading),
        change_table(compared.pairs),
        element("details", element("summary", "Every number"), change_list(compared.pairs)),
    ]


def _table(source: ReportedRun, place: int, *, alone: bool) -> Child:
    heading = "Results" if alone else f"{letter(place)} · {source.name}"
    spreads = spread_table(source.results)
    return [
        element("h2", heading),
        result_table(source.results),
        [element("h2", "Over all repetitions"), spreads] if spreads else None,
    ]


def _race(sources: Sequence[ReportedRun]) -> Child:
    lanes = list(_lanes(sources))
    if not lanes:
        return None
    kinds = kinds_of(lanes)
    key = [element("li", _swatch(kind), meaning) for kind, meaning in LEGEND if kind in kinds]
    return [
        element("h2", "The race"),
        element(
            "figure",
            scrolling(race(lanes), "The race"),
            element("ul", key, class_="key"),
            element("figcaption", "Seconds since the first request went out. The long upright line "
                    "is the first token, a short one a request."),
            class_="drawing",
        ),
    ]  # fmt: skip


def _swatch(kind: str) -> Html:
    mark = (
        element("line", x1=1, x2=23, y1=6, y2=6, class_=kind)
        if kind in ("queue", "retry")
        else element("rect", x=1, y=4 if kind in ("request", "first") else 1, width=22,
                     height=4 if kind in ("request", "first") else 10, rx=1, class_=kind)
    )  # fmt: skip
    if kind == "gap":
        whole = element("rect", x=1, y=1, width=22, height=10, rx=1, class_="answer")
        mark = Html(whole + element("rect", x=7, y=3, width=10, height=6, class_="gap"))
    return element("svg", mark, viewBox="0 0 24 12", width="24", height="12", aria_hidden="true")


def _lanes(sources: Sequence[ReportedRun]) -> Iterator[Lane]:
    """The streams that ran; those of one label in several runs follow each other."""
    for label, slots in by_label(sources):
        for slot in slots:
            if slot.track is not None:
                yield Lane(
                    _of_turn(label, slot, sources),
                    letter(slot.place) if len(sources) > 1 else "",
                    str(slot.result["status"]),
                    slot.track,
                    number(slot.result["ttft_s"]),
                    number(slot.result["total_s"]),
                )


def _of_turn(label: str, slot: Slot, sources: Sequence[ReportedRun]) -> str:
    """The label, and which turn is drawn where a follow-up was asked anywhere."""
    turns = {state.spec.turn for source in sources for state in source.board.states}
    return f"{label} · turn {slot.spec.turn}" if turns - {1} else label


def _curves(sources: Sequence[ReportedRun]) -> Child:
    lines = [
        Curve(
            _of_turn(f"{label} {letter(slot.place)}" if len(sources) > 1 else label, slot, sources),
            colour,
            len(sources) > 1 and slot.place == 0,
            slot.track.curve,
            slot.track.end,
        )
        for colour, (label, slots) in enumerate(by_label(sources))
        for slot in slots
        if slot.track is not None and slot.track.curve
    ]
    if not lines:
        return None
    words = "Chars of each answer against seconds since the first request went out."
    if len(sources) > 1:
        words += f" Dashed: {sources[0].name}, in the same colours."
    if len(lines) > MOST_LABELS:
        words += " Point at a line for its label."
    return [
        element("h2", "Chars over time"),
        element(
            "figure",
            scrolling(curves(lines), "Chars over time"),
            element("figcaption", words),
            class_="drawing",
        ),
    ]
