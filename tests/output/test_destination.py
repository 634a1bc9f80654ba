"""Where results are written: devices, FIFOs, links and modes, and inputs that must survive."""

from __future__ import annotations

import errno
import os
import socket
import stat
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from streamdash.output import destination, whole_file
from streamdash.output.destination import Input
from streamdash.output.files import open_output
from streamdash.streams.errors import UsageError
from tests.program import environment
from tests.recording.scenes import record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

into = pytest.mark.fault("files and environment", "results go to a device, FIFO or descriptor")
names = pytest.mark.fault("files and environment", "an output that cannot be written")
replaced = pytest.mark.fault("files and environment", "an existing file is replaced")
protected = pytest.mark.fault("files and environment", "an output names an input")
planted = pytest.mark.fault("files and environment", "another user plants links and files")
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
not_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str = "new", inputs: Sequence[Input] = ()) -> None:
    with open_output(name, inputs=inputs) as out:
        out.write(text)


def write_during(do: Callable[[], object]) -> None:
    """Write, and call `do` before the file is whole."""
    with open_output("out") as out:
        out.write("dear")
        do()


def refused(name: str) -> str:
    with pytest.raises(UsageError) as caught:
        write(name)
    (problem,) = caught.value.problems
    assert problem.startswith("cannot write ")
    return problem


@into
@root_only
def test_a_device_stays_a_device(folder: Path) -> None:
    os.mknod("null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    write("null")
    assert stat.S_ISCHR((folder / "null").lstat().st_mode)


@into
def test_a_fifo_stays_a_fifo_and_its_reader_gets_everything(folder: Path) -> None:
    os.mkfifo("pipe")
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append((folder / "pipe").read_text()))
    reader.start()
    write("pipe", "x" * 200_000)
    reader.join(5)
    assert received == ["x" * 200_000]
    assert stat.S_ISFIFO((folder / "pipe").lstat().st_mode)


@into
def test_a_fifo_that_nobody_reads_is_refused_after_a_while(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(destination, "READER_S", 0.05)
    os.mkfifo("pipe")
    assert "nobody reads this FIFO" in refused("pipe")
    assert "pipe: waiting for somebody to read this FIFO" in capsys.readouterr().err


@into
@pytest.mark.parametrize("name", ["/dev/fd/{}", "/proc/self/fd/{}", "/proc/thread-self/fd/{}"])
def test_an_open_descriptor_is_continued_at_its_position(folder: Path, name: str) -> None:
    if not os.path.isdir(os.path.dirname(name)):
        pytest.skip("another system")
    with (folder / "log").open("w") as log:
        log.write("before ")
        log.flush()
        write(name.format(log.fileno()), "after")
        log.write(" and on")
    assert (folder / "log").read_text() == "before after and on"


@into
def test_a_link_to_a_descriptor_means_that_descriptor(folder: Path) -> None:
    with (folder / "log").open("w") as log:
        os.symlink(f"/dev/fd/{log.fileno()}", "link")
        write("link")
    assert (folder / "log").read_text() == "new"
    assert os.path.islink("link")


@into
def test_a_descriptor_that_cannot_be_written_is_refused(folder: Path) -> None:
    (folder / "read").write_text("x")
    with (folder / "read").open() as read:
        assert "can only be read" in refused(f"/dev/fd/{read.fileno()}")
    assert "is not open" in refused("/dev/fd/987")


def in_bash(script: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", script, sys.executable],
        capture_output=True, text=True, cwd=home, env=environment(home), timeout=60, check=False,
    )  # fmt: skip


@into
@pytest.mark.parametrize(
    ("output", "result"),
    [
        ("-o >(cat > got)", "got"),
        ("-o - > got", "got"),
        ("-o /dev/stdout > got", "got"),
        ("-o /dev/stderr 2> got", "got"),
        ("-o /dev/fd/7 7> got", "got"),
    ],
)
def test_a_shell_may_redirect_the_output_in_every_way(
    folder: Path, output: str, result: str
) -> None:
    record(folder / "run.jsonl")
    script = f'"$0" -m streamdash report run.jsonl --format csv {output}; code=$?; wait; exit $code'
    ended = in_bash(script, folder)
    assert ended.returncode == 0, ended.stderr
    for _ in range(200):
        # the shell does not wait for a process substitution
        if (folder / result).read_text().startswith("label,"):
            break
        threading.Event().wait(0.01)
    assert (folder / result).read_text().startswith("label,")
    assert sorted(path.name for path in folder.iterdir()) == ["got", "run.jsonl"]


@into
def test_a_reader_that_leaves_causes_no_message(folder: Path) -> None:
    record(folder / "run.jsonl")
    ended = in_bash('"$0" -m streamdash report run.jsonl --format html -o >(true)', folder)
    assert ended.returncode in (0, 1)
    assert ended.stderr == ""


@names
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "the name is empty"),
        (".", "it is a folder"),
        ("there", "it is a folder"),
        ("there/", "that of a folder"),
        ("new/", "that of a folder"),
        ("no/x.json", "there is no folder 'no'"),
        ("file/x.json", "Not a directory"),
        ("n" * 300, "File name too long"),
        ("a\0b", "no file name"),
        ("loop", "Too many levels"),
        ("nowhere", "there is no folder"),
        ("socket", "it is a socket"),
    ],
)
def test_a_bad_name_is_refused_before_anything_is_written(
    folder: Path, name: str, why: str
) -> None:
    (folder / "there").mkdir()
    (folder / "file").write_text("mine")
    os.symlink("pool", "loop")
    os.symlink("loop", "pool")
    os.symlink("no/such/file", "nowhere")
    before = set(folder.iterdir())
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        assert why in refused(name)
    (folder / "socket").unlink()
    assert set(folder.iterdir()) == before


@names
@not_root
def test_a_missing_permission_is_reported_before_anything_is_written(folder: Path) -> None:
    (folder / "shut").mkdir(mode=0o500)
    (folder / "readonly").write_text("mine")
    (folder / "readonly").chmod(0o400)
    assert "Permission denied" in refused("shut/x")
    assert "Permission denied" in refused("readonly")
    assert (folder / "readonly").read_text() == "mine"


@names
def test_a_name_of_the_greatest_length_is_written(folder: Path) -> None:
    for name in ("n" * 255, "日" * 85):
        write(name)
        assert (folder / name).read_text() == "new"


@replaced
@pytest.mark.parametrize("target", ["there", "new", "sub/new"])
def test_a_link_is_followed_and_stays_a_link(folder: Path, target: str) -> None:
    (folder / "sub").mkdir()
    (folder / "there").write_text("old")
    os.symlink(target, "second")
    os.symlink(folder / "second", "first")
    write("first")
    assert os.path.islink("first")
    assert os.path.islink("second")
    assert (folder / target).read_text() == "new"


@replaced
@pytest.mark.parametrize("mode", [0o600, 0o664, 0o777, 0o644, 0o2640])
def test_a_replaced_file_keeps_its_mode(folder: Path, mode: int) -> None:
    (folder / "out").write_text("old")
    (folder / "out").chmod(mode)
    write("out")
    assert stat.S_IMODE((folder / "out").stat().st_mode) == mode


@replaced
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_a_new_file_follows_the_umask(folder: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        write("out")
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / "out").stat().st_mode) == 0o666 & ~umask


@replaced
@root_only
def test_a_replaced_file_keeps_its_owner(folder: Path) -> None:
    (folder / "out").write_text("old")
    os.chown("out", 12345, 23456)
    write("out")
    status = (folder / "out").stat()
    assert (status.st_uid, status.st_gid) == (12345, 23456)


@replaced
def test_all_hard_links_of_a_file_get_the_results(folder: Path) -> None:
    (folder / "one").write_text("old and long")
    os.link("one", "two")
    write("one")
    assert (folder / "two").read_text() == "new"
    assert (folder / "one").stat().st_nlink == 2


@replaced
def test_a_file_that_is_a_mount_point_is_written_into(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replace(_from: str, _to: str) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    monkeypatch.setattr("streamdash.output.whole_file.os.replace", replace)
    (folder / "out").write_text("old and long")
    write("out")
    assert (folder / "out").read_text() == "new"
    assert [path.name for path in folder.iterdir()] == ["out"]


@replaced
def test_a_file_in_a_read_only_folder_is_written_into(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_file(_path: str, _mode: int) -> tuple[int, str]:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(whole_file, "_new_partial", no_file)
    (folder / "out").write_text("old and long")
    write("out")
    assert (folder / "out").read_text() == "new"
    assert "Permission denied" in refused("other")


@replaced
def test_an_error_while_writing_leaves_the_old_file(folder: Path) -> None:
    (folder / "out").write_text("old")
    with pytest.raises(ZeroDivisionError):
        write_during(lambda: 1 / 0)
    assert (folder / "out").read_text() == "old"
    assert [path.name for path in folder.iterdir()] == ["out"]


@replaced
def test_results_that_cannot_be_placed_stay_in_the_partial_file(folder: Path) -> None:
    with pytest.raises(UsageError) as caught:
        write_during(lambda: os.mkfifo("out"))
    assert "no longer a regular file; the results are in " in str(caught.value)
    (left,) = [path for path in folder.iterdir() if path.name != "out"]
    assert left.read_text() == "dear"
    assert left.name in str(caught.value)


@planted
def test_the_name_of_a_partial_file_is_unpredictable(folder: Path) -> None:
    seen = set()
    for _ in range(20):
        with open_output("out") as out:
            (partial,) = [path.name for path in folder.iterdir() if path.name != "out"]
            seen.add(partial)
            out.write("x")
    assert len(seen) == 20
    assert not any(str(os.getpid()) == name.rpartition(".")[2] for name in seen)


@planted
def test_a_planted_partial_file_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamdash.output.whole_file.os.urandom", lambda count: b"\0" * count)
    (folder / "precious").write_text("precious")
    os.symlink("precious", f".out.{'00' * 8}")
    assert "File exists" in refused("out")
    assert (folder / "precious").read_text() == "precious"


@planted
@root_only
def test_another_user_s_link_in_a_shared_folder_is_not_followed(folder: Path) -> None:
    (folder / "precious").write_text("precious")
    shared = folder / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    os.symlink("../precious", shared / "out")
    os.chown(shared / "out", 12345, 12345, follow_symlinks=False)
    assert "another user's link" in refused("shared/out")
    assert (folder / "precious").read_text() == "precious"


@planted
def test_a_forced_exit_leaves_no_partial_file(folder: Path) -> None:
    file = whole_file.WholeFile("out")
    assert len(list(folder.iterdir())) == 1
    whole_file.discard_unfinished()
    assert list(folder.iterdir()) == []
    file.discard()


@protected
@pytest.mark.parametrize(
    "name",
    ["in", "./in", "sub/../in", "link", "sub/link", "hard", "{folder}/in", "/dev/fd/{descriptor}"],
)
def test_no_spelling_of_an_input_can_be_overwritten(folder: Path, name: str) -> None:
    (folder / "in").write_text("prompt")
    (folder / "sub").mkdir()
    os.symlink("in", "link")
    os.symlink("../link", "sub/link")
    os.link("in", "hard")
    with (folder / "in").open("a") as file:
        name = name.format(folder=folder, descriptor=file.fileno())
        with pytest.raises(UsageError, match="is the input; name another file"):
            write(name, inputs=[Input("in", "the input")])
        with pytest.raises(UsageError, match="is the input"):
            write("in", inputs=[Input(name, "the input")])
    assert (folder / "in").read_text() == "prompt"


@protected
@pytest.mark.parametrize(("first", "second"), [("x", "./x"), ("Run", "rUN"), ("é", "e\u0301")])
def test_two_names_of_a_new_file_count_as_one(first: str, second: str) -> None:
    with pytest.raises(UsageError, match="is the recording"):
        write(first, inputs=[Input(second, "the recording")])


@protected
def test_a_file_that_is_not_an_input_is_overwritten(folder: Path) -> None:
    (folder / "in").write_text("prompt")
    (folder / "sub").mkdir()
    for name in ("other", "sub/in", "in2"):
        write(name, inputs=[Input("in", "the input"), Input("missing/x", "the other")])
        assert (folder / name).read_text() == "new"


REPORTS = [
    "report run.jsonl -o ./run.jsonl",
    "report other.jsonl run.jsonl --format html -o link",
    "replay run.jsonl --format json -o hard",
    "replay run.jsonl --format csv >> run.jsonl",
    "report run.jsonl >> link",
    "replay other.jsonl --format csv --baseline run.jsonl -o run.jsonl",
    "replay other.jsonl --format csv --baseline link -o run.jsonl",
    "run.toml --no-record -o prompt.txt",
    "run.toml --no-record >> run.toml",
    "run.toml --no-record -o /dev/fd/8 8>>prompt.txt",
    "run.toml --record new.jsonl -o new.jsonl",
    "run.toml --record run.jsonl",
    "run.toml --record prompt.txt",
    "run.toml --record out.jsonl > out.jsonl",
    "- -m demo:echo --no-record -o prompt.txt < prompt.txt",
    "-m demo:echo --no-record --set prompt_file=prompt.txt -o prompt.txt",
]


@protected
@pytest.mark.parametrize("line", REPORTS)
def test_no_command_overwrites_what_it_reads(folder: Path, line: str) -> None:
    record(folder / "run.jsonl")
    record(folder / "other.jsonl")
    os.symlink("run.jsonl", "link")
    os.link("run.jsonl", "hard")
    (folder / "prompt.txt").write_text("hi")
    (folder / "run.toml").write_text('[[streams]]\nmodel="demo:echo"\nprompt_file="prompt.txt"\n')
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    ended = in_bash(f'"$0" -m streamdash {line}', folder)
    assert ended.returncode == 2, ended.stderr
    assert ended.stdout == ""
    assert "name another file" in ended.stderr or "exists and is not empty" in ended.stderr
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    after.pop("out.jsonl", None)  # made by the shell
    assert after == before
