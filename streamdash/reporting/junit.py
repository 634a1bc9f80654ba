"""A run as JUnit XML, as CI systems read it: a suite per model, a case per answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from streamdash.reporting.pass_rates import failed_words
from streamdash.reporting.repetitions import labelled_answers
from streamdash.streams.events import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from streamdash.reporting.result import StreamResult

HEAD_CHARS = 2_000
"""How much of an answer a failure shows."""
_LONGEST_NAME = 400
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even as references."""
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_COUNTS = ("tests", "failures", "errors", "skipped")


class JunitRun(NamedTuple):
    """A run to report."""

    name: str
    """Stands before the models if it is not empty."""
    results: Sequence[StreamResult]
    started: str
    """By the wall clock, in ISO format."""


def junit(runs: Sequence[JunitRun], title: str = "") -> str:
    """The report, in ASCII, so that no encoding on its way can break it.

    A failed check is a failure with its words and the head of the answer, a stream that did not end
    well an error, and one that its user cancelled is skipped. Times are totals in seconds.
    """
    root = Element("testsuites", name=_text(title or "streamdash", _LONGEST_NAME))
    for run in runs:
        by_model: dict[str, list[StreamResult]] = {}
        for result in labelled_answers(run.results):
            if not result.replaced and not result.warmup:
                by_model.setdefault(result.target, []).append(result)
        for model, answers in by_model.items():
            name = " · ".join(filter(None, [run.name, model])) or "streamdash"
            _add_suite(root, name, answers, run.started)
    for field in _COUNTS:
        root.set(field, str(sum(int(suite.get(field, "0")) for suite in root)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in root):.3f}")
    indent(root)
    written: bytes = tostring(root, encoding="us-ascii", xml_declaration=True)
    return written.decode() + "\n"


def _add_suite(root: Element, name: str, answers: Sequence[StreamResult], started: str) -> None:
    suite = SubElement(root, "testsuite", name=_text(name, _LONGEST_NAME))
    if found := _DATE_TIME.match(started):
        suite.set("timestamp", found[0])
    for result in answers:
        _add_case(suite, name, result)
    kinds = [child.tag for case in suite for child in case]
    counts = (len(suite), kinds.count("failure"), kinds.count("error"), kinds.count("skipped"))
    for field, number in zip(_COUNTS, counts, strict=True):
        suite.set(field, str(number))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in suite):.3f}")


def _add_case(suite: Element, suite_name: str, result: StreamResult) -> None:
    case = SubElement(
        suite,
        "testcase",
        classname=_text(suite_name, _LONGEST_NAME),
        name=_text(result.label, _LONGEST_NAME),
        time=f"{result.metrics.total_s or 0.0:.3f}",
    )
    if result.status is Status.CANCELLED:
        SubElement(case, "skipped", message="cancelled by its user")
    elif not result.status.ended_well:
        error = result.error
        kind = result.status.value if error is None else error.kind
        said = "" if error is None else f" ({error.kind}): {error.message}"
        message = f"{result.status.value}{said}"
        _add_problem(case, "error", kind, [message], result)
    elif result.passed is False:
        kind = next(one.kind for one in result.checks if one.passed is False)
        _add_problem(case, "failure", kind, failed_words(result), result)


def _add_problem(
    case: Element, tag: str, kind: str, words: Iterable[str], result: StreamResult
) -> None:
    """Add one problem; CI systems show only the first of several, so it has the words of all."""
    words = list(words)
    problem = SubElement(
        case, tag, message=_text("; ".join(words), 10 * _LONGEST_NAME), type=_text(kind, 100)
    )
    head = result.text[:HEAD_CHARS]
    more = len(result.text) - len(head)
    lines = [*words, "", f"question: {result.question[:_LONGEST_NAME]}", "", "answer:", head]
    if more > 0:
        lines.append(f"… and {more:,} more characters")
    problem.text = _text("\n".join(lines), 10 * HEAD_CHARS)


def _text(text: str, longest: int) -> str:
    """Foreign text that XML can hold, cut where it is longer."""
    shown = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return _NOT_XML.sub("\ufffd", shown)
