"""What the form has to know about a stream and its run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.screen import Screen

    from streamdash.promptfile.model_names import ModelNames
    from streamdash.promptfile.model_references import Target
    from streamdash.streams.spec import Endpoint, StreamSpec


class FormSubject(NamedTuple):
    """The stream whose request is changed."""

    label: str
    """As the board shows it."""
    spec: StreamSpec
    names: ModelNames
    """The names that the model may have."""
    known: Sequence[str] = ()
    """Model references that complete what is typed."""
    streams: int = 1
    """How many streams the run has."""
    blind: bool = False
    """Whether all that could reveal the model is hidden; then only the prompt can be changed."""
    caution: Callable[[Endpoint], str] = lambda _endpoint: ""
    """What to know before something is sent to an endpoint, often nothing."""
    picker: Callable[[str], Screen[Target | None]] | None = None
    """Makes a screen on which a model is chosen, beginning with a reference."""
