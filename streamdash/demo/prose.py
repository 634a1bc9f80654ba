"""The prepared texts, and the choice of one for a prompt."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

_ENDINGS_MARK = "\n%%\n"
_QUOTED_CHARS = 70
_TOPICS = {
    "sky": r"\bsk(?:y|ies)\b|\bsunsets?\b|\bblue\b",
    "tides": r"\btid(?:e|es|al)\b|\bmoon\b",
    "sourdough": r"\bsourdough\b|\bbread\b|\byeast\b|\bbak(?:e|er|ing)\b",
    "branches": r"\bbranch(?:es)?\b|\bcpus?\b|\bprocessors?\b|\bpredict",
    "python": r"\bpython\b",
    "rust": r"\brust\b",
    "go": r"\bgolang\b|(?-i:(?<=\w )Go\b)|^go\W*$",
    "birthday": r"\bbirthdays?\b",
    "merge": r"\bmerg(?:e|ing)\b|\bsort(?:ed|ing)?\b|\bfiles?\b",
    "retry": r"\bretr(?:y|ies|ying)\b|\bbackoff\b|\bjitter\b",
    "longitude": r"\blongitude\b|\bsailors?\b|\bharrison\b|\bchronometers?\b",
    "about": r"\bstreamdash\b|\bcanned\b|\bdemo\b|\bembedded server\b|\bwho are you\b",
}
_PATTERNS = {topic: re.compile(pattern, re.IGNORECASE) for topic, pattern in _TOPICS.items()}
TOPICS = tuple(_TOPICS)

_LEADS = (
    "Nobody is thinking here: this model answers from a shelf of prepared texts, and none of "
    "them is about {prompt}. Here is one that people like.",
    "A real model would have something to say about {prompt}. This one is canned, and all it can "
    "do is to offer something else.",
    "I would love to help with {prompt}, but every answer of mine was written before you asked. "
    "The next best thing:",
)
_THOUGHTS = """\
They ask about {prompt}.

First, what do I know? Nothing. I am the embedded server: behind me there is no model, only a \
shelf of prepared texts and a random number generator with a fixed seed.

Second, what would a good answer look like? Short, true, and better than silence. One of the \
texts may even fit; the choice goes by the words in the question.

Third, should I say so? Yes. An honest canned answer is worth more than a dishonest fresh one.

I have spent long enough on this to look thoughtful. Answer.\
"""


@cache
def _sections(name: str) -> tuple[str, ...]:
    file = resources.files("streamdash.demo").joinpath("texts", f"{name}.md")
    return tuple(file.read_text(encoding="utf-8").rstrip("\n").split(_ENDINGS_MARK))


def topic_of(prompt: str, shelf: Sequence[str]) -> str | None:
    """The topic that most words of the prompt match; None if no word matches any."""
    hits = {topic: len(_PATTERNS[topic].findall(prompt)) for topic in shelf}
    best = max(shelf, key=lambda topic: hits[topic])
    return best if hits[best] else None


def answer_to(prompt: str, shelf: Sequence[str], rng: Random) -> str:
    """A prepared text and an ending; if no text fits the prompt, the first sentence says so."""
    topic = topic_of(prompt, shelf)
    paragraphs = []
    if topic is None:
        paragraphs.append(rng.choice(_LEADS).format(prompt=_quoted(prompt)))
        topic = rng.choice(shelf)
    body, *endings = _sections(topic)
    return "\n\n".join([*paragraphs, body, rng.choice(endings)])


def thoughts_on(prompt: str) -> str:
    """The reasoning of `thinker` before its answer."""
    if topic_of(prompt, TOPICS) == "birthday":
        return _sections("birthday.thoughts")[0]
    return _THOUGHTS.format(prompt=_quoted(prompt))


def _quoted(prompt: str) -> str:
    line = " ".join(prompt.split())
    if not line:
        return "nothing at all"
    if len(line) > _QUOTED_CHARS:
        line = line[:_QUOTED_CHARS].rsplit(" ", 1)[0] + " …"
    return f"“{line}”"
