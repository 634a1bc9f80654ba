"""Raw events as readable JSON."""

from __future__ import annotations

from streamdash.tui.screens.inspector.json_text import LONGEST, json_text, shortened, tokens


def test_an_event_is_indented_and_readable() -> None:
    assert json_text({"a": ["日本", None]}) == '{\n  "a": [\n    "日本",\n    null\n  ]\n}'


def test_control_characters_never_get_through() -> None:
    shown = json_text({"x": "\x1b]52;c;aGk=\x07\u202e\x9b", "\x1b[2J": 1})
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(shown)
    assert "\x1b" not in json_text("[DONE]\x1b[2J")


def test_keys_and_values_have_their_own_colours() -> None:
    text = json_text({"k": "v", "n": -1.5e3, "t": True})
    assert {text[start:end]: tone for start, end, tone in tokens(text)} == {
        '"k"': "key",
        '"v"': "string",
        '"n"': "key",
        "-1500.0": "number",
        '"t"': "key",
        "true": "word",
    }


def test_a_huge_event_is_cut_with_a_note() -> None:
    text = shortened(json_text({"x": "y" * 1_000_000}))
    assert len(text) < LONGEST + 100
    assert "more characters" in text
    assert shortened("short") == "short"


def test_values_outside_json_are_shown_too() -> None:
    assert "nan" in json_text({"x": float("nan")}).lower()
    looped: list[object] = []
    looped.append(looped)
    assert "[" in json_text(looped)
