"""The real program in a process of its own, with an environment that says nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

CHECKOUT = Path(__file__).parent.parent
PATIENCE_S = 60.0
"""A process that takes longer is broken, and is killed."""


class Ended(NamedTuple):
    """How the program ended and what it wrote."""

    code: int
    out: str
    err: str


def environment(home: Path, **more: str) -> dict[str, str]:
    """A bare environment with a home of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return {**kept, "HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(CHECKOUT), **more}


async def streamdash(
    *arguments: str,
    home: Path,
    stdin: bytes = b"",
    variables: Mapping[str, str] | None = None,
    interrupt_after: bytes | None = None,
) -> Ended:
    """Run `streamdash ARGUMENTS`; with `interrupt_after`, SIGINT once that text has come out."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error::ResourceWarning",
        "-m",
        "streamdash",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=home,
        env=environment(home, **(variables or {})),
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            early = b""
            if interrupt_after is not None:
                assert process.stdout is not None
                while interrupt_after not in early:
                    more = await process.stdout.read(65536)
                    assert more, f"it ended without saying {interrupt_after!r}"
                    early += more
                process.send_signal(signal.SIGINT)
            out, err = await process.communicate(stdin or None)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return Ended(process.returncode, (early + out).decode("utf-8", "replace"), err.decode())
