"""Checks of a run and of its replay: verdicts, exit codes, and a report for CI systems."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import fromstring

import pytest

from streamdash.demo.script import Rejection, Script, Step
from streamdash.demo.server import DemoServer
from tests.program import streamdash

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from streamdash.streams.spec import Api

    Write = Callable[[str], str]

APIS: tuple[Api, ...] = ("openai", "openai-responses", "anthropic")
ANSWERS = {
    "json": Script(steps=(Step(0, "answer", '{"city": '), Step(0.01, "answer", '"Paris"}'))),
    "chatty": Script(
        steps=(Step(0, "answer", "Sure! The city is Pa"), Step(0.01, "answer", "ris."))
    ),
    "long": Script(steps=(Step(0, "answer", "[" + "1, " * 50_000 + "1]"),)),
    "gone": Script(rejection=Rejection(400, "out to lunch")),
}  # fmt: skip
CHECKS = """
[[checks]]
json = true
[[checks]]
contains = "paris"
ignore_case = true
[[checks]]
schema = { required = ["city"] }
"""


@pytest.fixture
async def write(tmp_path: Path) -> AsyncIterator[Write]:
    """Writes a prompt file for the three dialects of an embedded server; returns its path."""
    async with DemoServer(scripts=ANSWERS) as server:

        def write(text: str) -> str:
            path = tmp_path / "prompts.toml"
            endpoints = "".join(
                f'[endpoints.{api}]\napi = "{api}"\nbase_url = "{server.base_url(api)}"\n'
                for api in APIS
            )
            path.write_text(text + '[[prompts]]\nprompt = "Which city?"\n' + endpoints)
            return str(path)

        yield write


def models(*names: str) -> list[str]:
    return [word for name in names for word in ("-m", name)]


def checks_of(stream: dict[str, Any]) -> list[tuple[str, bool | None]]:
    return [(check["kind"], check["passed"]) for check in stream["checks"]]


@pytest.mark.parametrize("api", APIS)
async def test_a_replay_and_a_report_have_the_verdicts_of_the_run(
    write: Write, tmp_path: Path, api: str
) -> None:
    recording = str(tmp_path / "run.jsonl")
    asked = models(f"{api}:json", f"{api}:chatty")
    live = await streamdash(
        write(CHECKS), *asked, "--format", "json", "--record", recording, home=tmp_path
    )
    assert live.code == 3
    assert f"gate failed: {api}:chatty: 0 of 1 answer passed its checks" in live.err
    good, bad = json.loads(live.out)["streams"]
    assert checks_of(good) == [("json", True), ("contains", True), ("schema", True)]
    assert checks_of(bad) == [("json", False), ("contains", True), ("schema", False)]
    assert (good["passed"], bad["passed"]) == (True, False)
    assert bad["checks"][0]["name"] == "json"
    assert bad["checks"][0]["message"] == "is not JSON: it begins with 'Sure! The city is Pa'"
    page = await streamdash("report", recording, "--format", "html", home=tmp_path)
    assert "Check failed: is not JSON: it begins with" in page.out
    for command in ("report", "replay"):
        again = await streamdash(command, recording, "--format", "json", home=tmp_path)
        assert again.out == live.out
    assert again.code == 3


@pytest.mark.parametrize(
    ("rate", "code"), [("0%", 0), ("50%", 3), ("100%", 3), (None, 3)]
)  # fmt: skip
async def test_the_rate_that_is_enough_counts_for_each_model(
    write: Write, tmp_path: Path, rate: str | None, code: int
) -> None:
    enough = () if rate is None else ("--min-pass-rate", rate)
    asked = models("openai:json", "anthropic:chatty")
    ran = await streamdash(
        write(CHECKS), *asked, "--format", "csv", "--no-record", *enough, home=tmp_path
    )
    assert ran.code == code
    assert ("openai:json" in ran.err) is False
    if rate == "50%":
        assert "anthropic:chatty: 0 of 1 answer passed its checks (0 %), less than 50 %" in ran.err


async def test_every_round_is_judged(write: Write, tmp_path: Path) -> None:
    ran = await streamdash(
        write(CHECKS), *models("openai:json"), "--repeat", "3", "--format", "json", "--no-record",
        home=tmp_path,
    )  # fmt: skip
    assert ran.code == 0
    shown = json.loads(ran.out)
    assert [one["passed"] for one in shown["streams"][0]["runs"]] == [True] * 3
    (rate,) = shown["run"]["pass_rates"]
    assert (rate["model"], rate["n"], rate["passed"], rate["rate"]) == ("openai:json", 3, 3, 1.0)
    assert [round(end, 2) for end in rate["ci95"]] == [0.44, 1.0]


async def test_a_bad_end_counts_more_than_a_failed_check(write: Write, tmp_path: Path) -> None:
    ran = await streamdash(
        write(CHECKS), *models("openai:gone", "openai:chatty"), "--format", "csv", "--no-record",
        home=tmp_path,
    )  # fmt: skip
    assert ran.code == 1
    gone, chatty = csv.DictReader(io.StringIO(ran.out))
    assert (gone["passed"], gone["checks"]) == ("false", "0/3")
    assert (chatty["passed"], chatty["checks"]) == ("false", "1/3")
    assert chatty["failed_checks"].startswith("json: is not JSON")


async def test_without_checks_nothing_speaks_of_them(write: Write, tmp_path: Path) -> None:
    path, asked = write(""), models("openai:json")
    for style in ("text", "csv", "markdown"):
        ran = await streamdash(path, *asked, "--format", style, "--no-record", home=tmp_path)
        assert ran.code == 0
        assert "check" not in ran.out
    ran = await streamdash(path, *asked, "--format", "json", "--no-record", home=tmp_path)
    shown = json.loads(ran.out)
    assert (shown["streams"][0]["checks"], shown["streams"][0]["passed"]) == ([], None)
    assert shown["run"]["pass_rates"] == []


async def test_a_pass_rate_needs_checks(write: Write, tmp_path: Path) -> None:
    ran = await streamdash(
        write(""), *models("openai:json"), "--min-pass-rate", "90%", "--format", "json",
        home=tmp_path,
    )  # fmt: skip
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "streamdash: --min-pass-rate: no stream of this run has a check\n"


@pytest.mark.parametrize("rate", ["101%", "-1%", "much"])
async def test_a_pass_rate_is_a_share(tmp_path: Path, rate: str) -> None:
    ran = await streamdash(f"--min-pass-rate={rate}", home=tmp_path)
    assert ran.code == 2
    assert "--min-pass-rate" in ran.err


async def test_junit_has_a_suite_per_model_and_a_case_per_answer(
    write: Write, tmp_path: Path
) -> None:
    recording = str(tmp_path / "run.jsonl")
    asked = models("openai:json", "anthropic:chatty", "openai-responses:gone")
    live = await streamdash(
        write(CHECKS), *asked, "--format", "junit", "--record", recording, home=tmp_path
    )
    root = fromstring(live.out)  # noqa: S314  # our own
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["openai:json", "anthropic:chatty", "openai-responses:gone"]
    counts = [[suite.get(name) for name in ("tests", "failures", "errors")] for suite in root]
    assert counts == [["1", "0", "0"], ["1", "1", "0"], ["1", "0", "1"]]
    assert [root.get(name) for name in ("tests", "failures", "errors")] == ["3", "1", "1"]
    (case,) = suites["anthropic:chatty"]
    assert case.get("classname") == "anthropic:chatty"
    assert float(case.get("time", "")) > 0
    (failure,) = case
    assert failure.get("type") == "json"
    assert "is not JSON: it begins with" in failure.get("message", "")
    assert "Sure! The city is Paris." in (failure.text or "")
    (error,) = suites["openai-responses:gone"][0]
    assert "out to lunch" in error.get("message", "")
    again = await streamdash("report", recording, "--format", "junit", home=tmp_path)
    assert again.out == live.out


async def test_a_long_answer_is_judged_in_json_lines_too(write: Write, tmp_path: Path) -> None:
    ran = await streamdash(
        write(CHECKS), *models("openai:long", "anthropic:json"), "--format", "jsonl", "--no-record",
        home=tmp_path,
    )  # fmt: skip
    assert ran.code == 3
    results = [json.loads(line) for line in ran.out.splitlines()]
    assert [(one["model"], one["passed"]) for one in results] == [("json", True), ("long", False)]


async def test_markdown_is_fit_for_a_pull_request(write: Write, tmp_path: Path) -> None:
    ran = await streamdash(
        write(CHECKS), *models("openai:json", "anthropic:chatty"), "--format", "markdown",
        "--no-record", home=tmp_path,
    )  # fmt: skip
    assert "**1 of 2 answers passed their checks.**" in ran.out
    assert "| anthropic:chatty | 0/1 | 0 % | 0 - 79 % |" in ran.out
    assert "- **chatty**: `is not JSON: it begins with 'Sure! The city is Pa'`" in ran.out
