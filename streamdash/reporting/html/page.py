"""A report as one HTML page that needs nothing but itself: no network, no script."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from streamdash import __version__
from streamdash.recording.run_title import title_of
from streamdash.reporting.cache_sentences import cache_sentences
from streamdash.reporting.html.curves import MOST_LABELS, Curve, curves
from streamdash.reporting.html.markup import Html, element, scrolling
from streamdash.reporting.html.race import LEGEND, Lane, kinds_of, race
from streamdash.reporting.html.streams import answers
from streamdash.reporting.html.tables import (
    cells_table,
    change_list,
    change_table,
    result_table,
    spread_table,
    tiles,
)
from streamdash.reporting.models.table import NUMBERS, TITLES, model_tables
from streamdash.reporting.paired.sentences import sentences
from streamdash.reporting.pass_rates import PASS_NUMBERS, PASS_TITLES, failures, pass_rows
from streamdash.reporting.reported_run import letter, streams_by_label
from streamdash.reporting.result import paired_rounds, rounds_begun
from streamdash.reporting.verdict import verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamdash.reporting.comparison import Comparison
    from streamdash.reporting.html.markup import Child
    from streamdash.reporting.reported_run import ReportedRun, ReportedStream


def page(runs: Sequence[ReportedRun], comparisons: Sequence[Comparison]) -> str:
    """The page of one run, or of several with each further one compared with the first."""
    title = _title(runs)
    body = element(
        "main",
        _head(runs, title),
        [element("p", " ".join(verdict(one)), class_="verdict") for one in comparisons],
        tiles(runs[0]) if len(runs) == 1 else None,
        [_changes(one, alone=len(comparisons) == 1) for one in comparisons],
        [_table(run, place, alone=len(runs) == 1) for place, run in enumerate(runs)],
        _race(runs),
        _curves(runs),
        answers(runs),
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
    """A content security policy that allows this style, by its hash, and nothing else."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _title(runs: Sequence[ReportedRun]) -> str:
    titles = {title_of(run.snapshot) for run in runs}
    if len(titles) == 1 and (title := titles.pop()):
        return title
    return " against ".join(run.name for run in reversed(runs))


def _head(runs: Sequence[ReportedRun], title: str) -> list[Child]:
    lines: list[Child] = [element("h1", title)]
    for place, run in enumerate(runs):
        words = [run.name, run.when]
        if len(runs) > 1:
            words.insert(0, letter(place))
            if (own := title_of(run.snapshot)) != title:
                words.append(own)
        count = len(run.results)
        words.append(f"{count} stream{'' if count == 1 else 's'}")
        words += _rounds(run)
        lines.append(element("p", " · ".join(filter(None, words)), class_="subtitle"))
        lines += [element("p", warning, class_="warning") for warning in run.warnings]
    return lines


def _rounds(run: ReportedRun) -> list[str]:
    """`10 rounds`, or `6 of 30 rounds` if it ended before the last; and the warm-ups."""
    plan, begun = run.snapshot.plan, rounds_begun(run.snapshot)
    if not plan.in_rounds:
        return []
    least = "" if begun == plan.repeat else f"{begun} of "
    words = [f"{least}{plan.repeat} round{'' if plan.repeat == 1 else 's'}"]
    if plan.warmup:
        words.append(f"{plan.warmup} warm-up{'' if plan.warmup == 1 else 's'}")
    return words


def _changes(compared: Comparison, *, alone: bool) -> Child:
    heading = "By how much" if alone else f"{compared.after.name} against {compared.before.name}"
    return [
        element("h2", heading),
        change_table(compared),
        element("details", element("summary", "Every number"), change_list(compared)),
    ]


def _table(run: ReportedRun, place: int, *, alone: bool) -> Child:
    heading = "Results" if alone else f"{letter(place)} · {run.name}"
    spreads = spread_table(run)
    proven = sentences(paired_rounds(run.snapshot, run.results))
    return [
        element("h2", heading),
        result_table(run.results, run.snapshot.lag.p99_s),
        _checks(run),
        [element("h2", "Over all rounds"), spreads] if spreads else None,
        [element("p", one) for one in proven],
        [
            [element("h2", heading), cells_table(TITLES, NUMBERS, rows)]
            for heading, rows in model_tables(run.snapshot, run.results)
        ],
        [element("p", sentence, class_="quiet") for sentence in cache_sentences(run.results)],
    ]


def _checks(run: ReportedRun) -> Child:
    """The pass rates of the models, and which answers failed; nothing without checks."""
    rows = pass_rows(run.results)
    if not rows:
        return None
    failed = [
        element("li", element("strong", one.label), ": ", "; ".join(one.words))
        for one in failures(run.results)
    ]
    return [
        element("h2", "Checks"),
        cells_table(PASS_TITLES, PASS_NUMBERS, rows),
        element("ul", failed, class_="failed") if failed else None,
    ]


def _race(runs: Sequence[ReportedRun]) -> Child:
    lanes = list(_lanes(runs))
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


def _lanes(runs: Sequence[ReportedRun]) -> Iterator[Lane]:
    """One lane per stream that ran; those of one label in several runs follow each other."""
    for label, streams in streams_by_label(runs):
        for stream in streams:
            if stream.track is not None:
                yield Lane(
                    _with_turn(label, stream, runs),
                    letter(stream.run) if len(runs) > 1 else "",
                    stream.result.status,
                    stream.track,
                    stream.result.metrics.ttft_s,
                    stream.result.metrics.total_s,
                )


def _with_turn(label: str, stream: ReportedStream, runs: Sequence[ReportedRun]) -> str:
    """The label, with the turn that is drawn if any stream has a follow-up."""
    turns = {result.turn for run in runs for result in run.results}
    return f"{label} · turn {stream.spec.turn}" if turns - {1} else label


def _curves(runs: Sequence[ReportedRun]) -> Child:
    several = len(runs) > 1
    lines = [
        Curve(
            _with_turn(f"{label} {letter(stream.run)}" if several else label, stream, runs),
            colour,
            several and stream.run == 0,
            stream.track.curve,
            stream.track.end,
        )
        for colour, (label, streams) in enumerate(streams_by_label(runs))
        for stream in streams
        if stream.track is not None and stream.track.curve
    ]
    if not lines:
        return None
    caption = "Chars of each answer against seconds since the first request went out."
    if several:
        caption += f" Dashed: {runs[0].name}, in the same colours."
    if len(lines) > MOST_LABELS:
        caption += " Point at a line for its label."
    return [
        element("h2", "Chars over time"),
        element(
            "figure",
            scrolling(curves(lines), "Chars over time"),
            element("figcaption", caption),
            class_="drawing",
        ),
    ]
