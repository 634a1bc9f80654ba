from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.bench.accounts import from_recording, from_table
from tests.bench.figures import (
    Spread,
    Window,
    all_live,
    cells_written,
    chunks_between,
    frames_between,
    glass_times,
    markers_seen,
    percentile,
    ratio,
    spread,
    time_of_cells,
    use_between,
)
from tests.bench.goals import Goal
from tests.bench.processes import Memory
from tests.bench.pseudo_terminal import Read, Sample
from tests.bench.serving import Stamps
from tests.bench.workload import (
    MARKER,
    Phase,
    Workload,
    bulk,
    chunks,
    mark_numbers,
    marker,
    model_name,
    parse_model,
    steady,
)

if TYPE_CHECKING:
    from pathlib import Path


def stamps(index: int, *written: float) -> Stamps:
    return Stamps(index, 0.0, written, None, None)


def sample(at: float, cpu_s: float, busy_s: float) -> Sample:
    return Sample(at, cpu_s, busy_s, Memory(0, 0))


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert percentile(values, 50) == 50
    assert percentile(values, 99) == 99
    assert percentile([7.0], 99) == 7
    assert spread(values) == Spread(50, 99, 100)
    assert spread([]) is None


def test_a_ratio_needs_both_numbers() -> None:
    assert ratio(1.0, 4.0) == 0.25
    assert ratio(None, 4.0) is None
    assert ratio(1.0, None) is None
    assert ratio(1.0, 0.0) is None


def test_streams_are_live_together_from_the_last_first_chunk_to_the_first_last_one() -> None:
    assert all_live([stamps(0, 1, 5), stamps(1, 2, 7)]) == Window(2, 5)
    with pytest.raises(ValueError, match="no stream"):
        all_live([stamps(0)])
    with pytest.raises(ValueError, match="never live together"):
        all_live([stamps(0, 1, 2), stamps(1, 3, 4)])


def test_use_is_taken_between_samples_and_apart_from_what_others_used() -> None:
    samples = [sample(0, 0, 0), sample(2, 1, 2), sample(4, 1, 2)]
    use = use_between(samples, Window(1, 3))
    assert use is not None
    assert use.program == pytest.approx(0.25)
    assert use.others == pytest.approx(0.25)
    assert use_between(samples, Window(1, 5)) is None
    assert use_between(samples, Window(1, 1)) is None


def test_chunks_count_in_the_window_only() -> None:
    assert chunks_between([stamps(0, 1, 2, 3), stamps(1, 2.5)], Window(2, 3)) == 2


def test_frames_are_counted_where_reads_tear_their_marks() -> None:
    reads = [Read(1, b"x\x1b[?20"), Read(2, b"26h..\x1b[?2026h"), Read(3, b"\x1b[?2026h")]
    assert frames_between(reads, Window(0, 3)) == 2
    assert frames_between(reads, Window(3, 4)) == 1


def test_a_marker_is_seen_once_and_across_reads() -> None:
    reads = [Read(1, b"ab @3."), Read(2, b"120@ \x1b[1m"), Read(3, b"@3.120@ @0.7@")]
    assert markers_seen(reads) == {(3, 120): 2, (0, 7): 3}


def test_display_times_count_from_the_markers_own_chunk() -> None:
    written = {0: stamps(0, 1.0, 2.0, 3.0), 1: stamps(1, 1.5)}
    times = glass_times(written, {0: [0, 2], 1: [0, 2]}, {(0, 2): 3.25, (1, 0): 2.0, (1, 2): 9})
    assert times == {(0, 2): 0.25, (1, 0): 0.5}


def test_cells_leave_out_what_a_terminal_does_not_show() -> None:
    assert cells_written(b"\x1b[1;38;2;1;2;3mab\x1b[0m\r\n\x1b]0;title\x07c\x1b(B \x1b7") == 4
    assert cells_written("é水".encode()) == 2


def test_a_screen_is_complete_when_all_its_cells_are_written() -> None:
    reads = [Read(1, b"abc"), Read(2, b"ab"), Read(3, b"abc")]
    assert time_of_cells(reads, 1.5, 4) == 3
    assert time_of_cells(reads, 1.5, 6) is None


def test_a_model_name_carries_its_phases() -> None:
    phases = (Phase("words", 50, 4), Phase("wide", 12.5, 2, 100))
    assert parse_model(model_name(3, phases)) == (3, phases)
    with pytest.raises(ValueError, match="no such kind"):
        parse_model("3_poems-1-1-0")


def test_a_workload_s_last_chunk_is_a_marker_and_its_text_is_all_chunks() -> None:
    workload = steady(2, 50, 2)
    assert mark_numbers(1, workload.phases) == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 99]
    assert workload.text(1).endswith(marker(1, 99))
    sizes = [len(text) for text, _ in chunks(0, (Phase("wide", 10, 3, 4096),))]
    assert sizes == [4096] * 3


def test_markdown_goes_on_behind_its_markers_which_stand_in_text_only() -> None:
    workload = steady(2, 50, 40, "markdown")
    numbers = mark_numbers(1, workload.phases)
    assert numbers[0] == 0
    assert numbers[-1] == 1999
    assert len(numbers) > 60
    text = re.sub(MARKER.pattern.decode() + " ", "", workload.text(1))
    answer = bulk("markdown", 3 * len(text), 0)
    assert text in answer
    # the last chunk is a marker wherever the answer is
    for line in workload.text(1).splitlines()[1:-1]:
        assert not (line.startswith(("|", "    ", "```")) and "@" in line[1:])


def test_a_bulk_text_begins_once_and_goes_on_from_chunk_to_chunk() -> None:
    for kind, beginning in (("fence", "```python\n"), ("table", "| what"), ("quotes", "> >")):
        text = "".join(bulk(kind, 17, place) for place in range(60))  # type: ignore[arg-type]
        assert text == bulk(kind, 17 * 60, 0)  # type: ignore[arg-type]
        assert text.startswith(beginning)


def test_companions_are_the_last_streams() -> None:
    one, other = (Phase("words", 1, 1),), (Phase("words", 2, 2),)
    workload = Workload(3, one, companions=(other,))
    assert [workload.of(index) for index in range(3)] == [one, one, other]


def test_a_recording_s_times_are_put_on_the_server_s_clock(tmp_path: Path) -> None:
    lines: list[dict[str, object]] = [
        {"t": 0.0, "type": "run"},
        {"t": 1.0, "s": 0, "type": "sent"},
        {"t": 1.25, "s": 1, "type": "sent"},
        {"t": 1.5, "s": 0, "type": "delta", "text": "ab"},
        {"t": 2.0, "s": 0, "type": "delta", "text": "c"},
        {"t": 2.5, "s": 0, "type": "terminal"},
        {"t": 2.75, "s": 0, "type": "end"},
        {"t": 3.0, "type": "run-end", "lag": {"p99_s": 0.5, "max_s": 0.75}},
    ]
    path = tmp_path / "run.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    received = {0: Stamps(0, 101.125, (), None, None), 1: Stamps(1, 101.5, (), None, None)}
    told = from_recording(path, received)
    assert told.streams[0].arrivals == (101.625, 102.125)
    assert (told.streams[0].ttft_s, told.streams[0].total_s) == (0.5, 1.5)
    assert (told.streams[0].text, told.streams[0].chars) == ("abc", 3)
    assert told.streams[1].ttft_s is None
    assert (told.lag_p99_s, told.lag_max_s) == (0.5, 0.75)


def test_the_table_left_on_the_ordinary_screen_is_read() -> None:
    screen = b"s000  x  done  9 ms  9 ms  9\x1b[?1049l\x1b[?25h"
    table = (
        b"label  model  status  TTFT  total  chars  chars/s\r\n"
        b"s000   lab:0.words-100-400-0   done    302 ms  4.46 s  2,256      541\r\n"
        b"s001   lab:1.words-100-400-0   done    ~1.67 s  4.68 s  236      559  lag\r\n"
        b"s002   lab:2.words-100-400-0   failed (internal)     -      -      0\r\n"
    )
    streams = from_table(screen + table).streams
    assert (streams[0].ttft_s, streams[0].total_s, streams[0].chars) == (0.302, 4.46, 2256)
    assert (streams[1].ttft_s, streams[1].chars) == (1.67, 236)
    assert 2 not in streams


def test_a_goal_is_reached_at_its_limit() -> None:
    assert Goal("a", "b", 0.5, 0.5).reached is True
    assert Goal("a", "b", 0.5, 0.51).reached is False
    assert Goal("a", "b", 0.5, None).reached is None
