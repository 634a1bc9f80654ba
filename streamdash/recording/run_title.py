"""A title for a run whose prompt file gives it none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.streams.spec import StreamSpec

QUESTION_CELLS = 40
MODELS_CELLS = 80
MODELS_SHOWN = 3


def run_title(specs: Sequence[StreamSpec]) -> str:
    """The beginning of the first question and the models, as `What is Rust? · gpt, claude`."""
    questions = list(dict.fromkeys(filter(None, (spec.question for spec in specs))))
    more = f" and {len(questions) - 1} more" if len(questions) > 1 else ""
    question = short_question(questions[0]) + more if questions else ""
    return with_models(question, specs)


def with_models(title: str, specs: Sequence[StreamSpec]) -> str:
    """The title and the models, as `Two · gpt, claude`; each only if there is one.

    A title that ends in the models, as those of `run_title` do, stays as it is.
    """
    models = list(dict.fromkeys(filter(None, (spec.model for spec in specs))))
    more = f" and {len(models) - MODELS_SHOWN} more" if len(models) > MODELS_SHOWN else ""
    shown = clean_line(", ".join(models[:MODELS_SHOWN]), MODELS_CELLS) + more
    if title.endswith(shown):
        return title
    return " · ".join(filter(None, (title, shown)))


def short_question(question: str) -> str:
    """The beginning of a question on one clean line of at most `QUESTION_CELLS` cells."""
    beginning = question[: 8 * QUESTION_CELLS]  # enough however much of it is white space
    return clean_line(" ".join(beginning.split()), QUESTION_CELLS)
