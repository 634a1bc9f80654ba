"""Raw events as readable JSON."""

from __future__ import annotations

from textual.content import Content

from streamdash.tui.json_view import LONGEST, json_text, json_view


def test_an_event_is_indented_and_readable() -> None:
    assert json_text({"a": ["日本", None]}) == '{\n  "a": [\n    "日本",\n    null\n  ]\n}'


def test_what_a_terminal_obeys_never_gets_through() -> None:
    shown = json_view({"x": "\x1b]52;c;aGk=\x07\u202e\x9b", "\x1b[2J": 1}).plain
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(shown)
    assert "\x1b" not in json_text("[DONE]\x1b[2J")


def test_markup_in_an_event_stays_text() -> None:
    view = json_view({"x": "[@click=app.quit]y[/nope]"})
    assert isinstance(view, Content)
    assert '"[@click=app.quit]y[/nope]"' in view.plain


def test_keys_and_values_have_their_own_colours() -> None:
    view = json_view({"k": "v", "n": -1.5e3, "t": True})
    coloured = {view.plain[span.start : span.end]: span.style for span in view.spans}
    assert set(coloured) == {'"k"', '"v"', '"n"', "-1500.0", '"t"', "true"}
    assert coloured['"k"'] == coloured['"n"'] != coloured['"v"']


def test_a_huge_event_is_cut_and_says_so() -> None:
    view = json_view({"x": "y" * 1_000_000})
    assert len(view.plain) < LONGEST + 100
    assert "more characters" in view.plain


def test_what_json_cannot_say_is_shown_all_the_same() -> None:
    assert "nan" in json_text({"x": float("nan")}).lower()
    looped: list[object] = []
    looped.append(looped)
    assert "[" in json_text(looped)
