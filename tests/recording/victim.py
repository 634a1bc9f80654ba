"""A run of sixteen streams that records itself until somebody kills it: `python -m ... FILE`."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from streamdash.recording.journal import Journal
from streamdash.streams.live import live_run
from streamdash.streams.spec import RunPlan
from tests.streams.scripted import Scripted, ScriptedSource, spec, spoken

LABELS = tuple("ABCDEFGHIJKLMNOP")
CHUNKS = 150


def chunks(label: str) -> list[str]:
    """What the stream says, in pieces that differ from each other."""
    return [f"{label}{place} wörd 😀\n" for place in range(CHUNKS)]


async def main(path: Path) -> None:
    """Record to `path`; the streams speak every millisecond or two."""
    known = {
        label: Scripted(spoken(*chunks(label), first=0.002, gap=0.001 + 0.0001 * place))
        for place, label in enumerate(LABELS)
    }
    journal = Journal(path)
    plan = RunPlan(specs=tuple(map(spec, LABELS)))
    run = live_run(plan, ScriptedSource(known), listeners=(journal,))
    journal.begin(run, datetime.now(UTC))
    run.start()
    await run.wait()
    await run.drain()
    journal.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
