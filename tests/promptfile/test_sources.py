from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from streamdash.promptfile import Overrides, load_plan
from streamdash.providers.catalog import builtin_endpoints
from tests.promptfile.loading import from_command_line, refused

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.streams.spec import RunPlan
    from tests.promptfile.loading import Workspace

MIB = 1 << 20


def asking_file(name: str) -> str:
    return f'[[streams]]\nmodel = "demo:a"\nprompt_file = {name!r}\n'


def test_a_missing_file_is_reported(workspace: Workspace) -> None:
    assert workspace.problems("none.toml") == ["none.toml: no such file"]


def test_a_folder_is_not_a_prompt_file(workspace: Workspace) -> None:
    (workspace.folder / "a.toml").mkdir()

    assert workspace.problems("a.toml") == [
        "a.toml: is a folder; a prompt comes from a regular file"
    ]


def test_a_fifo_is_refused_without_waiting_for_its_writer(workspace: Workspace) -> None:
    os.mkfifo(workspace.folder / "a.toml")

    assert workspace.problems("a.toml") == ["a.toml: is a FIFO; a prompt comes from a regular file"]


def test_a_fifo_in_a_prompt_file_key_does_not_block(workspace: Workspace) -> None:
    os.mkfifo(workspace.folder / "q.md")

    assert workspace.problems("a.toml", asking_file("q.md")) == [
        "a.toml:3: streams[0].prompt_file: 'q.md': is a FIFO; a prompt comes from a regular file"
    ]


def test_a_device_is_not_a_prompt_file() -> None:
    def load() -> RunPlan:
        return load_plan("/dev/zero", Overrides(), endpoints=builtin_endpoints({})).plan

    assert refused(load) == ["/dev/zero: is a device; a prompt comes from a regular file"]


def test_a_socket_is_not_a_prompt_file(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.folder)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("a.txt")

        assert workspace.problems("a.txt") == [
            "a.txt: is a socket; a prompt comes from a regular file"
        ]


@pytest.mark.parametrize("path", ["a\0b.toml", "\ud800.toml"])
def test_an_impossible_file_name_is_reported(path: str) -> None:
    def load() -> RunPlan:
        return load_plan(path, Overrides(), endpoints=builtin_endpoints({})).plan

    assert refused(load) == [f"{path!r}: is not a file name"]


def test_a_name_that_is_too_long_has_the_systems_message() -> None:
    def load() -> RunPlan:
        return load_plan("x" * 300, Overrides(), endpoints=builtin_endpoints({})).plan

    (line,) = refused(load)
    assert line.startswith("xxx")
    assert ": cannot be read: " in line


def test_escape_codes_in_a_file_name_do_not_reach_the_terminal() -> None:
    def load() -> RunPlan:
        return load_plan("\x1b]0;x\x07.toml", Overrides(), endpoints=builtin_endpoints({})).plan

    assert refused(load) == ["'\\x1b]0;x\\x07.toml': no such file"]


@pytest.mark.parametrize("content", ["", "  \n\t\n", "\ufeff"])
@pytest.mark.parametrize("name", ["a.toml", "a.yaml", "a.json", "a.jsonl", "a.md"])
def test_an_empty_file_is_reported(workspace: Workspace, name: str, content: str) -> None:
    assert workspace.problems(name, content) == [f"{name}: is empty; there is nothing to ask"]


def test_one_mebibyte_is_read_and_a_byte_more_is_not(workspace: Workspace) -> None:
    plan = workspace.load("a.txt", "x" * MIB, models=("demo:a",))
    assert len(str(plan.specs[0].messages[0]["content"])) == MIB

    assert workspace.problems("a.txt", "x" * (2 * MIB)) == [
        "a.txt: has 2.0 MiB; the limit is 1 MiB"
    ]
    assert workspace.problems("a.txt", "x" * (MIB + 1)) == [
        "a.txt: has 1.0 MiB; the limit is 1 MiB"
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            b"ab\n\nc\0d",
            "a.toml:3: is not text (a NUL byte at offset 5); prompt files are UTF-8 text",
        ),
        (b"ab\n\xe4\n", "a.toml:2: is not UTF-8 (byte 0xe4 at offset 3); save it as UTF-8"),
        (b"\xef\xbb\xbfa\xff", "a.toml:1: is not UTF-8 (byte 0xff at offset 4); save it as UTF-8"),
        ("title = 1".encode("utf-16"), "a.toml: is UTF-16 text; save it as UTF-8"),
    ],
)
def test_bytes_that_are_not_text_are_reported_with_their_place(
    workspace: Workspace, content: bytes, problem: str
) -> None:
    assert workspace.problems("a.toml", content) == [problem]


def test_a_prompt_file_is_found_next_to_the_file_that_names_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    workspace.write("deep/q.md", "Why?\n")

    plan = workspace.load("a.toml", asking_file("deep/../deep/q.md"))

    assert plan.specs[0].messages == ({"role": "user", "content": "Why?\n"},)


def test_a_prompt_file_is_found_from_a_file_named_without_a_folder(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.write("q.md", "Why?")
    workspace.write("a.toml", asking_file("q.md"))
    monkeypatch.chdir(workspace.folder)

    plan = load_plan("a.toml", Overrides(), endpoints=builtin_endpoints({})).plan

    assert plan.specs[0].messages[0]["content"] == "Why?"


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("outside") / "secret.md"
    path.write_text("secret")
    return path


def test_a_prompt_file_may_not_leave_its_folder(workspace: Workspace, outside: Path) -> None:
    up = os.path.relpath(outside, workspace.folder)
    content = asking_file(up) + asking_file(str(outside)) + asking_file("..")

    assert workspace.problems("a.toml", content) == [
        f"a.toml:3: streams[0].prompt_file: {up!r} leads out of the prompt file's folder; "
        "copy it there",
        f"a.toml:6: streams[1].prompt_file: {str(outside)!r} must be relative to the prompt file",
        "a.toml:9: streams[2].prompt_file: '..' leads out of the prompt file's folder; "
        "copy it there",
    ]


def test_a_symbolic_link_may_not_lead_out_of_the_folder(
    workspace: Workspace, outside: Path
) -> None:
    (workspace.folder / "q.md").symlink_to(outside)
    (workspace.folder / "up").symlink_to(outside.parent)

    problems = workspace.problems("a.toml", asking_file("q.md") + asking_file("up/secret.md"))

    assert len(problems) == 2
    assert all("leads out of the prompt file's folder" in problem for problem in problems)


def test_a_symbolic_link_inside_the_folder_is_followed(workspace: Workspace) -> None:
    workspace.write("real/q.md", "Why?")
    (workspace.folder / "q.md").symlink_to("real/q.md")

    assert workspace.load("a.toml", asking_file("q.md")).specs[0].messages[0]["content"] == "Why?"


def test_a_folder_with_the_same_prefix_is_outside(workspace: Workspace) -> None:
    workspace.write("ab/q.md", "no")

    assert "leads out of" in workspace.problems("a/a.toml", asking_file("../ab/q.md"))[0]


def test_a_prompt_file_has_the_same_limits(workspace: Workspace) -> None:
    workspace.write("big.md", "x" * (2 * MIB))
    workspace.write("binary.md", b"a\n\xff")
    workspace.write("blank.md", "\n")
    names = ["big.md", "binary.md", "blank.md", "none.md", "a\\u0000b", " "]
    content = "".join(f'[[streams]]\nmodel = "demo:a"\nprompt_file = "{name}"\n' for name in names)

    assert workspace.problems("a.toml", content) == [
        "a.toml:3: streams[0].prompt_file: 'big.md': has 2.0 MiB; the limit is 1 MiB",
        "a.toml:6: streams[1].prompt_file: 'binary.md', line 2: "
        "is not UTF-8 (byte 0xff at offset 2); save it as UTF-8",
        "a.toml:9: streams[2].prompt_file: 'blank.md': is empty",
        "a.toml:12: streams[3].prompt_file: 'none.md': no such file",
        "a.toml:15: streams[4].prompt_file: 'a\\x00b': is not a file name",
        "a.toml:18: streams[5].prompt_file: is empty",
    ]


def test_the_command_line_may_name_a_prompt_file_anywhere(outside: Path) -> None:
    plan = from_command_line(models=("demo:a",), set=(f"prompt_file={outside}",))

    assert plan.specs[0].messages[0]["content"] == "secret"
