"""The text above an answer in a pane: earlier questions and answers, then its own question."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.output.safe_text import clean
from streamdash.streams.spec import content_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.streams.conversation import Question
    from streamdash.streams.spec import StreamSpec
    from streamdash.streams.state import StreamState
    from streamdash.tui.transcript.transcript import TextStyle

LONGEST = 4_000
"""Characters of a question that are repeated."""


class Passage(NamedTuple):
    """A piece of a transcript."""

    text: str
    style: TextStyle


def conversation(spec: StreamSpec, earlier: Sequence[StreamState]) -> list[Passage]:
    """The conversation before the answer, its question last; empty for a lone question.

    A cut answer that the conversation leaves out is shown in its place, marked as such.
    """
    questions = sum(message.get("role") == "user" for message in spec.messages)
    if questions < 2:
        return []
    left_out = {state.spec.turn: state for state in earlier if state.text.chars}
    passages: list[Passage] = []
    turn = spec.turn - questions
    answered = True
    for message in spec.messages:
        text = content_text(message.get("content"))
        if message.get("role") != "user":
            passages.append(Passage(text, "answer"))
            answered = True
            continue
        if not answered and turn in left_out:
            passages += _left_out(left_out[turn])
        turn += 1
        answered = False
        passages.append(Passage(f"{marked(text)}\n", "note"))
    return passages


def _left_out(state: StreamState) -> list[Passage]:
    note = f"not sent on: this answer was cut ({state.status})"
    return [Passage(state.text.value(), "answer"), Passage(note + "\n", "note")]


def unsent_note(questions: Sequence[Question]) -> str:
    """Lines that list the unsent follow-ups and the key that sends them; empty if all were sent."""
    lines = [f"{marked(question.text)}\n" for question in questions]
    return "".join(lines) + "not sent, as the answer was cut: p asks again" if lines else ""


def marked(question: str) -> str:
    """A question as a transcript shows it."""
    text = clean(question).strip()
    if len(text) > LONGEST:
        text = text[: LONGEST - 1].rstrip() + "…"
    return "› " + text.replace("\n", "\n  ")
