"""The exit codes: the same in the enumeration, in `--help` and in the README."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from streamdash.cli import arguments
from streamdash.cli.exit_codes import ExitCode

README = Path(__file__).parents[2] / "README.md"


def test_the_help_lists_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments.parse_run(["--help"])
    listed = capsys.readouterr().out.partition("exit codes:\n")[2]
    rows = [line.split(maxsplit=1) for line in listed.splitlines()]
    assert [(int(code), meaning) for code, meaning in rows] == [
        (code, code.meaning) for code in ExitCode
    ]


def test_the_readme_lists_every_exit_code() -> None:
    table = README.read_text().partition("| exit code |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1] for line in table.splitlines()[2:]]
    assert [int(code) for row in rows for code in re.findall(r"\d+", row)] == list(ExitCode)


def test_the_codes_are_those_that_scripts_rely_on() -> None:
    assert list(ExitCode) == [0, 1, 2, 3, 70, 129, 130, 143]
