"""Brings the texts of earlier answers back from the recording, when somebody wants to see them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from streamdash.streams.timing.side_work import giving_way

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from streamdash.streams.kept_texts import KeptTexts
    from streamdash.streams.state import StreamState


class EarlierTexts:
    """Reads `recorded_in`, the recording of the run that owns `texts`, if there is one."""

    def __init__(self, texts: KeptTexts, recorded_in: Path | None) -> None:
        self._texts = texts
        self._recorded_in = recorded_in

    async def bring(self, states: Iterable[StreamState]) -> None:
        """Give these answers the texts that were dropped, or note that they are lost.

        The file is read in a thread; the streams go on meanwhile.
        """
        # loaded here: most runs drop nothing
        from streamdash.recording.launch_texts import key_of, recorded_texts

        states = list(states)
        lost = self._texts.lost
        wanted = {key_of(one): one for one in states if one.texts_dropped and one not in lost}
        path = self._recorded_in
        if not wanted:
            return
        found = {}
        if path is not None:
            found = await asyncio.to_thread(giving_way, partial(recorded_texts, path, [*wanted]))
        texts = {state: found.get(key, {}) for key, state in wanted.items()}
        self._texts.restore(texts, spared=states)
