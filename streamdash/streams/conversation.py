"""Follow-up questions: which answers they send on, and which answers they may follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.spec import StreamSpec
    from streamdash.streams.state import StreamState


class Question(NamedTuple):
    """A follow-up; `with_cut` sends on the answer before it even if that was cut."""

    text: str
    with_cut: bool = False


def is_cut(state: StreamState) -> bool:
    """Whether the stream has ended with some text that a follow-up leaves out."""
    return state.status.final and not state.status.ended_well and state.text.chars > 0


def may_follow(state: StreamState, question: Question) -> bool:
    """Whether a question that has waited for this answer is to be sent."""
    return question.with_cut or state.status.ended_well


def followed_up(state: StreamState, question: Question) -> StreamSpec:
    """The spec that asks `question` after the conversation of `state`.

    Checks speak of the first question's answer, and are left out for any other.
    """
    spec = state.spec
    messages: list[Mapping[str, object]] = list(spec.messages)
    answer = state.text.value()
    if messages and answer and may_follow(state, question):
        messages.append({"role": "assistant", "content": answer})
    turn = spec.turn + 1 if messages else 1
    messages.append({"role": "user", "content": question.text})
    checks = spec.checks if turn == 1 else ()
    return spec._replace(messages=tuple(messages), turn=turn, checks=checks)


def reworded(spec: StreamSpec, text: str) -> StreamSpec:
    """The spec with `text` as its last question; what is said before and after it stays."""
    messages = list(spec.messages)
    for place in range(len(messages) - 1, -1, -1):
        if messages[place].get("role") == "user":
            messages[place] = {**messages[place], "content": text}
            break
    else:
        messages.append({"role": "user", "content": text})
    return spec._replace(messages=tuple(messages))
