"""A data set on the command line: what is sent, said and printed."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from streamdash.demo.script import Script, Step
from streamdash.demo.server import DemoServer
from tests.program import streamdash

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

CASES = 'label,topic,lang\nr,Rust,English\ng,"Go, {{lang}}",German\n'
DIALECTS = {"chat": "openai", "responses": "openai-responses", "messages": "anthropic"}


@pytest.fixture
async def server() -> AsyncIterator[DemoServer]:
    async with DemoServer(scripts={"m": Script(steps=(Step(0, "answer", "ok"),))}) as server:
        yield server


@pytest.fixture
def prompts(server: DemoServer, tmp_path: Path) -> Path:
    """One prompt on a model of each dialect, over two cases."""
    lines = [f"models = {[f'{name}:m' for name in DIALECTS]}", 'cases = "cases.csv"']
    for name, api in DIALECTS.items():
        url = server.base_url(api)  # type: ignore[arg-type]
        lines += [f"[endpoints.{name}]", f'api = "{api}"', f'base_url = "{url}"']
    lines += [
        "[[prompts]]",
        'label = "Q"',
        'prompt = "What is {{topic}}?"',
        'system = "Speak {{ lang }}."',
    ]
    (tmp_path / "cases.csv").write_text(CASES)
    path = tmp_path / "prompts.toml"
    path.write_text("\n".join(lines))
    return path


def sent(body: object) -> tuple[str, str]:
    """System prompt and question of a request in any dialect."""
    assert isinstance(body, dict)
    if "input" in body:
        question = body["input"]
        return body["instructions"], (
            question if isinstance(question, str) else question[-1]["content"]
        )
    *before, last = body["messages"]
    return body.get("system") or before[0]["content"], last["content"]


async def test_the_filled_text_is_sent_in_all_dialects(
    server: DemoServer, prompts: Path, tmp_path: Path
) -> None:
    ended = await streamdash(str(prompts), "--format", "json", home=tmp_path)
    assert ended.code == 0, ended.err
    assert ended.err == "streamdash: 1 prompt x 2 cases x 3 models = 6 streams\n"
    by_path: dict[str, set[tuple[str, str]]] = {}
    for request in server.requests:
        by_path.setdefault(request.path, set()).add(sent(request.body))
    assert len(by_path) == 3
    assert set(map(frozenset, by_path.values())) == {
        frozenset({("Speak English.", "What is Rust?"), ("Speak German.", "What is Go, {{lang}}?")})
    }
    results = json.loads(ended.out)["streams"]
    assert [(one["label"], one["prompt_label"], one["case"]) for one in results] == [
        (f"Q · {case} · {name}:m", "Q", case) for case in ("r", "g") for name in DIALECTS
    ]
    assert results[3]["question"] == "What is Go, {{lang}}?"


@pytest.mark.parametrize("style", ["jsonl", "csv"])
async def test_every_result_has_its_case_and_a_report_of_the_recording_too(
    prompts: Path, tmp_path: Path, style: str
) -> None:
    words = ("--record", "run.jsonl", "--concurrency", "1")
    live = await streamdash(str(prompts), "--format", style, *words, home=tmp_path)
    later = await streamdash("report", "run.jsonl", "--format", style, home=tmp_path)
    assert "1 prompt x 2 cases x 3 models = 6 streams, 1 at once" in live.err
    for text in (live.out, later.out):
        rows: list[Mapping[str, str]] = (
            list(csv.DictReader(io.StringIO(text)))
            if style == "csv"
            else [json.loads(line) for line in text.splitlines()]
        )
        assert [(row["prompt_label"], row["case"]) for row in rows] == [
            ("Q", case) for case in "rrrggg"
        ]


async def test_a_recording_from_before_cases_has_none(prompts: Path, tmp_path: Path) -> None:
    await streamdash(str(prompts), "--record", "run.jsonl", "--only", "r", home=tmp_path)
    head, *lines = (tmp_path / "run.jsonl").read_text().splitlines()
    header = json.loads(head)
    for stream in header["streams"]:
        del stream["case"], stream["prompt_label"]
    (tmp_path / "old.jsonl").write_text("\n".join([json.dumps(header), *lines, ""]))
    old = await streamdash("report", "old.jsonl", "--format", "jsonl", home=tmp_path)
    rows = [json.loads(line) for line in old.out.splitlines()]
    assert [(row["case"], row["prompt_label"]) for row in rows] == [(None, None)] * 3


async def test_more_than_64_streams_run_eight_at_once_and_a_script_is_not_asked(
    prompts: Path, tmp_path: Path
) -> None:
    rows = "".join(f"t{n},x\n" for n in range(70))
    (tmp_path / "many.csv").write_text("topic,lang\n" + rows)
    words = ("--cases", "many.csv", "--format", "json", "--repeat", "1")
    ended = await streamdash(str(prompts), *words, home=tmp_path)
    assert ended.code == 0, ended.err
    assert ended.err.splitlines() == [
        "streamdash: 1 prompt x 70 cases x 3 models = 210 streams, 8 at once",
        "streamdash: this is 210 requests",
    ]
    report = json.loads(ended.out)
    assert report["run"]["concurrency"] == 8
    labels = [one["label"] for one in report["streams"]]
    assert (len(labels), labels[-1]) == (210, "Q · t69 · messages:m")
    few = await streamdash(
        str(prompts), *words, "--only", "t3", "--yes", "--repeat", "70", home=tmp_path
    )
    assert few.err == (
        "streamdash: 1 prompt x 1 case x 3 models = 3 streams x 70 rounds = 210 requests\n"
    )


async def test_results_never_replace_the_cases(prompts: Path, tmp_path: Path) -> None:
    for words in ((), ("--cases", "cases.csv")):
        ended = await streamdash(str(prompts), *words, "-o", "cases.csv", home=tmp_path)
        assert ended.code == 2
        assert "cases.csv" in ended.err
        assert (tmp_path / "cases.csv").read_text() == CASES


async def test_problems_of_cases_are_lines_and_exit_code_2(
    server: DemoServer, prompts: Path, tmp_path: Path
) -> None:
    (tmp_path / "cases.csv").write_text("topik,lang\nx\n")
    ended = await streamdash(str(prompts), home=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert "cases.csv:2: has 1 cell" in ended.err
    assert not server.requests
