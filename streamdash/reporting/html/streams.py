"""The streams of a report page one by one: what was asked, what was answered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from streamdash.recording.spec_json import spec_to_json
from streamdash.reporting.html.answers import plain, rendered
from streamdash.reporting.html.axis import tone
from streamdash.reporting.html.markup import element
from streamdash.reporting.repetitions import REPLACED, earlier_results, turn_of
from streamdash.reporting.reported_run import by_label, letter
from streamdash.reporting.text_table import dollars, rate, seconds, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from streamdash.reporting.html.markup import Child, Html
    from streamdash.reporting.reported_run import ReportedRun, Slot
    from streamdash.reporting.result import Result
    from streamdash.streams.spec import StreamSpec

OPEN_AT_MOST = 24
"""Streams up to which the answers are unfolded."""
QUESTION_CHARS = 600
"""Of a question, above its answer; all of it is among what was asked."""
_PARAMETERS = (
    "max_tokens", "temperature", "top_p", "seed", "stop", "reasoning_effort", "params",
)  # fmt: skip


def answers(sources: Sequence[ReportedRun]) -> Child:
    """A section a label, with the answers of all runs beside each other."""
    groups = by_label(sources)
    if not groups:
        return None
    shown = len(groups) <= OPEN_AT_MOST
    return [
        element("h2", "Answers"),
        [_stream(label, slots, sources, unfolded=shown) for label, slots in groups],
    ]


def _stream(
    label: str, slots: Sequence[Slot], sources: Sequence[ReportedRun], *, unfolded: bool
) -> Html:
    alone = len(sources) == 1
    targets = list(dict.fromkeys(slot.spec.target for slot in slots))
    status = str(slots[0].result["status"])
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
            [_side(slot, None if alone else sources[slot.place].name, unfolded=unfolded)
             for slot in slots],
            class_="sides",
        ),
        class_="stream",
    )  # fmt: skip


def _side(slot: Slot, name: str | None, *, unfolded: bool) -> Html:
    result = slot.result
    status = str(result["status"])
    earlier = earlier_results(result)
    heading = None
    if name is not None:
        heading = element(
            "h4",
            f"{letter(slot.place)} · {name} ",
            element("span", status, class_=f"status {tone(status)}"),
        )
    return element(
        "div",
        heading,
        [_earlier(one) for one in earlier],
        _question(result, numbered=bool(earlier)),
        element("p", " · ".join(_figures(result)), class_="figures"),
        _folded("What was asked", _asked(slot.spec)),
        _reasoning(result),
        _answer(result, unfolded=unfolded),
        _problem(result),
        class_="side",
    )


def _earlier(result: Result) -> Html:
    """An answer before the last rerun or follow-up, folded."""
    again = "Earlier answer of turn" if result.get(REPLACED) else "Turn"
    figures = " · ".join([str(result["status"]), *_figures(result)])
    return _folded(
        f"{again} {turn_of(result)}",
        [
            _question(result, numbered=False),
            element("p", figures, class_="figures"),
            _reasoning(result),
            _answer(result, unfolded=True),
            _problem(result),
        ],
    )


def _question(result: Result, *, numbered: bool) -> Child:
    text = str(result.get("question") or "")
    if len(text) > QUESTION_CHARS:
        text = text[:QUESTION_CHARS].rstrip() + "…"
    turn = f"Turn {turn_of(result)}: " if numbered else ""
    return element("p", f"{turn}{text}", class_="question") if text or turn else None


def _answer(result: Result, *, unfolded: bool) -> list[Child]:
    answer = str(result["text"])
    body: Child = rendered(answer) if answer.strip() else element("p", "No answer.", class_="quiet")
    refusal = str(result.get("refusal") or "")
    return [
        body if unfolded else _folded("Answer", body),
        element("p", f"Refused: {refusal}", class_="problem warn") if refusal else None,
    ]


def _figures(result: Result) -> Iterator[str]:
    """The numbers that are known, in words."""
    for title, words in (
        ("TTFT", seconds(result["ttft_s"])),
        ("total", seconds(result["total_s"])),
        ("", f"{whole(result['chars'])} chars"),
        ("", rate(result["chars_per_s"]) and f"{rate(result['chars_per_s'])} chars/s"),
        ("", whole(result["output_tokens"]) and f"{whole(result['output_tokens'])} tokens"),
        ("longest gap", seconds(result["gap_max_s"])),
        ("", dollars(result["cost_usd"])),
        ("finish", str(result["finish_reason"] or "")),
    ):
        if words:
            yield f"{title} {words}".strip()
    flags = result["flags"]
    if isinstance(flags, list):
        yield from map(str, flags)


def _folded(title: str, body: Child) -> Html:
    return element("details", element("summary", title), body)


def _reasoning(result: Result) -> Child:
    text = str(result["reasoning"])
    if not text:
        return None
    title = f"Reasoning ({whole(len(text))} chars)"
    return _folded(title, element("div", plain(text), class_="reasoning-text"))


def _problem(result: Result) -> Child:
    error = result["error"]
    if not isinstance(error, dict):
        return None
    http = f" (HTTP {error['http_status']})" if error["http_status"] else ""
    words = f"{result['status']}: {error['kind']}{http}: {error['message']}"
    return element("p", words, class_="problem bad")


def _asked(spec: StreamSpec) -> Html:
    known = spec_to_json(spec)
    entries: list[Child] = []
    if spec.system:
        entries.append(_entry("system", plain(spec.system)))
    entries += [
        _entry(_words(message.get("role")), plain(_words(message.get("content"))))
        for message in spec.messages
    ]
    for name in _PARAMETERS:
        value = known[name]
        if value not in (None, [], {}):
            entries.append(_entry(name, _words(value)))
    if not spec.stream:
        entries.append(_entry("stream", "false"))
    endpoint: Mapping[str, object] = {"api": spec.endpoint.api, "base_url": spec.endpoint.base_url}
    entries += [_entry(name, str(value)) for name, value in endpoint.items() if value]
    return element("dl", entries, class_="asked")


def _entry(name: str, value: Child) -> list[Child]:
    return [element("dt", name), element("dd", value)]


def _words(value: object) -> str:
    """A text as it is, everything else as JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
