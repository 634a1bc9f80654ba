"""Reports of one run and of several."""

from __future__ import annotations

import csv
import io
import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import chain
from random import Random
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.recording.reader import load_recording, parse_recording
from streamdash.reporting.html.answers import LONGEST_RENDERED, rendered
from streamdash.reporting.html.axis import ticks
from streamdash.reporting.report import STYLES, report
from streamdash.reporting.reported_run import letter, reported_recording, reported_run
from streamdash.reporting.result import run_result
from streamdash.reporting.result_json import run_json
from streamdash.streams.events import Delta, Terminal
from tests.recording.scenes import STARTED, make_run, providers, record
from tests.streams.scripted import HEADERS, STOP, Scripted, spoken
from tests.virtual_time import run_virtual, virtual_clock

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.reporting.report import Style
    from streamdash.reporting.reported_run import ReportedRun

EVIL = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> [a](javascript:alert(1)) "
    "[b](data:text/html,x) ![c](http://evil.example/c.png) <http://evil.example/> &amp; "
    "\x1b[31m\x00\u202e </pre></div></style></title>\n\n```html\n<b onclick=x>\n"
)


def source(tmp_path: Path, name: str, known: dict[str, Scripted], **options: Any) -> ReportedRun:
    path = tmp_path / name
    record(path, known, **options)
    return reported_recording(load_recording(str(path)))


def slow_and_fast(tmp_path: Path) -> list[ReportedRun]:
    """Two runs of the same streams; the second is twice as quick, and has one more."""
    before = {label: Scripted(spoken(*["word "] * 20)) for label in ("PY", "RS")}
    after = {
        label: Scripted(spoken(*["word "] * 20, gap=0.05, first=0.25))
        for label in ("PY", "RS", "GO")
    }
    return [source(tmp_path, "before.jsonl", before), source(tmp_path, "after.jsonl", after)]


@pytest.fixture
def everything(tmp_path: Path) -> ReportedRun:
    return source(tmp_path, "run.jsonl", providers())


# -- one run ------------------------------------------------------------------------------------


def test_json_equals_the_result_of_the_live_run(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    run = record(path)
    text = report([reported_recording(load_recording(str(path)))], "json")
    assert json.loads(text) == run_json(run_result(run, STARTED.isoformat(timespec="milliseconds")))


def test_jsonl_has_one_result_per_line(everything: ReportedRun) -> None:
    lines = report([everything], "jsonl").splitlines()
    assert [json.loads(line)["label"] for line in lines] == list(providers())
    half = json.loads(lines[-1])
    assert half["text"] == "😀\ud800"


def test_text_has_every_stream_and_its_status(everything: ReportedRun) -> None:
    text = report([everything], "text")
    for result in everything.results:
        assert re.search(rf"^{result.label} .*{result.status}", text, re.MULTILINE)
    assert "Every sort" in text
    assert "2026-01-31 18:20:33 UTC" in text


def test_text_fits_the_width(everything: ReportedRun) -> None:
    text = report([everything], "text", width=60)
    assert max(map(len, text.splitlines()[1:])) <= 60


def test_csv_cells_that_a_spreadsheet_would_run_are_defused(tmp_path: Path) -> None:
    labels = [
        "=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", " =1", "＝1", "fine", "a=b",
    ]  # fmt: skip
    known = {label: Scripted(spoken("x")) for label in labels}
    text = report([source(tmp_path, "run.jsonl", known)], "csv")
    cells = [row["label"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    defused = [f"'{label}".replace("\r", "\n") for label in labels[:-2]]
    assert cells == [*defused, "fine", "a=b"]


def test_csv_numbers_are_exact(everything: ReportedRun) -> None:
    rows = list(csv.DictReader(io.StringIO(report([everything], "csv"))))
    for row, result in zip(rows, everything.results, strict=True):
        for field in ("ttft_s", "total_s", "gap_max_s"):
            number = getattr(result.metrics, field)
            assert row[field] == ("" if number is None else repr(number))


def test_markdown_closes_the_code_block_of_a_cut_answer(tmp_path: Path) -> None:
    known = {"A": Scripted(spoken("```py\nx = 1\n~~~\n")), "B": Scripted(spoken("plain"))}
    text = report([source(tmp_path, "run.jsonl", known)], "markdown")
    assert "```py\nx = 1\n~~~\n```\n\n## B\n" in text


def test_every_readable_style_says_that_a_run_is_unfinished(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    record(path)
    data = path.read_bytes()
    cut = reported_recording(parse_recording(data[: len(data) // 2], path))
    assert cut.warnings
    for style in ("text", "markdown", "html"):
        assert "cut off before its end" in report([cut], style)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("place", [0.0, 0.12, 0.3, 0.6, 0.97])
def test_a_recording_cut_anywhere_can_be_reported_in_every_style(
    tmp_path: Path, style: Any, place: float
) -> None:
    path = tmp_path / "run.jsonl"
    record(path)
    data = path.read_bytes()
    first = data.index(b"\n") + 1
    cut = parse_recording(data[: first + int((len(data) - first) * place)], path)
    assert report([reported_recording(cut)], style).endswith("\n")
    assert report([reported_recording(cut)] * 2, style).endswith("\n")


def test_a_run_on_the_screen_is_reported_with_and_without_its_recording(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    record(path)

    async def work() -> None:
        run = make_run()
        run.start()
        await run.wait()
        bare = reported_run(run, STARTED.isoformat(), virtual_clock())
        text = reported_run(
            run, STARTED.isoformat(), virtual_clock(), recording=load_recording(str(path))
        )
        assert [track is None for track in bare.tracks] == [
            state.attempts == 0 for state in run.states
        ]
        for one, other in zip(bare.tracks, text.tracks, strict=True):
            if one is not None and other is not None:
                assert one.end == pytest.approx(other.end)
                assert list(chain(*one.gaps)) == pytest.approx(list(chain(*other.gaps)))
                assert not one.curve
        assert text.tracks[0] is not None
        assert text.tracks[0].curve[-1][1] == run.states[0].text.chars
        assert "<svg" in report([bare], "html")
        await run.drain()

    run_virtual(work())


# -- several runs -------------------------------------------------------------------------------


def test_two_pairs_of_answers_prove_nothing(tmp_path: Path) -> None:
    text = report(slow_and_fast(tmp_path), "text")
    assert text.splitlines()[0].startswith(
        "after.jsonl and before.jsonl cannot be told apart by 2 pairs of answers; it takes 5"
    )
    assert "sooner" not in text
    assert "1 stream is in one of the runs only." in text
    assert re.search(r"^PY +TTFT +500 ms +250 ms +−250 ms +×0\.50$", text, re.MULTILINE)


def streams_with(tmp_path: Path, name: str, firsts: dict[str, float]) -> ReportedRun:
    """A run of streams whose first tokens come after these seconds."""
    known = {label: Scripted(spoken("x", "y", first=first)) for label, first in firsts.items()}
    return source(tmp_path, name, known)


def test_the_same_small_difference_in_ten_of_ten_streams_is_found(tmp_path: Path) -> None:
    firsts = {f"S{number}": 0.2 + 0.1 * number for number in range(10)}
    later = {label: first + 0.025 for label, first in firsts.items()}
    one = streams_with(tmp_path, "one.jsonl", firsts)
    two = streams_with(tmp_path, "two.jsonl", later)
    first, second, *_ = report([one, two], "text").splitlines()
    assert first == "two.jsonl is slower than one.jsonl."
    assert second.startswith("The first token comes 25 ms later (95 % interval 25 ms to")
    assert "10 streams" in second
    assert "one.jsonl is faster than two.jsonl" in report([two, one], "text")


def test_the_same_model_measured_twice_is_not_told_apart(tmp_path: Path) -> None:
    rng = Random(4)
    names = [f"S{number}" for number in range(8)]
    one, two = (
        streams_with(tmp_path, name, {label: rng.lognormvariate(-1, 0.5) for label in names})
        for name in ("one.jsonl", "two.jsonl")
    )
    text = report([one, two], "text")
    assert text.startswith("two.jsonl and one.jsonl are not told apart.")
    assert "sooner" not in text
    assert "later" not in text


def test_rounds_are_paired_and_prove_a_difference_of_one_stream(tmp_path: Path) -> None:
    rng = Random(4)

    def measured(name: str, typical: float) -> ReportedRun:
        rounds = [spoken("x", "y", first=typical * rng.uniform(0.95, 1.05)) for _ in range(6)]
        return source(tmp_path, name, {"A": Scripted(*rounds)}, repeat=6)

    before, after = measured("one.jsonl", 0.4), measured("two.jsonl", 0.3)
    text = report([before, after], "text")
    assert text.startswith("two.jsonl is faster than one.jsonl.")
    assert "6 pairs of answers" in text
    assert 'class="good"' in report([before, after], "html")


def test_a_run_compared_with_itself_is_not_told_apart(everything: ReportedRun) -> None:
    text = report([everything, everything], "text")
    assert text.startswith("run.jsonl (2) and run.jsonl are not told apart.")


def test_runs_without_a_common_stream_cannot_be_compared(tmp_path: Path) -> None:
    one = source(tmp_path, "one.jsonl", {"A": Scripted(spoken("x"))})
    two = source(tmp_path, "two.jsonl", {"B": Scripted(spoken("x"))})
    assert "two.jsonl and one.jsonl cannot be compared" in report([one, two], "text")


def test_a_failed_stream_is_named_and_counts_in_no_median(tmp_path: Path) -> None:
    before = {"A": Scripted(spoken("x", "y")), "B": Scripted(spoken("x", "y"))}
    after = {"A": before["A"], "B": providers()["broken"]}
    one = source(tmp_path, "one.jsonl", before)
    two = source(tmp_path, "two.jsonl", after)
    text = report([one, two], "text")
    assert "B is failed, and was done before." in text
    assert "by 1 pair of answers" in text


def test_equal_labels_are_compared_in_their_order(tmp_path: Path) -> None:
    sources = slow_and_fast(tmp_path)
    for place, known in enumerate(sources):
        results = tuple(replace(result, label="same") for result in known.results)
        sources[place] = replace(known, results=results)
    text = json.loads(report(sources, "json"))
    streams = text["comparisons"][0]["streams"]
    assert [stream["label"] for stream in streams] == ["same"] * 3
    ratios = [stream["numbers"]["ttft_s"]["ratio"] for stream in streams]
    assert ratios == [pytest.approx(0.5), pytest.approx(0.5), None]


def test_json_of_two_runs_has_both_and_their_differences(tmp_path: Path) -> None:
    text = json.loads(report(slow_and_fast(tmp_path), "json"))
    assert [run["recording"] for run in text["runs"]] == ["before.jsonl", "after.jsonl"]
    (compared,) = text["comparisons"]
    assert compared["summary"].startswith("after.jsonl and before.jsonl cannot be told apart")
    numbers = compared["streams"][0]["numbers"]["total_s"]
    assert numbers["difference"] == numbers["after"] - numbers["before"]
    assert numbers["ratio"] == numbers["after"] / numbers["before"]


def test_csv_of_two_runs_is_one_table_with_the_differences(tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(report(slow_and_fast(tmp_path), "csv"))))
    assert [row["recording"] for row in rows] == ["before.jsonl"] * 2 + ["after.jsonl"] * 3
    assert [row["ttft_s_ratio"] != "" for row in rows] == [False, False, True, True, False]
    assert float(rows[2]["ttft_s_ratio"]) == pytest.approx(0.5)


def test_repetitions_are_compared_by_their_medians(tmp_path: Path) -> None:
    def known(*firsts: float) -> dict[str, Scripted]:
        return {"A": Scripted(*(spoken("x", "y", first=first) for first in firsts))}

    one = source(tmp_path, "one.jsonl", known(0.1, 0.2, 0.9), repeat=3)
    two = source(tmp_path, "two.jsonl", known(0.9, 0.1, 0.4), repeat=3)
    text = json.loads(report([one, two], "json"))
    ttft = text["comparisons"][0]["streams"][0]["numbers"]["ttft_s"]
    assert ttft["before"] == pytest.approx(0.2)
    assert ttft["after"] == pytest.approx(0.4)
    assert "Over all rounds" in report([one], "html")


@pytest.mark.parametrize(
    ("style", "marked", "times"),
    [("text", "200 ms*", 2), ("markdown", "**200 ms**", 2), ("html", 'number best">200 ms<', 4)],
)
def test_a_report_of_rounds_says_what_they_prove_and_marks_the_best(
    tmp_path: Path, style: str, marked: str, times: int
) -> None:
    firsts = {"A": 0.4, "B": 0.2, "C": 0.2}
    scripts = {
        label: Scripted(*(spoken("x", "y", first=first) for _ in range(6)))
        for label, first in firsts.items()
    }
    told = report([source(tmp_path, "run.jsonl", scripts, repeat=6)], cast("Style", style))
    told = told.replace("&#x27;", "'").replace("&#39;", "'")
    assert "B's first token comes 200 ms sooner than A's (95 % interval" in told
    assert "C's first token comes 200 ms sooner than A's" in told
    assert told.count(marked) == times


def test_json_of_rounds_has_the_comparisons_with_the_reference(tmp_path: Path) -> None:
    scripts = {
        label: Scripted(*(spoken("x", "y", first=first) for _ in range(6)))
        for label, first in {"A": 0.4, "B": 0.2}.items()
    }
    run = json.loads(report([source(tmp_path, "run.jsonl", scripts, repeat=6)], "json"))["run"]
    (ttft,) = (one for one in run["comparisons"] if one["number"] == "ttft_s")
    assert [*ttft] == ["a", "b", "number", "difference", "ci95", "ratio", "n", "verdict"]
    assert (ttft["a"], ttft["b"], ttft["n"], ttft["verdict"]) == ("A", "B", 6, "faster")
    assert ttft["difference"] == pytest.approx(-0.2)
    assert ttft["ratio"] == pytest.approx(0.5)


# -- the page -----------------------------------------------------------------------------------


class Seen(HTMLParser):
    """Notes elements, attributes and whether every element is closed."""

    VOID = frozenset({"meta", "br", "hr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str | None]] = []
        self.said: list[str] = []
        self.style = ""
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, key, value) for key, value in attrs]
        if ("http-equiv", "Content-Security-Policy") in attrs:
            self.policy = str(dict(attrs)["content"])
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["style"]:
            self.style += data
        self.said.append(data)


def seen(html: str) -> Seen:
    parser = Seen()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


def evil_source(tmp_path: Path) -> ReportedRun:
    known = {
        EVIL: Scripted(spoken(EVIL)),
        '" onload="x': Scripted(
            [(0.1, HEADERS), (0.1, Delta("reasoning", EVIL)), (0.1, Delta("tool", EVIL)),
             (0.1, Delta("refusal", EVIL)), (0.0, STOP), (0.0, Terminal())]
        ),
    }  # fmt: skip
    return source(tmp_path, "run.jsonl", known, title=EVIL)


def test_the_page_shows_foreign_text_without_interpreting_it(tmp_path: Path) -> None:
    one = replace(evil_source(tmp_path), name=EVIL, warnings=(EVIL,), started=EVIL)
    for sources in ([one], [one, one]):
        html = report(sources, "html")
        page = seen(html)
        assert not page.tags & {"script", "img", "iframe", "object", "link", "form", "input", "b"}
        assert not [key for _, key, _ in page.attributes if key.startswith("on")]
        assert not [key for _, key, _ in page.attributes if key in ("src", "style", "action")]
        hrefs = {str(value) for _, key, value in page.attributes if key == "href"}
        assert hrefs == {"http://evil.example/c.png", "http://evil.example/"}
        assert not set("\x00\x1b\u202e\r") & set(html)
        assert any("<script>alert(1)</script>" in text for text in page.said)


def test_the_page_allows_nothing_but_its_own_style(everything: ReportedRun) -> None:
    page = seen(report([everything], "html"))
    known = b64encode(sha256(page.style.encode()).digest()).decode()
    assert page.policy == (
        f"default-src 'none'; style-src 'sha256-{known}'; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in page.style
    assert "@import" not in page.style
    assert "prefers-color-scheme: dark" in page.style


def test_the_page_has_requests_and_answers(everything: ReportedRun) -> None:
    said = "".join(seen(report([everything], "html")).said)
    for result in everything.results:
        assert result.label in said
    assert "Hello" in said
    assert "http://127.0.0.1:1/v1" in said
    assert "wörd11 😀" in said
    assert "failed: disconnected: connection reset" in said
    assert "Refused: No." in said


def test_the_race_has_a_lane_for_each_stream_that_ran(everything: ReportedRun) -> None:
    html = report([everything], "html")
    race = html[html.index('class="race"') : html.index("</svg>", html.index('class="race"'))]
    ran = [track for track in everything.tracks if track is not None]
    assert race.count("<g><title>") == len(ran) == len(everything.tracks)
    for kind in ("reasoning", "answer", "request", "first", "retry", "gap"):
        assert f'class="{kind}"' in race


def test_the_page_of_many_long_answers_stays_small(tmp_path: Path) -> None:
    answer = ["x"] * 1_000
    known = {str(place): Scripted(spoken(*answer, gap=0.001)) for place in range(25)}
    html = report([source(tmp_path, "run.jsonl", known)], "html")
    assert len(html) < 25 * (1_000 + 16_000)
    assert html.count("<summary>Answer</summary>") == 25


def test_markdown_in_answers_is_rendered_and_long_ones_are_not() -> None:
    assert "<strong>x</strong>" in rendered("**x**")
    assert "<h4>x</h4>" in rendered("# x")
    assert "<h6>x</h6>" in rendered("##### x")
    assert 'rel="noreferrer noopener nofollow"' in rendered("[x](https://example.com)")
    assert "<td>1</td>" in rendered("|a|\n|-|\n|1|")
    assert rendered("*" * (LONGEST_RENDERED + 1)).startswith("<pre")


@given(st.text(st.sampled_from("<>&\"'`*_[]()!#-|~\n x\ud800\x00")))
def test_no_answer_breaks_the_page(answer: str) -> None:
    page = seen(f"<body>{rendered(answer)}</body>")
    assert not page.tags & {"script", "img", "x"}
    assert not [value for _, key, value in page.attributes if str(value).startswith("javascript")]


# -- small things -------------------------------------------------------------------------------


@given(st.floats(min_value=1e-9, max_value=1e9), st.integers(1, 12))
def test_ticks_are_round_and_few(longest: float, most: int) -> None:
    found = ticks(longest, most)
    assert found[0] == 0
    assert 1 <= len(found) <= most + 1
    assert found[-1] <= longest * 1.000001
    if len(found) > 1:
        assert float(f"{found[1]:.1g}") == pytest.approx(found[1])


def test_runs_are_lettered() -> None:
    assert [letter(place) for place in (0, 1, 25, 26, 52)] == ["A", "B", "Z", "A1", "A2"]
