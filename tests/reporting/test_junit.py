"""JUnit XML is valid for any text, and has what Jenkins and GitLab read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streamdash.reporting.junit import HEAD_CHARS, JunitRun, junit
from streamdash.reporting.markdown import md_code
from streamdash.reporting.result import stream_result
from streamdash.streams.events import Status
from tests.checks.judging import answered, check
from tests.fuzzing import examples

if TYPE_CHECKING:
    from streamdash.streams.state import StreamState

STARTED = "2026-01-31T18:20:33.250+00:00"
_ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors", "skipped", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
    "testcase": {"name", "classname", "time"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
}
"""What both document; they refuse or ignore all else."""
_CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase"},
    "testcase": {"failure", "error", "skipped"},
}


def written(*states: StreamState) -> Element:
    """The report of these answers, as a parser reads it."""
    text = junit([JunitRun("", [stream_result(state) for state in states], STARTED)])
    assert text.isascii()
    return fromstring(text)  # noqa: S314  # our own


def assert_documented(element: Element) -> None:
    """Every element and attribute is one that CI systems document, and counts are right."""
    assert set(element.attrib) <= _ATTRIBUTES[element.tag]
    for child in element:
        assert child.tag in _CHILDREN.get(element.tag, set())
        assert_documented(child)
    if element.tag == "testcase":
        assert len(element) <= 1
    if "tests" in element.attrib:
        cases = list(element.iter("testcase"))
        assert element.get("tests") == str(len(cases))
        for field, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert element.get(field) == str(len(list(element.iter(tag))))
        assert re.fullmatch(r"\d+\.\d{3}", element.get("time", ""))


@pytest.mark.fault("reports", "an answer that is no XML")
@given(st.text(st.characters() | st.sampled_from("\0\x1b\r\ud800\udfff\ufffe]>&<\"'")))
@example("]]>")
@example("\ud83d")
@example("<failure>&amp;<![CDATA[")
@examples(200)
def test_any_answer_makes_valid_xml(text: str) -> None:
    state = answered(text, check(max_chars=0), check(contains="\x1b]]>\ud800"))
    state.spec = state.spec._replace(label=f"L{text}", model=f"m{text[:50]}")
    root = written(state)
    assert_documented(root)
    assert root.get("tests") == "1"


def test_every_end_has_its_element() -> None:
    ends = {
        Status.DONE: None, Status.INCOMPLETE: None, Status.FILTERED: "error",
        Status.TRUNCATED: "error", Status.FAILED: "error", Status.TIMEOUT: "error",
        Status.CANCELLED: "skipped",
    }  # fmt: skip
    for status, tag in ends.items():
        root = written(answered("x", check(contains="x"), status=status))
        assert_documented(root)
        assert [child.tag for child in root[0][0]] == ([] if tag is None else [tag])


def test_an_answer_without_checks_is_a_passed_test() -> None:
    root = written(answered("x"))
    assert len(root[0][0]) == 0
    assert root[0].get("timestamp") == "2026-01-31T18:20:33"


def test_a_failure_has_the_head_of_a_long_answer() -> None:
    (failure,) = written(answered("y" * 50_000, check(max_chars=1)))[0][0]
    text = failure.text or ""
    assert "y" * HEAD_CHARS in text
    assert f"and {50_000 - HEAD_CHARS:,} more characters" in text
    assert len(text) < 2 * HEAD_CHARS


def test_the_models_of_several_runs_are_told_apart() -> None:
    results = [stream_result(answered("x"))]
    text = junit([JunitRun("a", results, ""), JunitRun("b", results, "")])
    root = fromstring(text)  # noqa: S314  # our own
    assert [suite.get("name") for suite in root] == ["a · lab:m", "b · lab:m"]


@given(st.text())
@example("``` https://a.test @me #1")
@example("`")
@examples(200)
def test_words_in_markdown_stay_in_one_code_span(text: str) -> None:
    span = md_code(text)
    ticks = re.match("`+", span)
    assert ticks is not None
    inner = span[len(ticks[0]) : -len(ticks[0])]
    assert "\n" not in span
    assert ticks[0] not in re.findall("`+", inner)
