from hypothesis import given
from hypothesis import strategies as st

from streamdash.streams.text_buffer import TextBuffer


def joined(pieces: list[str]) -> str:
    return "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


@given(st.lists(st.text(st.characters(), max_size=20)))
def test_appended_text_is_read_back_and_counted(pieces: list[str]) -> None:
    buffer = TextBuffer()
    for piece in pieces:
        buffer.append(piece)
    buffer.finish()
    assert buffer.value() == "".join(pieces)
    assert buffer.chars == len("".join(pieces))


@given(st.lists(st.text(max_size=40), min_size=1), st.integers(0, 2000))
def test_reading_from_any_position_gives_the_rest(pieces: list[str], start: int) -> None:
    buffer = TextBuffer()
    for piece in pieces:
        buffer.append(piece)
    assert buffer.since(start) == buffer.value()[start:]


def test_reading_across_sealed_blocks_gives_the_rest() -> None:
    buffer = TextBuffer()
    text = "".join(chr(0x61 + i % 26) for i in range(300_000))
    for place in range(0, len(text), 777):
        buffer.append(text[place : place + 777])
    for start in (0, 1, 65_535, 65_536, 131_100, 299_999, 300_000, 400_000):
        assert buffer.since(start) == text[start:]


@given(st.text(st.sampled_from("a\U0001f600\U0001f680\ud83d\ude00"), max_size=12), st.data())
def test_halves_of_a_pair_that_arrive_apart_are_joined(text: str, data: st.DataObject) -> None:
    units = text.encode("utf-16-le", "surrogatepass")
    halves = [
        units[i : i + 2].decode("utf-16-le", "surrogatepass") for i in range(0, len(units), 2)
    ]
    buffer = TextBuffer()
    for half in halves:
        buffer.append(half)
    buffer.finish()
    assert buffer.value() == joined(halves)
    assert buffer.chars == len(joined(halves))


def test_a_half_without_its_other_half_stays_as_it_is() -> None:
    buffer = TextBuffer()
    buffer.append("x\ud83d")
    assert buffer.chars == 1
    buffer.finish()
    assert buffer.value() == "x\ud83d"
    assert buffer.chars == 2
