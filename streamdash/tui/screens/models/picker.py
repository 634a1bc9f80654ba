"""Choosing a model: fuzzy search over everything that is known, or a reference typed out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from streamdash.models.candidates import Candidate, candidates_of, find
from streamdash.output.safe_text import clean_line
from streamdash.promptfile.model_references import Target
from streamdash.promptfile.values import Invalid
from streamdash.reporting.figures import count
from streamdash.tui.screens.list_picker import CLOSE, MOVES, ListPicker
from streamdash.tui.screens.models.candidate_list import CandidateList
from streamdash.tui.screens.models.gathering import Failure, Gathering
from streamdash.tui.widgets.entry import Entry
from streamdash.tui.widgets.key_line import KeyLine
from streamdash.tui.widgets.keys import Key, bindings
from streamdash.tui.widgets.latest_job import LatestJob
from streamdash.tui.widgets.part_line import PartLine
from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from typing import ClassVar

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from streamdash.models.candidates import Found
    from streamdash.models.model_sources import ModelSources
    from streamdash.tui.screens.models.candidate_list import Row

KEYS = (
    CLOSE,
    Key("", "pick", "enter", "choose this model", "choose", 1),
    *MOVES,
    Key("ctrl+r", "refresh", "ctrl+r", "ask the endpoints again", "ask again", 3),
)
NOTHING_KNOWN = "no model is known yet: type ENDPOINT:MODEL, such as openai:gpt-4o-mini"
SMALL = 500
"""So many candidates are searched at once, more of them in a thread."""


class ModelPicker(ListPicker[Target | None]):
    """Lets the user choose a model; the result is None if the picker was closed.

    `title` says what the model is for. `current` is the reference of the model that is chosen at
    first, if it is known.
    """

    CSS_PATH = "picker.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(KEYS[-1:])]
    choices: CandidateList

    def __init__(
        self, sources: ModelSources, *, title: str = "Choose a model", current: str | None = None
    ) -> None:
        super().__init__()
        self._sources = sources
        self._purpose = title
        self._current = current
        self._found: Found | None = None
        """What the list shows."""
        self._searching: LatestJob[Found] = LatestJob(self)
        self._problems: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        self._title = PartLine(id="title")
        self.entry = Entry("search, or type endpoint:model")
        self.choices = CandidateList(self._short_problem)
        self._detail = PartLine(id="detail")
        self.keys = KeyLine(id="keys")
        yield self._title
        yield self.entry
        yield self.choices
        yield self._detail
        yield self.keys

    def on_mount(self) -> None:
        self.keys.show_keys([key for key in KEYS if key.brief])
        self._gathering = Gathering(self, self._sources, self.search)
        self._gathering.start()

    # -- searching --------------------------------------------------------------------------

    @property
    def listed(self) -> str | None:
        return None if self._found is None else self._found.query

    def search(self) -> None:
        """Search the models known by now for what is typed; the list keeps its rows until then."""
        work = partial(find, self.entry.value, self._gathering.pool.all())
        if len(self._gathering.pool) <= SMALL:
            self._searching.drop()
            self._show_found(work())
        else:
            self._searching.want(work, self._show_found)
            self._show_title()

    def _show_found(self, found: Found) -> None:
        typed_on = self._found is not None and self._found.query != found.query
        chosen = None if typed_on else self.choices.chosen
        if self._found is None and self._current is not None:
            known = (one for one in found.rows if one.target.reference == self._current)
            chosen = next(known, None)
        self._found = found
        failures = self._gathering.failures.values()
        rows: list[Row] = [*found.rows, *self._as_typed(found), *failures]
        self.choices.show(rows, found.query, chosen=chosen)
        self._show_title()
        self.act_on_rows()

    def _as_typed(self, found: Found) -> list[Candidate]:
        """The typed reference itself, if it is one and is not among the rows anyway."""
        try:
            target = self._sources.resolve(found.query)
        except Invalid:
            return []
        if any(one.target == target for one in found.rows):
            return []
        return candidates_of([target], "as typed")

    def _short_problem(self, one: Candidate) -> str:
        """Why nothing can be sent to the model's endpoint, in a few words."""
        endpoint = one.target.endpoint
        if endpoint.name not in self._problems:
            problem = self._sources.lists.problem(endpoint) or ""
            if problem and self._sources.lists.lacks_key(endpoint):
                problem = f"no {endpoint.key_env}"
            self._problems[endpoint.name] = clean_line(problem, 80)
        return self._problems[endpoint.name]

    # -- the lines around the list ----------------------------------------------------------

    def _show_title(self) -> None:
        known = count(len(self._gathering.pool))
        words = f"{known} model{'' if known == '1' else 's'}"
        if self._found is not None and self._found.query.strip():
            words = f"{count(len(self._found.rows))} of {words}"
        parts = [Part(self._purpose, 0, "title", flexible=True, least=8), Part(words, 1)]
        asking = self._gathering.asking
        if asking:
            names = clean_line(", ".join(asking[:3]), 60) + (", …" if len(asking) > 3 else "")
            short = f"asking {len(asking)}"
            parts.append(Part(f"asking {names}", 2, "note", short=short, at_right=True))
        self._title.show(parts)

    def _show_detail(self) -> None:
        self._detail.show(self._details())

    def _details(self) -> list[Part]:
        row = self.choices.chosen
        if isinstance(row, Failure) and self.choices.moved:
            words = f"{row.endpoint} lists no models: {row.reason}"
            return [Part(words, 0, "warn", flexible=True, least=1)]
        if not isinstance(row, Candidate):
            return [Part(self._nothing(), 0, "warn", flexible=True, least=1)]
        endpoint = row.target.endpoint
        place = "the embedded server" if endpoint.demo else clean_line(endpoint.base_url, 120)
        parts = [
            Part(clean_line(row.target.reference, 240), 0, "figures", flexible=True, least=8),
            Part(f"{endpoint.api} at {place}", 4, "quiet"),
        ]
        problem = self._sources.lists.problem(endpoint)
        if problem:
            short = self._short_problem(row)
            parts.insert(1, Part(clean_line(problem, 200), 1, "warn", short=short))
        return parts

    def _nothing(self) -> str:
        """Why no row can be chosen."""
        typed = self.entry.value
        if not typed.strip():
            return NOTHING_KNOWN
        try:
            self._sources.resolve(typed)
        except Invalid as reason:
            return clean_line(f"no match, and {reason}", 400)
        return ""

    # -- keys -------------------------------------------------------------------------------

    def pick(self) -> None:
        """Close with the chosen model."""
        row = self.choices.chosen
        if isinstance(row, Candidate):
            self.dismiss(row.target)

    def action_refresh(self) -> None:
        self._gathering.refresh()

    def on_candidate_list_moved(self) -> None:
        self._show_detail()

    def on_candidate_list_picked(self) -> None:
        self.action_pick()
