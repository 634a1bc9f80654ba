"""Fitting text into cells: nothing is cut in half."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from streamdash.tui.widgets.parts import MOST_NEEDED, Part, cut, fit

WORDS = st.text(st.sampled_from("ab1 日本é…😀"), max_size=12)
PARTS = st.lists(
    st.builds(
        lambda text, rank, short, flexible: Part(text, rank, short=short, flexible=flexible),
        WORDS,
        st.integers(0, 7),
        st.text("xy", max_size=3),
        st.booleans(),
    ),
    max_size=8,
)


@given(st.text(max_size=30), st.integers(0, 40))
def test_cut_text_is_never_wider_than_its_limit(text: str, width: int) -> None:
    assert cell_len(cut(text, width)) <= width


def test_cut_text_ends_in_an_ellipsis() -> None:
    assert cut("anthropic:claude", 10) == "anthropic…"
    assert cut("short", 10) == "short"
    assert cut("日本語", 4) == "日…"


@given(PARTS, st.integers(0, 60))
def test_a_row_fits_and_keeps_the_order(parts: list[Part], width: int) -> None:
    row = fit(parts, width)
    assert not row.parts or row.width <= width
    ranks = iter(parts)
    assert all(any(shown.rank == part.rank for part in ranks) for shown in row.parts)


@given(PARTS, st.integers(0, 60))
def test_parts_are_shown_whole_or_not_at_all(parts: list[Part], width: int) -> None:
    whole = {text for part in parts if not part.flexible for text in (part.text, part.short)}
    assert all(part.flexible or part.text in whole for part in fit(parts, width).parts)


def test_extras_go_before_anything_is_squeezed() -> None:
    parts = [Part("ttft 412ms", 0, short="412ms"), Part("3.2s", 1), Part("9 ch/s", MOST_NEEDED + 1)]
    assert [p.text for p in fit(parts, 24).parts] == ["ttft 412ms", "3.2s", "9 ch/s"]
    assert [p.text for p in fit(parts, 23).parts] == ["ttft 412ms", "3.2s"]
    assert [p.text for p in fit(parts, 12).parts] == ["412ms", "3.2s"]
    assert [p.text for p in fit(parts, 8).parts] == ["412ms"]
    assert fit(parts, 4).parts == ()


def test_a_flexible_part_is_cut_before_a_needed_one_goes() -> None:
    row = fit([Part("rate_limit 429", 1), Part("please slow down a bit", 2, flexible=True)], 30)
    assert [p.text for p in row.parts] == ["rate_limit 429", "please slow d…"]
