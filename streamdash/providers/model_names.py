"""Reads the answer to a request for a list of models; anything may come there."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_MODELS = 20_000
"""Names of one endpoint that are kept."""
LONGEST = 200
"""Characters of a name; longer ones are no names."""
NOT_A_LIST = "answers, but not with a list of models"
_DIGITS = re.compile(r"(\d+)")


class NotAListError(Exception):
    """Says that an answer is no list of models, in words that repeat nothing of it."""


class ModelList(NamedTuple):
    """The names of an endpoint's models, each once and in natural order."""

    models: tuple[str, ...] = ()
    left_out: int = 0
    """Entries without a name that a model reference can hold."""


class Page(NamedTuple):
    """The names on one page, as they came."""

    models: list[str]
    left_out: int
    next_after: str | None
    """The id after which the next page begins; None on the last one."""


def read_page(body: bytes) -> Page:
    """The names in an answer of any dialect. Raises NotAListError."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise NotAListError(NOT_A_LIST) from None
    entries = _entries(answer)
    names = [_name(entry) for entry in entries]
    models = [name for name in names if name is not None]
    return Page(models, len(names) - len(models), _next_after(answer, models))


def _entries(answer: object) -> list[object]:
    """The entries of `{"data": [...]}`, `{"models": [...]}` or a bare list; null is an empty one.

    Together sends a bare list, Ollama null where it has no model.
    """
    if isinstance(answer, list):
        return answer
    if isinstance(answer, dict):
        for key in ("data", "models"):
            if key in answer:
                entries = answer[key]
                if entries is None:
                    return []
                if isinstance(entries, list):
                    return entries
    raise NotAListError(NOT_A_LIST)


def _name(entry: object) -> str | None:
    """The name of one entry; None if there is none that a model reference can hold."""
    if isinstance(entry, dict):
        entry = entry.get("id") or entry.get("name") or entry.get("model")
    if not isinstance(entry, str) or len(entry) > LONGEST:
        return None
    return entry if is_name(entry) else None


def is_name(text: str) -> bool:
    """Whether a model reference can hold this name as it is."""
    return 0 < len(text) <= LONGEST and text.isprintable() and text == text.strip()


def _next_after(answer: object, models: Sequence[str]) -> str | None:
    if not isinstance(answer, dict) or answer.get("has_more") is not True:
        return None
    last = answer.get("last_id")
    if isinstance(last, str) and is_name(last):
        return last
    return models[-1] if models else None


def join(pages: Iterable[Page]) -> ModelList:
    """All pages as one list."""
    pages = list(pages)
    names = {name for page in pages for name in page.models}
    models = sorted(names, key=_natural)
    left_out = sum(page.left_out for page in pages) + max(0, len(models) - MOST_MODELS)
    return ModelList(tuple(models[:MOST_MODELS]), left_out)


def _natural(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """A key that sorts `gpt-4` before `gpt-35`, ignoring case."""
    parts = _DIGITS.split(name.casefold())
    return [
        (0, int(part), "") if number % 2 and len(part) < 20 else (1, 0, part)
        for number, part in enumerate(parts)
    ], name
