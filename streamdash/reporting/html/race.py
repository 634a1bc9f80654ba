"""The race: one lane per stream on one time axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.output.safe_text import clean_line
from streamdash.reporting.figures import duration
from streamdash.reporting.html.axis import LEFT, TOP, WIDTH, axis_to, grid, short_label, tone
from streamdash.reporting.html.markup import element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.reporting.html.axis import Axis
    from streamdash.reporting.html.markup import Child, Html
    from streamdash.reporting.phases import Phase, PhaseKind, Track
    from streamdash.streams.events import Status

LANE = 24.0
BAR = 12.0
WAITING = 4.0
"""Heights of a lane, of arriving text, and of the wait before it."""
GROUP_SPACE = 10.0
LABEL_CELLS = 22
_SEEN = 0.5
"""The width of the narrowest interval that is drawn, in the drawing's units."""

LEGEND: tuple[tuple[PhaseKind | str, str], ...] = (
    ("queue", "queue, connection"),
    ("failed", "failed attempt"),
    ("retry", "wait for a retry"),
    ("request", "sent, no headers yet"),
    ("first", "headers, no token yet"),
    ("reasoning", "reasoning"),
    ("answer", "answer"),
    ("tool", "tool call"),
    ("refusal", "refusal"),
    ("gap", "gap"),
)
"""The classes of drawn marks and their meanings, in the order of the key."""
_LINES = frozenset({"queue", "connect", "retry", "end"})


class Lane(NamedTuple):
    """One stream of one run."""

    label: str
    run: str
    """The run's letter; empty if only one run is drawn."""
    status: Status
    track: Track
    ttft_s: float | None
    total_s: float | None


def race(lanes: Sequence[Lane]) -> Html:
    """All lanes in one drawing; consecutive lanes with one label form a group."""
    axis = axis_to(max((lane.track.end for lane in lanes), default=0.0))
    rows: list[Child] = []
    y, before = TOP, ""
    for place, lane in enumerate(lanes):
        first = place == 0 or not lane.run or lane.label != before
        if lane.run and first and place:
            y += GROUP_SPACE
        rows.append(_lane(lane, axis, y + LANE / 2, named=first))
        before = lane.label
        y += LANE
    return element(
        "svg",
        element("title", "What each stream did when"),
        grid(axis, y),
        rows,
        viewBox=f"0 0 {WIDTH:g} {y + 4:g}",
        role="img",
        class_="race",
    )


def kinds_of(lanes: Sequence[Lane]) -> set[str]:
    """The classes that the drawing of these lanes uses, for its key."""
    least = max((lane.track.end for lane in lanes), default=0.0) * _SEEN / WIDTH
    kinds: set[str] = {
        phase.kind
        for lane in lanes
        for phase in lane.track.phases
        if phase.end - phase.start > least
    }
    if "connect" in kinds:
        kinds.add("queue")
    if any(lane.track.gaps for lane in lanes):
        kinds.add("gap")
    return kinds


def _lane(lane: Lane, axis: Axis, middle: float, *, named: bool) -> Html:
    track = lane.track
    end = axis.x(track.end)
    total = duration(lane.total_s) or lane.status
    beside = LEFT - (36 if lane.run else 12)
    drawn: list[Child] = [
        element("title", _hint(lane)),
        element("text", short_label(lane.label, LABEL_CELLS), x=beside, y=middle, class_="name")
        if named
        else None,
        element("text", lane.run, x=LEFT - 12, y=middle, class_="name run") if lane.run else None,
        [_phase(phase, axis, middle) for phase in track.phases],
        [_gap(start, later, axis, middle) for start, later in track.gaps],
        [_vertical(axis.x(at), middle, 5, "send") for at in track.sends],
        None if track.first_token is None else
        _vertical(axis.x(track.first_token), middle, 9, "token"),
        _ending(end, middle, tone(lane.status)),
        element("text", total, x=end + 14, y=middle, class_="total"),
    ]  # fmt: skip
    return element("g", drawn)


def _hint(lane: Lane) -> str:
    words = [clean_line(lane.label, 200), lane.run and f"run {lane.run}", lane.status]
    if lane.ttft_s is not None:
        words.append(f"first token after {duration(lane.ttft_s)}")
    if lane.total_s is not None:
        words.append(f"total {duration(lane.total_s)}")
    return ", ".join(filter(None, words))


def _phase(phase: Phase, axis: Axis, middle: float) -> Child:
    x, width = axis.x(phase.start), axis.x(phase.end) - axis.x(phase.start)
    if phase.kind in _LINES:
        if width < _SEEN:
            return None
        return element("line", x1=x, x2=x + width, y1=middle, y2=middle, class_=phase.kind)
    waiting = phase.kind in ("request", "first", "failed")
    if waiting and width < _SEEN:
        return None
    height = WAITING if waiting else BAR
    return element(
        "rect",
        x=x,
        y=middle - height / 2,
        width=max(width, 2.0),
        height=height,
        rx=0.0 if waiting else 2.0,
        class_=phase.kind,
    )


def _gap(start: float, end: float, axis: Axis, middle: float) -> Child:
    x, width = axis.x(start), axis.x(end) - axis.x(start)
    if width < 3:
        return None
    return element(
        "rect",
        element("title", f"nothing came for {duration(end - start)}"),
        x=x + 1,
        y=middle - BAR / 2 + 2,
        width=width - 2,
        height=BAR - 4,
        class_="gap",
    )


def _vertical(x: float, middle: float, reach: float, kind: str) -> Html:
    return element("line", x1=x, x2=x, y1=middle - reach, y2=middle + reach, class_=kind)


def _ending(x: float, middle: float, ended: str) -> Html:
    if ended == "good":
        return element("circle", cx=x + 6, cy=middle, r=2.5, class_="mark good")
    cross = f"M{x + 3:.1f} {middle - 3:.1f}l6 6m0 -6l-6 6"
    return element("path", d=cross, class_=f"mark cross {ended}")
