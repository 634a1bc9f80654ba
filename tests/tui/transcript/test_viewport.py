"""The viewport of a document stays in order, whatever arrives and however its reader moves."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streamdash.tui.transcript.viewport import Viewport

TRICKY = "abc  \n\n漢字、👍🏽❤\ufe0f\u200d👨🇩🇪e\u0301\t\x1b\r\ud83d"
piece = st.builds(
    lambda text, times: text * times,
    st.text(st.sampled_from(TRICKY), min_size=1, max_size=12),
    st.sampled_from([1, 1, 1, 3, 40, 700]),
)
style = st.sampled_from(["answer", "answer", "answer", "reasoning", "note"])


@settings(deadline=None)
@given(
    st.lists(st.tuples(piece, style), max_size=8),
    st.integers(2, 30),
    st.integers(1, 8),
    st.booleans(),
)
def test_text_in_pieces_looks_like_the_whole(
    pieces: list[tuple[str, Any]], width: int, height: int, folded: bool
) -> None:
    grown, whole = Viewport(), Viewport()
    grown.document.folded = folded
    for text, name in pieces:
        grown.document.append(text, name)
        grown.lay_out(width, height)
    for name, same in groupby(pieces, key=lambda piece: piece[1]):
        whole.document.append("".join(text for text, _ in same), name)
    whole.document.folded = folded
    whole.lay_out(width, height)
    assert grown.rows == whole.rows
    assert grown.thumb == whole.thumb
    for view in (grown, whole):
        view.scroll(-height)
        view.lay_out(width, height)
    assert grown.thumb == whole.thumb


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(piece, style),
            st.integers(-20, 20),
            st.tuples(st.integers(2, 30), st.integers(1, 8)),
            st.booleans(),
            st.none(),
        ),
        max_size=12,
    )
)
def test_no_sequence_of_moves_brings_the_viewport_out_of_order(steps: list[Any]) -> None:
    view = Viewport()
    size = (10, 4)
    view.lay_out(*size)
    for step in steps:
        match step:
            case bool():
                view.document.folded = step
            case None:
                view.to_start()
            case int():
                view.scroll(step)
            case int(), int():
                size = step
            case text, name:
                view.document.append(text, name)
        view.lay_out(*size)
        assert len(view.rows) <= size[1]
        places = [(row.section, row.start) for row in view.rows]
        assert places == sorted(set(places))
        if view.thumb is not None:
            assert len(view.rows) == size[1]
            assert 0 <= view.thumb.top <= view.thumb.top + view.thumb.size <= size[1]
