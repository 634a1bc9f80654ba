"""What the server is to send: streams made of phases, written into each stream's model name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from tests.bench.markdown_text import CHUNKS, HERE, STARTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Kind = Literal[
    "words", "solid", "lines", "wide", "markdown", "fence", "table", "paragraph", "quotes"
]

MARK_EVERY_S = 0.2
FIRST_S = 0.3
SPREAD_S = 0.6
"""First deltas come between `FIRST_S` and `FIRST_S + SPREAD_S` after the request."""
_GOLDEN = 0.618034

_SENTENCE = (
    "the tide pulls at quiet harbours while small boats turn on their long ropes and gulls wait "
    "above grey water for something that glitters under the morning because light falls first on "
    "whatever moves so we count waves by ear and lose them again in sleep"
)
_WORDS = _SENTENCE.split(" ")
_ROWS = "| the tide | 4.20 m | **afloat** |\n| `boats` | 12 | with *long* ropes |\n"
_PATTERNS: dict[Kind, str] = {
    "words": f"{_SENTENCE}.\n",
    "solid": "abcdefghijklmnopqrstuvwxyz0123456789",
    "lines": "a short line\n",
    "wide": "潮水慢慢地上涨🌊小船在港口里轻轻摇晃🚣‍♀️朝の光が水面に触れる☀️",
    "markdown": "".join(chunk for chunk in CHUNKS if chunk != HERE),
    "fence": "def f(a):  # tide\n    return f(a, 'b') + 1\n",
    "table": _ROWS,
    "paragraph": _SENTENCE.replace("quiet", "**quiet**").replace("grey", "`grey`") + ". ",
    "quotes": "> " * 10_000 + "deep\n",
}


_BEGINNINGS: dict[Kind, str] = {
    "fence": "```python\n",
    "table": "| what | how much | where |\n|------|---------:|:------|\n",
}


class Phase(NamedTuple):
    """`chunks` chunks at `rate` a second; `size` characters each, or one word each where 0.

    Of single words there are two kinds: "words" and "markdown".
    """

    kind: Kind
    rate: float
    chunks: int
    size: int = 0


@dataclass(frozen=True, slots=True)
class Workload:
    """The phases of every stream of a run, all streams alike unless `companions` differ.

    `companions` replaces the phases of the last streams, one entry each.
    """

    streams: int
    phases: tuple[Phase, ...]
    companions: tuple[tuple[Phase, ...], ...] = ()

    def of(self, index: int) -> tuple[Phase, ...]:
        """The phases of stream `index`."""
        place = index - (self.streams - len(self.companions))
        return self.companions[place] if place >= 0 else self.phases

    def model(self, index: int) -> str:
        """The model name that asks the server for stream `index`."""
        return model_name(index, self.of(index))

    def text(self, index: int) -> str:
        """The whole answer of stream `index`."""
        return "".join(text for text, _ in chunks(index, self.of(index)))

    @property
    def seconds(self) -> float:
        """How long the longest stream takes on the wire."""
        return FIRST_S + SPREAD_S + max(
            sum(phase.chunks / phase.rate for phase in self.of(index))
            for index in range(self.streams)
        )  # fmt: skip

    def write_prompt_file(self, path: Path, base_url: str) -> None:
        """Ask for these streams in a prompt file of ours, labelled by `label(index)`."""
        lines = ["[endpoints.lab]", 'api = "openai"', f'base_url = "{base_url}"']
        for index in range(self.streams):
            lines += [
                "[[streams]]",
                f'label = "{label(index)}"',
                f'model = "lab:{self.model(index)}"',
                'prompt = "go"',
            ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def write_request_file(self, path: Path, base_url: str) -> None:
        """Ask for these streams in the file that the baselines read."""
        models = [self.model(index) for index in range(self.streams)]
        path.write_text(json.dumps({"base_url": base_url, "models": models}), encoding="utf-8")


def steady(streams: int, rate: float, seconds: float, kind: Kind = "words") -> Workload:
    """`streams` streams of one word a chunk, `rate` chunks a second."""
    return Workload(streams, (Phase(kind, rate, round(rate * seconds)),))


def label(index: int) -> str:
    """The label of stream `index`."""
    return f"s{index:03d}"


def model_name(index: int, phases: tuple[Phase, ...]) -> str:
    """`3_words-50-400-0`: the stream's index, then its phases."""
    parts = (f"{kind}-{rate:g}-{count}-{size}" for kind, rate, count, size in phases)
    return "_".join([str(index), *parts])


def parse_model(model: str) -> tuple[int, tuple[Phase, ...]]:
    """The stream's index and phases; a ValueError for any other model name."""
    index, *parts = model.split("_")
    phases = []
    for part in parts:
        kind, rate, count, size = part.split("-")
        if kind not in get_args(Kind):
            raise ValueError(f"no such kind of text: {kind}")
        phases.append(Phase(kind, float(rate), int(count), int(size)))  # type: ignore[arg-type]
    return int(index), tuple(phases)


def first_delay(index: int) -> float:
    """Seconds from the request to the first delta: different for every stream."""
    return FIRST_S + SPREAD_S * ((index * _GOLDEN) % 1.0)


def chunks(index: int, phases: tuple[Phase, ...]) -> Iterator[tuple[str, float]]:
    """Each chunk's text and the seconds until the next one."""
    number = 0
    last = sum(phase.chunks for phase in phases) - 1
    for phase in phases:
        period = 1 / phase.rate
        every = max(1, round(phase.rate * MARK_EVERY_S))
        place_in_answer = STARTS[index % len(STARTS)]
        due = True
        for place in range(phase.chunks):
            if phase.size:
                text = bulk(phase.kind, phase.size, place)
            elif phase.kind == "markdown":
                due |= number % every == 0
                place_in_answer, fits = _next_place(place_in_answer)
                if number == last or place == 0 or (due and fits):
                    text, due = marker(index, number), False
                else:
                    text = CHUNKS[place_in_answer]
                    place_in_answer += 1
            elif number % every == 0 or number == last:
                text = marker(index, number)
            else:
                text = _word(index, number)
            yield text, period
            number += 1


def bulk(kind: Kind, size: int, place: int) -> str:
    """`size` characters of a kind; `place` chooses where the pattern begins."""
    pattern, beginning = _PATTERNS[kind], _BEGINNINGS.get(kind, "")
    start = place * size - len(beginning)
    if start < 0:
        return (beginning[start:] + pattern * (1 + size // len(pattern)))[:size]
    start %= len(pattern)
    repeated = pattern * (2 + size // len(pattern))
    return repeated[start : start + size]


def _next_place(place: int) -> tuple[int, bool]:
    """The place of the next chunk of the answer, and whether a marker may stand before it."""
    place %= len(CHUNKS)
    if CHUNKS[place] == HERE:
        return (place + 1) % len(CHUNKS), True
    return place, False


def _word(index: int, number: int) -> str:
    word = _WORDS[(index * 7919 + number * 31) % len(_WORDS)]
    return f"{word}.\n\n" if number % 61 == 60 else f"{word} "


def marker(index: int, number: int) -> str:
    """A word that occurs once in the whole run, short enough to stay on one row."""
    return f"@{index}.{number}@ "


MARKER = re.compile(rb"@(\d+)\.(\d+)@")
MARKER_BYTES = 24
"""No marker is longer."""


def mark_numbers(index: int, phases: tuple[Phase, ...]) -> list[int]:
    """The numbers of the chunks of a stream that are markers."""
    return [
        number
        for number, (text, _) in enumerate(chunks(index, phases))
        if MARKER.match(text.encode())
    ]
