"""A title for a run whose prompt file gives it none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from streamdash.output.safe_text import clean_line
from streamdash.streams.spec import content_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.streams.spec import RunPlan, StreamSpec
    from streamdash.streams.state import StreamState

QUESTION_CELLS = 40
MODELS_CELLS = 80
MODELS_SHOWN = 3


class TitledRun(Protocol):
    """The parts of a run, live or recorded, that its title comes from."""

    @property
    def plan(self) -> RunPlan: ...

    @property
    def states(self) -> Sequence[StreamState]: ...

    @property
    def present(self) -> Sequence[int]: ...


def title_of(run: TitledRun, *, models: bool = True) -> str:
    """The title that the user gave, else one for the streams present, as they are asked now.

    Without `models` it is fit for blind mode and for the name of a file; it may be empty.
    """
    present = [run.states[index].spec for index in run.present]
    return run.plan.title or run_title(present, with_models=models)


def run_title(specs: Sequence[StreamSpec], *, with_models: bool = True) -> str:
    """The beginning of the first question and the models, as `What is Rust? · gpt, claude`."""
    questions = list(dict.fromkeys(filter(None, map(_opening, specs))))
    more = f" and {len(questions) - 1} more" if len(questions) > 1 else ""
    question = short_question(questions[0]) + more if questions else ""
    return titled_with_models(question, specs) if with_models else question


def titled_with_models(title: str, specs: Sequence[StreamSpec]) -> str:
    """The title and the models, as `Two · gpt, claude`; each only if there is one.

    A title that ends in the models, as those of `run_title` do, stays as it is.
    """
    models = list(dict.fromkeys(filter(None, (spec.model for spec in specs))))
    more = f" and {len(models) - MODELS_SHOWN} more" if len(models) > MODELS_SHOWN else ""
    shown = clean_line(", ".join(models[:MODELS_SHOWN]), MODELS_CELLS) + more
    if title.endswith(shown):
        return title
    return " · ".join(filter(None, (title, shown)))


def _opening(spec: StreamSpec) -> str:
    """The question that the follow-ups follow; empty if nothing has been asked yet."""
    asked = [message for message in spec.messages if message.get("role") == "user"]
    return content_text(asked[-min(spec.turn, len(asked))].get("content")) if asked else ""


def short_question(question: str) -> str:
    """The beginning of a question on one clean line of at most `QUESTION_CELLS` cells."""
    beginning = question[: 8 * QUESTION_CELLS]  # enough however much of it is white space
    return clean_line(" ".join(beginning.split()), QUESTION_CELLS)
