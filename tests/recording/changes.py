"""A run whose streams are added, changed and removed while it goes on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.streams.scripted import Scripted, spec, spoken

if TYPE_CHECKING:
    from streamdash.streams.run import Run
    from streamdash.streams.spec import StreamSpec


def known() -> dict[str, Scripted]:
    """Providers that answer as often as they are asked."""
    return {name: Scripted(*[spoken("one ", name)] * 40) for name in ("A", "B", "C", "A #2", "D")}


def specs(*labels: str) -> tuple[StreamSpec, ...]:
    """What streams with these labels are asked."""
    return tuple(spec(label) for label in labels)


async def meddle(run: Run) -> None:
    """Add, change, remove, ask and rerun, while streams are live and after."""
    await asyncio.sleep(0.15)
    run.add(specs("C", "A"))
    await asyncio.sleep(0.1)
    run.change({0: spec("D", model="m-9")})
    run.remove(1)
    await run.wait()
    run.ask("and then?", run.present)
    await run.wait()
    run.change({2: spec("C", model="m-9"), 0: spec("D")})
    await asyncio.sleep(0.2)
    run.cancel(2)
    run.rerun(2)
    await run.wait()
    run.rerun(0)
    await run.wait()
