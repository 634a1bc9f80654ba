"""The models to choose from, gathered from all sources, and those that match what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from streamdash.models.fuzzy import match, words_of
from streamdash.output.safe_text import clean_line
from streamdash.promptfile.model_references import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from streamdash.models.model_sources import ModelSources
    from streamdash.streams.spec import Endpoint

Source = Literal["alias", "this run", "config", "recent", "listed", "as typed"]
SOURCES: tuple[Source, ...] = get_args(Source)
"""In the order in which they are listed."""
TEXT_MOST = 240
"""Characters of a candidate's text."""


class Candidate(NamedTuple):
    """One model to choose; `text` is what is shown and searched."""

    text: str
    target: Target
    source: Source


def aliases(sources: ModelSources) -> list[Candidate]:
    """The aliases that name a model."""
    return [
        Candidate(_shown(f"{name} = {target.reference}"), target, "alias")
        for name, target in sources.resolvable(sources.names.aliases)
    ]


def candidates_of(targets: Iterable[Target], source: Source) -> list[Candidate]:
    """A candidate for each target."""
    return [Candidate(_shown(target.reference), target, source) for target in targets]


def listed(endpoint: Endpoint, models: Iterable[str]) -> list[Candidate]:
    """A candidate for each model that an endpoint lists."""
    return candidates_of((Target(endpoint, model) for model in models), "listed")


def _shown(text: str) -> str:
    return clean_line(text, TEXT_MOST)


class Pool:
    """The candidates of all sources, in the order of these; a model has only its first source."""

    def __init__(self) -> None:
        self._by_source: dict[Source, list[Candidate]] = {source: [] for source in SOURCES}
        self._known: dict[str, Source] = {}

    def __len__(self) -> int:
        return sum(map(len, self._by_source.values()))

    def add(self, candidates: Iterable[Candidate]) -> None:
        """Add candidates; a model that is there from a later source moves to the earlier one."""
        moved: set[Source] = set()
        for one in candidates:
            before = self._known.get(one.text)
            if before is not None:
                if SOURCES.index(before) <= SOURCES.index(one.source):
                    continue
                moved.add(before)
            self._known[one.text] = one.source
            self._by_source[one.source].append(one)
        for source in moved:
            rows = self._by_source[source]
            self._by_source[source] = [one for one in rows if self._known[one.text] == source]

    def replace_listed(self, endpoint: str, candidates: Iterable[Candidate]) -> None:
        """Put what an endpoint lists now in place of what it listed before."""
        rows = self._by_source["listed"]
        kept = [one for one in rows if one.target.endpoint.name != endpoint]
        for one in rows:
            if one.target.endpoint.name == endpoint:
                del self._known[one.text]
        self._by_source["listed"] = kept
        self.add(candidates)

    def all(self) -> list[Candidate]:
        """Every candidate, those of the first source first."""
        return [one for rows in self._by_source.values() for one in rows]


class Found(NamedTuple):
    """The candidates that match a query, the best first."""

    query: str
    rows: Sequence[Candidate]


def find(query: str, candidates: Sequence[Candidate]) -> Found:
    """The matching candidates; of equally good ones those of an earlier source, then short ones.

    Takes some 50 ms for 5,000 names, so call it in a thread.
    """
    words = words_of(query)
    if not words:
        return Found(query, candidates)
    hits = []
    for place, one in enumerate(candidates):
        hit = match(words, one.text)
        if hit is not None:
            hits.append((-hit.score, SOURCES.index(one.source), len(one.text), place))
    hits.sort()
    return Found(query, [candidates[place] for *_, place in hits])
