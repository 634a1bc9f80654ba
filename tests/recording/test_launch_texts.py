"""Texts of single launches, read from a recording that may be cut, old or damaged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from streamdash.recording.launch_texts import LaunchKey, recorded_texts

if TYPE_CHECKING:
    from pathlib import Path

BACK = pytest.mark.fault("recording", "a text cannot be read back, or another one is")


def line(stream: int, kind: str, **fields: object) -> str:
    head = {"t": 0.1, "s": stream, "type": kind, **fields}
    return json.dumps(head, separators=(",", ":")) + "\n"


def launch(stream: int, number: int, *texts: str, **fields: object) -> str:
    """The lines of one launch; the texts come as deltas of the answer."""
    deltas = [line(stream, "delta", channel="answer", text=text) for text in texts]
    begun = line(stream, "launch", launch=number, **fields)
    return "".join([begun, *deltas, line(stream, "end", status="done")])


def read(path: Path, text: str, *keys: LaunchKey) -> list[str | None]:
    """The answers of these launches."""
    path.write_text('{"type":"run","version":2,"streams":[]}\n' + text)
    found = recorded_texts(path, keys)
    return [found[key]["answer"] if key in found else None for key in keys]


@BACK
def test_each_launch_has_its_own_texts(tmp_path: Path) -> None:
    text = launch(0, 0, "one ", "two") + launch(1, 0, "other") + launch(0, 1, "three")
    keys = [LaunchKey(0, 0, None), LaunchKey(0, 1, None), LaunchKey(1, 0, None)]
    assert read(tmp_path / "run", text, *keys) == ["one two", "three", "other"]


@BACK
def test_lines_of_streams_that_answer_together_are_told_apart(tmp_path: Path) -> None:
    text = (
        line(0, "launch", launch=0)
        + line(10, "launch", launch=0)
        + line(0, "delta", channel="answer", text='"s":10,"type":"delta"')
        + line(10, "delta", channel="answer", text="ten")
        + line(10, "end", status="done")
        + line(0, "end", status="done")
    )
    keys = [LaunchKey(0, 0, None), LaunchKey(10, 0, None)]
    assert read(tmp_path / "run", text, *keys) == ['"s":10,"type":"delta"', "ten"]


@BACK
def test_rounds_and_warm_ups_of_a_launch_are_told_apart(tmp_path: Path) -> None:
    text = (
        launch(0, 0, "warm", round=1, warmup=True)
        + launch(0, 0, "first", round=1)
        + launch(0, 0, "second", round=2)
    )
    keys = [LaunchKey(0, 0, 1), LaunchKey(0, 0, 2), LaunchKey(0, 0, 1, warmup=True)]
    assert read(tmp_path / "run", text, *keys) == ["first", "second", "warm"]


@BACK
def test_a_recording_of_version_1_counts_its_repetitions_from_0(tmp_path: Path) -> None:
    text = launch(0, 0, "first", repetition=0) + launch(0, 0, "second", repetition=1)
    assert read(tmp_path / "run", text, LaunchKey(0, 0, 2)) == ["second"]
    single = launch(0, 0, "only", repetition=0)
    assert read(tmp_path / "run", single, LaunchKey(0, 0, None)) == ["only"]


@BACK
def test_all_channels_and_halves_of_a_pair_come_back(tmp_path: Path) -> None:
    path = tmp_path / "run"
    path.write_text(
        line(0, "launch", launch=0)
        + line(0, "delta", channel="reasoning", text="so")
        + line(0, "delta", channel="answer", text="\ud83d")
        + line(0, "delta", channel="answer", text="\ude00!")
        + line(0, "delta", channel="refusal", text="no")
        + line(0, "delta", channel="tool", text="{}")
        + line(0, "end", status="done")
    )
    (texts,) = recorded_texts(path, [LaunchKey(0, 0, None)]).values()
    assert texts == {"answer": "😀!", "reasoning": "so", "refusal": "no", "tool": "{}"}


@BACK
@pytest.mark.parametrize(
    "text",
    [
        "",
        line(0, "launch", launch=0) + line(0, "delta", channel="answer", text="cut off"),
        line(0, "launch", launch="0") + line(0, "end", status="done"),
        line(0, "launch", launch=0, round="x") + line(0, "end", status="done"),
        '{"t":0,"s":0,"type":"launch","launch":0\n' * 3,
        '{"s":99999999999999999999,"type":"launch"}\n',
        "\x00\xff\n" * 5,
    ],
)
def test_a_launch_that_is_not_whole_is_not_found(tmp_path: Path, text: str) -> None:
    assert read(tmp_path / "run", text, LaunchKey(0, 0, None)) == [None]


@BACK
def test_damaged_deltas_do_not_end_the_reading(tmp_path: Path) -> None:
    text = (
        line(0, "launch", launch=0)
        + '{"t":0,"s":0,"type":"delta","channel":"ans\n'
        + line(0, "delta", channel="unknown", text="x")
        + line(0, "delta", channel="answer", text=5)
        + line(0, "delta", channel="answer", text="whole")
        + line(0, "end", status="done")
    )
    assert read(tmp_path / "run", text, LaunchKey(0, 0, None)) == ["whole"]


@BACK
def test_a_missing_file_or_a_folder_holds_nothing(tmp_path: Path) -> None:
    assert recorded_texts(tmp_path / "none", [LaunchKey(0, 0, None)]) == {}
    assert recorded_texts(tmp_path, [LaunchKey(0, 0, None)]) == {}
