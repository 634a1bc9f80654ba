"""Checks decide while the text streams what they decide about the whole text."""

from __future__ import annotations

import json
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.streams.check import Check, written
from streamdash.streams.events import Status
from tests.checks.judging import check, followed, judged
from tests.fuzzing import examples

_ALPHABET = "aAbßİ ſ\n{}[]\"'`1é😀\ud83d\ude00"
_WORDS = st.text(_ALPHABET, min_size=1, max_size=4)
_VISIBLE = _WORDS.filter(lambda text: text.strip())
_PATTERNS = ["a", "a+$", "^a.*b", r"\bb", r"(?m)^a$", "a|b.*a", r"(?s).*b\s*$", "ß", "[^a]", r"\z"]
_CHECKS = st.one_of(
    st.builds(
        Check,
        st.sampled_from(["contains", "not_contains", "equals", "starts_with", "ends_with"]),
        _VISIBLE,
        st.just(""),
        st.booleans(),
    ),
    st.builds(
        Check, st.just("one_of"), st.lists(_VISIBLE, min_size=1).map(tuple), st.just(""),
        st.booleans(),
    ),
    st.builds(
        Check, st.sampled_from(["regex", "not_regex"]), st.sampled_from(_PATTERNS), st.just(""),
        st.booleans(),
    ),
    st.builds(Check, st.sampled_from(["min_chars", "max_chars"]), st.integers(0, 12)),
    st.builds(Check, st.just("json"), st.just(True), st.just(""), st.just(False), st.booleans()),
    st.builds(
        Check, st.just("schema"), st.just({"type": "array"}), st.just(""), st.just(False),
        st.booleans(),
    ),
)  # fmt: skip
_ANSWERS = st.one_of(
    st.text(_ALPHABET, max_size=14),
    st.sampled_from(['[1, "a"]', "```json\n[1]\n```", ' {"a": 1} \n', "``", "[1", "tru"]),
)


@given(_CHECKS, _ANSWERS, st.data())
@examples(400)
def test_any_split_of_an_answer_leads_to_the_verdict_about_the_whole(
    one: Check, answer: str, data: st.DataObject
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(answer)), max_size=6))
    ends = [0, *sorted(cuts), len(answer)]
    pieces = [answer[start:stop] for start, stop in pairwise(ends) if start < stop]
    live, final = followed(pieces, one)
    assert final is judged(answer, one).passed
    for verdict in live:
        assert verdict in (None, final), "a verdict was taken back"


@pytest.mark.parametrize(
    ("one", "pieces", "after"),
    [
        (check(contains="needle"), ["a nee", "dle", " more"], [None, True, True]),
        (check(not_contains="needle"), ["a nee", "dle"], [None, False]),
        (check(contains="STRASSE", ignore_case=True), ["Stra", "ße"], [None, True]),
        (check(starts_with="Yes"), ["\n Y", "es", ","], [None, True, True]),
        (check(starts_with="Yes"), ["N", "o"], [False, False]),
        (check(equals="Paris"), ["Par", "is", " \n"], [None, None, None]),
        (check(equals="Paris"), ["Par", "ty"], [None, False]),
        (check(one_of=("red", "green")), ["g", "ray"], [None, False]),
        (check(max_chars=3), ["abc", "d"], [None, False]),
        (check(min_chars=3), ["ab", "cd"], [None, True]),
        (check(regex="b+"), ["ab", "bc"], [None, True]),
        (check(not_regex="b+"), ["ab", "bc"], [None, False]),
        (check(json=True), ["Sure", "!"], [False, False]),
        (check(json=True, fenced=True), ["``", "`json"], [None, None]),
        (check(ends_with="."), ["Done", "."], [None, None]),
    ],
)
def test_a_check_is_decided_as_soon_as_no_more_text_can_change_it(
    one: Check, pieces: list[str], after: list[bool | None]
) -> None:
    assert followed(pieces, one)[0] == after


@pytest.mark.parametrize(
    ("one", "answer", "message"),
    [
        (check(contains="Rome"), "Paris", "does not contain 'Rome'"),
        (check(not_contains="ari"), "Paris", "contains 'ari' at character 2"),
        (check(not_contains="X", ignore_case=True), "ßßx", "contains 'X' at character 3"),
        (check(equals="Rome"), " Paris\n", "is not 'Rome': it is 'Paris'"),
        (check(one_of=("a", "b")), "", "is none of 'a', 'b': it is empty"),
        (check(starts_with="No"), "Yes", "does not start with 'No' but with 'Ye'"),
        (check(ends_with="?"), "Yes.", "does not end with '?' but with '.'"),
        (check(regex=r"\d+"), "none", r"does not match '\d+'"),
        (check(not_regex=r"\d+"), "é 42", r"'42' at character 3 matches '\d+'"),
        (check(min_chars=9), "short", "has 5 characters, fewer than 9"),
        (check(max_chars=3), "short", "is longer than 3 characters"),
        (check(json=True), '{"a": }', "is not JSON: Expecting value at character 7"),
        (check(json=True), "[NaN]", "is not JSON: NaN is no number of JSON"),
        (check(json=True), "```\n1\n```",
         "is not JSON: it begins a code fence, which fenced = true allows"),
        (check(finish=("length",)), "x", "finished 'stop', not 'length'"),
        (check(max_cost=0.5), "x", "its cost is unknown; the limit is $0.5"),
    ],
)  # fmt: skip
def test_a_failed_check_says_what_is_wrong(one: Check, answer: str, message: str) -> None:
    verdict = judged(answer, one)
    assert (verdict.passed, verdict.message) == (False, message)


@pytest.mark.parametrize(
    ("one", "answer"),
    [
        (check(equals="Paris"), "\n Paris \n"),
        (check(one_of=("yes", "no"), ignore_case=True), "NO"),
        (check(ends_with="end."), "the end.\n\n"),
        (check(json=True), "1" * 5000),
        (check(json=True, fenced=True), '```json\n{"a": 1}\n```\n'),
        (check(json=True, fenced=True), '{"a": 1}'),
        (check(finish=("stop", "end_turn")), "x"),
        (check(finish=("done",)), "x"),
        (check(max_total=2.0), "x"),
        (check(max_ttft=1.0), "x"),
    ],
)
def test_an_answer_that_fulfils_a_check_passes_it(one: Check, answer: str) -> None:
    assert judged(answer, one) == (one.title, one.kind, True, "", judged(answer, one).place)


@pytest.mark.parametrize("kind", ["contains", "not_contains", "min_chars", "json", "max_total"])
@pytest.mark.parametrize(
    "status", [Status.FAILED, Status.TIMEOUT, Status.TRUNCATED, Status.FILTERED]
)
def test_an_answer_that_did_not_end_well_fails_every_check(kind: str, status: Status) -> None:
    values = {"min_chars": 1, "json": True, "max_total": 100.0}
    verdict = judged("[1]", Check(kind, values.get(kind, "1")), status)
    assert verdict.passed is False
    assert verdict.message in (
        f"the answer did not end well: {status}",
        "contains '1' at character 2",
    )


def test_an_answer_that_its_user_cancelled_is_not_judged() -> None:
    assert judged("x", check(not_contains="x"), Status.CANCELLED).passed is None


def test_an_incomplete_answer_is_judged_by_its_text() -> None:
    assert judged("whole", check(contains="whole"), Status.INCOMPLETE).passed is True
    assert judged("whole", check(finish=("done",)), Status.INCOMPLETE).passed is False


@pytest.mark.fault("numbers", "a pattern that explodes in other engines")
@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|aa)+$", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$"]
)
def test_no_pattern_takes_long_on_an_answer_made_for_it(pattern: str) -> None:
    started = time.perf_counter()
    judged("a" * 100_000 + "!", check(regex=pattern))
    assert time.perf_counter() - started < 5


@pytest.mark.fault("numbers", "ten million characters in small pieces")
def test_ten_million_characters_are_each_read_once() -> None:
    checks = (
        check(not_contains="needle"), check(ends_with="."), check(max_chars=20_000_000),
        check(equals="x" * 50), check(not_regex="needle"), check(json=True),
    )  # fmt: skip
    started = time.perf_counter()
    for one in checks:
        followed(("y" * 1000 for _ in range(10_000)), one)
    assert time.perf_counter() - started < 20


def test_a_json_answer_that_is_nested_too_deeply_fails() -> None:
    assert "nested too deeply" in judged("[" * 100_000, check(json=True)).message


def test_values_are_written_short_and_on_one_line() -> None:
    assert written("x" * 100) == f"'{'x' * 39}…'"
    assert written("a\nb\x1b") == r"'a\nb\x1b'"
    assert json.loads(json.dumps(written(("a", "it's")))) == "'a', \"it's\""
