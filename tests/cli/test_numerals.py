"""Numbers on the command line: their value counts, not their spelling."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.cli import arguments
from streamdash.cli.numerals import parse_fraction, parse_number, parse_whole
from tests.fuzzing import examples

misread = pytest.mark.fault("numbers", "a number on the command line is spelled oddly")

ODD = ["", " ", "+1", "-1", "-0", "1_0", "١", "²", "1 ", "\n1", "0x1", "1,5", "nan", "inf", "1e999"]
WHOLE = ["--repeat", "--concurrency", "--retries"]
SECONDS = [
    "--connect-timeout", "--ttft-timeout", "--stall-timeout", "--timeout", "--max-ttft",
    "--max-total",
]  # fmt: skip


def refused(*options: str, capsys: pytest.CaptureFixture[str]) -> str:
    playing = any(option.startswith("--speed") for option in options)
    parse = arguments.parse_replay if playing else arguments.parse_run
    with pytest.raises(SystemExit) as ended:
        parse(["x", *options])
    assert ended.value.code == 2
    return capsys.readouterr().err


@misread
@pytest.mark.parametrize("option", [*WHOLE, *SECONDS, "--speed"])
def test_no_option_takes_an_odd_number(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ODD:
        message = refused(f"{option}={text}", capsys=capsys)
        assert repr(text) in message or repr(text)[1:-1] in message


@misread
@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("--repeat", "000000001999999999999"),
        ("--repeat", "0" * 40 + "10001"),
        ("--repeat", "000"),
        ("--retries", "0000000000011"),
        ("--retries", "9" * 5000),
        ("--concurrency", "1" + "0" * 30),
        ("--concurrency", "1.0"),
        ("--timeout", "0.000"),
        ("--max-ttft", "." + "0" * 400 + "0"),
        ("--timeout", "9" * 400),
        ("--max-regression", "1_0%"),
        ("--max-regression", "+5%"),
        ("--max-regression", "٥%"),
    ],
)
def test_leading_zeros_and_length_bypass_no_limit(
    option: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    refused(option, text, capsys=capsys)


@misread
@pytest.mark.parametrize(
    ("option", "text", "value"),
    [
        ("--repeat", "0" * 5000 + "7", 7),
        ("--repeat", "0010000", 10_000),
        ("--warmup", "00", 0),
        ("--seed", "007", 7),
        ("--until", "005 %", 0.05),
        ("--retries", "00", 0),
        ("--timeout", "007.50", 7.5),
        ("--max-ttft", ".5", 0.5),
        ("--max-total", "1e-3", 0.001),
        ("--max-regression", "005 %", 0.05),
    ],
)
def test_leading_zeros_do_not_change_a_number(option: str, text: str, value: float) -> None:
    request, _, limits, _ = arguments.parse_run([option, text])
    options = {
        **request.rounds._asdict(),
        **request._asdict(),
        **request.overrides._asdict(),
        **limits._asdict(),
    }
    name = option.removeprefix("--").replace("-", "_")
    found = options[name] if name in options else options[f"{name}_s"]
    assert found == pytest.approx(value)


@pytest.mark.parametrize(("text", "speed"), [("0", 0.0), ("0.0", 0.0), ("00", 0.0), ("4", 4.0)])
def test_a_speed_of_zero_is_accepted(text: str, speed: float) -> None:
    assert arguments.parse_replay(["x", "--speed", text]).speed == speed


@misread
@given(st.text(max_size=30) | st.from_regex(r"[-+ 0-9_.eE]{0,30}", fullmatch=True))
@examples(300)
def test_every_accepted_number_has_the_value_that_python_reads(text: str) -> None:
    whole, number = parse_whole(text), parse_number(text)
    if whole is not None:
        assert text.isascii()
        assert whole == int(text) >= 0
    if number is not None:
        assert text.isascii()
        assert math.isfinite(number)
        assert number == float(text) >= 0


@pytest.mark.parametrize(
    ("text", "fraction"),
    [("20%", 0.2), (" 20 % ", 0.2), ("0.2", 0.2), ("0", 0.0), ("150%", 1.5), ("1", 1.0)],
)
def test_a_fraction_is_a_percentage_or_a_number(text: str, fraction: float) -> None:
    assert parse_fraction(text) == pytest.approx(fraction)


@pytest.mark.parametrize("text", ["", "x", "-5%", "nan", "inf%", "%", "20 percent"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"write it as 20% or 0\.2"):
        parse_fraction(text)


def test_a_forgotten_percent_sign_is_noticed() -> None:
    with pytest.raises(ValueError, match="did you mean 20%"):
        parse_fraction("20")
