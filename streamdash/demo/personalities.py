"""The models of the embedded server: their answers, speed and rhythm."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from streamdash.demo.prose import TOPICS, answer_to, thoughts_on
from streamdash.demo.question import Question, pieces
from streamdash.demo.script import Script, Step

if TYPE_CHECKING:
    from streamdash.streams.events import Channel

_GAP_SPREAD = 0.5
"""The sigma of the log-normal gaps: most are average, and a few three times as long."""
_BURST_GAP_S = 0.003
_OPENING_SHARE = 0.25
"""The share of the time to the first token that passes before the headers."""

_SHORT = tuple(topic for topic in TOPICS if topic not in ("longitude", "merge", "retry"))


class Speech(NamedTuple):
    """One canned token and its channel."""

    channel: Channel
    text: str


Words: TypeAlias = Callable[[Question, Random], Iterator[Speech]]
Rhythm: TypeAlias = "Callable[[list[Speech], float, Random], Iterator[Step]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Personality:
    """One model; the same question always gets the same answer in the same rhythm."""

    words: Words
    rhythm: Rhythm
    ttft_s: float
    """The median time to the first token."""
    rate: float
    """Tokens per second."""
    finish: str = "stop"
    busy: bool = False
    """Whether the server refuses every other request with the same question, with 429."""

    def perform(self, question: Question) -> Script:
        """The script of the answer, cut at the question's token limit."""
        # The prompt may contain half of a surrogate pair, which a seed must not.
        rng = Random(ascii((question.model, question.prompt)))  # noqa: S311  # for looks only
        speeches = list(self.words(question, rng))
        finish = self.finish
        if question.limit is not None and question.limit < len(speeches):
            speeches = speeches[: question.limit]
            finish = "length"
        ttft = self.ttft_s * rng.lognormvariate(0.0, 0.1)
        steps = list(self.rhythm(speeches, self.rate, rng))
        if steps:
            steps[0] = steps[0]._replace(delay_s=ttft * (1 - _OPENING_SHARE))
        return Script(
            steps=tuple(steps),
            opening_s=ttft * _OPENING_SHARE,
            finish=finish,
            tool=_first_tool(question),
        )


def _gap(rate: float, rng: Random) -> float:
    """Seconds to the next token: log-normal, with a mean of 1 / rate."""
    return rng.lognormvariate(-math.log(rate) - _GAP_SPREAD**2 / 2, _GAP_SPREAD)


def steady(speeches: list[Speech], rate: float, rng: Random) -> Iterator[Step]:
    """One delta per token, each after its own gap."""
    for channel, text in speeches:
        yield Step(_gap(rate, rng), channel, text)


def bursty(speeches: list[Speech], rate: float, rng: Random) -> Iterator[Step]:
    """Bursts of several deltas of several tokens, each before a pause that restores the rate."""
    place, owed_s = 0, 0.0
    while place < len(speeches):
        start, wait_s = place, owed_s
        for _ in range(rng.randint(4, 9)):
            group = speeches[place : place + rng.randint(1, 4)]
            if not group:
                break
            place += len(group)
            text = "".join(piece.text for piece in group)
            yield Step(wait_s, group[0].channel, text, tokens=len(group))
            wait_s = _BURST_GAP_S
        owed_s = (place - start) * _gap(rate, rng)


def prose(*shelf: str) -> Words:
    """Answers with a prepared text on one of these topics."""

    def words(question: Question, rng: Random) -> Iterator[Speech]:
        for piece in pieces(answer_to(question.prompt, shelf, rng)):
            yield Speech("answer", piece)

    return words


def thoughtful(question: Question, rng: Random) -> Iterator[Speech]:
    """Reasons before it answers."""
    for piece in pieces(thoughts_on(question.prompt)):
        yield Speech("reasoning", piece)
    for piece in pieces(answer_to(question.prompt, _SHORT, rng)):
        yield Speech("answer", piece)


def repeating(question: Question, rng: Random) -> Iterator[Speech]:
    """Repeats the prompt, cut anywhere, even between the parts of an emoji."""
    text, place = question.prompt, 0
    while place < len(text):
        size = rng.randint(1, 6)
        yield Speech("answer", text[place : place + size])
        place += size


def calling(_question: Question, rng: Random) -> Iterator[Speech]:
    """Calls a function."""
    city = rng.choice(["Lisbon", "Reykjavík", "東京", "Nairobi"])
    arguments = json.dumps({"city": city, "unit": "celsius", "days": 3}, ensure_ascii=False)
    for piece in pieces(arguments):
        yield Speech("tool", piece)


def refusing(_question: Question, _rng: Random) -> Iterator[Speech]:
    """Declines, politely."""
    text = "I would rather not. Nothing personal: refusing is all that this model does."
    for piece in pieces(text):
        yield Speech("refusal", piece)


def _first_tool(question: Question) -> str:
    """The name of the first function that the request offers, in any dialect."""
    tools = question.body.get("tools")
    first = tools[0] if isinstance(tools, list) and tools else None
    if isinstance(first, dict):
        function = first.get("function")
        name = function.get("name") if isinstance(function, dict) else first.get("name")
        if isinstance(name, str) and name:
            return name
    return "get_weather"


PERSONALITIES = {
    "quick": Personality(words=prose(*_SHORT), rhythm=steady, ttft_s=0.18, rate=70),
    "slow": Personality(words=prose(*_SHORT), rhythm=steady, ttft_s=1.8, rate=38),
    "thinker": Personality(words=thoughtful, rhythm=steady, ttft_s=0.45, rate=60),
    "bursty": Personality(words=prose(*_SHORT), rhythm=bursty, ttft_s=0.6, rate=45),
    "long": Personality(words=prose("longitude"), rhythm=steady, ttft_s=0.35, rate=95),
    "code": Personality(words=prose("merge", "retry"), rhythm=steady, ttft_s=0.4, rate=55),
    "tools": Personality(words=calling, rhythm=steady, ttft_s=0.3, rate=40, finish="tool"),
    "refusal": Personality(words=refusing, rhythm=steady, ttft_s=0.25, rate=40, finish="refusal"),
    "cached": Personality(words=prose(*_SHORT), rhythm=steady, ttft_s=0.3, rate=60),
    "busy": Personality(words=prose(*_SHORT), rhythm=steady, ttft_s=0.2, rate=60, busy=True),
    "echo": Personality(words=repeating, rhythm=steady, ttft_s=0.1, rate=120),
}
