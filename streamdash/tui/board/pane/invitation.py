"""What a pane shows before its stream has been asked anything: who will answer, and whether."""

from __future__ import annotations

import asyncio
from threading import Thread
from typing import TYPE_CHECKING

from streamdash.tui.board.pane.conversation import Passage
from streamdash.tui.board.pane.preface import settings_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeAlias

    from streamdash.providers.endpoint_state import EndpointState
    from streamdash.streams.spec import Endpoint, StreamSpec

    EndpointCheck: TypeAlias = Callable[[Sequence[Endpoint]], Iterator[tuple[str, EndpointState]]]

ENV_FILE = "--env-file FILE"


class Invitations:
    """The text of panes without a question; `changed` is called when more is known.

    `check` yields the states of endpoints by name as they become known. It is called in a thread,
    because local servers are asked over the network.
    """

    def __init__(self, check: EndpointCheck, changed: Callable[[], object]) -> None:
        self._check = check
        self._changed = changed
        self._states: dict[str, EndpointState] = {}

    def begin(self, specs: Iterable[StreamSpec]) -> None:
        """Check the endpoints of these streams, off the loop."""
        endpoints = {spec.endpoint.name: spec.endpoint for spec in specs}
        loop = asyncio.get_running_loop()

        def work() -> None:
            for name, state in self._check([*endpoints.values()]):
                try:
                    loop.call_soon_threadsafe(self._learn, name, state)
                except RuntimeError:
                    # the program has ended
                    return

        Thread(target=work, name="endpoint states", daemon=True).start()

    def _learn(self, name: str, state: EndpointState) -> None:
        self._states[name] = state
        self._changed()

    def passages(self, spec: StreamSpec) -> list[Passage]:
        """The model and its settings, then whether its endpoint is ready."""
        state = self._states.get(spec.endpoint.name)
        passages = [Passage(f"{settings_line(spec)}\n", "note")]
        if state is None:
            return passages
        hint = f": export it, or start with {ENV_FILE}" if state.missing else ""
        if state.ready:
            return [*passages, Passage(f"✓ {state.sentence}", "note")]
        return [*passages, Passage(f"! {state.sentence}{hint}", "error")]
