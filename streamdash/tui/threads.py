"""Long work beside the streams."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

USUAL_S = sys.getswitchinterval()
GIVING_WAY_S = 0.0002
"""How long a working thread keeps the interpreter: the usual 5 ms would be in every stamp."""


async def in_thread(work: Callable[[], T]) -> T:
    """`work` done in a thread that gives way to the event loop at once."""
    return await asyncio.to_thread(_giving_way, work)


def _giving_way(work: Callable[[], T]) -> T:
    sys.setswitchinterval(GIVING_WAY_S)
    try:
        return work()
    finally:
        sys.setswitchinterval(USUAL_S)
