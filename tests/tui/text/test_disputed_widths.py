"""Clusters of disputed width move nothing, whatever width the terminal gives them."""

from __future__ import annotations

import re

import pyte
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from streamdash.tui.text.disputed_widths import settle, settle_row
from tests.fuzzing import examples, rounds
from tests.tui.recorded_screen import recorded_screen
from tests.tui.screen import until
from tests.tui.scripted_run import scripted_run

pytestmark = pytest.mark.fault(
    "screen", "emoji of disputed width leave borders and neighbours whole"
)

SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
DISPUTED = {
    "variation selector": "❤\ufe0f", "cloud": "☁\ufe0f", "copyright": "©\ufe0f",
    "text style": "⌚\ufe0e", "keycap": "1\ufe0f\u20e3", "bare keycap": "#\u20e3",
    "flag": "🇩🇪", "half a flag": "🇩", "tag flag": SCOTLAND, "rainbow": "🏳\ufe0f\u200d🌈",
    "family": "👨\u200d👩\u200d👧\u200d👦", "skin": "👍🏽",
    "runner": "🏃🏽\u200d♀\ufe0f\u200d➡\ufe0f",
    "late emoji": "\U0001fae8", "later emoji": "\U0001fae9", "check": "✅", "zero width": "\u200b",
    "lone selector": "\ufe0f", "lone skin": "🏽",
}  # fmt: skip


class Terminal(pyte.Screen):
    """A terminal with a table of its own: it joins nothing, and draws some clusters `wider`."""

    def __init__(self, columns: int, lines: int, *, wider: bool) -> None:
        super().__init__(columns, lines)
        self.wider = wider

    def draw(self, data: str) -> None:
        for character in data:
            super().draw(character)
            if (self.wider and character in "\ufe0f\u200d\u200b") or character >= "\U000e0020":
                super().draw("?")


def cells(output: str, *, wider: bool, columns: int = 40) -> list[str]:
    screen = Terminal(columns, 3, wider=wider)
    stream = pyte.Stream(screen)
    stream.feed(f"\x1b[?7l\x1b[1;1H{'#' * columns}")
    stream.feed(output)
    return [screen.buffer[0][x].data for x in range(columns)]


@pytest.mark.parametrize("cluster", DISPUTED.values(), ids=list(DISPUTED))
@pytest.mark.parametrize("wider", [False, True])
def test_the_text_after_a_cluster_is_in_its_column(cluster: str, wider: bool) -> None:
    text = f"a{cluster}b{cluster}c"
    pad = 30 - cell_len(text)
    output = settle(f"\x1b[1;6H\x1b[1m{text}{' ' * pad}\x1b[0m|")
    row = cells(output, wider=wider)
    one = cell_len(f"a{cluster}")
    assert row[5] == "a"
    assert row[5 + one] == "b"
    assert row[5 + cell_len(f"a{cluster}b{cluster}")] == "c"
    assert row[35] == "|"
    assert row[:5] == ["#"] * 5
    assert row[36:] == ["#"] * 4


@pytest.mark.parametrize("cluster", DISPUTED.values(), ids=list(DISPUTED))
@pytest.mark.parametrize("wider", [False, True])
def test_at_the_end_of_a_row_nothing_reaches_beyond_it(cluster: str, wider: bool) -> None:
    row = cells(settle_prefix(f"ab{cluster}", 3), wider=wider)
    end = 3 + cell_len(f"ab{cluster}")
    assert row[3:5] == ["a", "b"]
    assert row[end:] == ["#"] * (40 - end)


def settle_prefix(text: str, column: int) -> str:
    return f"\x1b[1;{column + 1}H{settle_row(text, column)}"


def test_no_old_text_remains_visible() -> None:
    output = "\x1b[1;1Hold words here" + settle("\x1b[1;1H❤\ufe0f 1\ufe0f\u20e3 ☁\ufe0f new.....")
    row = "".join(cells(output, wider=False))
    assert not set("oldwrhe") & set(row.partition("new")[0])


def test_undisputed_text_is_not_touched() -> None:
    for text in ("", "plain", "\x1b[1;1Hé ü – … │ ✓ ● 漢字 한국어 Ω e\u0301 हिन्दी\x1b[2;9H|"):
        assert settle(text) is text
    assert settle("❤\ufe0f before any place") == "❤\ufe0f before any place"
    assert settle("\x1b]52;c;8J+RjQ==\x07") == "\x1b]52;c;8J+RjQ==\x07"


@example(parts=["🇩🇪", "\u200b"], column=0)
@examples(150)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([*DISPUTED.values(), "漢", "e\u0301", "word ", "\x1b[31m", "\x1b[0m"]),
            st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=4),
        ),
        max_size=12,
    ),
    st.integers(0, 20),
)
def test_any_text_keeps_its_place_and_its_characters(parts: list[str], column: int) -> None:
    text = "".join(parts)
    output = settle_row(text, column)
    end = column + sum(cell_len(part) for part in re.split("\x1b\\[\\d*m", text))
    # the space after a row is for an emoji whose parts are not joined
    roomy = settle_row(text + " " * 80, column)
    placed = re.findall("\x1b\\[(\\d+)G", output)
    assert all(column < int(place) <= end + 1 for place in placed)
    assert re.sub("\x1b\\[\\d+G| ", "", roomy) == text.replace(" ", "")


async def test_panes_beside_each_other_stay_whole() -> None:
    run, provider = scripted_run("A", "B ❤\ufe0f🇩🇪", "C")
    words = [*DISPUTED.values(), "and words "]
    async with recorded_screen(run, size=(96, 20)) as screen:
        await until(lambda: len(provider.by_label) == 3)
        for number in range(rounds(4)):
            for place, stream in enumerate(provider.by_label.values()):
                stream.say(" ".join(words[(number + place) % 7 :: 2]))
            await screen.quiet()
            rows = screen.text().splitlines()
            sides = [row for row in rows if row.startswith("│")]
            assert len(sides) == 16
            assert all(row.count("│") == 6 for row in sides), "\n".join(rows)
