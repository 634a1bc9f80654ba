"""Work in a thread beside the streams, which gives way to the event loop."""

from __future__ import annotations

import sys
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

USUAL_S = sys.getswitchinterval()
YIELDING_S = 0.0002
"""The interpreter's switch interval meanwhile: the usual 5 ms would delay every stamp."""
_lock = Lock()
_working = 0


def giving_way(work: Callable[[], T]) -> T:
    """The result of `work`, called in this thread while others get their turns sooner."""
    _count(1)
    try:
        return work()
    finally:
        _count(-1)


def _count(by: int) -> None:
    global _working  # noqa: PLW0603  # the interpreter has one interval for all threads
    with _lock:
        _working += by
        sys.setswitchinterval(YIELDING_S if _working else USUAL_S)
