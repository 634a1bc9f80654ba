"""The program without a terminal: results on standard output, exit codes, one-line errors."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sys
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from streamdash.demo.script import Rejection, Script, Step
from streamdash.demo.server import DemoServer
from streamdash.headless import Headless
from streamdash.streams.live import live_run
from streamdash.streams.spec import RunPlan
from tests.program import environment, streamdash
from tests.streams.scripted import Scripted, ScriptedSource, spec, spoken

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from streamdash.headless import Format

ANSWERS = {
    "py": Script(
        steps=tuple(Step(0, "answer", text) for text in ("Py", "thon\n", "is ", "😀 一种"))
    ),
    "rs": Script(steps=(Step(0, "answer", "Rust\nis é"), Step(0, "reasoning", "hm"))),
    "go": Script(steps=tuple(Step(0, "answer", f"{i}\n") for i in range(100))),
    "gone": Script(rejection=Rejection(503, "out to lunch")),
    "no": Script(
        steps=(Step(0, "answer", "Well"), Step(0, "refusal", "I will "), Step(0, "refusal", "not."))
    ),
    "torn": Script(steps=(Step(0, "answer", "a\ud83d"), Step(0, "answer", "\ude00b"))),
    "endless": Script(steps=tuple(Step(0.05, "answer", f"line {i}\n") for i in range(5000))),
}
EXPECTED = {
    "PY": "Python\nis 😀 一种",
    "RS": "Rust\nis é",
    "GO": "".join(f"{i}\n" for i in range(100)),
}


@pytest.fixture
async def server() -> AsyncIterator[DemoServer]:
    async with DemoServer(scripts=ANSWERS) as server:
        yield server


@pytest.fixture
def prompts(server: DemoServer, tmp_path: Path) -> Path:
    """Three languages, one stream per dialect."""
    path = tmp_path / "prompts.toml"
    path.write_text(
        f"""
        title = "Three languages"
        [endpoints.chat]
        api = "openai"
        base_url = "{server.base_url("openai")}"
        api_key_env = "LAB_API_KEY"
        [endpoints.responses]
        api = "openai-responses"
        base_url = "{server.base_url("openai-responses")}"
        [endpoints.messages]
        api = "anthropic"
        base_url = "{server.base_url("anthropic")}"
        [[streams]]
        label = "PY"
        model = "chat:py"
        prompt = "What is Python?"
        [[streams]]
        label = "RS"
        model = "responses:rs"
        prompt = "What is Rust?"
        [[streams]]
        label = "GO"
        model = "messages:go"
        prompt = "What is Go?"
        """
    )
    return path


KEY = {"LAB_API_KEY": "lab-key-0123456789"}


async def test_three_dialects_give_exact_texts_and_counts(prompts: Path, tmp_path: Path) -> None:
    ended = await streamdash(str(prompts), "--format", "json", home=tmp_path, variables=KEY)
    assert ended.code == 0, ended.err
    report = json.loads(ended.out)
    assert report["version"] == 1
    assert report["run"]["title"] == "Three languages"
    results = {result["label"]: result for result in report["streams"]}
    assert {label: result["text"] for label, result in results.items()} == EXPECTED
    for label, result in results.items():
        assert result["chars"] == len(EXPECTED[label])
        assert result["status"] == "done"
        assert result["attempts"] == 1
        assert 0 <= result["headers_s"] <= result["ttft_s"] <= result["total_s"]
    assert results["RS"]["reasoning"] == "hm"
    assert results["RS"]["reasoning_chars"] == 2
    assert results["PY"]["output_tokens"] == 4
    assert ended.err == ""


async def test_text_has_every_line_with_its_label_then_the_table(
    prompts: Path, tmp_path: Path
) -> None:
    ended = await streamdash(str(prompts), home=tmp_path, variables=KEY)
    assert ended.code == 0, ended.err
    answers, _, table = ended.out.partition("=== All streams complete ===\n")
    for label, text in EXPECTED.items():
        lines = [line for line in answers.splitlines() if line.startswith(f"[{label}] ")]
        assert lines == [f"[{label}] {line}" for line in text.splitlines()]
    assert table.splitlines()[0].split()[:2] == ["label", "model"]
    assert [line.split()[0] for line in table.splitlines()[1:]] == ["PY", "RS", "GO"]


async def test_a_single_answer_is_printed_raw(prompts: Path, tmp_path: Path) -> None:
    ended = await streamdash(str(prompts), "--only", "PY", home=tmp_path, variables=KEY)
    assert ended.out.startswith(EXPECTED["PY"] + "\n=== All streams complete ===\n")


@pytest.mark.parametrize(("only", "streams"), [(["--only", "PY"], 1), ([], 3)])
async def test_the_halves_of_a_character_that_arrive_apart_are_printed_as_one(
    prompts: Path, tmp_path: Path, only: list[str], streams: int
) -> None:
    ended = await streamdash(str(prompts), "-m", "chat:torn", *only, home=tmp_path, variables=KEY)
    answers = ended.out.partition("=== All")[0].splitlines()
    assert len(answers) == streams
    assert all(line.endswith("a😀b") for line in answers)


@pytest.mark.fault("wire", "a refusal's words in text and Markdown")
@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize(("only", "mark"), [(["--only", "PY"], ""), ([], "[PY] ")])
async def test_a_refusal_is_printed_after_the_answer_that_it_breaks_off(
    prompts: Path, tmp_path: Path, api: str, only: list[str], mark: str
) -> None:
    ended = await streamdash(str(prompts), "-m", f"{api}:no", *only, home=tmp_path, variables=KEY)
    answers = ended.out.partition("=== All")[0]
    if mark:
        assert "[PY] Well\n" in answers
        assert "[PY] I will not.\n" in answers
    else:
        assert answers == "Well\nI will not.\n"


@pytest.mark.fault("wire", "a refusal's words in text and Markdown")
@pytest.mark.parametrize("api", ["chat", "responses"])
async def test_markdown_and_reports_contain_a_refusal(
    prompts: Path, tmp_path: Path, api: str
) -> None:
    record = tmp_path / "run.jsonl"
    words = ("-m", f"{api}:no", "--only", "PY", "--format", "markdown", "--record", str(record))
    ended = await streamdash(str(prompts), *words, home=tmp_path, variables=KEY)
    assert "\nWell\n\n*Refused:*\n\nI will not.\n" in ended.out
    for style in ("markdown", "html"):
        report = await streamdash("report", str(record), "--format", style, home=tmp_path)
        assert "I will not." in report.out


async def test_jsonl_has_one_result_per_line(prompts: Path, tmp_path: Path) -> None:
    ended = await streamdash(str(prompts), "--format", "jsonl", home=tmp_path, variables=KEY)
    results = [json.loads(line) for line in ended.out.splitlines()]
    assert {result["label"]: result["text"] for result in results} == EXPECTED


async def test_csv_is_a_table_of_numbers(prompts: Path, tmp_path: Path) -> None:
    ended = await streamdash(str(prompts), "--format", "csv", home=tmp_path, variables=KEY)
    rows = {row["label"]: row for row in csv.DictReader(io.StringIO(ended.out))}
    assert {label: int(row["chars"]) for label, row in rows.items()} == {
        label: len(text) for label, text in EXPECTED.items()
    }
    assert rows["PY"]["error"] == ""


async def test_markdown_has_the_table_and_the_answers(prompts: Path, tmp_path: Path) -> None:
    ended = await streamdash(str(prompts), "--format", "markdown", home=tmp_path, variables=KEY)
    assert ended.out.startswith("# Three languages\n")
    assert "\n## PY\n\n> What is Python?\n\nPython\nis 😀 一种\n" in ended.out


async def test_events_are_printed_in_wire_order(prompts: Path, tmp_path: Path) -> None:
    ended = await streamdash(str(prompts), "--format", "events", home=tmp_path, variables=KEY)
    events = [json.loads(line) for line in ended.out.splitlines()]
    of_go = [event for event in events if event["label"] == "GO"]
    assert [event["number"] for event in of_go] == list(range(1, len(of_go) + 1))
    assert [event["type"] for event in of_go][:2] == ["message_start", "content_block_start"]
    assert of_go[-1]["type"] == "message_stop"
    assert of_go[-1]["raw"] == {"type": "message_stop"}
    times = [event["t_s"] for event in of_go]
    assert times == sorted(times)
    of_py = [event for event in events if event["label"] == "PY"]
    assert of_py[-1]["type"] == "[DONE]"


async def test_an_output_file_gets_what_standard_output_would(
    prompts: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out.json"
    ended = await streamdash(
        str(prompts), "--format", "json", "-o", str(target), home=tmp_path, variables=KEY
    )
    assert (ended.code, ended.out) == (0, "")
    assert len(json.loads(target.read_text(encoding="utf-8"))["streams"]) == 3
    assert sorted(path.name for path in tmp_path.iterdir() if "out.json" in path.name) == [
        "out.json"
    ]


async def test_the_prompt_file_is_not_replaced_by_the_results(
    prompts: Path, tmp_path: Path
) -> None:
    asked = prompts.read_text(encoding="utf-8")
    ended = await streamdash(str(prompts), "-o", str(prompts), home=tmp_path, variables=KEY)
    assert ended.code == 2
    assert "is the prompt file itself" in ended.err
    assert prompts.read_text(encoding="utf-8") == asked


async def test_a_missing_key_is_reported_first_and_fails_only_its_stream(
    prompts: Path, tmp_path: Path
) -> None:
    ended = await streamdash(str(prompts), "--format", "json", home=tmp_path)
    assert ended.code == 1
    assert "LAB_API_KEY is not set" in ended.err
    assert len(ended.err.splitlines()) == 1
    results = {result["label"]: result for result in json.loads(ended.out)["streams"]}
    assert results["PY"]["status"] == "failed"
    assert results["PY"]["error"]["kind"] == "auth"
    assert results["PY"]["ttft_s"] is None
    assert results["RS"]["status"] == results["GO"]["status"] == "done"


@pytest.mark.parametrize("key", ["lab\nkey-0123456", "кey-0123456789"], ids=["newline", "Cyrillic"])
async def test_a_broken_key_is_refused_without_being_shown(
    prompts: Path, tmp_path: Path, key: str
) -> None:
    ended = await streamdash(str(prompts), home=tmp_path, variables={"LAB_API_KEY": key})
    assert ended.code == 1
    assert "LAB_API_KEY cannot be a key" in ended.err
    assert key not in ended.err + ended.out
    assert "0123456" not in ended.err + ended.out


async def test_a_failed_stream_makes_the_exit_code_1(prompts: Path, tmp_path: Path) -> None:
    ended = await streamdash(
        str(prompts), "-m", "chat:gone", "--only", "PY", "--retries", "0",
        home=tmp_path, variables=KEY,
    )  # fmt: skip
    assert ended.code == 1
    assert "streamdash: PY: failed (server): HTTP 503 from http://" in ended.err
    assert "/v1/chat/completions: out to lunch" in ended.err


async def test_a_gate_that_fails_says_by_how_much(prompts: Path, tmp_path: Path) -> None:
    ended = await streamdash(
        str(prompts), "--only", "GO", "--max-total", "0.000001", home=tmp_path, variables=KEY
    )
    assert ended.code == 3
    assert "gate failed: GO: total" in ended.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.toml"], "nowhere.toml: no such file"),
        (["--bogus"], "unrecognized arguments: --bogus"),
        (["-p", "Hello"], "which models?"),
        (["-m", "demo:quick"], "no prompt"),
        (["-m", "dmeo:quick", "-p", "x"], "demo"),
        (["--timeout", "-1"], "is not a number above 0"),
        (["--repeat", "0"], "whole number from 1"),
    ],
)
async def test_a_mistake_is_reported_in_two_lines_at_most(
    arguments: list[str], says: str, tmp_path: Path
) -> None:
    ended = await streamdash(*arguments, home=tmp_path)
    assert ended.code == 2
    assert says in ended.err
    assert ended.out == ""
    assert 1 <= len(ended.err.splitlines()) <= 2


async def test_a_prompt_comes_from_standard_input(tmp_path: Path) -> None:
    ended = await streamdash("-", "-m", "demo:echo", stdin="Grüße 😀".encode(), home=tmp_path)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("Grüße 😀\n=== All")


async def test_repetitions_are_reported_with_their_spread(prompts: Path, tmp_path: Path) -> None:
    ended = await streamdash(
        str(prompts), "--only", "GO", "--repeat", "3", "--format", "json",
        home=tmp_path, variables=KEY,
    )  # fmt: skip
    (result,) = json.loads(ended.out)["streams"]
    assert len(result["runs"]) == 3
    spread = result["stats"]["total_s"]
    assert spread["n"] == 3
    assert spread["min"] <= spread["median"] <= spread["max"]


async def test_a_table_has_a_row_for_every_round(prompts: Path, tmp_path: Path) -> None:
    repeat = (str(prompts), "--only", "GO", "--repeat", "2")
    text = await streamdash(*repeat, home=tmp_path, variables=KEY)
    table = text.out.partition("=== All streams complete ===\n")[2]
    rows, _, spread = table.partition("\n\n")
    assert [line.split()[:2] for line in rows.splitlines()[1:]] == [["GO", "1/2"], ["GO", "2/2"]]
    assert spread.splitlines()[1].split()[:2] == ["GO", "2"]
    sheet = await streamdash(*repeat, "--format", "csv", home=tmp_path, variables=KEY)
    runs = list(csv.DictReader(io.StringIO(sheet.out)))
    assert [(run["label"], run["round"]) for run in runs] == [("GO", "1"), ("GO", "2")]
    page = await streamdash(*repeat, "--format", "markdown", home=tmp_path, variables=KEY)
    assert "\n## GO 2/2\n" in page.out


async def test_an_interrupt_keeps_the_answer_so_far(prompts: Path, tmp_path: Path) -> None:
    ended = await streamdash(
        str(prompts), "--only", "PY", "-m", "chat:endless",
        home=tmp_path, variables=KEY, interrupt_after=b"line 3\n",
    )  # fmt: skip
    assert ended.code == 130
    assert ended.out.startswith("line 0\nline 1\nline 2\nline 3\n")
    assert "cancelled" in ended.out
    assert "Traceback" not in ended.err


async def test_a_reader_that_closes_the_pipe_causes_no_traceback(
    prompts: Path, tmp_path: Path
) -> None:
    process = await asyncio.create_subprocess_shell(
        f"{sys.executable} -m streamdash {prompts} -m chat:endless --only PY | head -n 2",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=tmp_path,
        env=environment(tmp_path, **KEY),
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    assert out == b"line 0\nline 1\n"
    assert b"Traceback" not in err
    assert b"Exception" not in err


@pytest.mark.parametrize("style", ["text", "json", "csv", "markdown"])
async def test_an_ascii_output_causes_no_traceback(
    prompts: Path, tmp_path: Path, style: str
) -> None:
    ascii_only = {**KEY, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    ended = await streamdash(str(prompts), "--format", style, home=tmp_path, variables=ascii_only)
    assert ended.code == 0, ended.err
    assert ended.out.isascii()
    if style == "json":
        texts = {result["label"]: result["text"] for result in json.loads(ended.out)["streams"]}
        assert texts == EXPECTED


async def test_a_run_is_recorded_and_its_replay_gives_the_same_results(
    prompts: Path, tmp_path: Path
) -> None:
    recording = tmp_path / "run.jsonl"
    ran = await streamdash(
        str(prompts), "--format", "json", "--record", str(recording), home=tmp_path, variables=KEY
    )
    replayed = await streamdash("replay", str(recording), "--format", "json", home=tmp_path)
    assert replayed.code == 0, replayed.err
    assert json.loads(replayed.out) == json.loads(ran.out)
    assert KEY["LAB_API_KEY"] not in recording.read_text(encoding="utf-8")
    assert recording.stat().st_mode & 0o777 == 0o600


async def test_a_run_is_compared_with_a_recording(prompts: Path, tmp_path: Path) -> None:
    slow = tmp_path / "slow.jsonl"
    fast = tmp_path / "fast.jsonl"
    quick = ("--only", "GO", "--format", "jsonl")
    await streamdash(str(prompts), *quick, "--record", str(fast), home=tmp_path, variables=KEY)
    lines = fast.read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    sent = next(place for place, event in enumerate(events) if event["type"] == "sent")
    for event in events[sent + 1 :]:
        event["t"] += 5.0
        if "wire_t" in event:
            event["wire_t"] += 5.0
    slow.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")

    passed = await streamdash(
        "replay", str(fast), *quick[2:], "--baseline", str(slow), home=tmp_path
    )
    assert passed.code == 0, passed.err
    failed = await streamdash(
        "replay", str(slow), *quick[2:], "--baseline", str(fast), "--max-regression", "20%",
        home=tmp_path,
    )  # fmt: skip
    assert failed.code == 3
    assert "gate failed: GO: TTFT" in failed.err

    report = await streamdash("report", str(slow), str(fast), home=tmp_path)
    assert report.code == 0, report.err
    assert "cannot be told apart by 1 pair of answers" in report.out.splitlines()[0]
    page = tmp_path / "page.html"
    await streamdash("report", str(slow), str(fast), "-o", str(page), home=tmp_path)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


async def test_recorded_runs_are_listed_and_pruned(prompts: Path, tmp_path: Path) -> None:
    await streamdash(str(prompts), "--only", "GO", home=tmp_path, variables=KEY)
    listed = await streamdash("runs", home=tmp_path)
    assert "Three languages" in listed.out
    recent = await streamdash("runs", "--prune", "1d", home=tmp_path)
    assert "no run that old" in recent.err
    pruned = await streamdash("runs", "--prune", "0m", "--yes", home=tmp_path)
    assert "Three languages" in pruned.out
    assert "deleted 1 of 1" in pruned.err
    assert "no recorded run" in (await streamdash("runs", home=tmp_path)).err


async def test_no_record_leaves_no_file(prompts: Path, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    await streamdash(str(prompts), "--no-record", home=tmp_path, variables=KEY)
    assert set(tmp_path.rglob("*")) == before


async def test_a_recording_that_cannot_be_written_stops_nothing(
    prompts: Path, tmp_path: Path
) -> None:
    ended = await streamdash(
        str(prompts), "--record", "/dev/full", "--format", "json", home=tmp_path, variables=KEY
    )
    assert ended.code == 0
    assert "not recorded" in ended.err
    assert len(json.loads(ended.out)["streams"]) == 3


async def test_a_nan_from_a_server_becomes_null(tmp_path: Path) -> None:
    body = (
        b'data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"stop","logprob":NaN}]}\n\n'
        b"data: [DONE]\n\n"
    )

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"messages")
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n"
        writer.write(head + b"content-length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    asked = tmp_path / "asked.toml"
    asked.write_text(
        f'[endpoints.lab]\napi = "openai"\nbase_url = "http://127.0.0.1:{port}/v1"\n'
        '[[streams]]\nmodel = "lab:m"\nprompt = "x"\n'
    )
    ended = await streamdash(str(asked), "--format", "events", home=tmp_path)
    server.close()

    def refuse(name: str) -> float:
        raise AssertionError(f"{name} is not JSON")

    events = [json.loads(line, parse_constant=refuse) for line in ended.out.splitlines()]
    assert events[0]["raw"]["choices"][0]["logprob"] is None


@pytest.mark.fault("wire", "an answer without an end")
@pytest.mark.parametrize("style", ["text", "json", "jsonl", "csv", "markdown"])
async def test_a_long_answer_is_copied_few_times_on_its_way_out(
    style: Format, tmp_path: Path
) -> None:
    piece = "word " * 100_000
    source = ScriptedSource({"A": Scripted(spoken(*[piece] * 20, gap=0.0, first=0.0))})
    with (tmp_path / "out").open("w", encoding="utf-8") as out:
        headless = Headless(style, out, out)
        run = live_run(RunPlan(specs=(spec(),)), source, listeners=(headless,))
        tracemalloc.start()
        try:
            await headless.show(run, "2026-01-31T18:20:33.250+00:00")
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert (tmp_path / "out").stat().st_size > 20 * len(piece)
    assert most < 3.5 * 20 * len(piece)
