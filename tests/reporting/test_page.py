"""The page of a report."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.reporting.html.answers import LONGEST_RENDERED, rendered
from streamdash.reporting.html.axis import ticks
from streamdash.reporting.report import report
from streamdash.reporting.reported_run import letter
from streamdash.streams.events import Delta, Terminal
from tests.reporting.recorded import source
from tests.streams.scripted import HEADERS, STOP, Scripted, spoken

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.reporting.reported_run import ReportedRun


EVIL = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> [a](javascript:alert(1)) "
    "[b](data:text/html,x) ![c](http://evil.example/c.png) <http://evil.example/> &amp; "
    "\x1b[31m\x00\u202e </pre></div></style></title>\n\n```html\n<b onclick=x>\n"
)


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
