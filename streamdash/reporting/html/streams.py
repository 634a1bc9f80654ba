"""The page's streams one by one: their questions and answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from streamdash.recording.spec_json import spec_to_json
from streamdash.reporting.columns import checks_cell
from streamdash.reporting.figures import count, dollars, duration, rate
from streamdash.reporting.html.answers import plain, rendered
from streamdash.reporting.html.axis import tone
from streamdash.reporting.html.markup import element, scrolling
from streamdash.reporting.launch_rows import LAUNCH_TITLES, NO_TEXT, launch_rows, launch_title
from streamdash.reporting.pass_rates import failed_words
from streamdash.reporting.reported_run import letter, streams_by_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamdash.reporting.html.markup import Child, Html
    from streamdash.reporting.reported_run import ReportedRun, ReportedStream
    from streamdash.reporting.result import StreamResult
    from streamdash.streams.spec import StreamSpec

OPEN_AT_MOST = 24
"""With more streams than this the answers are folded."""
QUESTION_CHARS = 600
"""How much of a question is shown above its answer; the request shows all of it."""
_PARAMETERS = (
    "max_tokens", "temperature", "top_p", "seed", "stop", "reasoning_effort", "cache", "params",
)  # fmt: skip


def answers(runs: Sequence[ReportedRun]) -> Child:
    """One section per label, with the answers of all runs side by side."""
    groups = streams_by_label(runs)
    if not groups:
        return None
    shown = len(groups) <= OPEN_AT_MOST
    return [
        element("h2", "Answers"),
        [_stream(label, streams, runs, unfolded=shown) for label, streams in groups],
    ]


def _stream(
    label: str, streams: Sequence[ReportedStream], runs: Sequence[ReportedRun], *, unfolded: bool
) -> Html:
    alone = len(runs) == 1
    targets = list(dict.fromkeys(stream.spec.target for stream in streams))
    status = streams[0].result.status
    return element(
        "section",
        element(
            "header",
            element("h3", label),
            element("span", ", ".join(targets), class_="quiet"),
            element("span", status, class_=tone(status)) if alone else None,
        ),
        element(
            "div",
            [_side(stream, None if alone else runs[stream.run].name, unfolded=unfolded)
             for stream in streams],
            class_="sides",
        ),
        class_="stream",
    )  # fmt: skip


def _side(stream: ReportedStream, name: str | None, *, unfolded: bool) -> Html:
    result = stream.result
    status = result.status
    heading = None
    if name is not None:
        heading = element(
            "h4",
            f"{letter(stream.run)} · {name} ",
            element("span", status, class_=f"status {tone(status)}"),
        )
    return element(
        "div",
        heading,
        _launches(result),
        [_earlier(one) for one in result.earlier],
        _question(result, numbered=bool(result.earlier)),
        element("p", " · ".join(_figures(result)), class_="figures"),
        _folded("What was asked", _request(stream.spec)),
        _reasoning(result),
        _answer(result, unfolded=unfolded),
        _failed_checks(result),
        _problem(result),
        class_="side",
    )


def _launches(result: StreamResult) -> Child:
    """A table of all answers: why each was asked for, and its numbers; nothing for a single one."""
    if not result.earlier:
        return None
    table = element(
        "table",
        element("thead", element("tr", [element("th", title) for title in LAUNCH_TITLES])),
        element(
            "tbody",
            [element("tr", [element("td", cell) for cell in row]) for row in launch_rows(result)],
        ),
    )
    return element("div", scrolling(table, f"The answers of {result.label}"), class_="table")


def _earlier(result: StreamResult) -> Html:
    """An answer before the last rerun, change or follow-up, folded."""
    return _folded(
        launch_title(result),
        [
            _question(result, numbered=result.turn > 1),
            element("p", " · ".join([result.status, *_figures(result)]), class_="figures"),
            _reasoning(result),
            _answer(result, unfolded=True),
            _failed_checks(result),
            _problem(result),
        ],
    )


def _question(result: StreamResult, *, numbered: bool) -> Child:
    text = result.question
    if len(text) > QUESTION_CHARS:
        text = text[:QUESTION_CHARS].rstrip() + "…"
    turn = f"Turn {result.turn}: " if numbered else ""
    return element("p", f"{turn}{text}", class_="question") if text or turn else None


def _answer(result: StreamResult, *, unfolded: bool) -> list[Child]:
    body: Child = element("p", "No answer." if result.text_kept else NO_TEXT, class_="quiet")
    if result.text.strip():
        body = rendered(result.text)
    refusal = result.refusal
    return [
        body if unfolded else _folded("Answer", body),
        element("p", f"Refused: {refusal}", class_="problem warn") if refusal else None,
    ]


def _figures(result: StreamResult) -> Iterator[str]:
    """The numbers that are not None, each with its name, and the flags."""
    metrics = result.metrics
    felt = metrics.attempts > 1
    for before, figure, after in (
        ("TTFT ", duration(metrics.ttft_s), ""),
        ("total ", duration(metrics.total_s), ""),
        ("felt TTFT ", felt and duration(metrics.felt_ttft_s), ""),
        ("felt total ", felt and duration(metrics.felt_total_s), ""),
        ("checks ", checks_cell(result), ""),
        ("", count(metrics.chars), " chars"),
        ("", rate(metrics.chars_per_s), " chars/s"),
        ("", count(metrics.output_tokens), " tokens"),
        ("longest gap ", duration(metrics.gap_max_s), ""),
        ("", dollars(result.cost_usd), ""),
        ("finish ", result.finish_reason, ""),
    ):
        if figure:
            yield f"{before}{figure}{after}"
    yield from result.flags


def _folded(title: str, body: Child) -> Html:
    return element("details", element("summary", title), body)


def _reasoning(result: StreamResult) -> Child:
    text = result.reasoning
    if not text:
        return None
    title = f"Reasoning ({count(len(text))} chars)"
    return _folded(title, element("div", plain(text), class_="reasoning-text"))


def _problem(result: StreamResult) -> Child:
    error = result.error
    if error is None:
        return None
    http = f" (HTTP {error.http_status})" if error.http_status else ""
    sentence = f"{result.status}: {error.kind}{http}: {error.message}"
    return element("p", sentence, class_="problem bad")


def _failed_checks(result: StreamResult) -> Child:
    return [
        element("p", f"Check failed: {words}", class_="problem bad")
        for words in failed_words(result)
    ]


def _request(spec: StreamSpec) -> Html:
    """The stream's request: its messages, the parameters that are set, and its destination."""
    fields = spec_to_json(spec)
    entries: list[Child] = []
    if spec.system:
        entries.append(_entry("system", plain(spec.system)))
    entries += [
        _entry(_text(message.get("role")), plain(_text(message.get("content"))))
        for message in spec.messages
    ]
    for name in _PARAMETERS:
        value = fields[name]
        if value not in (None, [], {}, "as-is"):
            entries.append(_entry(name, _text(value)))
    if "checks" in fields:
        entries.append(_entry("checks", _text(fields["checks"])))
    if not spec.stream:
        entries.append(_entry("stream", "false"))
    endpoint = {"api": spec.endpoint.api, "base_url": spec.endpoint.base_url}
    entries += [_entry(name, value) for name, value in endpoint.items() if value]
    return element("dl", entries, class_="asked")


def _entry(name: str, value: Child) -> list[Child]:
    return [element("dt", name), element("dd", value)]


def _text(value: object) -> str:
    """A text unchanged, any other value as JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
