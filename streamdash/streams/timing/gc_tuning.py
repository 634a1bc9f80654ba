"""Controls when the garbage collector runs and which objects it skips.

A collection stops the event loop. Over everything that the SDKs and the screen have loaded it takes
up to 0.1 s, which would count into the time stamps of every live stream.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def collect_rarely() -> None:
    """Collect less often than usual.

    Loading makes objects that stay, and each chunk makes a few dozen that are freed at once. The
    usual thresholds would search the lasting objects again and again for the short-lived ones.
    """
    gc.set_threshold(10_000, 20, 100)


def pause() -> None:
    """Collect nothing until `resume`: before the first frame there is nothing to free."""
    gc.disable()


def resume() -> None:
    """Collect again after `pause`, without searching what has been loaded since."""
    skip_loaded()
    gc.enable()


def skip_loaded() -> None:
    """Never again search the objects that exist now: modules and screens stay for good."""
    gc.freeze()


@contextmanager
def loading() -> Iterator[None]:
    """Collect nothing while a thread loads millions of objects, and never search these."""
    gc.disable()
    try:
        yield
    finally:
        resume()
